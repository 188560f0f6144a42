"""What the retriever read for one question, counted by layer and context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import Asked, Trace
from visualize.prepare.life import Life, life
from visualize.prepare.moment import before

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Hits:
    """[L, C + 1]; column 0 is memory from before the session, column c + 1 is context c."""

    counts: NDArray[np.int64]  # retrieved tokens; a token read twice (short store) counts twice
    scores: Table  # sum of retriever scores; NaN when the store was read without scoring
    ages: Table  # sum of ages, injections
    candidates: NDArray[np.int64]  # tokens that were searched
    retrieved: int  # R

    def merged(self, groups: list[list[int]]) -> Hits:
        """Columns added up group by group."""
        tables = (self.counts, self.scores, self.ages, self.candidates)
        counts, scores, ages, candidates = (
            np.stack([table[:, group].sum(axis=1) for group in groups], axis=1) for table in tables
        )
        return Hits(counts, scores, ages, candidates, self.retrieved)

    @property
    def lift(self) -> Table:
        """How many times more often than by a blind draw from all candidates; NaN without candidates."""
        share = self.candidates / np.maximum(self.candidates.sum(axis=1, keepdims=True), 1)
        chance = share * self.counts.sum(axis=1, keepdims=True)
        return np.where(chance > 0, self.counts / np.where(chance > 0, chance, 1.0), np.nan)


def hits(trace: Trace, asked: Asked) -> Hits:
    """Counts of one question, against the memory as it was when it was asked."""
    alive = life(before(trace, asked))
    layers, columns = alive.layers, len(trace.contexts) + 1
    column = alive.context[asked.retrieved] + 1 + np.arange(layers)[:, None] * columns
    shape = (layers, columns)

    def total(weights: Table) -> Table:
        sums = np.bincount(column.ravel(), weights=weights.ravel(), minlength=layers * columns)
        return sums.reshape(shape).astype(np.float64)

    return Hits(
        counts=total(np.ones(column.shape)).astype(np.int64),
        scores=total(asked.scores.astype(np.float64)),
        ages=total(asked.ages / trace.model.num_tokens),
        candidates=_candidates(alive, np.asarray(np.isnan(asked.scores).all(axis=1))),
        retrieved=asked.retrieved.shape[1],
    )


def _candidates(alive: Life, unscored: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[L, C + 1] tokens that were searched, by context; unscored layers [L] read the store without pending rows."""
    columns = len(alive.trace.contexts) + 1
    found = np.zeros((alive.layers, columns), np.int64)
    for layer, there in enumerate(alive.in_long_term()):
        serials = np.flatnonzero(there)
        if unscored[layer]:
            serials = serials[~alive.pending(serials, layer)]
        found[layer] = np.bincount(alive.context[serials] + 1, minlength=columns)
    return found
