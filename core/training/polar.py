"""Questions for yes or no, and for one of two: "Does Ines play the drums?", "Does she play the drums or the harp?"

What a text denies is answered with no; what it does not say is left open, however like what it says.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from core.training.clauses import TENSES, Clause, Part
from core.training.drafts import UNKNOWN, Question
from core.training.grammar import sentence_case

YES, NO = "Yes", "No"

WHETHER = "whether "
"""How the topic of such a question begins."""


def polar(rng: random.Random, clause: Clause, answer: str = YES) -> Question:
    """Whether it is so. A clause with a place or receiver besides its object is asked with one of them or none."""
    others = [part.said for name, part in clause.told() if name not in ("thing", "besides")]
    thing = f" {clause.thing.said if rng.random() < 0.5 else clause.the_thing(rng)}" if clause.thing else ""
    if others and (not thing or rng.random() < 0.4):
        thing += f" {rng.choice(others)}"
    return _asked(rng, clause, thing, answer)


def either(rng: random.Random, clause: Clause, other: Part) -> Iterator[Question]:
    """Which of two things it is; one of them is not told."""
    if clause.thing and not clause.of_person and other.answer != clause.thing.answer:
        pair = [clause.thing.said, other.said]
        rng.shuffle(pair)
        yield _asked(rng, clause, f" {pair[0]} or {pair[1]}", clause.thing.answer)


def with_another(clause: Clause, other: Part) -> Clause | None:
    """The same of another thing, which is not told; None if there is none or it says the same."""
    if not clause.thing or clause.of_person or set(other.answer.split()) & set(clause.thing.answer.split()):
        return None
    return replace(clause, thing=other, color="", epithet="")


def open_polar(rng: random.Random, clause: Clause) -> Question:
    """Whether something is so that is not told."""
    return polar(rng, clause, UNKNOWN)


def _asked(rng: random.Random, clause: Clause, rest: str, answer: str) -> Question:
    _, auxiliary, main = TENSES[clause.asked_tense(rng)]
    first, then = clause.conjugated(auxiliary), clause.conjugated(main)
    told = f" {clause.thing.answer}" if clause.thing else ""
    key = f"{WHETHER}{clause.verb.base}{told}{'' if answer in (YES, NO, UNKNOWN) else ' or'}|{clause.who.asked}{rest}"
    return Question(key, sentence_case(f"{first} {clause.who.asked} {then}{rest}?"), answer)
