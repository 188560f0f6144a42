"""One event from both its sides: who is sold something buys it, who is met meets, and not the other way round."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice

import pytest

from core.training.cast import by_name
from core.training.clauses import HAPPENING, Clause, Part
from core.training.converses import CONVERSES, converse, exchanged, in_the_passive, open_when_exchanged
from core.training.drafts import UNKNOWN
from core.training.verbs import Verb, parsed, verbs
from core.training.world import World

EVELYN = by_name("Evelyn")
PURSE = Part("a purse", "purse", "What")
TO_HANA = Part("to Hana", "Hana", "Who", "to")
SELL = parsed("sell sold sold selling | etd | a purse | at the market")
GREET = parsed("greet greeted greeted greeting | ep | | at the door")
MEET = parsed("meet met met meeting | eps | | at the fair")
SOLD = Clause(EVELYN, SELL, "past", PURSE, TO_HANA)
GREETED = Clause(EVELYN, GREET, "past", Part("her uncle Tom", "Tom", "Who"), place=Part("at the door", "door", "Where"))
MET = Clause(EVELYN, MEET, "past", Part("Hana", "Hana", "Who"))


def asked_of(clause: Clause | None) -> dict[str, str]:
    """Questions in all their wordings, and the answers."""
    assert clause
    rng = random.Random(1)
    return {question.text: question.answer for _ in range(300) for question in clause.questions(rng)}


def passive(clause: Clause) -> dict[str, str]:
    rng = random.Random(1)
    return {question.text: question.answer for _ in range(100) for question in in_the_passive(rng, clause)}


def test_who_is_sold_something_buys_it() -> None:
    asked = asked_of(converse(random.Random(1), SOLD))
    assert asked["What did Hana buy from Evelyn?"] == "purse"
    assert asked["Who did Hana buy the purse from?"] == "Evelyn"
    assert asked["Who bought the purse?"] == "Hana"


def test_who_is_met_meets() -> None:
    asked = asked_of(converse(random.Random(1), MET))
    assert asked["Who did Hana meet?"] == "Evelyn"
    assert asked["Who met Evelyn?"] == "Hana"


def test_company_does_the_same() -> None:
    play = parsed("play played played playing | ew | chess | at the club")
    with_tom = Part("with Tom", "Tom", "Who", "with")
    asked = asked_of(
        converse(random.Random(1), Clause(EVELYN, play, "past", Part("chess", "chess", "What"), None, with_tom))
    )
    assert asked["What did Tom play with Evelyn?"] == "chess"
    assert asked["Who did Tom play chess with?"] == "Evelyn"


@pytest.mark.parametrize(
    "clause",
    [
        replace(SOLD, tense="wants"),  # there may be no buyer
        replace(SOLD, receiver=Part("to her sister", "sister", "Who", "to")),  # whose sister is not said
        replace(SOLD, receiver=None),
        replace(SOLD, who=replace(EVELYN, form=2)),
        GREETED,  # Tom need not have greeted her
    ],
)
def test_what_has_no_other_side(clause: Clause) -> None:
    assert converse(random.Random(1), clause) is None


def test_whoever_is_greeted_may_not_have_greeted() -> None:
    rng = random.Random(1)
    swapped = [question for _ in range(50) if (question := open_when_exchanged(rng, GREETED))]
    assert {question.answer for question in swapped} == {UNKNOWN}
    told = {question.key for _ in range(50) for question in GREETED.questions(rng)}
    assert told.isdisjoint(question.key for question in swapped)
    assert "Who did Tom greet?" in {question.text for question in swapped}


def test_both_have_met() -> None:
    assert exchanged(MET) is None
    assert open_when_exchanged(random.Random(1), MET) is None


def test_questions_in_the_passive() -> None:
    sold = passive(SOLD)
    assert sold["Who was the purse sold by?"] == sold["By whom was the purse sold?"] == "Evelyn"
    assert sold["What was sold by Evelyn?"] == "purse"
    assert sold["Who was sold the purse?"] == "Hana"
    assert sold["What was Hana sold?"] == "purse"
    greeted = passive(GREETED)
    assert greeted["Who was greeted by Evelyn?"] == "Tom"
    assert greeted["Who was Tom greeted by?"] == "Evelyn"
    assert greeted["Where was Tom greeted?"] == "door"
    several = passive(Clause(EVELYN, SELL, "past", Part("two goats", "two goats", "What")))
    assert "Who were two goats sold by?" in several


@pytest.mark.parametrize("tense", ["habit", "will", "perfect"])
def test_no_passive_in_other_tenses(tense: str) -> None:
    assert not passive(replace(SOLD, tense=tense))


def test_the_passive_asks_by_the_keys_of_the_active() -> None:
    """So that what contradicts the one contradicts the other."""
    rng = random.Random(1)
    for clause in (SOLD, GREETED):
        active = {question.key for question in clause.questions(rng)}
        keys = [question.key for question in in_the_passive(rng, clause) if "to thing" not in question.key]
        assert len(keys) > 2
        assert active.issuperset(keys)


@pytest.mark.parametrize("base", sorted({*CONVERSES, *(other for others in CONVERSES.values() for other in others)}))
def test_converses_are_verbs(base: str) -> None:
    assert any(verb.base == base for verb in verbs())


@pytest.mark.parametrize("verb", [verb for verb in verbs() if "s" in verb.flags], ids=lambda verb: verb.base)
def test_what_people_do_to_each_other_is_done_to_a_person(verb: Verb) -> None:
    assert "p" in verb.flags
    assert not verb.objects


def test_the_world_asks_from_both_sides() -> None:
    world = World(8, anecdotes=0.0, scenes=1.0)
    texts = [question.text for context in islice(world.contexts(), 1500) for question in context.questions]
    assert any(" bought by " in text or " sold by " in text or "By whom" in text for text in texts)
    assert any(text.startswith(("Who was ", "Who were ")) for text in texts)
    told = "".join(f"{context.text}\n" for context in islice(World(8, anecdotes=0.0, scenes=1.0).contexts(), 1500))
    for base, past in (("borrow", "lent"), ("buy", "sold")):
        assert past in told
        assert any(f" {base} " in text for text in texts), base
    assert HAPPENING.isdisjoint({"wants", "hopes", "had"})
