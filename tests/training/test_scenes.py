"""Sentences put together word by word: the verbs they are made of, and what can be asked about them."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from itertools import islice

import pytest

from core.evaluation.abilities import SENTENCES
from core.training.clauses import NUMBERS, TENSES, Clause, Part, Who, bare, bare_place, kind_of
from core.training.drafts import REVERSE, UNKNOWN
from core.training.facets import FACETS, Facet
from core.training.polar import NO, YES
from core.training.verbs import Verb, parsed, verbs
from core.training.world import World

BRAM = Who("my uncle Bram", "Bram", "he", "his", answer="Bram")
KEEP = parsed("keep kept kept keeping | hw | bees, a goat | behind the house, at the mill | Which animals")


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: f"{verb.base}: {verb.objects[:1] or verb.places[:1]}")
def test_a_verb_can_be_told_and_asked_about(verb: Verb) -> None:
    assert verb.flags & {"h", "e"}, "an event or a habit"
    assert verb.objects or verb.places or "p" in verb.flags
    assert not verb.objects or len(set(verb.objects)) == len(verb.objects) >= 6
    assert verb.ing.split()[0].endswith("ing")
    for phrase in (*verb.objects, *verb.places):
        assert re.fullmatch(r"[A-Za-z0-9 .'$-]+", phrase), phrase
        assert phrase.count("$") <= 1
    assert all(bare(phrase) for phrase in verb.objects)
    assert all(bare_place(phrase) for phrase in verb.places)
    assert all(re.match(r"(What|Which|How|Who)\b", begin) for begin in verb.asked)


@pytest.mark.parametrize("line", ["keep kept kept | h | bees |", "keep kept kept keeping | h", "a b c d | x | e | f"])
def test_a_line_that_is_no_verb(line: str) -> None:
    with pytest.raises(ValueError):
        parsed(line)


@pytest.mark.parametrize(
    ("tense", "said", "asked"),
    [
        ("past", "kept", "What did Bram keep?"),
        ("habit", "keeps", "What does Bram keep?"),
        ("been", "has been keeping", "What has Bram been keeping?"),
        ("used", "used to keep", "What did Bram use to keep?"),
        ("wants", "wants to keep", "What does Bram want to keep?"),
    ],
)
def test_statement_and_question_agree(tense: str, said: str, asked: str) -> None:
    clause = Clause(BRAM, KEEP, tense, Part("bees", "bees", "What"))
    assert clause.finite() == said
    world = World(1)
    texts = {question.text for _ in range(200) for question in clause.questions(world.rng)}
    assert asked in texts
    assert {answer for _ in range(20) for answer in (q.answer for q in clause.questions(world.rng))} == {"bees", "Bram"}


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.predicate)
def test_a_facet_has_one_word_to_ask_for(facet: Facet) -> None:
    assert len(re.findall(r"\{(?:a )?\w+\}", facet.predicate)) == 1
    assert facet.questions
    assert all("{t}" in question and question.endswith("?") for question in facet.questions)


def test_several_people_take_the_plural() -> None:
    both = Who("Ada and Tom", "Ada and Tom", "they", "their", form=2)
    assert Clause(both, KEEP, "been").finite() == "have been keeping"
    assert Clause(Who("I", "I", "I", "my", form=0), KEEP, "progressive").finite() == "am keeping"


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("behind the old barn", "old barn"),
        ("in front of a school", "school"),
        ("on the island of Marn", "island of Marn"),
        ("next door", "next door"),
        ("under $ bed", "bed"),
    ],
)
def test_a_place_as_an_answer(place: str, answer: str) -> None:
    assert bare_place(place) == answer


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("a lemon cake", "cake"),
        ("rye bread", "bread"),
        ("a cake", ""),
        ("two old boats", ""),
        ("a glass of milk", ""),
        ("New York", ""),
    ],
)
def test_what_a_thing_is_a_kind_of(said: str, kind: str) -> None:
    assert kind_of(Part(said, bare(said), "What")) == kind
    clause = Clause(BRAM, parsed("keep kept kept keeping | h | bees |"), "past", Part(said, bare(said), "What"))
    asked = {question.text for seed in range(200) for question in clause.questions(random.Random(seed))}
    assert any(text.startswith("Which ") for text in asked) == bool(kind)
    assert not kind or f"Which {kind} did Bram keep?" in asked


def test_the_world_tells_scenes() -> None:
    world = World(5, anecdotes=0.0, scenes=1.0)
    tenses = Counter[str]()
    for context in islice(world.contexts(), 600):
        assert context.questions
        assert not re.search(r"[{}\[\]$|]|  | ,| \.|\.\.", context.text), context.text
        assert context.text[0] == context.text[0].upper()
        assert context.text.endswith((".", "?", "!"))
        for question in context.questions:
            assert question.answer in (YES, NO) or question.answer.lower() in context.text.lower(), (
                context.text,
                question,
            )
            assert not re.search(r"[{}\[\]$|]|  ", question.text), question.text
            assert question.text.endswith((".", "?"))
        assert all(question.answer == UNKNOWN for question in context.absent)
        told = {question.text for question in context.questions}
        assert told.isdisjoint(question.text for question in context.absent)
        tenses.update(name for name in TENSES if f" {name} to " in context.text)
    assert tenses["used"]
    assert tenses["wants"]


def test_who_did_another_thing_is_left_open() -> None:
    """ "Who broke a vase?" where somebody broke a cup, and how many vases it was where it was two cups."""
    world = World(6, anecdotes=0.0, scenes=1.0)
    whoever = numbers = 0
    for context in islice(world.contexts(), 600):
        told = {question.key for question in context.questions}
        verbs_told = {key.split()[1] for key in told if key.startswith((REVERSE, "what "))}
        for question in context.absent:
            assert question.key not in told
            begin, _, thing = question.key.partition("|")
            if begin.startswith(REVERSE) and thing.startswith(" ") and begin.endswith(thing):
                whoever += begin.split()[1] in verbs_told
            numbers += " how many " in question.key
    assert whoever > 30
    assert numbers > 5


def test_whoever_is_asked_for_is_marked_as_such() -> None:
    """Training weighs those questions more."""
    world = World(6, anecdotes=0.0, scenes=1.0)
    asked = [question for context in islice(world.contexts(), 200) for question in context.questions]
    assert any(question.topic.startswith(REVERSE) for question in asked)
    for question in asked:
        if question.topic.startswith(REVERSE):
            assert re.search(r"\bwhom?\b", question.text, re.IGNORECASE)


def test_a_scene_can_say_where_what_now_and_of_which_color() -> None:
    texts = [context.text for context in islice(World(9, anecdotes=0.0, scenes=1.0).contexts(), 2500)]
    for wanted in (
        r" where (he|she|they) ",
        r"used to .* (these days|nowadays|now)",
        r", an? [\w ]+ one\.",
        r" greeted ",
    ):
        assert any(re.search(wanted, text) for text in texts), wanted
    asked = {
        question.text
        for context in islice(World(9, anecdotes=0.0, scenes=1.0).contexts(), 2500)
        for question in context.questions
    }
    assert any(text.endswith((" these days?", " now?")) for text in asked)


def test_held_out_words_are_kept_for_evaluation() -> None:
    trained, held = (
        {
            question.answer
            for context in islice(World(7, side, anecdotes=0.0, scenes=1.0).contexts(), 500)
            for question in context.questions
            if question.topic.endswith(" thing")
            and not re.search(r"\bwhom?\b", question.text, re.IGNORECASE)
            and question.answer.split()[0] not in NUMBERS
        }
        for side in (False, True)
    )
    assert len(held) > 150
    assert not held & trained


def test_no_verb_gives_a_held_out_sentence_away() -> None:
    """Four words in a row of one of those."""

    def runs(text: str) -> set[str]:
        words = re.findall(r"\w+", text.lower())
        return {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}

    sentences = json.loads(SENTENCES.read_text(encoding="utf-8"))["held_out"]
    known = set().union(*(runs(phrase) for verb in verbs() for phrase in (*verb.objects, *verb.places)))
    assert not [number for number, sentence in enumerate(sentences) if runs(sentence["text"]) & known]
