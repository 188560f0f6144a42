"""Scenes that say where, now and no longer, if, never, and who is called what."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from core.training import contrasts
from core.training.cast import Cast, by_name
from core.training.clauses import NUMBERS, Clause, Part
from core.training.converses import by_preposition
from core.training.drafts import UNKNOWN, Draft, Question
from core.training.phrasing import Phraser, Told
from core.training.polar import NO, YES
from core.training.scenes import WAYS, Asker
from core.training.verbs import parsed
from core.training.world import World


def told(way: Callable[[Phraser], Told], count: int = 300) -> list[tuple[str, list[Question], list[Question]]]:
    """Texts with what is asked about them, and what they leave open."""
    world, texts = World(11), []
    for _ in range(count):
        draft = Draft()
        say = Phraser(world, draft, True)
        said, clauses = way(say)
        for clause in clauses:
            Asker(say).ask(clause)
        texts.append((said, draft.questions, list(draft.finished().absent)))
    return texts


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_asked_is_told(way: Callable[[Phraser], Told]) -> None:
    for said, asked, absent in told(way):
        assert asked
        assert said.endswith((".", "?"))
        assert not re.search(r"[{}$|]|  | ,|,,|,[.?]|\.\.", said), said
        for question in asked:
            assert question.answer in (YES, NO) or question.answer.lower() in said.lower(), (said, question)
        assert {question.answer for question in absent} <= {UNKNOWN}
        assert {question.text for question in asked}.isdisjoint(question.text for question in absent), said


def test_where_something_happens_the_other_thing_happens_too() -> None:
    both = [(said, asked) for said, asked, _ in told(contrasts.where) if re.search(r"\bwhere (he|she) ", said)]
    assert both
    for said, asked in both:
        where = {question.answer for question in asked if question.topic.endswith(" place")}
        assert len(where) == 1, said


def test_what_is_denied_is_left_open() -> None:
    denied = [(asked, absent) for said, asked, absent in told(contrasts.never) if " never " in said]
    assert denied
    for asked, absent in denied:
        verb = next(question.topic for question in asked if question.topic.startswith("never "))
        assert verb.removeprefix("never ") in {question.topic for question in absent}


def test_whoever_did_it_is_called_something() -> None:
    for said, asked, _ in told(contrasts.is_called):
        assert any(question.key.startswith("name of who") for question in asked), said


def test_a_condition_stands_before_or_behind() -> None:
    texts = [said for said, _, _ in told(contrasts.under_a_condition)]
    assert any(said.startswith("if ") for said in texts)
    assert any(re.search(r"\w if ", said) for said in texts)
    assert any(said.startswith("because ") for said in texts)


def test_a_question_may_end_with_the_word_before_the_place() -> None:
    swim = parsed("swim swam swum swimming | he | | across the lake")
    clause = Clause(by_name("Tobias"), swim, "past", place=Part("across the lake", "lake", "Where"))
    (question,) = by_preposition(random.Random(1), clause)
    assert (question.text, question.answer) == ("What did Tobias swim across?", "lake")
    assert question.key in {other.key for other in clause.questions(random.Random(1))}


def test_somebody_may_be_ours() -> None:
    world = World(12)
    people = [Cast(world, Draft(), True).ours() for _ in range(200)]
    assert all(who.answer and who.answer in who.said for who in people)
    assert any(who.said.startswith("our ") for who in people)
    assert any(who.said.startswith("my ") and who.said.endswith(",") for who in people)


def test_of_two_numbers_the_second_is_of_whom_is_spoken_of_second() -> None:
    both = 0
    for said, asked, _ in told(contrasts.in_other_numbers):
        counted = said.rstrip(".").split()[-1]
        if counted not in NUMBERS:  # one person only
            continue
        second = next(question for question in asked if "how many" in question.text.lower())
        assert second.answer == counted
        first = next(question.answer for question in asked if question.topic.endswith(" thing"))
        assert first.split()[0] != counted
        assert said.index(first) < said.rindex(counted)
        owner = second.key.partition("|")[2]  # perhaps "the canary" for "a canary", "we" for "Ruth and I"
        assert owner == "we" or owner.split()[-1] in said[said.index(first) :]
        both += 1
    assert both > 200
