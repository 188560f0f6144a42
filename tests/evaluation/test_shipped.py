"""The embedded model does what its card says. Small fixed samples; the card reports larger ones."""

from __future__ import annotations

import random
import re
from statistics import mean

import pytest
from tokenizers import Tokenizer

import core
from core.evaluation import abilities, picnic
from core.evaluation.retention import never_told, run, sample, samples
from core.model.checkpoint import EMBEDDED, LoadedModel
from core.training.words import SYLLABLES, Vocabulary
from core.training.world import World

SEED = 11


@pytest.fixture(scope="module")
def tiny() -> LoadedModel:
    return core.load("tiny")


def test_words_are_tokens_as_the_card_says() -> None:
    tokenizer = Tokenizer.from_file(str(EMBEDDED / "tokenizer.json"))
    worlds = World(5, made_up=0.0), World(5, held_out=True, made_up=0.0)
    text = " ".join(world.context().text for world in worlds for _ in range(800))
    whole = mean(len(tokenizer.encode(word).ids) == 1 for word in re.findall(r"[A-Za-z']+", text))
    assert whole == pytest.approx(0.96, abs=0.01)
    vocabulary = tokenizer.get_vocab()
    for syllable in SYLLABLES:
        assert {syllable, f"\u0120{syllable}", f"\u0120{syllable.capitalize()}"} <= vocabulary.keys()
    words = Vocabulary(random.Random(9), True)
    assert mean(len(tokenizer.encode(words.made_up()).ids) for _ in range(4000)) == pytest.approx(2.7, abs=0.1)


@pytest.mark.parametrize("drop_seed", range(20))
def test_the_picnic(tiny: LoadedModel, drop_seed: int) -> None:
    """After 30 unrelated contexts as well, by long-term memory."""
    assert picnic.right_after(tiny, drop_seed, long_term=True, distances=[0, 30]) == [True, True]


def test_facts_never_seen_in_training_are_recalled(tiny: LoadedModel) -> None:
    outcomes = [outcome for sample in samples(40, SEED, 0) for outcome in run(tiny, sample, "mplus", [0])]
    assert sum(outcome.right for outcome in outcomes) >= 37  # all 40 when these weights were made


def test_what_was_never_told_is_not_known(tiny: LoadedModel) -> None:
    outcomes = [never_told(tiny, sample(number, SEED, 8), "mplus")["stranger"] for number in range(20)]
    assert sum(outcome.right for outcome in outcomes) >= 18  # all 20 of them


def test_long_term_memory_answers_when_the_pool_has_forgotten(tiny: LoadedModel) -> None:
    """Without it, what is lost is admitted, not made up. (All 10 when these were made; without it none, none wrong.)"""
    outcomes = {
        mode: [outcome for sample in samples(10, SEED, 24) for outcome in run(tiny, sample, mode, [24])]
        for mode in ("mplus", "memoryllm")
    }
    right = {mode: sum(o.right for o in found) for mode, found in outcomes.items()}
    assert right["mplus"] >= 8
    assert right["memoryllm"] <= 2
    assert sum(o.verdict == "wrong" for o in outcomes["memoryllm"]) <= 2


@pytest.mark.parametrize(
    ("ability", "least"),
    [("contradiction", 11), ("two_hop", 10), ("anecdote", 2), ("scene", 7), ("who", 9), ("yes_or_no", 10)],
)
def test_abilities(tiny: LoadedModel, ability: str, least: int) -> None:
    replies = [next(iter(abilities.ABILITIES[ability](tiny, SEED, number))) for number in range(12)]
    assert sum(reply.verdict == "right" for reply in replies) >= least


def test_it_is_small_and_complete() -> None:
    assert (EMBEDDED / "model.safetensors").stat().st_size < 10_000_000
    assert {"config.json", "tokenizer.json", "tokenizer_config.json", "README.md"} <= {
        p.name for p in EMBEDDED.iterdir()
    }
