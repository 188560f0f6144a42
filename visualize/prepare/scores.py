"""What the retriever made of its candidates for one question: scores, ages, the right texts, agreement of layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import SCORE_BINS, Asked, Trace
from visualize.prepare.life import life
from visualize.prepare.long_term import holdings
from visualize.prepare.moment import before
from visualize.prepare.retrieval import hits

Counts = NDArray[np.int64]
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Tokens per score bin, B = SCORE_BINS equal bins on 0..1."""

    edges: Table  # [B + 1]
    candidates: Counts  # [B], all that were searched
    selected: Counts  # [B], those of them that were retrieved
    own: Counts | None  # [B], retrieved ones of the chosen context

    @property
    def rejected(self) -> Counts:
        """[B]"""
        return np.asarray(np.maximum(self.candidates - self.selected, 0))


@dataclass(frozen=True)
class HitAges:
    """Retrieved tokens by age, in injections, beside everything that was there."""

    edges: Table  # [B + 1]
    counts: Counts  # [C + 1, B], retrieved tokens; row 0 BEFORE, row c + 1 context c
    there: Counts  # [B], all tokens of long-term memory


@dataclass(frozen=True)
class Quality:
    """How well each layer found the texts that are known to be right. NaN where there was nothing to find."""

    hits: Counts  # [L], retrieved tokens of the right texts, each once
    relevant: Counts  # [L], tokens of them that were there
    precision: Table  # [L], hits / tokens retrieved
    recall: Table  # [L], hits / relevant
    chance: Table  # [L], precision of a blind draw: share of the right texts among all candidates
    chance_recall: Table  # [L], recall of a blind draw: tokens retrieved / candidates


def scores(trace: Trace, asked: Asked, layer: int | None = None, context: int | None = None) -> Scores | None:
    """Histograms of one question, all layers together or one; None when it was read without scoring."""
    rows = slice(None) if layer is None else slice(layer, layer + 1)
    found = asked.scores[rows].astype(np.float64)
    scored = ~np.isnan(found)
    if not scored.any():
        return None
    per_layer = asked.score_histogram[rows][scored.any(axis=1)]
    own = None
    if context is not None:
        mine = (life(trace).context[asked.retrieved[rows]] == context) & scored
        own = _binned(found[mine])
    return Scores(
        np.linspace(0, 1, SCORE_BINS + 1),
        per_layer.sum(axis=0).astype(np.int64),
        _binned(found[scored]),
        own,
    )


def _binned(values: Table) -> Counts:
    place = np.clip((values * SCORE_BINS).astype(np.int64), 0, SCORE_BINS - 1)
    return np.bincount(place, minlength=SCORE_BINS).astype(np.int64)


def hit_ages(trace: Trace, asked: Asked, layer: int | None = None) -> HitAges:
    """Ages at the time of the question, of all layers or of one."""
    alive = life(before(trace, asked))
    held = holdings(alive, layer=layer)
    rows = slice(None) if layer is None else slice(layer, layer + 1)
    width = float(held.edges[1] - held.edges[0])
    bins = len(held.edges) - 1
    ages = asked.ages[rows].ravel() / trace.model.num_tokens
    column = np.clip((ages // width).astype(np.int64), 0, bins - 1)
    row = alive.context[asked.retrieved[rows]].ravel().astype(np.int64) + 1
    sources = len(trace.contexts) + 1
    counts = np.bincount(row * bins + column, minlength=sources * bins).reshape(sources, bins)
    return HitAges(held.edges, counts.astype(np.int64), held.counts.sum(axis=0))


def quality(trace: Trace, asked: Asked, relevant: Sequence[int]) -> Quality:
    """Precision and recall per layer when these contexts hold the answer."""
    table = hits(trace, asked)
    columns = [context + 1 for context in sorted(set(relevant)) if 0 <= context < len(trace.contexts)]
    context = life(trace).context
    found = np.zeros(len(asked.retrieved), np.int64)
    for layer, serials in enumerate(asked.retrieved):
        once = np.unique(serials)
        found[layer] = int(np.isin(context[once] + 1, columns).sum())
    there, total = table.candidates[:, columns].sum(axis=1), table.candidates.sum(axis=1)
    read = np.array([np.unique(serials).size for serials in asked.retrieved], np.int64)
    return Quality(
        hits=found,
        relevant=there,
        precision=_ratio(found, read),
        recall=_ratio(found, there),
        chance=_ratio(there, total),
        chance_recall=np.minimum(_ratio(read, total), 1.0),
    )


def overlap(trace: Trace, asked: Asked) -> tuple[Table, Table]:
    """[L, L] Jaccard index of the sets of retrieved tokens, common / all of both, and that of blind draws: two layers
    can only share what both hold."""
    serials, place = np.unique(asked.retrieved, return_inverse=True)
    layers = len(asked.retrieved)
    there = np.zeros((layers, serials.size), np.float32)
    np.put_along_axis(there, place.reshape(layers, -1), 1.0, 1)
    common = np.rint(there @ there.T).astype(np.float64)
    size = np.diag(common)
    held = life(before(trace, asked)).in_long_term().astype(np.float32)
    both = (held @ held.T).astype(np.float64)
    there_in = np.maximum(np.diag(both), 1)
    blind = both * (size / there_in)[:, None] * (size / there_in)[None]
    either = size[:, None] + size[None]
    return _ratio(common, either - common), _ratio(blind, either - blind)


def _ratio(part: Counts | Table, whole: Counts | Table) -> Table:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)
