"""Synthetic sessions: a pool simulated with numpy, and the trace that an observer of it would have written.

    played = play(told=3, unrelated=60, questions=True)
    played.trace                    # core.trace.Trace
    played.moments[5].pool          # what the simulation really held after 5 injections

The simulation keeps lists of (serial, age) per layer and moves them by hand; it shares no code with core.trace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.trace import BEFORE, SCORE_BINS, Asked, Context, Forgot, Injected, ModelInfo, Source, Start, Trace

PICNIC = (
    "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times "
    "that he likes eating apples."
)
TOLD = (
    PICNIC,
    "Mara keeps a grey parrot named Ziggurat, who has learned to whistle the first bars of a sea shanty at dawn.",
    "The lighthouse at Orrin Head was painted green in 1931 because the keeper's daughter had run out of white paint.",
)
UNRELATED = (
    "The committee met on Tuesday to discuss the drainage of the lower meadow and adjourned without a decision.",
    "A kettle of water takes longer to boil on a mountain than by the sea, although it boils at a lower heat.",
    "Seven wagons of barley left the station before noon, and the eighth was kept back for want of a tarpaulin.",
)

Kind = Literal["told", "unrelated"]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """What the simulation held at some moment."""

    pool: list[Rows]  # per layer: serials, oldest first
    ages: list[Rows]
    stored: list[Rows]
    stored_ages: list[Rows]
    pending: list[Rows]
    pending_ages: list[Rows]
    forgotten: frozenset[int]


@dataclass
class Play:
    """A session under way. `moments[s]` is the memory after s injections, later forgetting included."""

    trace: Trace
    moments: dict[int, Moment]
    owner: dict[int, tuple[int, int, int]]  # serial -> context, position, step
    now: Moment
    rng: np.random.Generator
    merge_every: int = 4
    lives: int = 5  # merges that a long-term row survives
    joined: list[dict[int, int]] = field(default_factory=list)  # per layer: serial -> merges left
    waited: int = 0

    @property
    def model(self) -> ModelInfo:
        return self.trace.model

    def tell(self, text: str, kind: Kind = "told") -> int:
        """Inject a text, in chunks if it is long; its context index."""
        spans = np.array([match.span() for match in re.finditer(r"\w+|[^\w\s]", text)], np.int64).reshape(-1, 2)
        index = len(self.trace.contexts)
        self.trace = self.trace.with_context(Context(index, text, spans, kind))
        for start in range(0, max(len(spans), 1), self.model.chunk_length):
            self._inject(index, np.arange(start, min(start + self.model.chunk_length, len(spans))))
        return index

    def forget(self, context: int) -> None:
        """Mask a context's short-term tokens, remove its long-term ones."""
        mine = {s for s, (c, _, _) in self.owner.items() if c == context}
        kept = [[np.array([s not in mine for s in rows.tolist()], bool) for rows in group] for group in self._long()]
        self._note(Forgot, context, mine, kept)

    def ask(self, question: str, about: int | None = None, answer: str = "apples .", nan: bool = False) -> None:
        """A question whose answer looks at `about`, if that is still there."""
        self.trace = self.trace.with_event(_asked(self, question, about, answer.split(), nan))

    def _long(self) -> tuple[list[Rows], list[Rows]]:
        return self.now.stored, self.now.pending

    def _note(self, kind: type[Forgot], context: int, mine: set[int], kept: list[list[NDArray[np.bool_]]]) -> None:
        count = [int(np.isin(rows, list(mine)).sum()) for rows in self.now.pool]
        lost = [int((~a).sum() + (~b).sum()) for a, b in zip(*kept, strict=True)]
        self.trace = self.trace.with_event(
            kind(self.trace.step, context, np.array(count, np.int32), np.array(lost, np.int32))
        )
        self.now = Moment(
            self.now.pool,
            self.now.ages,
            [rows[keep] for rows, keep in zip(self.now.stored, kept[0], strict=True)],
            [rows[keep] for rows, keep in zip(self.now.stored_ages, kept[0], strict=True)],
            [rows[keep] for rows, keep in zip(self.now.pending, kept[1], strict=True)],
            [rows[keep] for rows, keep in zip(self.now.pending_ages, kept[1], strict=True)],
            self.now.forgotten | {context},
        )
        self.moments[self.trace.step] = self.now

    def _inject(self, context: int, tokens: Rows) -> None:
        m, step, now = self.model, self.trace.step + 1, self.now
        fills = not now.pool[0].size
        first = max(self.owner, default=self.trace.start.next_serial - 1) + 1
        positions = np.full(m.num_tokens, -1, np.int32)
        tail = tokens[-m.num_tokens :]
        positions[m.num_tokens - tail.size :] = tail
        if fills:  # the delta over and over, then its last rows
            positions = positions[m.num_tokens - max(tail.size, 1) :]
            many, rest = divmod(m.pool_size, positions.size)
            rows = np.concatenate([positions] * many + ([positions[-rest:]] if rest else []))
        else:
            rows = positions
        new = np.arange(first, first + rows.size)
        self.owner |= {int(s): (context, int(p), step) for s, p in zip(new, rows, strict=True)}
        k, long = m.num_tokens, m.retrieved > 0
        pools, ages, dropped, dropped_ages = [], [], [], []
        stored, stored_ages = list(now.stored), [a + k for a in now.stored_ages]
        pending, pending_ages = list(now.pending), [a + k for a in now.pending_ages]
        for layer in range(m.num_layers):
            out = np.zeros(now.pool[layer].size, bool)
            if not fills:
                out[self.rng.permutation(out.size)[:k]] = True
            grown = now.ages[layer] + k
            dropped.append(now.pool[layer][out])
            dropped_ages.append(grown[out])
            pools.append(np.concatenate((now.pool[layer][~out], new)))
            ages.append(np.concatenate((grown[~out], np.arange(new.size)[::-1])))
            if long:
                keep = np.array([self._context(s) not in now.forgotten for s in dropped[-1].tolist()], bool)
                pending[layer] = np.concatenate((pending[layer], dropped[-1][keep]))
                pending_ages[layer] = np.concatenate((pending_ages[layer], dropped_ages[-1][keep]))
        self.waited += 1
        merged = long and self.waited >= self.merge_every
        evicted = [np.empty(0, np.int64)] * m.num_layers
        if merged:
            self.waited = 0
            for layer in range(m.num_layers):
                serials = np.concatenate((stored[layer], pending[layer]))
                old = np.concatenate((stored_ages[layer], pending_ages[layer]))
                left = self.joined[layer] | {int(s): self.lives for s in pending[layer]}
                left = {s: left.get(s, self.lives) - 1 for s in serials.tolist()}
                keep = np.array([left[s] > 0 for s in serials.tolist()], bool)
                if keep.sum() <= m.retrieved:
                    keep[:] = True
                    left = {s: n + 1 for s, n in left.items()}
                evicted[layer], stored[layer], stored_ages[layer] = serials[~keep], serials[keep], old[keep]
                self.joined[layer] = left
                pending[layer] = pending_ages[layer] = np.empty(0, np.int64)
        self.now = Moment(pools, ages, stored, stored_ages, pending, pending_ages, now.forgotten)
        self.moments[step] = self.now
        self.trace = self.trace.with_event(
            Injected(
                step=step,
                context=context,
                positions=positions,
                first_serial=first,
                dropped=np.stack(dropped).astype(np.int64),
                dropped_ages=np.stack(dropped_ages).astype(np.int32),
                merged=merged,
                evicted=tuple(evicted),
                store_size=np.array([rows.size for rows in stored], np.int32),
                pending_size=np.array([rows.size for rows in pending], np.int32),
            )
        )

    def _context(self, serial: int) -> int:
        return self.owner.get(serial, (BEFORE, -1, 0))[0]


