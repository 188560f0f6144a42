"""Training learns, and a killed run goes on as if nothing had happened."""

from __future__ import annotations

import json
import random
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from core.errors import CheckpointError
from core.model.llama import MemoryLlama
from core.training.forward import read, write
from core.training.lessons import Lesson
from core.training.optimiser import orthogonalise
from core.training.preset import PHASES, Phase
from core.training.structured_init import initialise
from core.training.trainer import Settings, Trainer
from tests.training.conftest import SMALL

TIMES = {"minutes": 0, "seconds_a_step": 0, "waited": 0}


def miniature(steps: int) -> tuple[Phase, ...]:
    """The whole curriculum, a few steps each."""
    return tuple(
        replace(phase, steps=steps, batch=4, blocks=min(phase.blocks, 4), store=min(phase.store, 96), reach=4)
        for phase in PHASES
    )


def trainer(
    tokenizer: Tokenizer,
    folder: Path,
    phases: tuple[Phase, ...],
    seed: int = 0,
    dtype: torch.dtype = torch.float32,
    workers: int = 0,
    corpus_steps: int = 3,
    probe_every: int = 1000,
) -> Trainer:
    model = MemoryLlama(SMALL)
    initialise(model, seed)
    settings = Settings(
        seed=seed,
        folder=folder,
        compiled=False,
        dtype=dtype,
        corpus_size=160,
        corpus_steps=corpus_steps,
        part=80,
        log_every=2,
        probe_every=probe_every,
        workers=workers,
    )
    return Trainer(model, tokenizer, phases, settings)


def test_a_few_steps_lower_the_loss(tokenizer: Tokenizer, tmp_path: Path) -> None:
    run = trainer(tokenizer, tmp_path, (replace(miniature(48)[0], drills=0.0),), corpus_steps=48)
    run.run()
    assert sum(run.losses[-12:]) < 0.97 * sum(run.losses[:12])


def test_a_killed_run_resumes_without_a_jump(tokenizer: Tokenizer, tmp_path: Path) -> None:
    phases = miniature(2)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    run = trainer(tokenizer, whole, phases, probe_every=2)
    run.run()
    losses: list[float] = []
    while True:  # killed after every single step
        part = trainer(tokenizer, killed, phases, probe_every=2)
        if losses:
            part.resume()
        if part.finished:
            break
        part.advance()
        part.save()
        losses += part.losses
        if not part.finished:
            part.advance()  # lost: the kill comes before the next save
    assert losses == run.losses
    logs = [[json.loads(line) for line in (folder / "log.jsonl").open()] for folder in (whole, killed)]
    assert len(logs[0]) == len(phases)
    assert [{**line, **TIMES} for line in logs[0]] == [{**line, **TIMES} for line in logs[1]]


