"""Runs the curriculum: schedules, logs, checkpoints, and an exact way back after a kill."""

import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from core.errors import CheckpointError
from core.model.llama import MemoryLlama
from core.training import joint, language, probing
from core.training.batches import Corpus
from core.training.forward import Runner
from core.training.lessons import prepare
from core.training.memories import Memories
from core.training.optimiser import Optimiser, Twin
from core.training.preset import CORPUS_SIZE, CORPUS_STEPS, Phase

WARM_UP = 50
HELD_OUT_SEED = 7_000_003


@dataclass
class Progress:
    """Where a run stands: phase, steps and seconds spent in it."""

    phase: int = 0
    step: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Settings:
    """What a run is told.

    minutes: replaces the phases' step counts by shares of this time; the result then depends on the machine's speed.
    dtype: of the forward and backward passes; weights and their updates are in float32.
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


class Trainer:
    """A model in training and everything that has to survive a kill.

    All randomness of a step follows from (seed, phase, step), so no generator has to be saved.
    """

    def __init__(self, model: MemoryLlama, tokenizer: Tokenizer, phases: tuple[Phase, ...], settings: Settings) -> None:
        self.model, self.tokenizer, self.phases, self.settings = model, tokenizer, phases, settings
        self.runner = Runner(settings.compiled)
        self.twin = Twin(model, settings.dtype)
        if settings.compiled:
            self.twin.copy.set_backend("matmul")
        self.progress = Progress()
        self.losses: list[float] = []
        self._corpora: dict[tuple[int, bool], Corpus] = {}
        self._log: dict[str, Any] = {"losses": [], "recall": defaultdict(lambda: [0, 0])}
        self.optimiser: Optimiser
        self._start_phase()

    # -- phases --------------------------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        return self.phases[self.progress.phase]

    @property
    def finished(self) -> bool:
        return self.progress.phase == len(self.phases)

    def _start_phase(self) -> None:
        """Blank memories, and a fresh optimiser for the phase's parameters unless the phase before had the same."""
        config, phase = self.model.config, self.phase
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
        key = f"{self.settings.seed}-{progress.phase}-{progress.step}"
        rng = random.Random(key)
        generator = torch.Generator().manual_seed(rng.getrandbits(62))
        corpus = self._corpus(progress.step // CORPUS_STEPS + 100 * progress.phase)
        while phase.kind == "joint" and self.memories.told < phase.reach:
            joint.fill(self.twin.copy, self.memories, corpus.draw(rng, phase.batch), self.runner, generator)
        lesson = prepare(phase, corpus, self.memories, self.model.config.memory, rng)
        step = (joint if phase.kind == "joint" else language).train_step
        result = step(self.twin.copy, self.memories, lesson, phase, generator, self.runner)
        self.twin.collect()
        norm = self.optimiser.step(self._factor())
        self.twin.spread()
        progress.step += 1
        progress.seconds += time.monotonic() - started
        self.losses.append(result.loss)
        self._report(result, norm)
        if self._done() >= 1:
            self.progress = Progress(progress.phase + 1)
            if not self.finished:
                self._start_phase()

    def _corpus(self, number: int, held_out: bool = False) -> Corpus:
        """A corpus by number; only the one in use is kept."""
        if (number, held_out) not in self._corpora:
            for key in [key for key in self._corpora if key[1] == held_out]:
                del self._corpora[key]
            seed = HELD_OUT_SEED if held_out else self.settings.seed * 100_000 + number
            chunk = self.model.config.memory.chunk_length
            size = self.settings.corpus_size
            self._corpora[number, held_out] = Corpus(
                self.tokenizer, seed, size // (5 if held_out else 1), chunk, held_out
            )
        return self._corpora[number, held_out]

    # -- log -----------------------------------------------------------------------------------------------------------

    def _report(self, result: language.Result, norm: float) -> None:
        """Every so often, one line of JSON in the log and one on the screen."""
        log, progress = self._log, self.progress
        log["losses"].append(result.loss)
        for name, (right, asked) in result.recall.items():
            log["recall"][name][0] += right
            log["recall"][name][1] += asked
        if progress.step % self.settings.log_every:
            return
        line: dict[str, Any] = {
            "phase": self.phase.name,
            "step": progress.step,
            "minutes": round(progress.seconds / 60, 2),
            "loss": round(sum(log["losses"]) / len(log["losses"]), 4),
            "norm": round(norm, 3),
            "recall": {name: [round(r / max(n, 1), 3), n] for name, (r, n) in sorted(log["recall"].items())},
        }
        if progress.step % self.settings.probe_every == 0:
            right, asked = probing.probe(self.model, self._corpus(0, held_out=True), 32, progress.step)
            line["held_out"] = [round(right / max(asked, 1), 3), asked]
        self._log = {"losses": [], "recall": defaultdict(lambda: [0, 0])}
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
            "log": {"losses": self._log["losses"], "recall": dict(self._log["recall"])},
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
        self._start_phase()
        self.optimiser.load_state_dict(state["optimiser"])
        self.memories.load_state_dict(state["memories"])
        self._log["losses"] = state["log"]["losses"]
        self._log["recall"].update(state["log"]["recall"])
