"""Weight-only int8 and int4 through torchao: the layers' projections shrink, memory and retriever stay as they are."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, get_args

import torch
from torch import nn

from core.errors import InputError
from core.model.adapters import Projection
from core.model.room import Quantisation

GROUP = 32
"""Weights that share a scale in int4."""


def check(kind: str | None) -> Quantisation | None:
    """A setting as given.

    Raises:
        InputError: unknown, or torchao is not installed.
    """
    if kind is None or kind == "none":
        return None
    if kind not in get_args(Quantisation):
        raise InputError(f"Unknown quantisation {kind!r}: give 'int8', 'int4' or None.")
    if find_spec("torchao") is None:
        raise InputError(f"Loading in {kind} needs the torchao package: pip install torchao.")
    return kind  # type: ignore[return-value]


def quantise(layer: nn.Module, kind: Quantisation) -> None:
    """Replace the weights of a layer's projections, in place. Low-rank write corrections keep their dtype.

    On a CPU, torchao has no packed int4: its values are those of int4, each in a byte.
    """
    from torchao.quantization import quantize_

    device = next(layer.parameters()).device
    quantize_(layer, _config(kind, device), filter_fn=lambda module, _: isinstance(module, Projection))


def _config(kind: Quantisation, device: torch.device) -> Any:
    from torchao import quantization

    if kind == "int8":
        return quantization.Int8WeightOnlyConfig()
    if device.type == "cuda":
        return quantization.Int4WeightOnlyConfig(group_size=GROUP, int4_packing_format="tile_packed_to_4d")
    from torchao.quantization.granularity import PerGroup

    return quantization.IntxWeightOnlyConfig(
        weight_dtype=getattr(torch, "int4"),  # noqa: B009 - missing from torch's stubs
        granularity=PerGroup(GROUP),
    )
