"""What scenes say of places and things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.training.cast import Cast
from core.training.drafts import UNKNOWN, Draft
from core.training.facets import ROLES, Facet
from core.training.sights import (
    SIGHTS,
    of_a_favourite,
    of_a_role,
    of_an_attribute,
    of_the_most,
    of_two_colors,
    there_is,
)
from core.training.world import World


@pytest.mark.parametrize("say", SIGHTS, ids=lambda say: say.__name__)
def test_what_is_asked_is_told(say: Callable[[Cast], tuple[str, bool]]) -> None:
    world = World(3)
    for _ in range(200):
        draft = Draft()
        said, _ = say(Cast(world, draft, False))
        assert draft.questions
        assert not draft.contradicts_itself, (said, draft.questions)
        told = {question.text for question in draft.questions}
        for question in draft.questions:
            assert question.answer.lower() in said.lower(), (said, question)  # one may begin a sentence
            assert question.answer
        for question in draft.absent:
            assert question.answer == UNKNOWN
            assert question.text not in told


@pytest.mark.parametrize(
    ("say", "sample", "wanted"),
    [
        (there_is, "there is", "What is there "),
        (of_the_most, "est ", "What is the "),
        (of_a_favourite, "favourite", "'s favourite"),
        (of_a_role, " is on ", "Where is "),
        (of_an_attribute, "'s birthday", "'s birthday"),
        (of_two_colors, " one ", "Who does the "),
    ],
)
def test_how_it_is_told_and_asked(say: Callable[[Cast], tuple[str, bool]], sample: str, wanted: str) -> None:
    world = World(4)
    drafts = [Draft() for _ in range(600)]
    said = [say(Cast(world, draft, False))[0] for draft in drafts]
    assert any(sample in text for text in said)
    assert any(wanted in question.text for draft in drafts for question in draft.questions)


@pytest.mark.parametrize("facet", ROLES, ids=lambda facet: facet.predicate)
def test_a_role_has_one_word_to_ask_for(facet: Facet) -> None:
    assert facet.predicate.count("{") == 1
    assert all("{t}" in question for question in facet.questions)
