"""One memory token from being written to being lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.trace import Asked, Forgot
from visualize.prepare.life import NEVER, Life

Place = Literal["short-term", "long-term", "gone"]


@dataclass(frozen=True)
class Reading:
    """What one question did with the token."""

    question: int  # place among the questions
    step: int
    place: Place
    read: bool  # seen by the answer: in the pool, or retrieved
    attention: float  # share, mean over heads and answer tokens; NaN when it was not read
    score: float  # of the retriever; NaN when it was not retrieved, or without scoring


@dataclass(frozen=True)
class Biography:
    """Steps are injections; None: it has not happened."""

    layer: int
    serial: int
    context: int  # BEFORE for the checkpoint's own
    position: int  # token of the context, -1 unknown
    written: int  # 0: before the session
    from_store: bool  # was in long-term memory before the session, never in the pool
    left: int | None  # left the pool
    stored: int | None  # joined the long-term store
    evicted: int | None
    forgotten: int | None
    readings: tuple[Reading, ...]

    def place(self, step: int, long_term: bool) -> Place:
        """Where it was after `step` injections, forgetting aside; `long_term`: whether the model has such a memory."""
        if self.left is None or step < self.left:
            return "short-term"
        gone = NEVER if self.evicted is None else self.evicted
        return "long-term" if long_term and step < gone else "gone"


def biography(alive: Life, layer: int, serial: int) -> Biography | None:
    """The token's life so far; None when this layer never held it."""
    trace = alive.trace
    if not (0 <= layer < alive.layers and 0 <= serial < alive.context.size):
        return None
    left, evicted = int(alive.left[layer, serial]), int(alive.evicted[layer, serial])
    if left == 0 and evicted == 0:
        return None
    later = alive.merges[alive.merges >= left]
    forgotten = int(alive.forgotten[serial])
    long_term = alive.has_long_term and left != NEVER and forgotten >= left
    told = Biography(
        layer=layer,
        serial=serial,
        context=int(alive.context[serial]),
        position=int(alive.position[serial]),
        written=int(alive.written[serial]),
        from_store=left == 0,
        left=_step(left),
        stored=None if not long_term or left == 0 or not later.size or later[0] > forgotten else int(later[0]),
        evicted=_step(evicted),
        forgotten=_step(forgotten),
        readings=(),
    )
    found: list[Reading] = []
    masked = False
    for event in trace.events:
        masked |= isinstance(event, Forgot) and event.context == told.context
        if isinstance(event, Asked) and event.step >= told.written:
            question = sum(other.step < told.written for other in trace.questions) + len(found)
            found.append(_reading(alive, told, question, event, masked))
    return Biography(**{**told.__dict__, "readings": tuple(found)})


def _step(step: int) -> int | None:
    return None if step == NEVER else step


def _reading(alive: Life, told: Biography, question: int, asked: Asked, masked: bool) -> Reading:
    """`masked`: its context had been forgotten before this question."""
    place: Place = "gone" if masked else told.place(asked.step, alive.has_long_term)
    attention = score = float("nan")
    hits = np.flatnonzero(asked.retrieved[told.layer] == told.serial) if asked.searched else np.empty(0, int)
    if hits.size:  # a forgetting at the same step came after the question
        place = "long-term"
        attention, score = float(asked.retrieved_mass[told.layer, hits].sum()), float(asked.scores[told.layer, hits[0]])
    elif place == "short-term":
        attention = _pool_attention(alive, told, asked)
    return Reading(question, asked.step, place, bool(hits.size) or place == "short-term", attention, score)


def _pool_attention(alive: Life, told: Biography, asked: Asked) -> float:
    """Attention at the token's rank in the pool as it was then."""
    own = alive.trace.start.short_term[told.layer]
    order = np.concatenate((own, np.arange(alive.first, alive.context.size)))
    there = order[(alive.left[told.layer, order] > asked.step) & (alive.written[order] <= asked.step)]
    rank = np.flatnonzero(there == told.serial)
    mass = asked.short_term_mass[told.layer]
    return float(mass[rank[0]]) if rank.size and rank[0] < mass.size else float("nan")
