"""The long-term memory: its size over time, and the ages of what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import NEVER, Life


@dataclass(frozen=True)
class Sizes:
    """Tokens per layer after 0 ... T injections."""

    store: NDArray[np.int64]  # [T + 1, L]
    pending: NDArray[np.int64]  # [T + 1, L], dropped rows that wait for the next merge
    merges: NDArray[np.int32]  # [M], steps
    evictions: NDArray[np.int64]  # [T + 1], tokens of all layers evicted at each step


@dataclass(frozen=True)
class Holdings:
    """What is in the long-term memories of all layers, counted by source and age. Row 0 is BEFORE, row c + 1 context c."""

    edges: NDArray[np.float64]  # [B + 1], injections
    counts: NDArray[np.int64]  # [C + 1, B]
    stored: int
    pending: int


def sizes(alive: Life) -> Sizes:
    """As recorded by each injection; forgetting takes its rows away at once, which the next injection shows."""
    trace, layers = alive.trace, alive.layers
    begin = np.array([len(rows) for rows in trace.start.long_term] or [0] * layers, np.int64)
    store = [begin, *(event.store_size.astype(np.int64) for event in trace.injections)]
    pending = [np.zeros(layers, np.int64), *(event.pending_size.astype(np.int64) for event in trace.injections)]
    evicted = [0, *(sum(len(rows) for rows in event.evicted) for event in trace.injections)]
    return Sizes(np.stack(store), np.stack(pending), alive.merges, np.array(evicted, np.int64))


def holdings(alive: Life, step: int | None = None, bins: int = 40) -> Holdings:
    """Ages in injections of everything in long-term memory after `step` injections (default: now)."""
    last = alive.trace.step if step is None else step
    there = alive.in_long_term(last)
    sources = len(alive.trace.contexts) + 1
    contexts, ages, waiting = [], [], 0
    newest = int(alive.merges[alive.merges <= last].max(initial=0))
    for layer in range(alive.layers):
        serials = np.flatnonzero(there[layer])
        contexts.append(alive.context[serials] + 1)
        ages.append(alive.ages(serials, last, layer) / alive.trace.model.num_tokens)
        waiting += int(((alive.left[layer, serials] > newest) & (alive.left[layer, serials] < NEVER)).sum())
    source, age = np.concatenate(contexts), np.concatenate(ages)
    oldest = int(np.ceil(age.max(initial=0.0) + 1e-9)) or 1
    width = max(1, -(-oldest // bins))
    edges = np.arange(0, oldest + width, width, dtype=np.float64)
    column = np.minimum((age / width).astype(np.int64), edges.size - 2)
    counts = np.bincount(source * (edges.size - 1) + column, minlength=sources * (edges.size - 1))
    return Holdings(edges, counts.reshape(sources, -1), source.size - waiting, waiting)
