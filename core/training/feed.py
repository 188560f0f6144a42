"""The lessons of a phase, in order: made when they are wanted, or ahead of time in other processes.

On two cores a step takes seconds, and a lesson a hundredth of that; on a GPU it is the other way round. There, some
processes make corpora in parts, a few ahead of need, and hand them over as files; others each prepare some rows of
every lesson. What is drawn does not depend on how many they are.
"""

import gc
import os
import pickle
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from core.config import MemoryConfig
from core.training.batches import Corpus, Told, stack, together
from core.training.lessons import Lesson, prepare
from core.training.memories import HISTORY, Memories
from core.training.packs import Pack, Questions, joined
from core.training.preset import Phase

AHEAD = 48  # lessons that wait at most: a corpus is read in a few seconds
CORPORA = 2  # that are made or wait, besides the one in use
NICENESS = 10  # of those who make them: whoever trains goes first
PATIENCE = 1.0  # seconds after which a wait looks whether the others are still there


@dataclass(frozen=True)
class Course:
    """What the lessons of a phase follow from.

    number: of the phase. corpus_size, corpus_steps: contexts of a corpus, and steps that it serves. part: contexts of
    it that are made at a time.
    """

    seed: int
    number: int
    phase: Phase
    config: MemoryConfig
    corpus_size: int
    corpus_steps: int
    part: int

    @property
    def parts(self) -> int:
        """Of a corpus."""
        return max(1, self.corpus_size // self.part)

    def corpus_number(self, step: int) -> int:
        return step // self.corpus_steps + 100_000 // self.corpus_steps * self.number

    def corpus(self, tokenizer: Tokenizer, number: int) -> Corpus:
        return together(self.corpus_part(tokenizer, number, part) for part in range(self.parts))

    def corpus_part(self, tokenizer: Tokenizer, number: int, part: int) -> Corpus:
        seed = (self.seed * 100_000 + number) * 100 + part
        return Corpus(tokenizer, seed, self.corpus_size // self.parts, self.config.chunk_length)

    def rng(self, step: int) -> random.Random:
        """Whatever is random in a step follows from this, so that no generator has to be saved."""
        return random.Random(f"{self.seed}-{self.number}-{step}")


def beginning(course: Course, corpus: Corpus, memories: Memories, rng: random.Random) -> Iterator[list[Told | None]]:
    """Contexts that are told before a phase's first lesson, until all that is asked about was really told; whoever
    tells them counts on in `memories.told`.
    """
    while course.phase.kind == "joint" and memories.told < course.phase.reach:
        yield list(corpus.draw(rng, course.phase.batch))


class Ahead:
    """Lessons from other processes.

    Args:
        step: the first. memories: what was told until then.
        workers: processes that prepare; as many others make corpora.
    """

    def __init__(
        self,
        course: Course,
        tokenizer: Tokenizer,
        step: int,
        memories: Memories,
        workers: int,
    ) -> None:
        self._course, self._step = course, step
        self._last = course.corpus_number(course.phase.steps - 1)
        self._files = tempfile.TemporaryDirectory(prefix="palimpsest-", ignore_cleanup_errors=True)
        self._folder = self._files.name
        context = get_context("spawn")
        self._kept = self._ordered = course.corpus_number(step)  # the first corpus on disk, and the next to be ordered
        self._orders: Queue[tuple[int, int]] = context.Queue()
        making = course, tokenizer.to_str(), self._folder, self._orders
        self._makers = [context.Process(target=_make, args=making, daemon=True) for _ in range(workers)]
        self._queues: list[Queue[bytes]] = [context.Queue(AHEAD) for _ in range(workers)]
        start = step, memories.history, memories.told
        shares = np.array_split(np.arange(course.phase.batch), workers)
        self._workers = [
            context.Process(
                target=_prepare_rows,
                args=(course, self._folder, start, rows.tolist(), number == 0, queue),
                daemon=True,
            )
            for number, (rows, queue) in enumerate(zip(shares, self._queues, strict=True))
        ]
        self._order()
        for process in (*self._makers, *self._workers):
            process.start()

    def next(self) -> Lesson:
        """The next lesson, as soon as it is there."""
        parts = [pickle.loads(self._wait(queue)) for queue in self._queues]
        self._step += 1
        self._order()
        first: _Part = parts[0]
        pack = joined([_unpacked(part.arrays) for part in parts])
        blocks, begin = ([torch.from_numpy(ids) for ids in group] for group in (first.blocks, first.begin))
        ages, blanked = torch.from_numpy(first.ages), torch.from_numpy(first.blanked)
        return Lesson(blocks, [], ages, blanked, pack, first.unknown, first.alone, tuple(begin), first.told)

    def close(self) -> None:
        """Stop the others and remove their files."""
        for process in (*self._workers, *self._makers):
            process.terminate()
        for process in (*self._workers, *self._makers):
            process.join()
        self._files.cleanup()

    def _order(self) -> None:
        """Have the next corpora made, and remove what nobody reads any more."""
        now = self._course.corpus_number(self._step)
        parts = range(self._course.parts)
        while self._ordered <= min(now + CORPORA, self._last):
            for part in parts:
                self._orders.put((self._ordered, part))
            self._ordered += 1
        while self._kept < now - 1:
            for part in parts:
                _path(self._folder, self._kept, part).unlink()
            self._kept += 1

    def _wait(self, queue: "Queue[bytes]") -> bytes:
        while True:
            try:
                return queue.get(timeout=PATIENCE)
            except Empty:
                if any(process.exitcode for process in (*self._workers, *self._makers)):
                    raise RuntimeError("A process that prepares lessons has failed; see its message.") from None


@dataclass(frozen=True)
class _Part:
    """Some rows of a lesson in arrays, and what all rows share; only the first process sends all that is told."""

    arrays: tuple[np.ndarray[Any, Any], ...]
    blocks: list[np.ndarray[Any, Any]]
    begin: list[np.ndarray[Any, Any]]
    ages: np.ndarray[Any, Any]
    blanked: np.ndarray[Any, Any]
    unknown: tuple[int, ...]
    alone: bool
    told: bytes


def _path(folder: str, number: int, part: int) -> Path:
    return Path(folder) / f"{number}-{part}.corpus"


def _make(course: Course, words: str, folder: str, orders: "Queue[tuple[int, int]]") -> None:
    """Make the parts of corpora that are ordered, by the number of the corpus and of the part."""
    _end_with_parent()
    os.nice(NICENESS)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_str(words)
    while True:
        number, part = orders.get()
        gc.disable()  # it would look through a million questions again and again
        corpus = course.corpus_part(tokenizer, number, part)
        path = _path(folder, number, part)
        partial = path.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(corpus))
        partial.replace(path)
        del corpus
        gc.enable()


def _prepare_rows(
    course: Course,
    folder: str,
    start: tuple[int, list[list[Told]], int],
    rows: list[int],
    telling: bool,
    queue: "Queue[bytes]",
) -> None:
    """Send some rows of every lesson from the first step on; `telling`: what is told, too."""
    _end_with_parent()
    torch.set_num_threads(1)
    batch = course.phase.batch
    memories = Memories(1, batch, 1, 1, torch.device("cpu"))  # nothing but what was told
    first, memories.history, memories.told = start
    loaded, corpus = -1, None
    for step in range(first, course.phase.steps):
        number, rng = course.corpus_number(step), course.rng(step)
        rng.getrandbits(62)  # the seed of what the step itself draws
        if number != loaded:
            loaded, corpus = number, _load(folder, number, course.parts)
        assert corpus is not None
        told: list[list[Told | None]] = []
        for contexts in beginning(course, corpus, memories, rng):
            told.append(contexts)
            memories.remember(contexts, HISTORY)
            memories.told += 1
        begin = [stack(contexts).numpy() for contexts in told]
        lesson = prepare(course.phase, corpus, memories, course.config, rng, rows)
        for contexts in lesson.contexts:
            told.append(contexts)
            memories.remember(contexts, HISTORY)
        memories.told += len(lesson.blocks)
        memories.reset(lesson.blanked)
        blocks = [block.numpy() for block in lesson.blocks]
        blob = pickle.dumps(told) if telling else b""
        shared = blocks, begin, lesson.ages.numpy(), lesson.blanked.numpy(), lesson.unknown, lesson.alone, blob
        part = _Part(_packed(lesson.pack), *shared)
        queue.put(pickle.dumps(part))


def _load(folder: str, number: int, parts: int) -> Corpus:
    gc.disable()
    corpus = together(_read(_path(folder, number, part)) for part in range(parts))
    gc.freeze()  # nothing in it is garbage before all of it is
    gc.enable()
    return corpus


def _read(path: Path) -> Corpus:
    while not path.exists():
        time.sleep(0.02)
    corpus: Corpus = pickle.loads(path.read_bytes())
    return corpus


def _end_with_parent() -> None:
    """Let this process end when the one that trains does, however that comes about."""

    def watch() -> None:
        parent = parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _packed(pack: Pack) -> tuple[np.ndarray[Any, Any], ...]:
    arrays = pack.ids, pack.positions, pack.segments, pack.labels, pack.weights
    return tuple(array.numpy() for array in (*arrays, *vars(pack.questions).values()))


def _unpacked(arrays: tuple[np.ndarray[Any, Any], ...]) -> Pack:
    ids, positions, segments, labels, weights, *known = (torch.from_numpy(array) for array in arrays)
    return Pack(ids, positions, segments, labels, weights, Questions(*known))
