"""One person's session: a memory, its trace and its event log over weights that everyone shares.

Every moment of a session is a value (memory, trace, log), so undo, redo and fork are moves between values. The
log holds what was done (texts, settings); replaying it on the same model gives the same memory, bit for bit.
Analyses (`core.analysis`) work on these values and leave the session as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, Literal, NamedTuple

import numpy as np
import torch

from core import codec
from core.answering import Asking
from core.config import TRAINED_MINIMUM
from core.errors import BusyError, InputError, SnapshotError
from core.history import History, Moment
from core.memory.forgetting import forget, left_of
from core.memory.snapshot import Content, pack_memory, read_file, unpack_memory, write_file
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel, place
from core.model.decoding import Decoding
from core.model.prompts import Encoded, check_text, encode_context
from core.model.stored import with_read_rows
from core.model.writing import inject
from core.rebuilding import Rebuilder
from core.recording import injected, model_info, start_of
from core.trace import Asked, Context, Forgot, Trace, before, question_at, serials_of

MAX_CHARACTERS = 200_000
MAX_CHUNKS = 256
"""Longest text told at once."""
PATIENCE = 60.0
"""Seconds that an operation waits for another of the same session."""

Kind = Literal["told", "unrelated"]


class Size(NamedTuple):
    """How long a text is: tokens, and injections that it takes."""

    tokens: int
    chunks: int


@dataclass(frozen=True)
class Told:
    """What an injection did."""

    contexts: tuple[int, ...]
    tokens: int
    chunks: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer as far as it is written; the last one of a stream has `finish` and `event` set."""

    text: str
    tokens: tuple[str, ...]
    finish: str | None = None
    event: Asked | None = None


