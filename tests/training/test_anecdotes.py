"""The texts that are written down as a whole: their form, and what the world makes of them."""

from __future__ import annotations

import json
import re
from itertools import islice

import pytest

from core.evaluation.abilities import SENTENCES
from core.training import chances
from core.training.anecdotes import TURNS, Anecdote, anecdotes, fill, kind, parsed, wordings
from core.training.drafts import UNKNOWN
from core.training.lexicon import LISTS
from core.training.world import World

SLOT = re.compile(r"\{(?:a )?(\w+)\}")


def slots(template: str) -> set[str]:
    return set(SLOT.findall(template))


@pytest.mark.parametrize("anecdote", anecdotes(), ids=lambda anecdote: anecdote.texts[0][:40])
def test_an_anecdote_can_be_asked_about(anecdote: Anecdote) -> None:
    told = set.union(*map(slots, anecdote.texts))
    assert 1 <= len(anecdote.texts) <= 10
    assert len(anecdote.questions) >= 3
    assert anecdote.absent
    assert all(anecdote.asked_of(text)[0] for text in anecdote.texts), "every wording can be asked about"
    by_wording = [{question for question, _ in anecdote.asked_of(text)[0]} for text in anecdote.texts]
    assert set.union(*by_wording) == {question for question, _ in anecdote.questions}
    assert any(anecdote.asked_of(text)[1] for text in anecdote.texts), "and leaves something open"
    for question, answer in anecdote.questions:
        assert question.endswith((".", "?"))
        assert SLOT.sub("", answer).strip() in ("", "and"), "nothing is to be answered from the template by heart"
        assert not slots(answer) & slots(question), "the question must not give the answer"
    assert set().union(*map(slots, (*(q for q, _ in anecdote.questions), *anecdote.absent))) <= told
    world = World(1)
    for slot in anecdote.slots:
        assert kind(slot) in anecdote.kinds or world.value(kind(slot))
    for name, words in anecdote.kinds.items():
        assert name not in LISTS, "a kind of its own"
        assert len(set(words)) == len(words) >= 7
        assert name in map(kind, anecdote.slots)


def test_a_wording_that_tells_a_part_leaves_the_rest_open() -> None:
    block = """
    ~ limb: wrist, ankle
    = {a} broke his {limb} in {city}.
    = {a} has been to {city}.
    ? Who broke his {limb}? | {a}
    ? What did {a} break? | {limb}
    ? Where was {a}? | {city}
    ! What did the doctor in {city} say?
    ! How is {b}?
    """
    anecdote = parsed(block)
    assert anecdote.kinds == {"limb": ("wrist", "ankle")}
    whole, part = anecdote.texts
    assert anecdote.asked_of(whole) == (list(anecdote.questions), ["What did the doctor in {city} say?"])
    answered, open_ = anecdote.asked_of(part)
    assert answered == [("Where was {a}?", "{city}")]
    assert open_ == ["What did {a} break?", "What did the doctor in {city} say?"], (
        "whoever is not named is not asked for"
    )


def test_words_are_put_into_their_places() -> None:
    words = {"a": "Mia", "thing": "umbrella", "city2": "Oslo"}
    assert fill("{a} left {a thing} in {city2}.", words) == "Mia left an umbrella in Oslo."
    assert [kind(slot) for slot in words] == ["person", "thing", "city"]


def test_the_world_tells_anecdotes_alone() -> None:
    world = World(2, anecdotes=1.0)
    for context in islice(world.contexts(), 200):
        assert context.questions
        assert all(question.answer.lower() in context.text.lower() for question in context.questions)
        assert all(question.answer == UNKNOWN for question in context.absent)
        assert not re.search(r"[{}]", context.text)
        assert context.text[0] == context.text[0].upper()
    personal = {question for anecdote in anecdotes() if anecdote.personal for question, _ in anecdote.questions}
    others = {question for anecdote in anecdotes() if not anecdote.personal for question, _ in anecdote.questions}
    told = {question.topic for _ in range(200) for question in world.context(speaker=False).questions}
    assert not told & (personal - others)


def test_turns_of_phrase_come_more_often_than_their_number_would_have_it() -> None:
    few = {question for anecdote in anecdotes(TURNS) for question, _ in anecdote.questions}
    told = [context for context in islice(World(5, anecdotes=1.0).contexts(), 400) if context.questions]
    share = sum(context.questions[0].topic in few for context in told) / len(told)
    assert len(wordings(TURNS)) < 0.1 * len(wordings())
    assert abs(share - chances.TURNS) < 0.1


def test_somebody_else_is_a_stranger() -> None:
    """What is open for somebody else: not of a person of the text, though he may be called by one of two names."""
    world = World(3, anecdotes=1.0)
    for context in islice(world.contexts(), 200):
        for open_ in context.absent:
            same = [question for question in context.questions if question.topic == open_.topic]
            assert all(question.text != open_.text for question in same)


def test_a_world_without_anecdotes() -> None:
    templates = {question for anecdote in anecdotes() for question, _ in anecdote.questions}
    told = islice(World(4, anecdotes=0.0).contexts(), 300)
    assert templates.isdisjoint(question.topic for context in told for question in context.questions)


def test_no_anecdote_gives_a_held_out_sentence_away() -> None:
    """Six words in a row of one of those would have been learned by heart."""
    held = json.loads(SENTENCES.read_text(encoding="utf-8"))["held_out"]
    known = set().union(*(runs_of_words(text) for anecdote in anecdotes() for text in anecdote.texts))
    assert len(known) > 10_000
    assert not [number for number, sentence in enumerate(held) if runs_of_words(sentence["text"]) & known]


def runs_of_words(text: str, length: int = 6) -> set[str]:
    words = re.findall(r"[a-z']+", text.lower())
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}
