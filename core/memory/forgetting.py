"""Tokens put out of sight in both memories: for good, or only in the memory that is returned.

Either way short-term tokens keep their places, so nothing else moves, and long-term ones are not searched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from core.memory import long_term, short_term
from core.memory.state import MemoryState


class Left(NamedTuple):
    """How many tokens are in either memory and can be looked at, per layer."""

    short_term: NDArray[np.int32]  # [L]
    long_term: NDArray[np.int32]  # [L], pending ones included


def mask(memory: MemoryState, serials: NDArray[np.int64]) -> MemoryState:
    """The memory as if these tokens had been forgotten; their vectors stay where they are."""
    gone = torch.from_numpy(serials)
    stored = long_term.forget(memory.long_term, gone) if memory.long_term else None
    return replace(memory, short_term=short_term.mask(memory.short_term, gone), long_term=stored)


def forget(memory: MemoryState, serials: NDArray[np.int64]) -> MemoryState:
    """Mask these tokens and overwrite what they held in the pool."""
    pool = short_term.forget(memory.short_term, torch.from_numpy(serials))
    return replace(mask(memory, serials), short_term=pool)


def left_of(memory: MemoryState, serials: NDArray[np.int64]) -> Left:
    """What is left of the tokens with these serials."""
    wanted = torch.from_numpy(serials)
    pool, stored = memory.short_term, memory.long_term
    held = torch.isin(pool.serials, wanted) & ~pool.forgotten
    layers = held.shape[0]
    kept = [0] * layers
    if stored is not None:
        pairs = zip(stored.store, stored.pending, strict=True)
        kept = [sum(int(torch.isin(part.serials, wanted).sum()) for part in pair) for pair in pairs]
    return Left(held.sum(1).to(torch.int32).numpy(), np.array(kept, np.int32))


def held(memory: MemoryState) -> NDArray[np.int64]:
    """Serials of all tokens that any layer can look at, ascending."""
    pool, stored = memory.short_term, memory.long_term
    parts = [pool.serials[~pool.forgotten]]
    for layer in (*stored.store, *stored.pending) if stored else ():
        parts.append(layer.serials)
    return torch.cat(parts).unique().numpy()
