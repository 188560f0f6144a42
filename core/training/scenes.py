"""Sentences put together word by word from clauses, in the ways people put them together.

Templates teach templates: here verb, object, place, time and the people are drawn one by one, and what is drawn is
told as one clause or two, with a word in front, joined, put in between, turned to the passive or left to a pronoun.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from core.training import chances
from core.training.asides import APPOSITIONS
from core.training.cast import Cast, by_name
from core.training.clauses import Clause, Part
from core.training.composing import Composer
from core.training.converses import converse, in_the_passive, open_when_exchanged
from core.training.drafts import UNKNOWN, Draft
from core.training.facets import PARTED
from core.training.grammar import sentence_case, with_article
from core.training.manners import APPOSED, JOINTS, REPORTS, TAILS
from core.training.sights import SIGHTS
from core.training.source import Source

Told = tuple[str, tuple[Clause, ...]]


@dataclass(frozen=True)
class Teller:
    """Draws clauses and tells them. Words come from `source`; what was drawn is noted in `draft`."""

    source: Source
    draft: Draft
    speaker: bool

    @cached_property
    def cast(self) -> Cast:
        return Cast(self.source, self.draft, self.speaker)

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.source, self.draft, self.cast)

    def tell(self) -> None:
        """Add one sentence or two about one event or two, with their questions and what they leave open."""
        rng = self.source.rng
        way: Callable[[], Told] = rng.choices(
            (
                *(self._plain, self._joined, self._meanwhile, self._put_in, self._turned),
                *(self._of_a_thing, self._where, self._nowadays, self._of_a_color),
            ),
            (6, 4, 5, 2, 2, 5, 2, 1.2, 0.8),
        )[0]
        said, clauses = way()  # without a capital at its beginning
        self.draft.sentences.append(sentence_case(said))
        for clause in clauses:
            self._ask(clause)
        if len(clauses) == 2:
            self._ask_crosswise(*clauses)

    # -- ways to tell --------------------------------------------------------------------------------------------------

    def _plain(self) -> Told:
        """One clause, perhaps with its time or place in front, and something behind it."""
        clause = self.composer.clause(self.cast.who())
        rng = self.source.rng
        said = self._sentence(clause)
        if rng.random() < 0.2:
            said = f"{self.cast.noted(rng.choice(REPORTS))} {said}"
            if said.startswith("Did you know"):
                return f"{said}?", (clause,)
        if rng.random() < 0.3:
            said += self.cast.noted(rng.choice(TAILS))
        return f"{said}.", (clause,)

    def _joined(self) -> Told:
        """Two things that one person did: joined by "and", told one after the other, or one while doing the other."""
        rng = self.source.rng
        first = self.composer.clause(self.cast.who())
        who = first.who
        then = replace(who, said=who.pronoun)
        way = rng.random()
        if way < 0.4:
            second = self.composer.clause(then, tense=first.tense, but=first)
            joint = rng.choice((" and", " and", " and", " and then", ", but", " and also"))
            return f"{self._sentence(first)}{joint} {second.predicate(rng)}.", (first, second)
        if way < 0.7:
            second = self.composer.clause(then, but=first)
            joint = rng.choice((". ", ", and ", ", but ", ". Later ", ". Now ", ", because ", ". Besides, ", ", so "))
            return f"{self._sentence(first)}{joint}{self._joint_case(joint, self._sentence(second, False))}.", (
                first,
                second,
            )
        second = replace(self.composer.clause(then, tense=first.tense, but=first), moment=None)
        if way < 0.85:
            return f"{self._sentence(first)}{rng.choice((', ', ' while ', ', always '))}{second.gerund(rng)}.", (
                first,
                second,
            )
        lead = rng.choice(("While", "After", "Before", "Instead of"))
        if lead == "Instead of":
            return (
                f"{lead} {self.composer.clause(then, but=first).gerund(rng)}, {first.who.said} {first.predicate(rng)}.",
                (first,),
            )
        return f"{lead} {second.gerund(rng)}, {self._sentence(first, False)}.", (first, second)

    def _meanwhile(self) -> Told:
        """What two people did."""
        rng = self.source.rng
        first = self.composer.clause(self.cast.who())
        second = self.composer.clause(self.cast.who(first.who), but=first)
        joint = rng.choice(JOINTS)
        return f"{self._sentence(first)}{joint} {self._joint_case(joint, self._sentence(second))}.", (first, second)

    def _put_in(self) -> Told:
        """ "Ines, who keeps bees, sold a boat": one clause inside another."""
        rng = self.source.rng
        first = self.composer.clause(self.cast.who())
        second = self.composer.clause(replace(first.who, said=first.who.pronoun), but=first)
        if first.who.form != 1 or second.who.form != 1:
            return f"{self._sentence(first)}.", (first,)
        which = "which" if first.who.thing else "who"
        return f"{first.who.said}, {which} {second.predicate(rng)}, {first.predicate(rng)}.", (first, second)

    def _turned(self) -> Told:
        """Passive, or with the object in front."""
        rng = self.source.rng
        clause = self.composer.clause(self.cast.who(), tense=rng.choice(("past", "past", "habit")))
        who, thing = clause.who.said, clause.thing
        if not thing or clause.who.form == 0 or " " in clause.verb.base:
            return f"{self._sentence(clause)}.", (clause,)
        one, many = ("was", "were") if clause.tense == "past" else ("is", "are")
        be = many if clause.things else one
        rest = clause.parts(rng, without=("thing",))
        if clause.tense == "past" and rng.random() < 0.5:
            return f"{thing.said} {be} {clause.verb.participle} by {who}{rest}.", (clause,)
        if rng.random() < 0.5:
            return f"it {one} {thing.said} that {who} {clause.finite()}{rest}.", (clause,)
        if clause.of_person:
            return f"{self._sentence(clause)}.", (clause,)
        return f"what {who} {clause.finite()}{rest} {be} {thing.said}.", (clause,)

    def _where(self) -> Told:
        """ "They run a farm near the coast, where they raise goats"."""
        rng = self.source.rng
        first = self.composer.clause(self.cast.who())
        if not first.place or not first.who.form:
            return f"{self._sentence(first)}.", (first,)
        said = f"{first.who.said} {first.predicate(rng, ('place', 'moment'))} {first.place.said}"
        first = replace(first, moment=None)
        who = self.cast.who(first.who) if rng.random() < 0.3 else replace(first.who, said=first.who.pronoun)
        second = self.composer.clause(who, tense=first.tense, but=first)
        while not second.thing:
            second = self.composer.clause(who, tense=first.tense, but=first)
        second = replace(second, place=None, moment=None)
        return f"{said}{rng.choice((', ', ' '))}where {self._sentence(second, False)}.", (first, second)

    def _nowadays(self) -> Told:
        """What somebody used to do, and does now."""
        rng = self.source.rng
        first = self.composer.clause(self.cast.who(), tense="used")
        then = replace(first.who, said=first.who.pronoun)
        second = replace(self.composer.clause(then, tense="habit", but=first), moment=None)
        now = rng.choice(("now", "these days", "nowadays", "today", "at the moment"))
        said = rng.choice((f"{now} {then.said} {second.predicate(rng)}", f"{then.said} {second.predicate(rng)} {now}"))
        joint = rng.choice((", but ", ". ", "; ", " but "))
        asked = next(second.questions(rng))
        if asked.text.endswith("?"):
            self.draft.questions.append(replace(asked, text=f"{asked.text[:-1]} {now}?"))
        return f"{self._sentence(first)}{joint}{self._joint_case(joint, said)}.", (first, second)

    def _of_a_color(self) -> Told:
        """ "I bought a bicycle, a bright orange one"."""
        rng = self.source.rng
        clause = self.composer.clause(self.cast.who())
        thing = clause.thing
        if not thing or clause.color or not thing.said.startswith(("a ", "an ")) or " of " in thing.said:
            return f"{self._sentence(clause)}.", (clause,)
        clause = replace(clause, color=self.cast.noted("{color}"))
        one = f"{rng.choice(('', '', 'dark ', 'bright '))}{clause.color} one"
        clause = replace(clause, color=one.removesuffix(" one"))
        said = rng.choice((f", {with_article(one)}", f", and {with_article(one)} at that", f". It is {clause.color}"))
        return f"{self._sentence(clause)}{said}.", (clause,)

    def _of_a_thing(self) -> Told:
        """What there is to say of a place or thing; perhaps with what somebody did."""
        rng = self.source.rng
        say = rng.choices([say for say, _ in SIGHTS], [weight for _, weight in SIGHTS])[0]
        said, goes_on = say(self.cast)
        draw = rng.random()
        if goes_on and draw < 0.5:
            clause = self.composer.clause(self.cast.who())
            joint = rng.choice(PARTED)
            return f"{said}{joint} {self._joint_case(joint, self._sentence(clause))}.", (clause,)
        return f"{said}{self.cast.noted(rng.choice(TAILS)) if draw < 0.8 and goes_on else ''}.", ()

    # -- sentences -----------------------------------------------------------------------------------------------------

    def _sentence(self, clause: Clause, introduced: bool = True) -> str:
        """A clause as a sentence without its full stop."""
        rng = self.source.rng
        who = clause.who
        said = who.said
        if introduced and who.form == 1 and not who.thing and rng.random() < chances.APPOSED and said == who.asked:
            said = f"{said}, {self.cast.noted(rng.choice(APPOSED + APPOSITIONS))},"
        for name in rng.sample(("moment", "place"), 2):
            part: Part | None = getattr(clause, name)
            if part and rng.random() < (0.25 if name == "moment" else 0.08):
                comma = "," if rng.random() < 0.8 else ""
                return f"{part.said}{comma} {said} {clause.predicate(rng, (name,))}"
        return f"{said} {clause.predicate(rng)}"

    @staticmethod
    def _joint_case(joint: str, said: str) -> str:
        return sentence_case(said) if joint.rstrip().endswith(".") else said

    # -- what is asked -------------------------------------------------------------------------------------------------

    def _ask(self, clause: Clause) -> None:
        rng = self.source.rng
        asked = list(clause.questions(rng))
        self.draft.questions += asked
        if repeated := [question for question in clause.questions(rng) if question not in asked]:
            self.draft.questions.append(rng.choice(repeated))
        if (turned := list(in_the_passive(rng, clause))) and rng.random() < 0.5:
            self.draft.questions.append(rng.choice(turned))
        if other_side := converse(rng, clause):
            answered = list(other_side.questions(rng))
            self.draft.questions += rng.sample(answered, min(2, len(answered)))
        if (swapped := open_when_exchanged(rng, clause)) and rng.random() < chances.DECOYS:
            self.draft.absent.append(swapped)
        open_ = list(clause.left_open(rng))
        if open_ and rng.random() < 0.7:
            self.draft.absent.append(rng.choice(open_))
        if clause.who.form and rng.random() < chances.DECOYS:
            other = self.cast.thing() if clause.who.thing else by_name(self.cast.person())
            self.draft.absent.append(clause.of_somebody_else(rng, other))
        if rng.random() < 0.3 and not clause.who.thing:  # what stands somewhere may be said to lie there
            untold = self.composer.clause(clause.who, tense=clause.tense, but=clause)
            self.draft.absent.append(replace(next(untold.questions(rng)), answer=UNKNOWN))

    def _ask_crosswise(self, first: Clause, second: Clause) -> None:
        """Of one what is told of the other: open."""
        rng = self.source.rng
        if first.who.asked == second.who.asked or not (first.who.form and second.who.form):
            return
        if first.who.thing != second.who.thing:
            return
        one, other = (first, second) if rng.random() < 0.5 else (second, first)
        self.draft.absent.append(one.of_somebody_else(rng, other.who))
