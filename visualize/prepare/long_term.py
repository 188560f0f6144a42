"""The long-term memory: its size over time, and the ages of what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import NEVER, Life, run


@dataclass(frozen=True)
class Sizes:
    """Tokens per layer after 0 ... T injections."""

    store: NDArray[np.int64]  # [T + 1, L]
    pending: NDArray[np.int64]  # [T + 1, L], dropped rows that wait for the next merge
    merges: NDArray[np.int32]  # [M], steps
    evictions: NDArray[np.int64]  # [T + 1], tokens of all layers evicted at each step


@dataclass(frozen=True)
class Holdings:
    """What all layers hold, counted by source and age. Row 0 is BEFORE, row c + 1 context c."""

    edges: NDArray[np.float64]  # [B + 1], injections
    counts: NDArray[np.int64]  # [C + 1, B]
    stored: int
    pending: int


def sizes(alive: Life) -> Sizes:
    """As recorded by each injection; the last moment counts forgetting after the last injection too."""
    trace, layers = alive.trace, alive.layers
    begin = np.array([len(rows) for rows in trace.start.long_term] or [0] * layers, np.int64)
    store = [begin, *(event.store_size.astype(np.int64) for event in trace.injections)]
    pending = [np.zeros(layers, np.int64), *(event.pending_size.astype(np.int64) for event in trace.injections)]
    if alive.has_long_term:
        gone = alive.forgotten[alive.first :] < NEVER
        if gone.any():  # else the recorded sizes hold
            there = alive.in_long_term()
            waiting = there & (alive.left > int(alive.merges.max(initial=0)))
            pending[-1] = waiting.sum(axis=1)
            store[-1] = there.sum(axis=1) - pending[-1]
    evicted = [0, *(sum(len(rows) for rows in event.evicted) for event in trace.injections)]
    return Sizes(np.stack(store), np.stack(pending), alive.merges, np.array(evicted, np.int64))


def holdings(alive: Life, step: int | None = None, bins: int = 40, layer: int | None = None) -> Holdings:
    """Ages in injections of everything in long-term memory after `step` injections (default: now), of all layers or
    of one."""
    last = alive.trace.step if step is None else step
    trace, k, first = alive.trace, alive.trace.model.num_tokens, alive.first
    chosen = range(alive.layers) if layer is None else range(layer, layer + 1)
    rows = slice(chosen.start, chosen.stop)
    there = alive.in_long_term(last, start=first)[rows]
    # The checkpoint's own: long-term rows have their own age in every layer, those dropped from its pool share one.
    own, pooled = _own_ages(alive, last, chosen), _from_pool(alive, last, rows)
    newest = int(alive.merges[alive.merges <= last].max(initial=0))
    waiting = int((there & (alive.left[rows, first:] > newest)).sum()) + int((pooled > newest).sum())
    # A token of the session is as old in every layer: count layers per token.
    held = there.sum(axis=0)
    tokens = alive.ages(np.arange(first, alive.context.size), last)
    oldest = max(int(tokens[held > 0].max(initial=0)), *(int(ages.max(initial=0)) for ages in own), 0)
    if pooled.size:
        oldest = max(oldest, k * last)
    oldest = oldest // k + 1
    width = max(1, -(-oldest // bins))
    edges = np.arange(0, oldest + width, width, dtype=np.float64)
    count = edges.size - 1
    sources = len(trace.contexts) + 1
    place = (alive.context[first:] + 1) * count + np.minimum(tokens // (k * width), count - 1)
    counts = np.bincount(place, weights=held, minlength=sources * count).astype(np.int64).reshape(sources, -1)
    for ages in own:
        counts[0] += np.bincount(np.minimum(ages // np.int32(k * width), count - 1), minlength=count)
    counts[0, min(last // width, count - 1)] += pooled.size
    return Holdings(edges, counts, int(counts.sum()) - waiting, waiting)


def _own_ages(alive: Life, last: int, layers: range) -> list[NDArray[np.int32]]:
    """Ages in tokens of the checkpoint's long-term rows that are still there, per layer."""
    start, found = alive.trace.start, []
    for layer in layers if start.long_term else ():
        stays = alive.evicted[layer, run(start.long_term[layer])] > last
        ages = start.long_term_ages[layer]
        found.append((ages if stays.all() else ages[stays]) + np.int32(alive.trace.model.num_tokens * last))
    return found


def _from_pool(alive: Life, last: int, rows: slice) -> NDArray[np.int32]:
    """Steps at which tokens of the checkpoint's pool left for long-term memory, of those still there."""
    if not alive.has_long_term:
        return np.empty(0, np.int32)
    start = alive.trace.start.short_term[rows]
    left, evicted = (np.take_along_axis(table[rows], start, 1) for table in (alive.left, alive.evicted))
    return np.asarray(left[(left <= last) & (evicted > last)])
