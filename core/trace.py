"""What happened in a session, as numpy: the only thing that figures and exports read. Imports no torch.

A trace is a value: operations return a longer one. It stores what was observed, each fact once; everything that
is drawn (pools, survival, ages, fates) is derived from it by the functions at the end.

A memory token is named by (layer, serial). Serials count up in the order of writing and are shared by all layers:
the checkpoint's long-term rows first, then its pool, then K per injection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError

Ints = NDArray[np.int32]
Serials = NDArray[np.int64]
Floats = NDArray[np.float32]

BEFORE = -1
"""Context index of memory from before the session (the checkpoint's own)."""

SCORE_BINS = 50
"""Histogram bins of retriever scores, equal widths on 0..1."""

STRONGEST = 16
"""Memory tokens noted by name per answer token and layer."""


@dataclass(frozen=True)
class ModelInfo:
    """What a reader of the trace needs to know of the model."""

    name: str
    num_layers: int  # L
    num_tokens: int  # K, written and dropped per injection and layer
    pool_size: int  # N, short-term memory tokens per layer
    retrieved: int  # R, long-term tokens read per layer; 0: no long-term memory
    chunk_length: int  # longest context written at once, tokens


@dataclass(frozen=True)
class Start:
    """Memory as the session found it."""

    short_term: Serials  # [L, N] oldest first; [L, 0] for a pool that is still empty
    long_term: tuple[Serials, ...]  # per layer [S]
    long_term_ages: tuple[Ints, ...]  # per layer [S]
    next_serial: int


@dataclass(frozen=True)
class Context:
    """A text that was told. Longer ones are written in several chunks, one injection each."""

    index: int
    text: str
    spans: NDArray[np.int64]  # [n, 2], character range of each of its tokens in the text
    kind: Literal["told", "unrelated"]


@dataclass(frozen=True)
class Injected:
    """One injection: a chunk of a context became K memory tokens in every layer."""

    step: int  # 1, 2, ...: injections so far, this one included
    context: int
    positions: Ints  # [D], token of the context that each new row stands at; -1: a rewritten older memory row
    first_serial: int  # of the D new rows, which count up from it, oldest first
    dropped: Serials  # [L, K], empty second axis when an empty pool was filled
    dropped_ages: Ints  # [L, K], tokens; age at the moment of dropping
    merged: bool  # pending rows joined the long-term store in this injection
    evicted: tuple[Serials, ...]  # per layer, removed from the long-term store by this injection's merge
    store_size: Ints  # [L], long-term store after
    pending_size: Ints  # [L], dropped rows waiting for the next merge, after


class Source(NamedTuple):
    """Where attention can go: a part of the sequence, memory split by context."""

    kind: Literal["bos", "long_term", "short_term", "prompt", "answer"]
    context: int  # of long_term and short_term (BEFORE: from before the session), else BEFORE


@dataclass(frozen=True)
class Asked:
    """A question, its answer, and what the model looked at. A = answer tokens.

    Attention mass is the probability averaged over heads; a token's masses over all sources add up to 1.
    """

    step: int  # injections before it
    question: str
    prompt_tokens: tuple[str, ...]  # the tokens of the whole prompt, as text
    answer: str
    answer_tokens: tuple[str, ...]  # [A]
    probabilities: Floats  # [A], the model's probability of each answer token
    finish: str  # why it ended: "end", "sentence", "line", "question", "length", "stopped"
    # [L, R], in the order read (oldest first), -1 where long-term memory was empty; second axis empty without one
    retrieved: Serials
    scores: Floats  # [L, R], retriever scores of these; NaN when a short store was read without scoring
    ages: Ints  # [L, R], tokens
    candidates: Ints  # [L], rows that were searched
    score_histogram: Ints  # [L, SCORE_BINS], scores of all candidates
    sources: tuple[Source, ...]
    mass: Floats  # [A, L, sources], attention mass of the query that chose each answer token
    short_term_mass: Floats  # [L, N], per pool rank, mean over answer tokens
    retrieved_mass: Floats  # [L, R], same, in the order of `retrieved`
    # Below: empty in traces from before it was recorded.
    answer_ids: Ints = field(default_factory=lambda: np.empty(0, np.int32))  # [A], vocabulary entries
    # [A, L, T] with T = min(STRONGEST, N + R): the memory tokens most looked at, short-term and retrieved together,
    # strongest first; -1 where memory holds fewer. A token that was read twice counts once, with both masses.
    strongest: Serials = field(default_factory=lambda: np.empty((0, 0, 0), np.int64))
    strongest_mass: Floats = field(default_factory=lambda: np.empty((0, 0, 0), np.float32))

    @property
    def searched(self) -> bool:
        """Whether anything was read from long-term memory: nothing is from one that is still empty."""
        return bool((self.retrieved >= 0).any())


@dataclass(frozen=True)
class Forgot:
    """A context whose memory tokens were overwritten and masked."""

    step: int
    context: int
    short_term: Ints  # [L], tokens that were still in the pool
    long_term: Ints  # [L], tokens that were in the long-term memory, pending ones included


Event = Injected | Asked | Forgot


@dataclass(frozen=True)
class Trace:
    """A session from its start to now."""

    model: ModelInfo
    start: Start
    contexts: tuple[Context, ...] = ()
    events: tuple[Event, ...] = ()

    def with_context(self, context: Context) -> Trace:
        return replace(self, contexts=(*self.contexts, context))

    def with_event(self, event: Event) -> Trace:
        return replace(self, events=(*self.events, event))

    @property
    def injections(self) -> tuple[Injected, ...]:
        return tuple(event for event in self.events if isinstance(event, Injected))

    @property
    def questions(self) -> tuple[Asked, ...]:
        return tuple(event for event in self.events if isinstance(event, Asked))

    @property
    def step(self) -> int:
        """Injections so far."""
        return len(self.injections)


class Origin(NamedTuple):
    """Where every serial came from; index = serial."""

    context: Ints  # [S], BEFORE for the checkpoint's own
    position: Ints  # [S], token of the context; -1 for rewritten memory rows and for BEFORE
    step: Ints  # [S], injection that wrote it; 0 for BEFORE


class Pool(NamedTuple):
    """Short-term memory at one moment, oldest first."""

    serials: Serials  # [L, N]
    ages: Ints  # [L, N], tokens
    forgotten: NDArray[np.bool_]  # [L, N], overwritten and masked


class Store(NamedTuple):
    """One layer's long-term memory at one moment, store and pending rows together."""

    serials: Serials  # [S + C]
    ages: Ints  # [S + C], tokens
    pending: NDArray[np.bool_]  # [S + C]


def rows_written(trace: Trace, event: Injected) -> int:
    """K rows per layer, or all N when the injection filled an empty pool."""
    return trace.model.num_tokens if event.dropped.size else trace.model.pool_size


def origin(trace: Trace) -> Origin:
    """Where every memory token written so far came from."""
    size = trace.start.next_serial + sum(rows_written(trace, event) for event in trace.injections)
    context, position = np.full(size, BEFORE, np.int32), np.full(size, -1, np.int32)
    step = np.zeros(size, np.int32)
    for event in trace.injections:
        rows = rows_written(trace, event)
        span = slice(event.first_serial, event.first_serial + rows)
        context[span], step[span] = event.context, event.step
        position[span] = _filled(event.positions, rows)
    return Origin(context, position, step)


def serials_of(trace: Trace, contexts: Iterable[int]) -> Serials:
    """Serials of all memory tokens that these contexts wrote, whatever became of them."""
    return np.flatnonzero(np.isin(origin(trace).context, list(contexts))).astype(np.int64)


def question_at(trace: Trace, question: int) -> Asked:
    """A question by its place among the trace's questions; negative ones count from the end.

    Raises:
        InputError: there is none.
    """
    count = len(trace.questions)
    if not -count <= question < count:
        raise InputError(f"There is no question {question}: {count} were asked, counted from 0.")
    return trace.questions[question]


def before(trace: Trace, asked: Asked) -> Trace:
    """The trace as it was when a question of it was asked."""
    place = next(index for index, event in enumerate(trace.events) if event is asked)
    events = trace.events[:place]
    told = 1 + max((event.context for event in events if isinstance(event, Injected)), default=-1)
    return replace(trace, contexts=trace.contexts[:told], events=events)


def forgotten_contexts(trace: Trace) -> frozenset[int]:
    """Numbers of the contexts that were forgotten on purpose."""
    return frozenset(event.context for event in trace.events if isinstance(event, Forgot))


def pool_at(trace: Trace, step: int | None = None) -> Pool:
    """The pool after `step` injections (default: now, later forgetting included)."""
    last = trace.step if step is None else step
    layers = trace.model.num_layers
    serials = trace.start.short_term
    gone: list[int] = []
    for event in trace.events:
        if isinstance(event, Forgot) and event.step <= last:
            gone.append(event.context)
        if not isinstance(event, Injected) or event.step > last:
            continue
        new = np.arange(event.first_serial, event.first_serial + rows_written(trace, event))
        kept = _without(serials, event.dropped)
        serials = np.concatenate((kept, np.broadcast_to(new, (layers, new.size))), axis=1)
    forgotten = np.isin(origin(trace).context[serials], gone)
    return Pool(serials, ages_of(trace, serials, last), forgotten)


def long_term_at(trace: Trace, layer: int, step: int | None = None) -> Store:
    """One layer's long-term memory after `step` injections (default: now)."""
    last = trace.step if step is None else step
    context = origin(trace).context
    if not trace.model.retrieved:
        return Store(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, bool))
    stored, pending = trace.start.long_term[layer], np.empty(0, np.int64)
    gone: list[int] = []
    for event in trace.events:
        if isinstance(event, Forgot) and event.step <= last:
            gone.append(event.context)
            stored = stored[context[stored] != event.context]
            pending = pending[context[pending] != event.context]
        if not isinstance(event, Injected) or event.step > last:
            continue
        arrived = event.dropped[layer]
        pending = np.concatenate((pending, arrived[~np.isin(context[arrived], gone)]))
        if event.merged:
            stored = np.concatenate((stored, pending))
            stored = stored[~np.isin(stored, event.evicted[layer])]
            pending = pending[:0]
    serials = np.concatenate((stored, pending))
    waiting = np.arange(serials.size) >= stored.size
    return Store(serials, ages_of(trace, serials, last, layer), waiting)