class Session:
    """Inject, ask, forget; undo and redo; fork, save and load. One operation at a time."""

    def __init__(self, model: LoadedModel, seed: int = 0) -> None:
        self.model = model
        start = Moment(model.memory.seeded(seed), Trace(model_info(model), start_of(model.memory)), (), "start")
        self._history = History(start, from_start=True)
        self._rebuilder = Rebuilder(model)
        self._lock = Lock()

    @property
    def present(self) -> Moment:
        """Memory, trace and log of now, which belong together."""
        return self._history.present

    @property
    def memory(self) -> MemoryState:
        return self.present.memory

    @property
    def trace(self) -> Trace:
        return self.present.trace

    @property
    def log(self) -> tuple[dict[str, Any], ...]:
        """What was done since the start, as JSON-able operations; undone ones are not in it."""
        return self.present.log

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def memory_when(self, question: int) -> MemoryState:
        """The memory that a question of the trace was answered from (-1: the last one).

        Memories between operations and of long ago are not kept; they are made again, one injection after the other.

        Raises:
            InputError: there is no such question, or it is too long ago (see `core.rebuilding`).
        """
        trace = self.trace
        asked = question_at(trace, question)
        return self._rebuilder.memory_after(self._history, trace, before(trace, asked).events)

    def memory_at(self, step: int) -> MemoryState:
        """The memory after so many injections, and after what was forgotten before the next one.

        Raises:
            InputError: there is no such step, or it is too long ago, as for `memory_when`.
        """
        trace = self.trace
        if not 0 <= step <= trace.step:
            raise InputError(f"There is no step {step}: give 0 to {trace.step}.")
        events = [event for event in trace.events if event.step <= step]
        return self._rebuilder.memory_after(self._history, trace, events)

    def measure(self, text: str) -> Size:
        """How long a text to tell is."""
        if not text.strip():
            return Size(0, 0)
        encoded = encode_context(self.model.tokenizer, text)
        return Size(len(encoded.ids), len(encoded.chunks(self._chunk)))

    def inject(self, text: str, kind: Kind = "told") -> Told:
        """Write a text into memory, in chunks if it is long; under 16 tokens it does so with a warning.

        Raises:
            InputError: empty, binary or too long; memory is then as it was.
        """
        return self.inject_all((text,), kind)

    def inject_all(
        self, texts: Iterable[str], kind: Kind = "unrelated", progress: Callable[[int, int], None] | None = None
    ) -> Told:
        """Write several texts, one after the other, as one operation: all of them or none."""
        with self._working():
            texts = tuple(texts)
            if not texts:
                raise InputError("There is no text to tell.")
            encoded = [self._encode(text) for text in texts]
            memory, trace = self.memory, self.trace
            first, chunks = len(trace.contexts), 0
            for done, (text, tokens) in enumerate(zip(texts, encoded, strict=True)):
                if progress is not None:
                    progress(done, len(texts))
                context = Context(len(trace.contexts), text, tokens.spans, kind)
                trace = trace.with_context(context)
                for part in tokens.chunks(self._chunk):
                    ids = torch.tensor(tokens.ids[part.start : part.stop], device=self.model.device)
                    result = inject(self.model.network, memory, ids)
                    trace = trace.with_event(injected(self.model, memory, result, context.index, part))
                    memory = result.memory
                    chunks += 1
            label = "telling" if kind == "told" else f"adding {len(texts)} unrelated contexts"
            operation = {"op": "inject", "texts": list(texts), "kind": kind}
            self._move(Moment(memory, trace, (*self.log, operation), label))
            contexts = tuple(range(first, first + len(texts)))
            count = sum(len(tokens.ids) for tokens in encoded)
            return Told(contexts, count, chunks, self._warnings(encoded))

    def ask(self, question: str, decoding: Decoding | None = None) -> Generator[Answer, None, None]:
        """Answer a question from memory alone, token by token. Memory stays as it is.

        Closing the iterator early keeps what was written so far, with finish "stopped".
        """
        return self._answer(question, decoding or Decoding(), limit=None)

    def answer(self, question: str, decoding: Decoding | None = None) -> Answer:
        """The finished answer."""
        *_, last = self.ask(question, decoding)
        return last

    def forget(self, context: int) -> Forgot:
        """Overwrite and mask what is left of a context, in short- and long-term memory."""
        with self._working():
            trace, memory = self.trace, self.memory
            if not 0 <= context < len(trace.contexts):
                raise InputError(f"There is no context {context}: {len(trace.contexts)} were told, counted from 0.")
            left = left_of(memory, serials_of(trace, (context,)))
            event = Forgot(trace.step, context, left.short_term, left.long_term)
            forgotten = forget(memory, serials_of(trace, (context,)))
            operation = {"op": "forget", "context": context}
            self._move(Moment(forgotten, trace.with_event(event), (*self.log, operation), "forgetting"))
            return event

    def reset(self) -> None:
        """Back to the checkpoint's own memory. Can be undone."""
        with self._working():
            start = self._history.start or Session(self.model, self.memory.seed).present
            self._move(replace(start, label="the reset"))

    def undo(self) -> str:
        """Take back the last operation; says which."""
        with self._working():
            return self._history.undo(self._remade)

    def redo(self) -> str:
        """Do again what was undone last; says what."""
        with self._working():
            return self._history.redo(self._remade)

    def fork(self) -> Session:
        """Another session that starts from this moment; neither sees what the other does."""
        other = Session(self.model, self.memory.seed)
        other._history = History(self.present, from_start=False)
        return other

    def save(self, path: str | Path) -> Path:
        """Write memory, trace and event log to one file (safetensors with JSON inside)."""
        moment = self.present
        memory, trace = pack_memory(moment.memory), codec.pack(moment.trace)
        tensors = {f"memory.{name}": tensor for name, tensor in memory.tensors.items()}
        tensors |= {f"trace.{name}": torch.from_numpy(np.ascontiguousarray(a)) for name, a in trace.arrays.items()}
        document = {"memory": memory.document, "trace": trace.document, "log": list(moment.log)}
        write_file(Path(path), tensors, document, self.model.fingerprint)
        return Path(path)

    @classmethod
    def load(cls, model: LoadedModel, path: str | Path) -> Session:
        """A session from a file that `save` wrote for the same model.

        Raises:
            SnapshotError: damaged, foreign, or of another model.
        """
        tensors, document = read_file(Path(path), model.fingerprint)
        try:
            memory_tensors = {k.removeprefix("memory."): v for k, v in tensors.items() if k.startswith("memory.")}
            arrays = {k.removeprefix("trace."): v.numpy() for k, v in tensors.items() if k.startswith("trace.")}
            memory = unpack_memory(Content(memory_tensors, document["memory"]), model.config)
            trace = codec.unpack(codec.Packed(document["trace"], arrays))
            log = tuple(document["log"])
        except (KeyError, TypeError, AttributeError) as error:
            raise SnapshotError(f"{Path(path).name} is incomplete: {error!r}.") from error
        if not isinstance(trace, Trace) or trace.step != memory.step - model.memory.step:
            raise SnapshotError(f"{Path(path).name} is inconsistent: its trace does not belong to its memory.")
        session = cls(model, memory.seed)
        memory = with_read_rows(model.network, place(memory, model.device, model.dtype))
        moment = Moment(memory, trace, log, "loading")
        session._history = History(moment, from_start=False)
        return session

    @classmethod
    def replay(
        cls,
        model: LoadedModel,
        log: Iterable[Mapping[str, Any]],
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> Session:
        """A new session in which everything in the log is done again.

        Args:
            progress: called with (texts told, texts in all); an exception that it raises ends the replay.
        """
        session, log = cls(model, seed), tuple(log)
        total = sum(len(operation["texts"]) for operation in log if operation.get("op") == "inject")
        told = 0

        def count(done: int, _: int) -> None:
            if progress is not None:
                progress(told + done, total)

        for operation in log:
            kind = operation.get("op")
            if kind == "inject":
                session.inject_all(operation["texts"], operation["kind"], count)
                told += len(operation["texts"])
            elif kind == "ask":
                for _ in session._answer(
                    operation["question"], Decoding(**operation["decoding"]), limit=operation["tokens"]
                ):
                    pass
            elif kind == "forget":
                session.forget(operation["context"])
            else:
                raise SnapshotError(f"The event log holds an unknown operation {kind!r}.")
        return session

    @property
    def _chunk(self) -> int:
        return self.model.config.memory.chunk_length

    def _move(self, moment: Moment) -> None:
        self._history.move(moment)

    def _remade(self, trace: Trace) -> MemoryState:
        return self._rebuilder.memory_after(self._history, trace, trace.events, limited=False)

    @contextmanager
    def _working(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=PATIENCE):
            raise BusyError("This session is still working on another request: wait for it, or stop it.")
        try:
            yield
        finally:
            self._lock.release()

    def _encode(self, text: str) -> Encoded:
        encoded = encode_context(self.model.tokenizer, check_text(text, "The text to tell", MAX_CHARACTERS))
        if len(encoded.ids) > MAX_CHUNKS * self._chunk:
            raise InputError(
                f"The text has {len(encoded.ids):,} tokens; at most {MAX_CHUNKS * self._chunk:,} fit at once "
                f"({MAX_CHUNKS} chunks of {self._chunk}). Tell it in parts."
            )
        return encoded

    def _warnings(self, encoded: list[Encoded]) -> tuple[str, ...]:
        warnings = []
        kept = self.model.config.memory.num_tokens
        for tokens in encoded:
            last = len(tokens.chunks(self._chunk)[-1])
            if last < TRAINED_MINIMUM:
                which = "The text" if len(tokens.ids) <= self._chunk else "The last chunk"
                warnings.append(
                    f"{which} has only {last} tokens; the model was trained with at least {TRAINED_MINIMUM}. "
                    f"It still writes {kept} memory tokens per layer: {max(kept - last, 0)} of them are older memory "
                    "written again, which disturbs it."
                )
        return tuple(dict.fromkeys(warnings))

    def _answer(self, question: str, decoding: Decoding, limit: int | None) -> Generator[Answer, None, None]:
        with self._working():
            asking = Asking(self.model, self.memory, self.trace, question)
            try:
                for _ in asking.answer(decoding, limit):
                    yield Answer(asking.draft.text, tuple(asking.draft.pieces))
            except GeneratorExit:
                self._note_answer(asking, decoding)
                raise
            event = self._note_answer(asking, decoding)
        yield Answer(event.answer, event.answer_tokens, event.finish, event)

    def _note_answer(self, asking: Asking, decoding: Decoding) -> Asked:
        event = asking.event()
        operation = {
            "op": "ask",
            "question": event.question,
            "decoding": asdict(decoding),
            "tokens": len(event.answer_tokens) if event.finish == "stopped" else None,
        }
        trace = self.trace.with_event(event)
        self._move(Moment(self.memory, trace, (*self.log, operation), "the question"))
        return event
