"""Scenes of causes, of what is mine, of who won and of two together; `test_contrasts` reads every way of telling."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from core.training import affairs, company
from core.training.affairs import _ALIKE as ALIKE
from core.training.affairs import _BEFALLEN as BEFALLEN
from core.training.affairs import _DONE_TO as DONE_TO
from tests.training.test_alike import told


def test_a_cause_is_asked_for_where_it_is_told_and_left_open_where_it_is_not() -> None:
    with_cause = without = 0
    for said, asked, absent in told(affairs.befell):
        (why,) = {(q.key, q.answer) for q in asked if q.key.startswith("why ")} or {("", "")}
        if why[1]:
            with_cause += 1
            cause = re.search(r"(?:because of|because|due to|account of|owing to|thanks to) (.+?)[,.]", said)
            assert cause
            assert why[1] in cause[1]
            assert why[0] not in {q.key for q in absent}
        else:
            without += 1
            assert any(q.key.startswith("why ") for q in absent)
    assert with_cause > 100
    assert without > 10


def test_how_long_it_took_is_not_asked_of_until_when() -> None:
    seen = set()
    for said, asked, _ in told(affairs.befell):
        for q in asked:
            if q.text.startswith("How long "):
                seen.add("long")
                assert re.search(rf"(by|for) {q.answer}", said), (said, q)
            elif q.text.startswith(("When is ", "Until when ")):
                seen.add("until")
                assert re.search(rf"(to|until|for) {q.answer}", said), (said, q)
            elif q.text.startswith("How late "):
                seen.add("late")
                assert f"{q.answer} late" in said
    assert seen == {"long", "until", "late"}


@pytest.mark.parametrize(
    "words", [*(words for _, words in BEFALLEN), DONE_TO], ids=("plans", "rides", "sites", "people")
)
def test_what_one_word_tells_is_not_left_open_with_another(words: tuple[str, ...]) -> None:
    for word in words:
        unlike = affairs._unlike(word, words)
        assert unlike
        assert word not in unlike
        for group in ALIKE:
            assert word not in group or not group.intersection(unlike)


def test_who_was_praised_is_not_somebody_else() -> None:
    for said, asked, absent in told(affairs.rewarded):
        (answer,) = {q.answer for q in asked if q.text.startswith("Who was ")}
        assert said.lower().find(answer.lower()) < said.find(" was ")
        named = {q.key.partition("|")[2] for q in absent if q.key.startswith("why ")}
        assert any(name not in said for name in named)  # a stranger
        assert not named & {q.key.partition("|")[2] for q in asked if q.key.startswith("why ")}


def test_what_is_mine_is_with_one_person_and_the_rest_is_open() -> None:
    seen = 0
    for said, asked, absent in told(affairs.of_mine):
        mine = [q for q in asked if q.text.startswith("Who ") and " my " in q.text and "Who is" not in q.text]
        for q in mine:
            seen += 1
            assert re.search(rf"my {re.escape(q.key.partition('|')[2])}\b", said), (said, q)
        objects = {q.key.partition("|")[2] for q in mine}
        assert all(q.key.partition("|")[2] not in objects for q in absent if " my " in q.text)
    assert seen > 100


def test_the_prize_and_the_contest_belong_together() -> None:
    for said, asked, absent in told(company.won):
        for q in asked:
            if q.text.startswith("What did") and q.text.endswith(" in?"):
                assert f"the {q.answer}" in said
            elif q.text.startswith("What did"):
                assert q.answer in said.lower()
                assert q.answer.endswith(" prize")
        for q in absent:
            if match := re.fullmatch(r"Who won (\w+ prize) in the (.+)\?", q.text):
                assert f"the {match[2]}" not in said or match[1] not in said.lower()


def test_two_are_together_what_no_other_two_are() -> None:
    pairs = bonds = 0
    for said, asked, absent in told(company.together):
        both = {q.answer for q in asked if q.text.startswith("Who ") and " and " in q.answer}
        assert len(both) <= 1
        for pair in both:
            pairs += 1
            assert said.startswith(pair)
            assert all(pair != q.key.partition("|")[2] or q.text not in {a.text for a in asked} for q in absent)
        of = {q.key.partition("|")[2]: q.answer for q in asked if re.match(r"Who is .+'s ", q.text)}
        if of:
            bonds += 1
            assert len(of) == 2
            assert all(of[other] == one for one, other in of.items())
    assert pairs > 50
    assert bonds > 30


def test_who_is_a_twin_may_be_a_sibling() -> None:
    """And where two moved to, they may be moving: neither leaves the other open."""
    near = (*company._SAME, *company._ONE_ANOTHER)
    asked_near = [0] * len(near)
    for _, asked, absent in chain.from_iterable(told(company.together, seed) for seed in range(12, 22)):
        topics, left_open = ({q.key.partition("|")[0] for q in questions} for questions in (asked, absent))
        for number, alike in enumerate(near):
            if topics & alike:
                asked_near[number] += 1
                assert not (left_open - topics) & alike
    assert min(asked_near) > 50


def test_when_and_where_are_asked_of_what_was_told_of_them() -> None:
    open_hours = 0
    for said, asked, absent in told(company.appointed):
        for q in asked:
            assert q.answer in said
        if any(q.key.startswith("hour|") for q in absent):
            open_hours += 1
            assert " at noon" not in said
            assert not re.search(r"\d:\d\d", said)
    assert open_hours > 20


def test_a_colour_goes_with_what_was_painted() -> None:
    for said, asked, _ in told(company.coloured):
        what = {q.answer for q in asked if q.key.startswith(("what paint", "what dye", "what spray"))}
        color = {q.answer for q in asked if q.key.startswith("color ")}
        assert len(what) == len(color) == 1
        assert said.endswith(f"{what.pop()} {color.pop()}.")
