"""Sentences put together word by word from clauses, in the ways people put them together.

Templates teach templates: here verb, object, place, time and the people are drawn one by one, and what is drawn is
told as one clause or two, with a word in front, joined, put in between, turned to the passive or left to a pronoun.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.training import advice, affairs, alike, chances, company, contrasts, ways
from core.training.cast import by_name
from core.training.clauses import Clause, Part
from core.training.converses import by_preposition, converse, in_the_passive, open_when_exchanged
from core.training.drafts import UNKNOWN, Draft
from core.training.grammar import sentence_case
from core.training.phrasing import Phraser, Told
from core.training.polar import either, open_polar, polar, with_another
from core.training.requests import asked_to
from core.training.source import Source

WAYS: dict[Callable[[Phraser], Told], float] = {
    ways.plain: 5,
    ways.joined: 4,
    ways.meanwhile: 5,
    ways.put_in: 2,
    ways.turned: 2,
    contrasts.about_a_thing: 5,
    contrasts.where: 1.6,
    contrasts.nowadays: 1,
    contrasts.of_a_color: 1,
    contrasts.never: 0.8,
    contrasts.is_called: 1.2,
    contrasts.under_a_condition: 1.6,
    contrasts.in_other_numbers: 0.7,
    asked_to: 1,
    advice.advised: 4,
    alike.each: 1.6,
    alike.names: 1,
    alike.changed: 0.8,
    alike.compared: 0.7,
    alike.moved: 0.7,
    alike.at_times: 0.6,
    alike.it_took: 0.6,
    affairs.befell: 1.8,
    affairs.rewarded: 0.8,
    affairs.of_mine: 1.2,
    company.won: 0.5,
    company.together: 1.2,
    company.appointed: 0.8,
    company.coloured: 0.4,
}
"""How scenes are told, and how often."""

POLAR = 0.3
"""How often it is asked whether a clause is so."""

_OPEN = (
    ("Why", re.compile(r"\b(because|since|as|so|for|to|of|thanks|why|when|after|while|now that|asked)\b")),
    ("How long", re.compile(r"\b(for|since|in|it took|took|all|whole|until|from|days?|weeks?|hours?|years?)\b")),
    ("How often", re.compile(r"\b(times|every|each|twice|once|always|usual|never|again|\w+day|on|in|at)\b")),
)
"""What may be left open of circumstances, and the words that might tell it after all."""


def tell_scene(source: Source, draft: Draft, speaker: bool) -> None:
    """Add a sentence or two about an event or two, with their questions and what they leave open.

    speaker: whether the first person may speak.
    """
    say = Phraser(source, draft, speaker)
    way = say.rng.choices(list(WAYS), list(WAYS.values()))[0]
    said, clauses = way(say)
    draft.sentences.append(sentence_case(said))
    asker = Asker(say)
    for clause in clauses:
        asker.ask(clause)
    if len(clauses) == 2:
        asker.ask_crosswise(*clauses)


@dataclass(frozen=True)
class Asker:
    """Notes what can be asked about clauses, and what they leave open."""

    say: Phraser

    def ask(self, clause: Clause) -> None:
        rng = self.say.rng
        asked = list(clause.questions(rng))
        self.say.draft.questions += asked
        if repeated := [question for question in clause.questions(rng) if question not in asked]:
            self.say.draft.questions.append(rng.choice(repeated))
        if (turned := [*in_the_passive(rng, clause), *by_preposition(rng, clause)]) and rng.random() < 0.6:
            self.say.draft.questions.append(rng.choice(turned))
        if other_side := converse(rng, clause):
            answered = list(other_side.questions(rng))
            self.say.draft.questions += rng.sample(answered, min(2, len(answered)))
        if (swapped := open_when_exchanged(rng, clause)) and rng.random() < chances.DECOYS:
            self.say.draft.absent.append(swapped)
        open_ = list(clause.left_open(rng))
        if open_ and rng.random() < 0.7:
            self.say.draft.absent.append(rng.choice(open_))
        if clause.who.form and rng.random() < chances.DECOYS:
            other = self.say.cast.thing() if clause.who.thing else by_name(self.say.cast.person())
            self.say.draft.absent.append(clause.of_somebody_else(rng, other))
        self._ask_whether(clause)
        if rng.random() < 0.3:
            self._leave_open_who_did_another(clause)
        if clause.besides is None and rng.random() < 0.3:
            self._leave_circumstances_open(clause)
        if rng.random() < 0.3 and not clause.who.thing:  # what stands somewhere may be said to lie there
            untold = self.say.composer.clause(clause.who, tense=clause.tense, but=clause)
            self.say.draft.absent.append(replace(next(untold.questions(rng)), answer=UNKNOWN))

    def _ask_whether(self, clause: Clause) -> None:
        """Yes or no, this or that; as often it is left open."""
        rng, draft = self.say.rng, self.say.draft
        if rng.random() < POLAR:
            draft.questions.append(polar(rng, clause))
        if rng.random() > POLAR:
            return
        other = self.say.composer.another_thing(clause)
        instead = with_another(clause, other) if other else None
        if instead and other and rng.random() < 0.6:
            draft.absent.append(open_polar(rng, instead))
            if rng.random() < 0.5:
                draft.questions += either(rng, clause, other)
        elif clause.who.form and not clause.who.thing:
            draft.absent.append(open_polar(rng, replace(clause, who=by_name(self.say.cast.person()))))

    def _leave_open_who_did_another(self, clause: Clause) -> None:
        """ "Who broke a vase?", or how many vases it was, where it was cups."""
        other = self.say.composer.another_thing(clause)
        instead = with_another(clause, other) if other else None
        if instead is None:
            return
        open_ = [instead.asked_who(self.say.rng)] if clause.who.answer else []
        if number := instead.how_many(self.say.rng):
            open_.append(number)
        if open_:
            self.say.draft.absent.append(replace(self.say.rng.choice(open_), answer=UNKNOWN))

    def _leave_circumstances_open(self, clause: Clause) -> None:
        rng, said = self.say.rng, " ".join(self.say.draft.sentences).lower()
        asked, told = rng.choice(_OPEN)
        possible = asked == "Why" or "h" in clause.verb.flags
        if possible and not told.search(said) and clause.tense in ("past", "habit", "used", "going"):
            self.say.draft.absent.append(clause.asked_for(rng, Part("", UNKNOWN, asked)))

    def ask_crosswise(self, first: Clause, second: Clause) -> None:
        """Of one what is told of the other: open."""
        rng = self.say.rng
        if first.who.asked == second.who.asked or not (first.who.form and second.who.form):
            return
        if first.who.thing != second.who.thing:
            return
        one, other = (first, second) if rng.random() < 0.5 else (second, first)
        self.say.draft.absent.append(one.of_somebody_else(rng, other.who))
