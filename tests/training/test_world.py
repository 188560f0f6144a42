"""The synthetic world: the same for a seed, true to itself, and clean of held-out words."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.grammar import SPEAKER, named, render, with_article
from core.training.happenings import ABOUT_THINGS
from core.training.lexicon import CLOSED, LISTS
from core.training.relations import ABOUT_PEOPLE
from core.training.words import Vocabulary, held_out
from core.training.world import Context, World, unrelated


def drawn(seed: int, held_out_side: bool, count: int = 400) -> list[Context]:
    return list(islice(World(seed, held_out_side).contexts(), count))


def test_a_seed_gives_the_same_contexts() -> None:
    assert drawn(7, False, 50) == drawn(7, False, 50)
    assert drawn(7, False, 50) != drawn(8, False, 50)


@pytest.mark.parametrize("side", [False, True])
def test_every_answer_stands_in_its_context(side: bool) -> None:
    for context in drawn(1, side):
        for question in context.questions:
            words = question.answer.removeprefix("an ").removeprefix("a ")  # "a picnic" may be "a lovely picnic" there
            assert re.search(rf"\b{re.escape(words)}\b", context.text), (context.text, question)


def test_no_context_contradicts_itself() -> None:
    for context in drawn(2, False):
        keys = [question.key for question in context.questions]
        assert len(keys) == len(set(keys))


def test_held_out_words_stay_out_of_training() -> None:
    lists = {word for kind, words in LISTS.items() if kind not in CLOSED for word in words}
    closed = {word for kind in CLOSED for word in LISTS[kind]}
    withheld = {word for word in lists if held_out(word)} - closed
    assert len(withheld) > 50
    seen = {phrase for context in drawn(3, False, 2000) for phrase in context.drawn}
    assert not seen & withheld


@pytest.mark.parametrize("side", [False, True])
def test_made_up_words_belong_to_their_side(side: bool) -> None:
    import random

    words = Vocabulary(random.Random(5), side)
    assert all(held_out(words.made_up()) is side for _ in range(300))


def test_both_sides_use_the_same_sentences() -> None:
    """Held-out contexts differ in words only: their wordings occur in training too."""
    names = {relation.name for relation in ABOUT_PEOPLE} | {relation.name for _, relation in ABOUT_THINGS}

    def relations(contexts: list[Context]) -> set[str]:
        """Names of relations and kinds of events; the word that a relation may come with is left out."""
        keys = {question.key.split("|")[0] for context in contexts for question in context.questions}
        return {max((name for name in names if key.startswith(name)), key=len, default=key) for key in keys}

    assert relations(drawn(4, True, 500)) <= relations(drawn(4, False, 3000))


@given(st.text(alphabet="abcdefghij JohnDavid", max_size=60))
@settings(max_examples=30, deadline=None)
def test_unrelated_contexts_share_no_drawn_word_with_what_they_avoid(text: str) -> None:
    avoid = f"{text} John had a picnic with David, who likes apples."
    texts = unrelated(8, seed=1, avoid=avoid)
    assert len(texts) == 8
    for told in texts:
        assert not re.search(r"\b(John|David|apples)\b", told)


def test_unrelated_contexts_follow_from_the_seed() -> None:
    assert unrelated(5, seed=2) == unrelated(5, seed=2)
    assert unrelated(5, seed=2) != unrelated(5, seed=3)


def test_the_page_gets_contexts_without_torch() -> None:
    code = "import sys; from core.training.world import unrelated; unrelated(3, 0); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_verbs_agree() -> None:
    assert render("{s} [live] in {v}.", named("Mia"), v="Oslo") == "Mia lives in Oslo."
    assert render("{s} [live] in {v}.", SPEAKER, v="Oslo") == "I live in Oslo."
    assert render("How old [be] {s}?", SPEAKER) == "How old am I?"
    assert render("What [do] {s} like?", named("Mia")) == "What does Mia like?"
    assert render("Where is {p} home?", named("Mia")) == "Where is Mia's home?"
    assert with_article("owl") == "an owl"
