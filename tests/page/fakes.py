"""A session without a model: the same interface as `core.session`, a memory of made-up tokens, instant.

It writes, drops, retrieves and forgets by the same rules as the real one (uniform drops, long-term memory behind the
pool), so that the page shows something true in form; only the answers are canned.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np

from core.errors import InputError, SnapshotError
from core.session import Size
from core.trace import (
    BEFORE,
    SCORE_BINS,
    Asked,
    Context,
    Forgot,
    Injected,
    ModelInfo,
    Source,
    Start,
    Trace,
    long_term_at,
    origin,
    pool_at,
)

INFO = ModelInfo(name="fake", num_layers=4, num_tokens=16, pool_size=128, retrieved=32, chunk_length=64)
LONGEST = 20_000  # characters


@dataclass(frozen=True)
class Decoding:
    max_new_tokens: int = 48
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Told:
    contexts: tuple[int, ...]
    tokens: int
    chunks: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    text: str
    tokens: tuple[str, ...]
    finish: str | None
    event: Asked | None


@dataclass(eq=False)
class FakeSession:
    """One person's made-up memory."""

    model: Any
    seed: int = 0
    trace: Trace = field(init=False)
    delay: Callable[[], None] = lambda: None
    _past: list[tuple[str, Trace]] = field(default_factory=list)
    _future: list[tuple[str, Trace]] = field(default_factory=list)

    def __post_init__(self) -> None:
        layers, pool = INFO.num_layers, INFO.pool_size
        start = Start(
            short_term=np.broadcast_to(np.arange(pool), (layers, pool)).astype(np.int64),
            long_term=tuple(np.empty(0, np.int64) for _ in range(layers)),
            long_term_ages=tuple(np.empty(0, np.int32) for _ in range(layers)),
            next_serial=pool,
        )
        self.trace = Trace(INFO, start)

    # -- what the page calls ---------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def measure(self, text: str) -> Size:
        tokens = len(_spans(text))
        return Size(tokens, -(-tokens // INFO.chunk_length))

    def inject(self, text: str, kind: Literal["told", "unrelated"] = "told") -> Told:
        return self._step(f"telling “{text[:30]}”", lambda: self._inject((text,), kind, None))

    def inject_all(
        self,
        texts: tuple[str, ...] | list[str],
        kind: Literal["told", "unrelated"] = "unrelated",
        progress: Callable[[int, int], None] | None = None,
    ) -> Told:
        return self._step(f"{len(texts)} {kind} contexts", lambda: self._inject(tuple(texts), kind, progress))

    def ask(self, question: str, decoding: Decoding | None = None) -> Iterator[Answer]:
        question = _checked(question, "question")
        words = self._answer(question)[: (decoding or Decoding()).max_new_tokens]
        before, said = self.trace, 0
        try:
            for said in range(1, len(words) + 1):
                self.delay()
                yield Answer("".join(words[:said]).strip(), tuple(words[:said]), None, None)
        except GeneratorExit:
            self._record("question", before, self._asked(question, words[:said], "stopped"))
            raise
        event = self._asked(question, words, "sentence")
        self._record("question", before, event)
        yield Answer(event.answer, event.answer_tokens, event.finish, event)

    def answer(self, question: str, decoding: Decoding | None = None) -> Answer:
        *_, last = self.ask(question, decoding)
        return last

    def forget(self, context: int) -> Forgot:
        if not 0 <= context < len(self.trace.contexts):
            raise InputError(f"There is no context {context} to forget.")
        writer = origin(self.trace).context
        pool = pool_at(self.trace)
        mine = (writer[pool.serials] == context) & ~pool.forgotten
        stored = [int((writer[long_term_at(self.trace, i).serials] == context).sum()) for i in range(INFO.num_layers)]
        event = Forgot(self.trace.step, context, mine.sum(1).astype(np.int32), np.array(stored, np.int32))
        self._record(f"forgetting context {context + 1}", self.trace, event)
        return event

    def reset(self) -> None:
        before = self.trace
        self.__post_init__()
        self._past.append(("reset", before))

    def undo(self) -> str:
        if not self._past:
            raise InputError("There is nothing to undo.")
        what, before = self._past.pop()
        self._future.append((what, self.trace))
        self.trace = before
        return what

    def redo(self) -> str:
        if not self._future:
            raise InputError("There is nothing to redo.")
        what, after = self._future.pop()
        self._past.append((what, self.trace))
        self.trace = after
        return what

    def save(self, path: Path) -> None:
        Path(path).write_text(json.dumps({"fake": [c.text for c in self.trace.contexts]}), encoding="utf-8")

    # -- how it pretends -------------------------------------------------------------------------------------------

    def _step(self, what: str, change: Callable[[], Told]) -> Told:
        before = self.trace
        told = change()
        self._past.append((what, before))
        self._future.clear()
        return told

    def _record(self, what: str, before: Trace, event: Asked | Forgot) -> None:
        self.trace = before.with_event(event)
        self._past.append((what, before))
        self._future.clear()

    def _inject(self, texts: tuple[str, ...], kind: Any, progress: Callable[[int, int], None] | None) -> Told:
        contexts, tokens, chunks = [], 0, 0
        for done, text in enumerate(texts, 1):
            text = _checked(text, "text")
            spans = _spans(text)
            index = len(self.trace.contexts)
            self.trace = self.trace.with_context(Context(index, text, np.array(spans, np.int64).reshape(-1, 2), kind))
            for first in range(0, len(spans), INFO.chunk_length):
                self._write(index, np.arange(first, min(first + INFO.chunk_length, len(spans))))
                chunks += 1
            tokens += len(spans)
            contexts.append(index)
            self.delay()
            if progress:
                progress(done, len(texts))
        short = kind == "told" and tokens < 16
        return Told(tuple(contexts), tokens, chunks, ("Under 16 tokens are written.",) if short else ())

    def _write(self, context: int, positions: np.ndarray) -> None:
        trace, rng = self.trace, np.random.default_rng([self.seed, self.trace.step])
        k, layers = INFO.num_tokens, INFO.num_layers
        pool = pool_at(trace)
        places = np.sort(np.stack([rng.permutation(INFO.pool_size)[:k] for _ in range(layers)]), axis=1)
        rows = (
            np.resize(positions[-k:], k) if positions.size >= k else np.r_[np.full(k - positions.size, -1), positions]
        )
        sizes = [long_term_at(trace, layer).serials.size for layer in range(layers)]
        self.trace = trace.with_event(
            Injected(
                step=trace.step + 1,
                context=context,
                positions=rows.astype(np.int32),
                first_serial=origin(trace).context.size,
                dropped=np.take_along_axis(pool.serials, places, 1),
                dropped_ages=np.take_along_axis(pool.ages, places, 1),
                merged=trace.step % 2 == 1,
                evicted=tuple(np.empty(0, np.int64) for _ in range(layers)),
                store_size=np.array(sizes, np.int32) + k * (trace.step % 2),
                pending_size=np.full(layers, k * (1 - trace.step % 2), np.int32),
            )
        )

    def _answer(self, question: str) -> list[str]:
        wanted = set(re.findall(r"\w+", question.lower()))
        known = [c.text for c in self.trace.contexts if wanted & set(re.findall(r"\w+", c.text.lower()))]
        return re.findall(r"\s?\S+", known[-1].split(".")[0][-60:] if known else " I do not know that.")

    def _asked(self, question: str, words: list[str], finish: str) -> Asked:
        trace, layers = self.trace, INFO.num_layers
        rng = np.random.default_rng(trace.step)
        stores = [long_term_at(trace, layer) for layer in range(layers)]
        width = min(INFO.retrieved, min(store.serials.size for store in stores))
        picks = [np.sort(rng.permutation(store.serials.size)[:width]) for store in stores]
        written = range(len(trace.contexts))
        memory = [Source("long_term", c) for c in (BEFORE, *written)] + [
            Source("short_term", c) for c in (BEFORE, *written)
        ]
        sources = (Source("bos", BEFORE), *memory, Source("prompt", BEFORE), Source("answer", BEFORE))
        mass = rng.dirichlet(np.full(len(sources), 0.3), (len(words), layers)).astype(np.float32)
        return Asked(
            step=trace.step,
            question=question,
            prompt_tokens=tuple(re.findall(r"\s?\S+", f"Question: {question} Answer:")),
            answer="".join(words).strip(),
            answer_tokens=tuple(words),
            probabilities=rng.uniform(0.4, 1, len(words)).astype(np.float32),
            finish=finish,
            retrieved=np.stack([store.serials[pick] for store, pick in zip(stores, picks, strict=True)]),
            scores=rng.uniform(0.5, 1, (layers, width)).astype(np.float32),
            ages=np.stack([store.ages[pick] for store, pick in zip(stores, picks, strict=True)]).astype(np.int32),
            candidates=np.array([store.serials.size for store in stores], np.int32),
            score_histogram=rng.integers(0, 9, (layers, SCORE_BINS)).astype(np.int32),
            sources=sources,
            mass=mass,
            short_term_mass=rng.dirichlet(np.ones(INFO.pool_size), layers).astype(np.float32),
            retrieved_mass=rng.uniform(0, 0.01, (layers, width)).astype(np.float32),
        )


class FakeStore:
    """One session per key, made on first use."""

    def __init__(self, model: Any = None, seed: int = 0, delay: Callable[[], None] = lambda: None) -> None:
        self.model, self.seed, self.delay = model or fake_model(), seed, delay
        self.sessions: dict[str, FakeSession] = {}
        self.loaded = {self.model.name: self.model}
        self.chosen: dict[str, str] = {}
        self._away: dict[tuple[str, str], FakeSession] = {}

    def get(self, key: str) -> FakeSession:
        if key not in self.sessions:
            model = self.loaded[self.chosen.get(key, self.model.name)]
            self.sessions[key] = FakeSession(model, self.seed, delay=self.delay)
        return self.sessions[key]

    def put(self, key: str, session: FakeSession) -> None:
        self.sessions[key] = session

    def leave(self, key: str) -> None:
        self.sessions.pop(key, None)
        self.chosen.pop(key, None)

    # -- models ----------------------------------------------------------------------------------------------------

    def offers(self, key: str) -> tuple[Any, ...]:
        mine = self.chosen.get(key, self.model.name)
        return tuple(
            SimpleNamespace(
                name=name,
                kind="M+, 4 layers",
                needs="" if name in self.loaded else "9.0 GiB of memory",
                state="loaded" if name in self.loaded else "impossible" if name == "huge" else "possible",
                why_not="It needs 900.0 GiB of memory; 8.0 GiB are free." if name == "huge" else "",
                mine=name == mine,
                others=sum(chosen == name for other, chosen in self.chosen.items() if other != key),
                fixed=name == self.model.name,
            )
            for name in (self.model.name, "second", "huge")
        )

    def load(self, name: str, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        if name != "second":
            raise InputError(f"There is no model {name!r} that can be loaded.")
        for done in range(1, 5):
            self.delay()
            progress(done, 4)
        self.loaded[name] = fake_model(name)

    def use(self, key: str, name: str) -> None:
        if name not in self.loaded:
            raise InputError(f"{name} is not loaded: load it first.")
        before = self.chosen.get(key, self.model.name)
        if key in self.sessions:
            self._away[key, before] = self.sessions.pop(key)
        if (key, name) in self._away:
            self.sessions[key] = self._away.pop((key, name))
        self.chosen[key] = name

    def unload(self, key: str, name: str) -> None:
        self.loaded.pop(name, None)
        if self.chosen.pop(key, None) == name:
            self.sessions.pop(key, None)


def fake_model(name: str = INFO.name) -> Any:
    memory = SimpleNamespace(
        num_tokens=INFO.num_tokens,
        pool_size=INFO.pool_size,
        retrieved=INFO.retrieved,
        chunk_length=INFO.chunk_length,
        num_layers=INFO.num_layers,
    )
    return SimpleNamespace(
        name=name, config=SimpleNamespace(memory=memory), backend="sdpa", device="cpu", dtype="float32"
    )


def fake_load(_: Any, path: str | Path) -> FakeSession:
    """Read what `FakeSession.save` wrote."""
    try:
        texts = json.loads(Path(path).read_text(encoding="utf-8"))["fake"]
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise SnapshotError("This file is not a saved Palimpsest session, or it is damaged.") from error
    session = FakeSession(fake_model())
    session.inject_all(texts, kind="told") if texts else None
    return session


def fake_texts(count: int, seed: int, avoid: str = "") -> list[str]:
    numbers = itertools.count(seed)
    return [
        f"The blue lamp number {next(numbers)} stands on the third table of the old harbour office."
        for _ in range(count)
    ]


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


def _checked(text: str, what: str) -> str:
    if not text.strip():
        raise InputError(f"The {what} is empty. Type something first.")
    if "\x00" in text:
        raise InputError(f"The {what} is not plain text.")
    if len(text) > LONGEST:
        raise InputError(f"The {what} has {len(text):,} characters; at most {LONGEST:,} can be taken at once.")
    return text


__all__ = ["FakeSession", "FakeStore", "fake_load", "fake_model", "fake_texts"]
