"""How, with what, how long, how often and why."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from core.training.circumstances import circumstance
from core.training.clauses import Clause, Part
from core.training.composing import Composer
from core.training.drafts import UNKNOWN, Draft
from core.training.phrasing import Phraser
from core.training.scenes import Asker
from core.training.ways import joined, meanwhile, plain
from core.training.world import World
from tests.training.test_polar import BRAM

BEGIN = {"How", "When", "What", "How long", "How much", "How often", "Why"}


def drawn(count: int) -> list[Clause]:
    """Clauses that tell a circumstance."""
    world, found = World(4), list[Clause]()
    while len(found) < count:
        say = Phraser(world, Draft(), False)
        clause = say.composer.clause(say.cast.who())
        if clause.besides:
            assert set(clause.besides.drawn) <= set(say.draft.drawn)
            found.append(clause)
    return found


def test_a_circumstance_stands_at_the_end_and_is_asked_for() -> None:
    rng, kinds = random.Random(1), Counter[str]()
    for clause in drawn(400):
        besides = clause.besides
        assert besides is not None
        assert clause.predicate(rng).endswith(f" {besides.said}")
        assert not re.search(r"[{}$]|  ", besides.said)
        assert besides.answer
        assert besides.answer in besides.said
        asked = [question for question in clause.questions(rng) if question.answer == besides.answer]
        assert asked, besides
        assert not re.search(r"[{}$\[\]]|  ", asked[0].text)
        kinds[besides.asked] += 1
    assert set(kinds) == BEGIN


@pytest.mark.parametrize(
    ("besides", "text"),
    [
        (Part("because of the rain", "rain", "Why"), "Why does Bram keep bees?"),
        (Part("with a net", "net", "What", "with"), "What does Bram keep bees with?"),
        (Part("twice a week", "twice a week", "How often"), "How often does Bram keep bees?"),
        (Part("in nine days", "nine days", "How long", took=True), "How long did it take Bram to keep bees?"),
    ],
)
def test_how_it_is_asked(besides: Part, text: str) -> None:
    clause = replace(BRAM, besides=besides)
    asked = {question.text for seed in range(40) for question in clause.questions(random.Random(seed))}
    assert text in asked


def test_of_a_clause_that_tells_much_none_is_drawn() -> None:
    place, when = Part("at the mill", "mill", "Where"), Part("on Monday", "Monday", "When")
    full = replace(BRAM, place=place, moment=when)
    assert all(circumstance(World(seed), full) is None for seed in range(20))
    wanted = replace(BRAM, tense="wants")
    assert all(circumstance(World(seed), wanted) is None for seed in range(20))


def test_why_is_not_left_open_where_a_text_tells_it() -> None:
    for said, allowed in (("Bram keeps bees because he likes honey.", False), ("Bram keeps bees.", True)):
        found = set()
        for seed in range(300):
            draft = Draft([said])
            Asker(Phraser(World(seed), draft, False)).ask(BRAM)
            found |= {question.text for question in draft.absent}
        assert ("Why does Bram keep bees?" in found) == allowed
        assert "Why does Bram keep bees?" not in {q.text for q in draft.questions if q.answer != UNKNOWN}


@pytest.mark.parametrize("way", [joined, meanwhile, plain])
def test_a_cause_that_is_a_clause_is_asked_for(way: object) -> None:
    world, found = World(6), 0
    for _ in range(600):
        draft = Draft()
        said, _ = way(Phraser(world, draft, False))  # type: ignore[operator]
        why = [question for question in draft.questions if question.text.startswith("Why ")]
        for question in why:
            assert question.answer in said
            found += 1
    assert found


def test_another_thing_is_one_that_the_verb_takes() -> None:
    world = World(2)
    say = Phraser(world, Draft(), False)
    composer: Composer = say.composer
    others = [composer.another_thing(BRAM) for _ in range(30)]
    assert all(other is not None and other.asked == "What" for other in others)