@pytest.mark.parametrize("first", [0, 2], ids=["language", "joint"])
def test_lessons_from_other_processes_are_the_same(tokenizer: Tokenizer, tmp_path: Path, first: int) -> None:
    """Over several corpora and into the next phase, with drills and memories that begin anew, and after a kill that
    loses what was prepared ahead.
    """
    phases: tuple[Phase, ...] = (miniature(7)[first], miniature(3)[first + 1])
    if first == 0:
        phases = tuple(replace(phase, drills=0.3, blanked=0.2, reach=4) for phase in phases)
    found: list[list[float]] = []
    for workers in (0, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        run = trainer(tokenizer, folder, phases, workers=workers)
        for _ in range(3):
            run.advance()
        run.save()
        run.close()
        rest = trainer(tokenizer, folder, phases, workers=workers)
        rest.resume()
        rest.run()
        found.append([*run.losses, *rest.losses])
    assert found[0] == found[1]
    assert len(found[0]) == 10


def test_every_phase_has_corpora_of_its_own(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Also where time decides how many steps it has."""
    phases = (miniature(7)[0], miniature(3)[1])
    for minutes in (None, 1e-9):
        run = trainer(tokenizer, tmp_path, phases)
        run.settings = replace(run.settings, minutes=minutes)
        last = -1
        while not run.finished:
            course = run.course
            assert course.first == last + 1
            while not run.finished and run.course is course:
                last = course.corpus_number(run.progress.step)
                run.advance()
        assert last == (3 if minutes is None else 1)


def test_memories_begin_anew(tokenizer: Tokenizer, tmp_path: Path) -> None:
    for share in (0.0, 1.0):
        run = trainer(tokenizer, tmp_path, (replace(miniature(2)[1], blanked=share),))
        run.advance()
        assert (run.memories.pool.tokens.abs().sum() == 0) == (share == 1)
        assert all(len(history) == 0 for history in run.memories.history) == (share == 1)


def test_the_log_of_a_phase_begins_with_it(tokenizer: Tokenizer, tmp_path: Path) -> None:
    run = trainer(tokenizer, tmp_path, miniature(3)[:2])
    run.run()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["phase"], line["step"]) for line in lines] == [("copy", 2), ("pool", 2)]
    for line in lines:
        assert line["seconds_a_step"] * 2 == pytest.approx(60 * line["minutes"], abs=0.4)  # minutes are rounded


def test_the_first_lesson_is_waited_for_in_nobodys_time(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Processes have to start and make a corpus first; a later wait is the phase's own."""
    run = trainer(tokenizer, tmp_path, miniature(7)[:1], workers=1)
    run.settings = replace(run.settings, log_every=25)
    made, delay = run._lesson_made_ahead, 0.5

    def late() -> Lesson:
        time.sleep(delay)
        return made()

    run._lesson_made_ahead = late  # type: ignore[method-assign]
    with closing(run):
        started = time.monotonic()
        run.advance()
        first = run.progress.seconds
        assert 0 < first <= time.monotonic() - started - delay
        assert run._log["waited"] == 0
        run.advance()
        assert run.progress.seconds - first >= run._log["waited"] >= delay


def test_a_process_that_fails_ends_the_training(tokenizer: Tokenizer, tmp_path: Path) -> None:
    run = trainer(tokenizer, tmp_path, (replace(miniature(7)[2]),), workers=2)
    run._corpora = replace(run._corpora, size=0)  # nothing to draw from
    run.course = replace(run.course, corpora=run._corpora)
    with pytest.raises(RuntimeError, match="has failed"):
        run.advance()
    run.close()


def test_half_precision_learns_and_keeps_weights_whole(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Passes in bfloat16 give about the losses of float32; weights move by less than bfloat16 could tell."""
    phases = (replace(miniature(12)[0], drills=0.0), replace(miniature(2)[2]))
    losses = []
    for dtype in (torch.float32, torch.bfloat16):
        folder = tmp_path / str(dtype)
        folder.mkdir()
        run = trainer(tokenizer, folder, phases, dtype=dtype, corpus_steps=14)
        run.run()
        losses.append(run.losses)
        assert run.model.embed_tokens.weight.dtype == torch.float32
        assert run.twin.copy.embed_tokens.weight.dtype == dtype
    assert max(abs(a - b) for a, b in zip(*losses, strict=True)) < 0.05 * losses[0][0]
    weight = run.model.layers[0].q_proj.weight
    assert not torch.equal(weight, weight.bfloat16().float())
    assert torch.equal(run.twin.copy.layers[0].q_proj.weight, weight.bfloat16())


def test_nothing_to_resume_is_said(tokenizer: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nothing to resume"):
        trainer(tokenizer, tmp_path, miniature(1)).resume()


def test_phases_train_only_what_they_should(tokenizer: Tokenizer, tmp_path: Path) -> None:
    phases = miniature(1)
    run = trainer(tokenizer, tmp_path, phases)
    for phase in phases:
        before = {name: value.clone() for name, value in run.model.named_parameters()}
        run.advance()
        changed = {name for name, value in run.model.named_parameters() if not torch.equal(value, before[name])}
        selectors = {name for name in before if ".selector." in name}
        assert changed == set(before) - (set() if phase.kind == "joint" else selectors), phase.name


def test_initial_weights_copy_from_memory() -> None:
    model = MemoryLlama(SMALL)
    initialise(model, 0)
    rng = random.Random(0)
    ids = torch.tensor([rng.sample(range(3, SMALL.vocab_size), 16) for _ in range(32)])
    with torch.no_grad():
        memory = write(model, torch.zeros(SMALL.num_layers, 32, 16, SMALL.hidden_size), ids)
        mask = torch.ones(8, 8, dtype=torch.bool).tril().expand(32, 1, 8, 8)
        hidden, _ = read(model, memory, ids[:, 3:11], torch.arange(8).expand(32, 8), mask)
        hits = (model.lm_head(hidden).argmax(-1) == ids[:, 4:12])[:, 1:].float().mean()
    assert hits > 0.2


def test_orthogonalise_flattens_the_spectrum() -> None:
    spectrum = torch.linalg.svdvals(orthogonalise(torch.randn(2, 24, 16)))
    assert spectrum.min() > 0.5
    assert spectrum.max() < 1.5
