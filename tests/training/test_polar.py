"""Questions for yes, no, or one of two."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from core.training.cast import by_name
from core.training.clauses import Clause, Part
from core.training.drafts import UNKNOWN, Draft
from core.training.facts import Relation
from core.training.grammar import SPEAKER, Subject, named
from core.training.polar import NO, YES, either, open_polar, polar, with_another
from core.training.relations import ABOUT_PEOPLE
from core.training.verbs import parsed
from core.training.whether import DENIED, WORDINGS, ask_whether
from core.training.world import World

KEEP = parsed("keep kept kept keeping | hw | bees, a goat | behind the house, at the mill | Which animals")
BEES, GOAT = Part("bees", "bees", "What"), Part("a goat", "goat", "What")
BRAM = Clause(by_name("Bram"), KEEP, "habit", BEES)


@pytest.mark.parametrize(
    ("tense", "text"),
    [
        ("habit", "Does Bram keep bees?"),
        ("used", "Did Bram use to keep bees?"),
        ("progressive", "Is Bram keeping bees?"),
        ("will", "Will Bram keep bees?"),
    ],
)
def test_a_clause_is_asked_for_yes_or_no(tense: str, text: str) -> None:
    clause = Clause(BRAM.who, KEEP, tense, BEES)
    asked = [polar(random.Random(seed), clause) for seed in range(20)]
    assert text in {question.text for question in asked}
    assert {question.answer for question in asked} == {YES}
    assert polar(random.Random(1), clause, NO).answer == NO


def test_of_two_things_the_one_that_is_told_is_the_answer() -> None:
    texts = set()
    for seed in range(20):
        (question,) = either(random.Random(seed), BRAM, GOAT)
        assert question.answer == "bees"
        texts.add(question.text)
    assert texts == {"Does Bram keep bees or a goat?", "Does Bram keep a goat or bees?"}
    assert not list(either(random.Random(1), BRAM, BEES))


def test_what_is_not_told_is_open_and_has_another_key() -> None:
    other = with_another(BRAM, GOAT)
    assert other is not None
    question = open_polar(random.Random(1), other)
    assert question.answer == UNKNOWN
    assert question.text == "Does Bram keep a goat?"
    assert question.key != polar(random.Random(1), BRAM).key
    assert with_another(BRAM, Part("two bees", "two bees", "What")) is None, "it would say the same"


@pytest.mark.parametrize("relation", ABOUT_PEOPLE, ids=lambda relation: relation.name)
@pytest.mark.parametrize("about", [named("Ruth"), SPEAKER], ids=["she", "I"])
def test_a_fact_is_asked_for_yes_or_no(relation: Relation, about: Subject) -> None:
    world, answers = World(3), set()
    for _ in range(20):
        draft = Draft()
        said = world.fact(draft, about, about, relation)
        told = draft.questions[-1].answer
        before = list(draft.questions)
        ask_whether(world, draft, about, "Otto", relation, told)
        for question in draft.questions[len(before) :]:
            assert question.text.endswith("?")
            assert question.text[0].isupper()
            assert not set("[]{}") & set(question.text), question.text
            assert question.answer in (YES, NO, told)
            assert question.answer in (YES, NO) or told in said
            assert told in question.text
            answers.add(question.answer)
        for question in draft.absent:
            assert question.answer == UNKNOWN
            assert "Otto" in question.text or told not in question.text
    assert (YES in answers) == (relation.name in WORDINGS)
    assert (NO in answers) == (relation.name in DENIED)


def test_every_wording_is_of_a_relation() -> None:
    assert set(WORDINGS) | set(DENIED) <= {relation.name for relation in ABOUT_PEOPLE}


def test_the_world_asks_them_and_leaves_as_many_open() -> None:
    told, open_ = [], []
    for context in islice(World(9).contexts(), 2500):
        told += [question.answer for question in context.questions if question.answer in (YES, NO)]
        open_ += [question for question in context.absent if question.key.startswith("whether ")]
    assert told.count(NO) > 10
    assert 0.6 < len(open_) / told.count(YES) < 1.6


def test_an_evaluated_world_does_not_ask_them() -> None:
    for context in islice(World(9, events=0.0, scenes=0.0, anecdotes=0.0, whether=0.0).contexts(), 300):
        assert not {question.answer for question in context.questions} & {YES, NO}