def begin(
    layers: int = 6,
    tokens: int = 8,
    pool: int = 256,
    retrieved: int = 32,
    chunk: int = 64,
    long_term: int = 40,
    filled: bool = True,
    seed: int = 0,
    merge_every: int = 4,
) -> Play:
    """A session before its first word. `retrieved=0`: no long-term memory; `filled=False`: an empty pool."""
    model = ModelInfo("synthetic", layers, tokens, pool, retrieved, chunk)
    rng = np.random.default_rng(seed)
    size = long_term if retrieved else 0
    stored = [np.arange(size) for _ in range(layers)]
    stored_ages = [np.arange(size)[::-1] * 3 for _ in range(layers)]
    pools = [np.arange(size, size + (pool if filled else 0)) for _ in range(layers)]
    start = Start(
        np.stack(pools).astype(np.int64),
        tuple(rows.astype(np.int64) for rows in stored) if retrieved else (),
        tuple(rows.astype(np.int32) for rows in stored_ages) if retrieved else (),
        size + (pool if filled else 0),
    )
    nothing = [np.empty(0, np.int64)] * layers
    now = Moment(pools, [np.zeros_like(rows) for rows in pools], stored, stored_ages, nothing, nothing, frozenset())
    return Play(Trace(model, start), {0: now}, {}, now, rng, merge_every, joined=[{} for _ in range(layers)])


