"""The embedded model does what its card says."""

from __future__ import annotations

import pytest

import core
from core.evaluation.picnic import right_after
from core.evaluation.retention import run, samples
from core.model.checkpoint import EMBEDDED, LoadedModel


@pytest.fixture(scope="module")
def tiny() -> LoadedModel:
    return core.load("tiny")


@pytest.mark.parametrize("drop_seed", range(20))
def test_the_picnic(tiny: LoadedModel, drop_seed: int) -> None:
    assert right_after(tiny, drop_seed, long_term=True, distances=[0]) == [True]


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
