"""The retention measurement counts what it says, on a random model."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

import core
from core.evaluation.retention import Mode, run, samples, summary
from core.model.checkpoint import LoadedModel
from core.model.llama import MemoryLlama
from core.training.export import export
from core.training.structured_init import initialise
from tests.training.conftest import SMALL, tokenizer  # noqa: F401 - a fixture

DISTANCES = [0, 2, 6]


@pytest.fixture(scope="module")
def model(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:  # noqa: F811
    network = MemoryLlama(SMALL)
    initialise(network, 0)
    folder = tmp_path_factory.mktemp("model")
    export(network, tokenizer, folder)
    return core.load(folder)


@pytest.mark.parametrize("mode", ["mplus", "memoryllm", "none"])
def test_counts(model: LoadedModel, mode: Mode) -> None:
    outcomes = [o for sample in samples(4, 1, 6) for o in run(model, sample, mode, DISTANCES)]
    table = summary(model, outcomes, DISTANCES)
    assert [row["distance"] for row in table] == DISTANCES
    assert table[1]["theory"] == pytest.approx(0.75**2)
    if mode == "none":
        assert all(outcome.written == outcome.alive == 0 for outcome in outcomes)
        return
    one_chunk = [o for o in outcomes if o.distance == 0 and o.written == SMALL.num_layers * SMALL.memory.num_tokens]
    assert all(outcome.alive == outcome.written for outcome in one_chunk)
    assert 0.8 < table[0]["survival"] <= 1.0  # a second chunk drops rows of the first
    assert 0.2 < table[1]["survival"] < 0.9
    rows = SMALL.num_layers * SMALL.memory.retrieved
    assert all(outcome.retrieved == (rows if mode == "mplus" else 0) for outcome in outcomes)
    if mode == "mplus":
        assert all(outcome.alive + outcome.stored == outcome.written for outcome in outcomes), (
            "nothing is lost so early"
        )
        assert all(outcome.relevant <= outcome.stored for outcome in outcomes)


def test_the_same_seed_gives_the_same_numbers(model: LoadedModel) -> None:
    first, second = ([o for s in samples(2, 5, 2) for o in run(model, s, "mplus", [0, 2])] for _ in range(2))
    assert first == second


def test_what_is_told_in_between_names_nobody_asked_about() -> None:
    for sample in samples(5, 2, 10):
        names = {name.lower() for name in sample.context.drawn if name[0].isupper()}
        assert not any(name in text.lower() for name in names for text in sample.between)
