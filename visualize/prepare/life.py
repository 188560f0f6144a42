"""When every memory token came and went, from one pass over a trace.

The functions of core.trace answer one question at a time and walk the whole history for it. Figures need the whole
history at once, so it is kept here as steps per (layer, serial): who is where at any moment is then a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.trace import Forgot, Injected, Ints, Serials, Trace, origin
from visualize.prepare.moment import Recent

NEVER = int(np.iinfo(np.int32).max)
"""The step of what has not happened yet."""


@dataclass(frozen=True)
class Life:
    """Steps are counted in injections; a token that left at step 5 was there after step 4 and not after step 5.

    S counts all serials written so far. Rows that a layer never held (long-term stores may differ in size) have
    `left` and `evicted` 0 and appear nowhere.
    """

    trace: Trace
    context: Ints  # [S], BEFORE for the checkpoint's own
    position: Ints  # [S], token of the context
    written: Ints  # [S], step; 0 for the checkpoint's own
    base_age: Ints  # [S], tokens; age after step s = base_age + K * s, less the checkpoint's own long-term age
    left: Ints  # [L, S], step of leaving the pool; 0: never was in it; NEVER: still there
    evicted: Ints  # [L, S], step of leaving the long-term store
    forgotten: Ints  # [S], step after which its context was forgotten
    merges: Ints  # [M], steps at which pending rows joined the store, ascending
    forgets: dict[int, int]  # context -> step after which it was forgotten

    @property
    def layers(self) -> int:
        return self.trace.model.num_layers

    @property
    def first(self) -> int:
        """The first serial of the session."""
        return self.trace.start.next_serial

    @property
    def has_long_term(self) -> bool:
        return self.trace.model.retrieved > 0

    def pool(self, step: int | None = None) -> Serials:
        """[L, N] serials in the pool after `step` injections, oldest first."""
        last = self.trace.step if step is None else step
        session = np.arange(self.first, self.context.size, dtype=np.int64)
        order = np.concatenate(
            (self.trace.start.short_term, np.broadcast_to(session, (self.layers, session.size))), axis=1
        )
        there = (np.take_along_axis(self.left, order, 1) > last) & (self.written[order] <= last)
        return order[there].reshape(self.layers, -1)

    def gone(self, serials: Serials, step: int | None = None) -> NDArray[np.bool_]:
        """Whether the context of each token had been forgotten after `step` injections."""
        last = self.trace.step if step is None else step
        return self.forgotten[serials] <= last

    def in_long_term(self, step: int | None = None, *, start: int = 0) -> NDArray[np.bool_]:
        """[L, S - start] whether each serial from `start` on is in long-term memory, pending rows included."""
        last = self.trace.step if step is None else step
        left, evicted = self.left[:, start:], self.evicted[:, start:]
        if not self.has_long_term:
            return np.zeros(left.shape, np.bool_)
        return (left <= last) & (evicted > last) & (self.forgotten[start:] > last)

    def pending(self, serials: Serials, layer: int, step: int | None = None) -> NDArray[np.bool_]:
        """Which of these long-term rows of one layer still wait for a merge."""
        last = self.trace.step if step is None else step
        done = self.merges[self.merges <= last]
        newest = int(done[-1]) if done.size else 0
        return self.left[layer, serials] > newest

    def ages(self, serials: Serials, step: int | None = None, layer: int | None = None) -> Ints:
        """Ages in tokens; long-term rows from before the session need their `layer`."""
        last = self.trace.step if step is None else step
        ages = self.base_age[serials] + self.trace.model.num_tokens * last
        if layer is not None and self.trace.start.long_term:
            own = np.zeros(self.first, np.int32)
            own[self.trace.start.long_term[layer]] = self.trace.start.long_term_ages[layer]
            before = serials < self.first
            ages[before] += own[serials[before]]
        return ages.astype(np.int32)


def life(trace: Trace) -> Life:
    """Walk the trace once; the last few are remembered, as all figures of a page ask for the same."""
    return Life(trace, *_walked(trace))


class _Walk(NamedTuple):
    """The fields of a Life without its trace."""

    context: Ints
    position: Ints
    written: Ints
    base_age: Ints
    left: Ints
    evicted: Ints
    forgotten: Ints
    merges: Ints
    forgets: dict[int, int]


def _walk(trace: Trace, _: int) -> _Walk:
    context, position, written = origin(trace)
    layers, first, size = trace.model.num_layers, trace.start.next_serial, context.size
    rows = np.arange(layers)[:, None]
    left, evicted = np.zeros((layers, size), np.int32), np.zeros((layers, size), np.int32)
    left[:, first:] = evicted[:, first:] = NEVER
    for table in (left, evicted):
        np.put_along_axis(table, trace.start.short_term, NEVER, 1)
    for layer, serials in enumerate(trace.start.long_term):
        evicted[layer, run(serials)] = NEVER
    base_age = np.zeros(size, np.int32)
    forgets: dict[int, int] = {}
    merges: list[int] = []
    injections = trace.injections
    for event in trace.events:
        if isinstance(event, Forgot):
            forgets.setdefault(event.context, event.step)
        if not isinstance(event, Injected):
            continue
        left[rows, event.dropped] = event.step
        if event.merged:
            merges.append(event.step)
        for layer, serials in enumerate(event.evicted):
            evicted[layer, serials] = event.step
    ends = [event.first_serial for event in injections[1:]] + [size]
    for event, end in zip(injections, ends, strict=False):
        span = slice(event.first_serial, end)
        base_age[span] = np.arange(end - event.first_serial)[::-1] - trace.model.num_tokens * event.step
    gone = np.full(len(trace.contexts) + 1, NEVER, np.int32)  # the last one is BEFORE, which index -1 finds
    for index, step in forgets.items():
        gone[index] = step
    return _Walk(
        context, position, written, base_age, left, evicted, gone[context], np.array(merges, np.int32), forgets
    )


_walked = Recent(_walk)


def run(serials: Serials) -> slice | Serials:
    """The same serials as an index: a slice where they are consecutive, as in most stores, which is faster."""
    if serials.size and serials[-1] - serials[0] == serials.size - 1 and (np.diff(serials) == 1).all():
        return slice(int(serials[0]), int(serials[-1]) + 1)
    return serials
