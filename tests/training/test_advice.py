"""Scenes that tell the reader what to do, and people without a name; `test_contrasts` reads every way of telling."""

from __future__ import annotations

import re

from core.training import advice
from core.training.cast import Cast
from core.training.drafts import Draft
from core.training.manners import FEMALE, MALE
from core.training.world import World
from tests.training.test_contrasts import told

ASKED = re.compile(r"\b(should I|I should|must I|do I have to|do I need to|am I to|my)\b")


def test_what_the_reader_is_told_to_do_is_asked_in_the_first_person() -> None:
    for said, asked, absent in told(advice.advised):
        assert not re.search(r"\b(I|my)\b", said), said
        for question in asked:
            assert ASKED.search(question.text), (said, question)
            assert not re.search(r"\byours?\b", question.text), (said, question)
        assert any(not ASKED.search(question.text) for question in absent), "of somebody else it is not told"


def test_what_not_to_do_is_not_what_to_do() -> None:
    refused = 0
    for said, asked, _ in told(advice.advised):
        answers = {question.text: question.answer for question in asked}
        (nothing,) = {text for text in answers if text.startswith("What should I not ")} or {""}
        if nothing:
            refused += 1
            done = {answer for text, answer in answers.items() if text != nothing}
            assert answers[nothing] not in done, said
    assert refused > 20


def test_where_not_to_is_not_asked_as_where_to() -> None:
    elsewhere = 0
    for said, asked, _ in told(advice.advised):
        if match := re.search(r"(?:,| and) (?:not|never) (in|on|at|behind|near|to|under) (?:the |an? )?(.+)\.$", said):
            elsewhere += 1
            assert match[2] not in {question.answer for question in asked}, said
    assert elsewhere > 10


def test_a_negation_has_no_beginning_of_its_own() -> None:
    negated = [said for said, _, _ in told(advice.advised) if re.search(r"(do not|don't|never) \w+ ", said)]
    assert negated
    for said in negated:
        assert re.match(r"(if .+, )?(please )?(do not|don't forget to|don't|never) |.+, never ", said), said


def test_people_without_a_name_are_he_or_she_or_they() -> None:
    cast, groups = Cast(World(4), Draft(), True), 0
    for _ in range(400):
        who = cast.unnamed()
        assert who.answer
        assert who.answer in who.said
        words = set(who.said.split())
        if who.form == 2:
            groups += 1
            assert who.pronoun == "they"
        elif words & FEMALE:
            assert who.pronoun == "she", who
        elif words & MALE:
            assert who.pronoun == "he", who
    assert 100 < groups < 300


def test_nobody_is_mine_where_nobody_speaks() -> None:
    cast = Cast(World(4), Draft(), False)
    assert not any({"my", "our"} & set(cast.unnamed().said.split()) for _ in range(400))
