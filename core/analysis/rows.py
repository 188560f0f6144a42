"""The memory tokens of one layer in both memories, those that can be looked at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import InputError
from core.memory.state import MemoryState


class Rows(NamedTuple):
    """Short-term tokens by rank without the forgotten ones, then the long-term store, then its pending rows."""

    vectors: Tensor  # [M, d], on the host
    serials: NDArray[np.int64]  # [M]
    places: NDArray[np.int8]  # [M], 0 short-term, 1 long-term


def rows_of(memory: MemoryState, layer: int) -> Rows:
    """All tokens of a layer.

    Raises:
        InputError: no such layer, or a memory into which nothing was written yet.
    """
    layers = memory.short_term.tokens.shape[0]
    if not 0 <= layer < layers:
        raise InputError(f"There is no layer {layer}: this model has {layers}, counted from 0.")
    if not memory.initialized:
        raise InputError("There is no memory token yet: tell something first.")
    pool, stored = memory.short_term, memory.long_term
    kept = ~pool.forgotten[layer]
    vectors, serials = [pool.tokens[layer].cpu()[kept]], [pool.serials[layer][kept]]
    for part in (stored.store[layer], stored.pending[layer]) if stored else ():
        vectors.append(part.tokens)
        serials.append(part.serials)
    together = torch.cat(serials).numpy()
    places = (np.arange(together.size) >= len(serials[0])).astype(np.int8)
    return Rows(torch.cat(vectors), together, places)
