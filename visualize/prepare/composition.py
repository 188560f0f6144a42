"""What the pool was made of after every injection, and where all that went through it is now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import NEVER, Life

Table = NDArray[np.float64]
FATES = ("short-term", "waiting", "stored", "evicted", "lost", "forgotten")
"""Where a memory token that was in the pool can be."""


@dataclass(frozen=True)
class Composition:
    """Tokens of the pool per layer (mean over the chosen layers), after 0 ... T injections."""

    counts: Table  # [T + 1, C + 2]; column 0 BEFORE, c + 1 context c, the last: forgotten tokens of any context
    total: float  # N


@dataclass(frozen=True)
class Flow:
    """Tokens that are or were in the pool, summed over the chosen layers, by where they are now."""

    counts: NDArray[np.int64]  # [C + 1, FATES]; row 0 BEFORE (the checkpoint's pool), row c + 1 context c

    def written(self) -> NDArray[np.int64]:
        """[C + 1] tokens."""
        return np.asarray(self.counts.sum(axis=1))


def composition(alive: Life, layer: int | None = None) -> Composition:
    """The pool over the whole session, of all layers or of one."""
    trace, steps, first = alive.trace, alive.trace.step, alive.first
    rows = slice(None) if layer is None else slice(layer, layer + 1)
    left, own = alive.left[rows, first:], np.take_along_axis(alive.left[rows], trace.start.short_term[rows], 1)
    layers, width = len(left), steps + 1
    columns = len(trace.contexts) + 2
    place = (alive.context[first:].astype(np.int64) + 1) * width
    size = columns * width
    came = layers * np.bincount(place + alive.written[first:], minlength=size)
    gone = left <= steps
    went = np.bincount((np.broadcast_to(place, left.shape) + np.where(gone, left, 0))[gone], minlength=size)
    change = (came - went).reshape(columns, width).astype(np.float64)
    change[0, 0] += own.size
    change[0] -= np.bincount(own[own <= steps], minlength=width)
    counts = change.cumsum(axis=1).T / layers
    for context, step in alive.forgets.items():
        counts[step:, -1] += counts[step:, context + 1]
        counts[step:, context + 1] = 0
    return Composition(counts, float(max(counts.sum(axis=1).max(initial=0), 1)))


def flow(alive: Life, layer: int | None = None) -> Flow:
    """Where everything is now that ever was in the pool. The checkpoint's long-term rows never were."""
    trace, steps, first = alive.trace, alive.trace.step, alive.first
    rows = slice(None) if layer is None else slice(layer, layer + 1)
    count, kinds = len(trace.contexts) + 1, len(FATES)
    session = slice(first, None)
    fate = _fates(alive, alive.left[rows, session], alive.evicted[rows, session], alive.forgotten[session] <= steps)
    place = (alive.context[session] + 1) * kinds + fate
    table = np.bincount(place.ravel(), minlength=count * kinds).reshape(count, kinds)
    start = trace.start.short_term[rows]
    left, evicted = (np.take_along_axis(part[rows], start, 1) for part in (alive.left, alive.evicted))
    own = _fates(alive, left, evicted, np.zeros(start.shape[1], np.bool_))
    table[0] += np.bincount(own.ravel(), minlength=kinds)
    return Flow(table)


def _fates(
    alive: Life, left: NDArray[np.int32], evicted: NDArray[np.int32], forgotten: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """[L, n] index into FATES of tokens [L, n] that were in the pool."""
    if not alive.has_long_term:
        dropped = np.full(left.shape, FATES.index("lost"), np.int64)
    else:
        newest = int(alive.merges.max(initial=0))
        dropped = np.where(left > newest, FATES.index("waiting"), FATES.index("stored"))
        dropped[np.broadcast_to(forgotten, left.shape)] = FATES.index("forgotten")
        dropped[evicted <= alive.trace.step] = FATES.index("evicted")  # by then it had not been forgotten
    here = np.where(forgotten, FATES.index("forgotten"), FATES.index("short-term"))
    return np.asarray(np.where(left == NEVER, here, dropped))
