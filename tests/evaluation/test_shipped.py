"""The embedded model does what its card says."""

from __future__ import annotations

import pytest

import core
from core.evaluation.retention import ask, run, samples, tell
from core.model.checkpoint import EMBEDDED, LoadedModel
from core.training.world import Question

PICNIC = (
    "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times "
    "that he likes eating apples."
)


@pytest.fixture(scope="module")
def tiny() -> LoadedModel:
    return core.load("tiny")


@pytest.mark.parametrize("drop_seed", range(20))
def test_the_picnic(tiny: LoadedModel, drop_seed: int) -> None:
    memory, serials = tell(tiny, tiny.memory.seeded(drop_seed), PICNIC)
    answer = ask(tiny, memory, Question("", "What fruits does David like?", "apples"), serials, 0)
    assert "apples" in answer.answer


def test_facts_never_seen_in_training_are_recalled(tiny: LoadedModel) -> None:
    outcomes = [outcome for sample in samples(40, 11, 0) for outcome in run(tiny, sample, "mplus", [0])]
    assert sum(outcome.right for outcome in outcomes) >= 34  # 85 % of them; the card reports a larger sample


def test_long_term_memory_answers_when_the_pool_has_forgotten(tiny: LoadedModel) -> None:
    outcomes = {
        mode: [outcome for sample in samples(6, 12, 24) for outcome in run(tiny, sample, mode, [24])]
        for mode in ("mplus", "memoryllm")
    }
    assert sum(o.right for o in outcomes["mplus"]) > sum(o.right for o in outcomes["memoryllm"])


def test_it_is_small_and_complete() -> None:
    assert (EMBEDDED / "model.safetensors").stat().st_size < 10_000_000
    assert {"config.json", "tokenizer.json", "tokenizer_config.json", "README.md"} <= {
        p.name for p in EMBEDDED.iterdir()
    }
