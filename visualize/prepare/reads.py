"""Long-term memory as a picture: how often each of its tokens was retrieved so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import BEFORE, Ints, Serials, Trace
from visualize.prepare.life import Life


@dataclass(frozen=True)
class Reads:
    """Long-term tokens in the order of writing, newest in the last column. M columns.

    With more tokens than columns a column stands for a run of tokens: it names the one of them that was read most, and
    its density is the mean over the run.
    """

    serials: Serials  # [L, M], -1 where a layer holds fewer
    context: Ints  # [L, M], BEFORE where there is none
    counts: Ints  # [L, M], questions that read it
    density: NDArray[np.float64]  # [L, M], reads per token of the run
    run: int  # tokens per column in the fullest layer
    total: Ints  # [L], tokens there
    questions: int


def read_counts(trace: Trace, size: int) -> NDArray[np.uint16]:
    """[L, size] questions that retrieved each serial; a token that one question read twice counts once."""
    found = np.zeros((trace.model.num_layers, size), np.uint16)
    rows = np.arange(found.shape[0])[:, None]
    for asked in trace.questions:
        if asked.searched:
            found[rows, asked.retrieved] += 1  # an index that occurs twice is added once
    return found


def reads(alive: Life, columns: int = 640) -> Reads:
    """What is in long-term memory now, pending rows included, in at most `columns` columns."""
    there = alive.in_long_term()
    counts = read_counts(alive.trace, alive.context.size)
    total = there.sum(axis=1).astype(np.int32)
    most = int(total.max(initial=0))
    width = min(most, columns)
    serials = np.full((alive.layers, width), -1, np.int64)
    shown = np.zeros((alive.layers, width), np.int32)
    density = np.zeros((alive.layers, width))
    for layer in range(alive.layers):
        rows = np.flatnonzero(there[layer])
        if not rows.size:
            continue
        mean = counts[layer, rows].astype(np.float64)
        if rows.size > width:
            starts = np.arange(width) * rows.size // width
            # The largest of (count, place) in every run: the newest of its most-read tokens.
            best = np.maximum.reduceat(counts[layer, rows] * np.int64(rows.size) + np.arange(rows.size), starts)
            mean = np.add.reduceat(mean, starts) / np.diff(starts, append=rows.size)
            rows = rows[best % rows.size]
        serials[layer, width - rows.size :] = rows
        shown[layer, width - rows.size :] = counts[layer, rows]
        density[layer, width - rows.size :] = mean
    context = np.where(serials >= 0, alive.context[serials], BEFORE).astype(np.int32)
    return Reads(serials, context, shown, density, max(1, -(-most // max(width, 1))), total, len(alive.trace.questions))
