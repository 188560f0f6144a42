"""Weights laid out for oneDNN, whose products of a prompt's few rows take half the time of the default's on a CPU.

A packed weight is an opaque tensor in place of the plain one: shape, dtype, device and size are the same, but it is
read by `multiplied` alone. Packing is what torch's own compiler does to frozen weights; where torch was built without
it, weights stay as they are.
"""

from __future__ import annotations

from functools import cache
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

ROWS = 512
"""Rows that the layout is chosen for; it was the best or nearly so for 1 to 1,600 rows."""

SMALLEST = 2**17
"""Numbers in a weight below which the call takes longer than is gained: the first one with so many rows takes about a
millisecond more, in which oneDNN makes code for them.
"""


def packed(weight: Tensor) -> Tensor:
    """A matrix [out, in] on the CPU, float32 or bfloat16, packed if that can be done and pays."""
    if weight.numel() < SMALLEST or not can_pack(weight.dtype):
        return weight
    return cast(Tensor, torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS))


def unpacked(weight: Tensor) -> Tensor:
    """The plain matrix."""
    return weight.to_dense() if weight.is_mkldnn else weight


def multiplied(rows: Tensor, weight: Tensor) -> Tensor:
    """[..., in] times a plain or packed weight [out, in]: [..., out]. A packed one has no gradient."""
    if not weight.is_mkldnn:
        return F.linear(rows, weight)
    return cast(Tensor, torch.ops.mkldnn._linear_pointwise(rows, weight, None, "none", [], ""))


@cache
def can_pack(dtype: torch.dtype) -> bool:
    """Whether torch has the operations here for a dtype, and they compute a product."""
    if not torch.backends.mkldnn.is_available():
        return False
    try:
        rows, weight = torch.eye(2, dtype=dtype), torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=dtype)
        product = multiplied(rows, torch.ops.mkldnn._reorder_linear_weight(weight, ROWS))
        return torch.equal(product, weight.T)
    except (AttributeError, RuntimeError, TypeError):
        return False
