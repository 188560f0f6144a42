"""The long-term memory: its size over time, and the ages of what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import Life


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
        there = alive.in_long_term()
        waiting = there & (alive.left > int(alive.merges.max(initial=0)))
        pending[-1] = waiting.sum(axis=1)
        store[-1] = there.sum(axis=1) - pending[-1]
    evicted = [0, *(sum(len(rows) for rows in event.evicted) for event in trace.injections)]
    return Sizes(np.stack(store), np.stack(pending), alive.merges, np.array(evicted, np.int64))


def holdings(alive: Life, step: int | None = None, bins: int = 40) -> Holdings:
    """Ages in injections of everything in long-term memory after `step` injections (default: now)."""
    last = alive.trace.step if step is None else step
    trace, there = alive.trace, alive.in_long_term(last)
    k, first = trace.model.num_tokens, alive.first
    waiting = int((there & (alive.left > int(alive.merges[alive.merges <= last].max(initial=0)))).sum())
    # A token of the session is as old in every layer: count layers per token. Of the checkpoint's own, those that
    # came by way of the pool share one age, and long-term rows have their own in every layer.
    weight = [there[:, first:].sum(axis=0)]
    source = [alive.context[first:] + 1]
    age = [alive.ages(np.arange(first, alive.context.size), last)]
    own = [
        ages[there[layer, serials]]
        for layer, (serials, ages) in enumerate(zip(trace.start.long_term, trace.start.long_term_ages, strict=True))
    ]
    stored = sum(ages.size for ages in own)
    weight += [np.ones(stored, np.int64), np.array([there[:, :first].sum() - stored])]
    source += [np.zeros(stored + 1, np.int32)]
    age += [ages + k * last for ages in own] + [np.array([k * last], np.int32)]
    held, tokens = np.concatenate(weight), np.concatenate(age)
    sources = len(trace.contexts) + 1
    oldest = int(tokens[held > 0].max(initial=0)) // k + 1
    width = max(1, -(-oldest // bins))
    edges = np.arange(0, oldest + width, width, dtype=np.float64)
    column = np.minimum(tokens // (k * width), edges.size - 2)
    place = np.concatenate(source) * (edges.size - 1) + column
    counts = np.bincount(place, weights=held, minlength=sources * (edges.size - 1)).astype(np.int64)
    return Holdings(edges, counts.reshape(sources, -1), int(held.sum()) - waiting, waiting)