def play(told: int = 3, unrelated: int = 60, questions: bool = True, nan: bool = False, **options: int | bool) -> Play:
    """Some told texts, then unrelated ones, then a question about the first."""
    session = begin(**options)  # type: ignore[arg-type]
    for index in range(told):
        session.tell(TOLD[index % len(TOLD)])
    for index in range(unrelated):
        session.tell(UNRELATED[index % len(UNRELATED)], "unrelated")
    if questions and told:
        session.ask("What fruits does David like?", 0, nan=nan)
    return session


def _asked(session: Play, question: str, about: int | None, answer: list[str], nan: bool) -> Asked:
    """A question that finds what it is about more easily than chance."""
    m, now, rng = session.model, session.now, session.rng
    layers, count = m.num_layers, len(answer)
    retrieved, scores, ages, histogram, candidates = [], [], [], [], []
    for layer in range(layers):
        serials = np.concatenate((now.stored[layer], now.pending[layer]))
        old = np.concatenate((now.stored_ages[layer], now.pending_ages[layer]))
        if not m.retrieved:
            serials, old = serials[:0], old[:0]
        short = now.stored[layer].size < m.retrieved
        if short and m.retrieved:
            serials, old = now.stored[layer], now.stored_ages[layer]
        mine = np.array([session._context(s) == about for s in serials.tolist()], bool)
        score = np.clip(rng.normal(0.35, 0.1, serials.size) + 0.15 * mine * (layer % 3), 0.01, 0.99)
        histogram.append(np.histogram(score, SCORE_BINS, (0, 1))[0])
        candidates.append(serials.size)
        if short and m.retrieved:
            best = np.resize(np.arange(serials.size), m.retrieved) if serials.size else np.zeros(0, np.int64)
            score = np.full(serials.size, np.nan)
        else:
            best = np.sort(np.argsort(-score, kind="stable")[: m.retrieved])
        best = best[np.argsort(-old[best], kind="stable")]
        retrieved.append(serials[best])
        scores.append(np.full(best.size, np.nan) if nan else score[best])
        ages.append(old[best])
    sources, mass = _masses(session, about, np.stack(retrieved), count)
    return Asked(
        step=session.trace.step,
        question=question,
        prompt_tokens=("Question:", *question.split(), "Answer:"),
        answer=" ".join(answer),
        answer_tokens=tuple(answer),
        probabilities=rng.uniform(0.5, 1, count).astype(np.float32),
        finish="sentence",
        retrieved=np.stack(retrieved).astype(np.int64),
        scores=np.stack(scores).astype(np.float32),
        ages=np.stack(ages).astype(np.int32),
        candidates=np.array(candidates, np.int32),
        score_histogram=np.stack(histogram).astype(np.int32),
        sources=sources,
        mass=mass,
        short_term_mass=rng.dirichlet(np.full(max(now.pool[0].size, 1), 0.2), layers).astype(np.float32)[
            :, : now.pool[0].size
        ],
        retrieved_mass=(rng.random(np.stack(retrieved).shape) / 100).astype(np.float32),
        **_strongest(session, np.stack(retrieved).astype(np.int64), count),
    )


def _strongest(session: Play, read: Rows, count: int, most: int = 5) -> dict[str, NDArray[Any]]:
    """A few tokens of the pool and of what was read, per answer token and layer."""
    rng, layers = session.rng, session.model.num_layers
    held = np.concatenate((np.stack(session.now.pool), read), axis=1).astype(np.int64)
    serials = np.full((count, layers, most), -1, np.int64)
    for token in range(count):
        for layer in range(layers):
            some = rng.permutation(np.unique(held[layer]))[:most]
            serials[token, layer, : some.size] = some
    mass = -np.sort(-rng.random(serials.shape) / 20, axis=2) * (serials >= 0)
    return {"strongest": serials, "strongest_mass": mass.astype(np.float32)}


def _masses(session: Play, about: int | None, read: Rows, count: int) -> tuple[tuple[Source, ...], NDArray[np.float32]]:
    """Sources that are really there, with random masses that favour what the question is about."""
    in_pool = {session._context(s) for s in np.unique(np.stack(session.now.pool)).tolist()}
    in_long = {session._context(s) for s in np.unique(read).tolist()} if read.size else set()
    sources = [Source("bos", BEFORE), *(Source("long_term", c) for c in sorted(in_long))]
    sources += [*(Source("short_term", c) for c in sorted(in_pool)), Source("prompt", BEFORE), Source("answer", BEFORE)]
    weight = np.array([{"bos": 3.0, "prompt": 6.0, "answer": 2.0}.get(s.kind, 0.4) for s in sources])
    weight += np.array(
        [4.0 if s.context == about and s.kind.endswith("term") and about is not None else 0 for s in sources]
    )
    drawn = session.rng.dirichlet(weight, (count, session.model.num_layers))
    return tuple(sources), drawn.astype(np.float32)
