"""The pool as a picture: layers by age rank, and what a point of it stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import BEFORE, Ints, Serials, Trace
from visualize.prepare.life import Life, life


@dataclass(frozen=True)
class Map:
    """The pool after some injection. M <= N columns: every `stride`-th slot, the newest one always among them."""

    step: int
    ranks: NDArray[np.int64]  # [M], 0: oldest slot
    serials: Serials  # [L, M]
    slots: Serials  # [L, N], all of them
    context: Ints  # [L, M]
    position: Ints  # [L, M], token of the context
    age: Ints  # [L, M], tokens
    injections: Ints  # [L, M], age in injections; since the session's start for memory from before it
    forgotten: NDArray[np.bool_]  # [L, M]
    stride: int
    total: int  # N

    def rank(self, layer: int, serial: int) -> int | None:
        """The slot of a token; None when it is not in the pool."""
        if not 0 <= layer < len(self.slots):
            return None
        place = np.flatnonzero(self.slots[layer] == serial)
        return int(place[0]) if place.size else None


@dataclass(frozen=True)
class Cell:
    """What a slot of the pool holds."""

    layer: int
    rank: int  # 0: oldest
    serial: int
    context: int
    position: int  # token of the context, -1 unknown
    written: int  # step; 0: before the session
    forgotten: bool


def pool_map(alive: Life, step: int | None = None, columns: int = 1_000_000) -> Map:
    """The pool after `step` injections in at most `columns` columns. More slots are sampled evenly, not merged:
    each cell stays a real token, and every source keeps its share."""
    last = alive.trace.step if step is None else step
    serials = alive.pool(last)
    total = serials.shape[1]
    stride = max(1, -(-total // columns))
    ranks = np.arange(total)[::-stride][::-1]
    shown = serials[:, ranks]
    return Map(
        step=last,
        ranks=ranks,
        serials=shown,
        slots=serials,
        context=alive.context[shown],
        position=alive.position[shown],
        age=alive.ages(shown, last),
        injections=(last - alive.written[shown]).astype(np.int32),
        forgotten=alive.gone(shown, last),
        stride=stride,
        total=total,
    )


def cell_at(trace: Trace, layer: int, rank: int, step: int | None = None) -> Cell | None:
    """The token in a slot, named as the memory map's axes name it; None outside the pool."""
    alive = life(trace)
    serials = alive.pool(step)
    if not (0 <= layer < serials.shape[0] and 0 <= rank < serials.shape[1]):
        return None
    serial = int(serials[layer, rank])
    return Cell(
        layer=layer,
        rank=rank,
        serial=serial,
        context=int(alive.context[serial]),
        position=int(alive.position[serial]) if alive.context[serial] != BEFORE else -1,
        written=int(alive.written[serial]),
        forgotten=bool(alive.gone(serials[layer, rank : rank + 1], step)[0]),
    )
