"""What a clause says of the others in it: who is given something gets it, and whoever is met meets.

The same event asked about from its other side, in the passive, or with its people exchanged.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from core.training.cast import by_name
from core.training.clauses import HAPPENING, Clause, Part
from core.training.drafts import UNKNOWN, Question
from core.training.grammar import sentence_case
from core.training.verbs import Verb, verbs

CONVERSES = {
    "sell": ("buy",),
    "buy": ("sell",),
    "lend": ("borrow",),
    "borrow": ("lend",),
    "teach": ("learn",),
    "learn": ("teach",),
    "give": ("get", "receive"),
    "get": ("give",),
    "receive": ("give", "send"),
    "send": ("get", "receive"),
    "tell": ("hear",),
}
"""Verbs of the same event told of the receiver, or of the giver."""

_PREPOSITION = re.compile(
    r"(across|along|under|behind|near|above|over|through|inside|around|from|into|on|in) (?:the|an?) "
)

_ENDS = {"to": "from", "from": "to"}


def converse(rng: random.Random, clause: Clause) -> Clause | None:
    """The same event told of somebody else in it; None if there is nobody."""
    who = clause.who
    if clause.tense not in HAPPENING or who.form != 1 or who.thing:
        return None
    sides: list[Clause] = []
    if clause.receiver and clause.thing and _named(clause.receiver) and clause.receiver.ends in _ENDS:
        end = _ENDS[clause.receiver.ends]
        for base in CONVERSES.get(clause.verb.base, ()):
            giver = Part(f"{end} {who.asked}", who.answer or who.asked, "Who", end)
            other = by_name(clause.receiver.answer)
            sides.append(
                replace(clause, who=other, verb=verb_called(base), receiver=giver, receiver_first=False, company=None)
            )
    if clause.company and _named(clause.company):
        company = Part(f"with {who.asked}", who.answer or who.asked, "Who", "with")
        sides.append(replace(clause, who=by_name(clause.company.answer), company=company, receiver=None))
    if "s" in clause.verb.flags and clause.thing and _named(clause.thing):
        met = Part(who.asked, who.answer or who.asked, "Who")
        sides.append(replace(clause, who=by_name(clause.thing.answer), thing=met, company=None))
    return rng.choice(sides) if sides else None


def exchanged(clause: Clause) -> Clause | None:
    """The clause with its two people in each other's place, which it does not tell; None if that is the same."""
    who = clause.who
    if who.form != 1 or who.thing or "s" in clause.verb.flags:
        return None
    as_part = who.answer or who.asked
    if clause.receiver and _named(clause.receiver):
        end = clause.receiver.ends
        return replace(
            clause, who=by_name(clause.receiver.answer), receiver=Part(f"{end} {who.asked}", as_part, "Who", end)
        )
    if clause.of_person and clause.thing and _named(clause.thing):
        return replace(clause, who=by_name(clause.thing.answer), thing=Part(who.asked, as_part, "Who"))
    return None


def open_when_exchanged(rng: random.Random, clause: Clause) -> Question | None:
    """A question about the clause with its people exchanged."""
    other = exchanged(clause)
    if other is None:
        return None
    asked = [question for question in other.questions(rng) if other.who.asked in question.text]
    return replace(rng.choice(asked), answer=UNKNOWN) if asked else None


def in_the_passive(rng: random.Random, clause: Clause) -> Iterator[Question]:
    """Questions in the passive about what was done to a person or thing."""
    thing, who, verb = clause.thing, clause.who, clause.verb
    if not thing or clause.tense != "past" or " " in verb.base:
        return
    person = clause.of_person
    called = clause.called if person else clause.the_thing(rng)
    be = "were" if clause.things else "was"
    done = verb.participle
    topic = f"{verb.base} {thing.answer}"
    if who.answer:
        by = "what" if who.thing else "whom"
        for text in (f"{who.questioned} {be} {called} {done} by?", f"By {by} {be} {called} {done}?"):
            yield Question(clause.key_of_who(), text, who.answer)
    if who.form:
        asked = "Who" if person else "What"
        yield Question(f"{verb.base} thing|{who.asked}", f"{asked} was {done} by {who.object}?", thing.answer)
    for name, part in (("place", clause.place), ("moment", clause.moment)):
        if part:
            text = sentence_case(f"{part.asked} {be} {called} {done}?")
            yield Question(f"{topic} {name}|{who.asked}", text, part.answer)
    if clause.receiver and clause.receiver.ends == "to" and "d" in verb.flags:
        yield Question(f"{topic} receiver|{who.asked}", f"Who was {done} {called}?", clause.receiver.answer)
        if _named(clause.receiver):
            other = clause.receiver.answer
            yield Question(f"{verb.base} to thing|{other}", f"What was {other} {done}?", thing.answer)


def by_preposition(rng: random.Random, clause: Clause) -> Iterator[Question]:
    """ "What does Bram swim across?": questions that end with the word before a place."""
    place, who = clause.place, clause.who
    lead = _PREPOSITION.match(place.said) if place else None
    if place and lead and clause.tense in ("past", "habit"):
        word, does = lead[1], "did" if clause.tense == "past" else "does" if who.form == 1 else "do"
        thing = f" {clause.the_thing(rng)}" if clause.thing else ""
        told = f" {clause.thing.answer}" if clause.thing else ""
        text = f"What {does} {who.asked} {clause.verb.base}{thing} {word}?"
        yield Question(f"{clause.verb.base}{told} place|{who.asked}", text, place.answer)


def _named(part: Part) -> bool:
    """Whether it is somebody with a name."""
    return part.answer[:1].isupper()


@cache
def verb_called(base: str) -> Verb:
    """The first verb with that base form."""
    return next(verb for verb in verbs() if verb.base == base)
