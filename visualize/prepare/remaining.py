"""What is left of every context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import Life

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Remaining:
    """Memory tokens per context, summed over layers; forgotten ones are not counted. C = contexts."""

    written: Counts  # [C]
    short_term: Counts  # [C]
    long_term: Counts  # [C], pending ones included
    before: int  # memory from before the session that is still in the pool

    @property
    def share(self) -> NDArray[np.float64]:
        """[C] part of what was written that is still in short-term memory, 0..1."""
        return self.short_term / np.maximum(self.written, 1)


def remaining(alive: Life, step: int | None = None) -> Remaining:
    """Counts after `step` injections (default: now)."""
    trace = alive.trace
    last = trace.step if step is None else step
    count, first = len(trace.contexts), alive.first
    pool = alive.pool(last)
    context = alive.context[pool[~alive.gone(pool, last)]]
    written = alive.context[first:][alive.written[first:] <= last]
    stored = alive.in_long_term(last, start=first).sum(axis=0)
    return Remaining(
        written=np.bincount(written, minlength=count) * alive.layers,
        short_term=np.bincount(context[context >= 0], minlength=count),
        long_term=np.bincount(alive.context[first:], weights=stored, minlength=count).astype(np.int64),
        before=int((context < 0).sum()),
    )
