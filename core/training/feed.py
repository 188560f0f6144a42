"""The lessons of a phase, in order: made when they are wanted, or ahead of time in other processes.

On two cores a step takes seconds, and a lesson a hundredth of that; on a GPU it is the other way round. There, other
processes each prepare some rows of every lesson. What is drawn does not depend on how many they are.
"""

import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from queue import Empty
from typing import Any

import numpy as np
import torch

from core.config import MemoryConfig
from core.training.batches import Corpus, Told, stack
from core.training.corpora import Corpora, Makers, end_with_parent, read
from core.training.lessons import Lesson, prepare
from core.training.memories import HISTORY, Memories
from core.training.packs import Pack, Questions, joined
from core.training.preset import Phase

AHEAD = 48  # lessons that wait at most: a corpus is read in a few seconds
PATIENCE = 1.0  # seconds after which a wait looks whether the others are still there


@dataclass(frozen=True)
class Course:
    """What the lessons of a phase follow from.

    number: of the phase. corpora, corpus_steps: what contexts are drawn from, and steps that a corpus serves.
    first: number of the phase's first corpus.
    """

    seed: int
    number: int
    phase: Phase
    config: MemoryConfig
    corpora: Corpora
    corpus_steps: int
    first: int

    def corpus_number(self, step: int) -> int:
        return self.first + step // self.corpus_steps

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
        makers: of their corpora.
        step: the first. memories: what was told until then.
        workers: processes that prepare.
    """

    def __init__(self, course: Course, makers: Makers, step: int, memories: Memories, workers: int) -> None:
        self.course, self._makers = course, makers
        context = get_context("spawn")
        self._queues: list[Queue[bytes]] = [context.Queue(AHEAD) for _ in range(workers)]
        start = step, memories.history, memories.told
        shares = np.array_split(np.arange(course.phase.batch), workers)
        self._workers = [
            context.Process(
                target=_prepare_rows,
                args=(course, makers.folder, start, rows.tolist(), number == 0, queue),
                daemon=True,
            )
            for number, (rows, queue) in enumerate(zip(shares, self._queues, strict=True))
        ]
        for process in self._workers:
            process.start()

    def next(self) -> Lesson:
        """The next lesson, as soon as it is there."""
        parts = [pickle.loads(self._wait(queue)) for queue in self._queues]
        first: _Part = parts[0]
        pack = joined([_unpacked(part.arrays) for part in parts])
        blocks, begin = ([torch.from_numpy(ids) for ids in group] for group in (first.blocks, first.begin))
        ages, blanked = torch.from_numpy(first.ages), torch.from_numpy(first.blanked)
        return Lesson(blocks, [], ages, blanked, pack, first.unknown, first.alone, tuple(begin), first.told)

    def close(self) -> None:
        """Stop the others."""
        for process in self._workers:
            process.terminate()
        for process in self._workers:
            process.join()

    def _wait(self, queue: "Queue[bytes]") -> bytes:
        while True:
            try:
                return queue.get(timeout=PATIENCE)
            except Empty:
                if self._makers.failed or any(process.exitcode for process in self._workers):
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


def _prepare_rows(
    course: Course,
    folder: str,
    start: tuple[int, list[list[Told]], int],
    rows: list[int],
    telling: bool,
    queue: "Queue[bytes]",
) -> None:
    """Send some rows of every lesson from the first step on; `telling`: what is told, too."""
    end_with_parent()
    torch.set_num_threads(1)
    batch = course.phase.batch
    memories = Memories(1, batch, 1, 1, torch.device("cpu"))  # nothing but what was told
    first, memories.history, memories.told = start
    loaded, corpus = -1, None
    for step in range(first, course.phase.steps):
        number, rng = course.corpus_number(step), course.rng(step)
        rng.getrandbits(62)  # the seed of what the step itself draws
        if number != loaded:
            loaded, corpus = number, read(folder, number, course.corpora.parts)
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


def _packed(pack: Pack) -> tuple[np.ndarray[Any, Any], ...]:
    arrays = pack.ids, pack.positions, pack.segments, pack.labels, pack.weights
    return tuple(array.numpy() for array in (*arrays, *vars(pack.questions).values()))


def _unpacked(arrays: tuple[np.ndarray[Any, Any], ...]) -> Pack:
    ids, positions, segments, labels, weights, *known = (torch.from_numpy(array) for array in arrays)
    return Pack(ids, positions, segments, labels, weights, Questions(*known))
