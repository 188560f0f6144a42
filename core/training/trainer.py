"""Runs the curriculum: schedules, logs, checkpoints, and an exact way back after a kill."""

import json
import random
import sys
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from core.errors import CheckpointError
from core.model.llama import MemoryLlama
from core.training import joint, language, probing
from core.training.batches import Corpus, stack
from core.training.corpora import Corpora, Makers
from core.training.feed import Ahead, Course, beginning
from core.training.forward import Runner
from core.training.lessons import Lesson, prepare
from core.training.memories import HISTORY, Memories
from core.training.optimiser import Optimiser, Twin
from core.training.preset import CORPUS_SIZE, CORPUS_STEPS, PART, Phase

WARM_UP = 50
SOON = 45.0  # seconds before a phase ends that the next one's lessons are begun: processes take a while to start
HELD_OUT_SEED = 7_000_003


@dataclass
class Progress:
    """Where a run stands: phase, steps and seconds spent in it, and the number of the corpus that it began with."""

    phase: int = 0
    step: int = 0
    seconds: float = 0.0
    corpus: int = 0


@dataclass(frozen=True)
class Settings:
    """What a run is told.

    minutes: replaces the phases' step counts by shares of this time; the result then depends on the machine's speed.
    dtype: of the forward and backward passes; weights and their updates are in float32.
    part: contexts of a corpus that are made at a time.
    workers: processes that prepare lessons ahead of time, see `Ahead`; 0: the trainer makes them.
    """

    seed: int
    folder: Path
    minutes: float | None = None
    compiled: bool = True
    dtype: torch.dtype = torch.float32
    log_every: int = 25
    probe_every: int = 250
    save_seconds: float = 120.0
    corpus_size: int = CORPUS_SIZE
    corpus_steps: int = CORPUS_STEPS
    part: int = PART
    workers: int = 0