def ages_of(trace: Trace, serials: Serials, step: int, layer: int | None = None) -> Ints:
    """Ages, in tokens, after `step` injections of tokens written by then.

    A token's age is the number of memory tokens written after it: K - 1 ... 0 within its own injection, then K
    more per injection. The checkpoint's pool starts at 0, its long-term rows (which need `layer`) at their own age.
    """
    _, _, written = origin(trace)
    k = trace.model.num_tokens
    firsts = np.zeros(trace.step + 1, np.int64)
    widths = np.ones(trace.step + 1, np.int64)
    for event in trace.injections:
        firsts[event.step], widths[event.step] = event.first_serial, rows_written(trace, event)
    at = written[serials]
    within = np.where(at > 0, widths[at] - 1 - (serials - firsts[at]), 0)
    ages = within + k * (step - at)
    if layer is not None and trace.start.long_term:
        own = np.zeros(trace.start.next_serial, np.int64)
        own[trace.start.long_term[layer]] = trace.start.long_term_ages[layer]
        before = at == 0
        ages[before] += own[serials[before]]
    return ages.astype(np.int32)


def _filled(positions: Ints, rows: int) -> Ints:
    """[D] -> [rows]: an empty pool is filled with the delta over and over, then with its last rows."""
    repeats, rest = divmod(rows, positions.size)
    return np.concatenate((np.tile(positions, repeats), positions[positions.size - rest :]))


def _without(serials: Serials, dropped: Serials) -> Serials:
    """[L, N] less [L, K] -> [L, N - K], order kept."""
    if not dropped.size:
        return serials[:, :0]
    keep = np.stack([~np.isin(row, gone) for row, gone in zip(serials, dropped, strict=True)])
    return serials[keep].reshape(serials.shape[0], -1)