class Trainer:
    """A model in training and everything that has to survive a kill.

    All randomness of a step follows from (seed, phase, step), so no generator has to be saved. `close` it if lessons
    come from other processes.
    """

    def __init__(self, model: MemoryLlama, tokenizer: Tokenizer, phases: tuple[Phase, ...], settings: Settings) -> None:
        self.model, self.tokenizer, self.phases, self.settings = model, tokenizer, phases, settings
        self.runner = Runner(settings.compiled)
        self.twin = Twin(model, settings.dtype)
        if settings.compiled:
            self.twin.copy.set_backend("matmul")
        self.progress = Progress()
        self._losses: list[Tensor] = []
        self._log: dict[str, Any] = _nothing()
        self._corpus: tuple[int, Corpus] | None = None
        chunk_length = model.config.memory.chunk_length
        self._corpora = Corpora(settings.seed, settings.corpus_size, settings.part, chunk_length)
        self._makers: Makers | None = None
        self._ahead: Ahead | None = None
        self._ahead_of_next: Ahead | None = None
        self.optimiser: Optimiser
        self._start_phase()

    # -- phases --------------------------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        return self.phases[self.progress.phase]

    @property
    def finished(self) -> bool:
        return self.progress.phase == len(self.phases)

    def _course(self, number: int, first: int) -> Course:
        settings, phase = self.settings, self.phases[number]
        if settings.minutes is not None:  # ends when its time is over, whatever its number of steps
            phase = replace(phase, steps=sys.maxsize)
        memory = self.model.config.memory
        return Course(settings.seed, number, phase, memory, self._corpora, settings.corpus_steps, first)

    def _start_phase(self) -> None:
        """Blank memories, and a fresh optimiser for the phase's parameters unless the phase before had the same."""
        config, phase = self.model.config, self.phase
        self.course = self._course(self.progress.phase, self.progress.corpus)
        before = self.phases[self.progress.phase - 1] if self.progress.phase else None
        if not hasattr(self, "optimiser") or before is None or before.kind != phase.kind:
            kind = joint if phase.kind == "joint" else language
            self.optimiser = kind.optimiser(self.model, self.settings.dtype)
            self.twin.train_only(self.optimiser.parameters)
        size = phase.blocks * config.memory.num_tokens
        device = self.model.embed_tokens.weight.device
        self.memories = Memories(
            config.num_layers, phase.batch, size, config.hidden_size, device, phase.store, self.settings.dtype
        )

    def _done(self) -> float:
        """Part of the phase that is over, 0 to 1."""
        if self.settings.minutes is None:
            return self.progress.step / self.phase.steps
        share = self.phase.steps / sum(p.steps for p in self.phases)
        return self.progress.seconds / (60 * self.settings.minutes * share)

    def _factor(self) -> float:
        """Learning rate relative to the optimiser's own."""
        phase, done = self.phase, min(1.0, self._done())
        falling = max(0.0, (done - phase.decay_from) / (1 - phase.decay_from)) if phase.decay_from < 1 else 0.0
        warm = min(1.0, (self.progress.step + 1) / WARM_UP)
        return phase.rate * warm * (1 - falling * (1 - phase.final))

    # -- steps ---------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Train to the end of the curriculum, logging and saving on the way."""
        saved = time.monotonic()
        while not self.finished:
            self.advance()
            if time.monotonic() - saved > self.settings.save_seconds or self.finished:
                self.save()
                saved = time.monotonic()

    def advance(self) -> None:
        """One step, and on to the next phase when this one is over."""
        started = time.monotonic()
        progress, phase = self.progress, self.phase
        rng = self.course.rng(progress.step)
        device = self.memories.pool.tokens.device
        generator = torch.Generator(device).manual_seed(rng.getrandbits(62))
        lesson = self._next_lesson(rng, generator)
        step = (joint if phase.kind == "joint" else language).train_step
        result = step(self.twin.copy, self.memories, lesson, phase, generator, self.runner)
        self.twin.collect()
        norm = self.optimiser.step(self._factor())
        self.twin.spread()
        progress.step += 1
        if progress.step % self.settings.log_every == 0:
            norm.item()  # waits for the device: its time counts, too
        progress.seconds += time.monotonic() - started
        self._losses.append(result.loss)
        self._report(result, norm)
        if self._done() >= 1:
            ahead, self._ahead, self._ahead_of_next = self._ahead, self._ahead_of_next, None
            if ahead is not None:
                ahead.close()
            first = self._ahead.course.first if self._ahead else self._next_corpus()
            self.progress, self._log = Progress(progress.phase + 1, corpus=first), _nothing()
            if not self.finished:
                self._start_phase()

    def _next_lesson(self, rng: random.Random, generator: torch.Generator) -> Lesson:
        """From other processes, if there are to be some; else made now."""
        course, copy = self.course, self.twin.copy
        started = time.monotonic()
        if self.settings.workers:
            first = self._makers is None
            lesson = self._lesson_made_ahead()
            waited = time.monotonic() - started
            if first:  # for processes to start and for a corpus: no phase should have less of its time for that
                self.progress.seconds -= waited
            else:
                self._log["waited"] += waited
            for ids in lesson.begin:
                joint.fill(copy, self.memories, ids, self.runner, generator)
            return lesson
        number = course.corpus_number(self.progress.step)
        if self._corpus is None or self._corpus[0] != number:
            self._corpus = number, self._corpora.corpus(self.tokenizer, number)
        for contexts in beginning(course, self._corpus[1], self.memories, rng):
            joint.fill(copy, self.memories, stack(contexts), self.runner, generator)
            self.memories.remember(contexts, HISTORY)
        return prepare(self.phase, self._corpus[1], self.memories, self.model.config.memory, rng)

    def _lesson_made_ahead(self) -> Lesson:
        course, workers = self.course, self.settings.workers
        now = course.corpus_number(self.progress.step)
        if self._makers is None:
            self._makers = Makers(self._corpora, self.tokenizer, workers, now)
        if self._ahead is None:
            self._ahead = Ahead(course, self._makers, self.progress.step, self.memories, workers)
        following = self.progress.phase + 1
        if self._ahead_of_next is None and following < len(self.phases) and self._seconds_left() < SOON:
            # its memories begin blank, so its first lessons can be made before this phase is over
            course = self._course(following, self._next_corpus())
            blank = Memories(1, course.phase.batch, 1, 1, torch.device("cpu"))
            self._ahead_of_next = Ahead(course, self._makers, 0, blank, workers)
        self._makers.order(now, min(now, self._ahead_of_next.course.first) if self._ahead_of_next else now)
        return self._ahead.next()

    def _seconds_left(self) -> float:
        """Of the phase, at the speed until now."""
        done = self._done()
        return self.progress.seconds * (1 - done) / done if done else sys.float_info.max

    def _next_corpus(self) -> int:
        """The first that belongs to the next phase: after all of this one, as far as its steps are known."""
        last = self.progress.step if self.settings.minutes is not None else self.phase.steps - 1
        return self.course.corpus_number(last) + 1

    def close(self) -> None:
        """Stop the processes that prepare lessons."""
        for processes in (self._ahead, self._ahead_of_next, self._makers):
            if processes is not None:
                processes.close()
        self._ahead = self._ahead_of_next = self._makers = None

    @cached_property
    def _held_out(self) -> Corpus:
        chunk, size = self.model.config.memory.chunk_length, self.settings.corpus_size // 5
        return Corpus(self.tokenizer, HELD_OUT_SEED, size, chunk, held_out=True)

    # -- log -----------------------------------------------------------------------------------------------------------

    @property
    def losses(self) -> list[float]:
        """Of all steps since the start or the last resumption."""
        return [float(loss) for loss in self._losses]

    def _report(self, result: language.Result, norm: Tensor) -> None:
        """Every so often, one line of JSON in the log and one on the screen. Until then no number leaves the device."""
        log, progress = self._log, self.progress
        log["losses"].append(result.loss)
        for name, counts in result.recall.items():
            log["recall"][name] = log["recall"].get(name, 0) + counts
        if progress.step % self.settings.log_every:
            return
        line: dict[str, Any] = {
            "phase": self.phase.name,
            "step": progress.step,
            "minutes": round(progress.seconds / 60, 2),
            "seconds_a_step": round((progress.seconds - log["since"]) / len(log["losses"]), 4),
            "waited": round(log["waited"] / len(log["losses"]), 4),
            "loss": round(float(sum(log["losses"])) / len(log["losses"]), 4),
            "norm": round(float(norm), 3),
            "recall": {
                name: [round(r / max(n, 1), 3), n]
                for name, (r, n) in sorted((name, counts.tolist()) for name, counts in log["recall"].items())
                if n
            },
        }
        if progress.step % self.settings.probe_every == 0:
            right, asked = probing.probe(self.model, self._held_out, 32, progress.step)
            line["held_out"] = [round(right / max(asked, 1), 3), asked]
        self._log = _nothing(progress.seconds)
        text = json.dumps(line)
        print(text, flush=True)
        with self._log_path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    @property
    def _log_path(self) -> Path:
        return self.settings.folder / "log.jsonl"

    def _lines_logged(self) -> list[str]:
        return self._log_path.read_text(encoding="utf-8").splitlines(True) if self._log_path.exists() else []

    # -- checkpoints ---------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write everything to `checkpoint.pt`, replacing the last one at once."""
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "memories": self.memories.state_dict(),
            "progress": vars(self.progress),
            "seed": self.settings.seed,
            "log": self._log,
            "lines": len(self._lines_logged()),
        }
        target = self.settings.folder / "checkpoint.pt"
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(target)

    def resume(self) -> None:
        """Go on from `checkpoint.pt` as if nothing had happened.

        Raises:
            CheckpointError: there is none, or it was made with another seed.
        """
        path = self.settings.folder / "checkpoint.pt"
        if not path.exists():
            raise CheckpointError(f"There is nothing to resume in {path.parent}; start without --resume.")
        state = torch.load(path, map_location=self.model.embed_tokens.weight.device, weights_only=True)
        if state["seed"] != self.settings.seed:
            raise CheckpointError(f"{path} was made with seed {state['seed']}, not {self.settings.seed}.")
        # what was logged after the checkpoint will be logged again
        self._log_path.write_text("".join(self._lines_logged()[: state["lines"]]), encoding="utf-8")
        self.model.load_state_dict(state["model"])
        self.twin.spread()
        self.progress = Progress(**state["progress"])
        if self.finished:
            return
        del self.optimiser
        self.close()
        self._start_phase()
        self.optimiser.load_state_dict(state["optimiser"])
        self.memories.load_state_dict(state["memories"])
        self._log = state["log"]


def _nothing(since: float = 0.0) -> dict[str, Any]:
    """What the next line of the log sums up; `since`: seconds of the phase until then."""
    return {"losses": [], "recall": {}, "since": since, "waited": 0.0}
