"""Sentences put together word by word from clauses, in the ways people put them together.

Templates teach templates: here verb, object, place, time and the people are drawn one by one, and what is drawn is
told as one clause or two, with a word in front, joined, put in between, turned to the passive or left to a pronoun.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.training import chances
from core.training.asides import APPOSITIONS
from core.training.clauses import NUMBERS, RECEIVERS, Clause, Part, Who, bare, bare_place
from core.training.drafts import UNKNOWN, Draft
from core.training.facets import KINDS, PARTED, POINTED, two_facets
from core.training.grammar import sentence_case, with_article
from core.training.manners import APPOSED, JOINTS, OURS, REPORTS, TAILS, TITLES
from core.training.moments import moment
from core.training.source import Source
from core.training.verbs import Verb, verbs

STATES = frozenset(
    {
        "like",
        "love",
        "know",
        "own",
        "want",
        "need",
        "hate",
        "prefer",
        "fear",
        "have",
        "believe",
        "owe",
        "hear",
        "see",
        "remember",
        "admire",
    }
)
"""Verbs that nobody is doing just now."""

COLOURED = 0.12
"""How often a colour is put to an object, and asked for."""

Told = tuple[str, tuple[Clause, ...]]


@dataclass(frozen=True)
class Teller:
    """Draws clauses and tells them. Words come from `source`; what was drawn is noted in `draft`."""

    source: Source
    draft: Draft
    speaker: bool

    def tell(self) -> None:
        """Add one sentence or two about one event or two, with their questions and what they leave open."""
        rng = self.source.rng
        way: Callable[[], Told] = rng.choices(
            (self._plain, self._joined, self._meanwhile, self._put_in, self._turned, self._of_a_thing),
            (6, 4, 5, 2, 2, 4),
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
        clause = self._clause(self._who())
        rng = self.source.rng
        said = self._sentence(clause)
        if rng.random() < 0.2:
            said = f"{self._noted(rng.choice(REPORTS))} {said}"
            if said.startswith("Did you know"):
                return f"{said}?", (clause,)
        if rng.random() < 0.3:
            said += self._noted(rng.choice(TAILS))
        return f"{said}.", (clause,)

    def _joined(self) -> Told:
        """Two things that one person did: joined by "and", told one after the other, or one while doing the other."""
        rng = self.source.rng
        first = self._clause(self._who())
        who = first.who
        then = replace(who, said=who.pronoun)
        way = rng.random()
        if way < 0.4:
            second = self._clause(then, tense=first.tense, but=first)
            joint = rng.choice((" and", " and", " and", " and then", ", but", " and also"))
            return f"{self._sentence(first)}{joint} {second.predicate(rng)}.", (first, second)
        if way < 0.7:
            second = self._clause(then, but=first)
            joint = rng.choice((". ", ", and ", ", but ", ". Later ", ". Now ", ", because ", ". Besides, ", ", so "))
            return f"{self._sentence(first)}{joint}{self._joint_case(joint, self._sentence(second, False))}.", (
                first,
                second,
            )
        second = replace(self._clause(then, tense=first.tense, but=first), moment=None)
        if way < 0.85:
            return f"{self._sentence(first)}{rng.choice((', ', ' while ', ', always '))}{second.gerund(rng)}.", (
                first,
                second,
            )
        lead = rng.choice(("While", "After", "Before", "Instead of"))
        if lead == "Instead of":
            return f"{lead} {self._clause(then, but=first).gerund(rng)}, {first.who.said} {first.predicate(rng)}.", (
                first,
            )
        return f"{lead} {second.gerund(rng)}, {self._sentence(first, False)}.", (first, second)

    def _meanwhile(self) -> Told:
        """What two people did."""
        rng = self.source.rng
        first = self._clause(self._who())
        second = self._clause(self._who(first.who), but=first)
        joint = rng.choice(JOINTS)
        return f"{self._sentence(first)}{joint} {self._joint_case(joint, self._sentence(second))}.", (first, second)

    def _put_in(self) -> Told:
        """ "Ines, who keeps bees, sold a boat": one clause inside another."""
        rng = self.source.rng
        first = self._clause(self._who())
        second = self._clause(replace(first.who, said=first.who.pronoun), but=first)
        if first.who.form != 1 or second.who.form != 1:
            return f"{self._sentence(first)}.", (first,)
        return f"{first.who.said}, who {second.predicate(rng)}, {first.predicate(rng)}.", (first, second)

    def _turned(self) -> Told:
        """Passive, or with the object in front."""
        rng = self.source.rng
        clause = self._clause(self._who(), tense=rng.choice(("past", "past", "habit")))
        who, thing = clause.who.said, clause.thing
        if not thing or clause.who.form == 0 or " " in clause.verb.base:
            return f"{self._sentence(clause)}.", (clause,)
        one, several = ("was", "were") if clause.tense == "past" else ("is", "are")
        be = several if _several(thing.answer) and not thing.said.startswith(("a ", "an ")) else one
        rest = clause.parts(rng, without=("thing",))
        if clause.tense == "past" and rng.random() < 0.5:
            return f"{thing.said} {be} {clause.verb.participle} by {who}{rest}.", (clause,)
        if rng.random() < 0.5:
            return f"it {one} {thing.said} that {who} {clause.finite()}{rest}.", (clause,)
        return f"what {who} {clause.finite()}{rest} {be} {thing.said}.", (clause,)

    def _of_a_thing(self) -> Told:
        """What there is to say of a place or thing; perhaps twice, or with what somebody did."""
        source, draft, rng = self.source, self.draft, self.source.rng
        noun = self._noted(f"{{{rng.choice(KINDS)}}}")
        if rng.random() < 0.3:
            thing = called = f"{self._person()}'s {noun}"
        else:
            pointed = self._noted(rng.choice(POINTED)) if rng.random() < 0.7 else ""
            thing = f"the {noun} {pointed}".rstrip()
            called = thing if rng.random() < 0.5 else f"the {noun}"
            if rng.random() < 0.3:
                thing = thing.replace("the", f"the {rng.choice(('old', 'new', 'little', 'big', 'famous'))}", 1)
        one, other = two_facets(source)
        said = f"{thing} {one.told(source, draft, called)}"
        draw = rng.random()
        if draw < 0.3:
            joint = rng.choice((" and it", ", and", ", but it", ". It", " and"))
            return f"{said}{joint} {other.told(source, draft, called)}.", ()
        draft.absent.append(other.left_open(source, called))
        if draw < 0.7:
            clause = self._clause(self._who())
            joint = rng.choice(PARTED)
            return f"{said}{joint} {self._joint_case(joint, self._sentence(clause))}.", (clause,)
        return f"{said}{self._noted(rng.choice(TAILS)) if draw < 0.9 else ''}.", ()

    # -- sentences -----------------------------------------------------------------------------------------------------

    def _sentence(self, clause: Clause, introduced: bool = True) -> str:
        """A clause as a sentence without its full stop."""
        rng = self.source.rng
        who = clause.who
        said = who.said
        if introduced and who.form == 1 and rng.random() < chances.APPOSED and said == who.asked:
            said = f"{said}, {self._noted(rng.choice(APPOSED + APPOSITIONS))},"
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
        open_ = list(clause.left_open(rng))
        if open_ and rng.random() < 0.7:
            self.draft.absent.append(rng.choice(open_))
        if clause.who.form and rng.random() < chances.DECOYS:
            self.draft.absent.append(clause.of_somebody_else(rng, _stranger(self._person())))
        if rng.random() < 0.3:
            other = self._clause(clause.who, tense=clause.tense, but=clause)
            self.draft.absent.append(replace(next(other.questions(rng)), answer=UNKNOWN))

    def _ask_crosswise(self, first: Clause, second: Clause) -> None:
        """Of one what is told of the other: open."""
        rng = self.source.rng
        if first.who.asked == second.who.asked or not (first.who.form and second.who.form):
            return
        one, other = (first, second) if rng.random() < 0.5 else (second, first)
        self.draft.absent.append(one.of_somebody_else(rng, other.who))

    # -- clauses -------------------------------------------------------------------------------------------------------

    def _clause(self, who: Who, tense: str | None = None, but: Clause | None = None) -> Clause:
        """Draw what somebody does, and what is told of it.

        tense: in which it is to be told, if the verb can be. but: another clause that must not be about the same.
        """
        rng = self.source.rng
        verb = rng.choice(verbs())
        while (but and verb.base == but.verb.base) or not self._fits(verb, tense):
            verb = rng.choice(verbs())
        tense = tense or self._tense(verb)
        thing, color = self._thing(verb, who)
        receiver = self._receiver(verb, who) if rng.random() < 0.4 else None
        company = self._company(verb, who) if rng.random() < 0.3 else None
        place = self._place(verb) if rng.random() < 0.5 or not thing else None
        when = moment(self.source, tense) if rng.random() < 0.4 else None
        if when and but and but.moment and {when.answer, when.said} & {but.moment.answer, but.moment.said}:
            when = None  # whose time it is would not be clear
        self.draft.drawn += [part.answer for part in (thing, receiver, company, place, when) if part]
        first = receiver is not None and "d" in verb.flags and receiver.ends != "from" and rng.random() < 0.6
        return Clause(who, verb, tense, thing, receiver, company, place, when, receiver_first=first, color=color)

    def _fits(self, verb: Verb, tense: str | None) -> bool:
        if not verb.objects and not verb.places:
            return False
        if tense in ("habit", "been", "used"):
            return "h" in verb.flags and not (tense == "been" and verb.base in STATES)
        if tense == "progressive":
            return verb.base not in STATES
        return tense is None or "e" in verb.flags or tense not in ("past", "perfect")

    def _tense(self, verb: Verb) -> str:
        weights: dict[str, float] = {"going": 0.5, "will": 0.5, "wants": 0.5, "hopes": 0.2}
        if "e" in verb.flags:
            weights |= {"past": 6, "perfect": 1.5, "had": 0.3}
        if "h" in verb.flags:
            weights |= {"habit": 5, "used": 1.0}
        if verb.base not in STATES:
            weights |= {"progressive": 1.0} | ({"been": 1.2} if "h" in verb.flags else {})
        return self.source.rng.choices(list(weights), list(weights.values()))[0]

    def _thing(self, verb: Verb, who: Who) -> tuple[Part | None, str]:
        """What it is done to, and its color if that is told."""
        if not verb.objects:
            return None, ""
        color = ""
        rng = self.source.rng
        phrase = self.source.words.phrase_of(verb.objects, bare) or with_article(self.source.words.made_up())
        head = bare(phrase)
        if phrase.startswith(("a ", "an ")) and " " not in head and rng.random() < COLOURED:
            color = self.source.value("color")
            phrase = with_article(f"{color} {head}")
        elif phrase == head and _several(head) and " " not in head and rng.random() < 0.25:
            counted = f"{self.source.value('count')} {head}"
            phrase = counted if self.source.words.has(counted) else phrase
        elif phrase.startswith(("a ", "an ")) and rng.random() < 0.08:
            phrase = with_article(self.source.words.made_up())
        return Part(phrase.replace("$", who.possessive), bare(phrase), "What"), color

    def _receiver(self, verb: Verb, who: Who) -> Part | None:
        """Whom it is done for or to, or whom something comes from."""
        ends = [end for flag, end in RECEIVERS if flag in verb.flags]
        if not ends:
            return None
        end = self.source.rng.choice(ends)
        said, answer = self._somebody(who)
        return Part(f"{end} {said}", answer, "Who", end)

    def _company(self, verb: Verb, who: Who) -> Part | None:
        if "w" not in verb.flags:
            return None
        said, answer = self._somebody(who)
        return Part(f"{self.source.rng.choice(('with', 'with', 'together with'))} {said}", answer, "Who", "with")

    def _place(self, verb: Verb) -> Part | None:
        if not verb.places:
            return None
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.12:
            said = f"in {self.source.value('city')}"
        elif draw < 0.2:
            said = f"{rng.choice(('in', 'near', 'on the island of', 'in the village of'))} {self.source.value('M')}"
        elif draw < 0.26:
            said = f"{rng.choice(('behind', 'next to', 'near', 'in front of'))} the {self.source.value('landmark')}"
        else:
            said = self.source.words.phrase_of(verb.places, bare_place) or f"in {self.source.value('M')}"
        return Part(said.replace("$", "the"), bare_place(said), "Where")

    # -- people --------------------------------------------------------------------------------------------------------

    def _who(self, but: Who | None = None) -> Who:
        """Somebody to speak of, or the speaker."""
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.12 and self.speaker and (but is None or but.form != 0):
            return Who("I", "I", "I", "my", form=0)
        name = self._person()
        pronoun, possessive = rng.choice((("he", "his"), ("she", "her")))
        if draw < 0.2:
            title = rng.choice(TITLES)
            called = f"{title} {name}"
            said = rng.choice((called, called, f"old {called}"))
            return Who(said, called, pronoun, possessive, answer=called)
        if draw < 0.32:
            return Who(f"{rng.choice(OURS)} {name}", name, pronoun, possessive, answer=name)
        if draw < 0.4:
            other = rng.choice((f"{possessive} {self.source.value('family')}", self._person()))
            return Who(f"{name} and {other}", f"{name} and {other}", "they", "their", form=2)
        if draw < 0.45:
            relative = f"{name}'s {self.source.value('family')}"
            return Who(relative, relative, pronoun, possessive)
        if draw < 0.5:
            role = f"the {self.source.value('job')}"
            return Who(role, role, pronoun, possessive, answer=bare(role))
        return Who(name, name, pronoun, possessive, answer=name)

    def _somebody(self, who: Who) -> tuple[str, str]:
        """Somebody who is given something or comes along, and the answer to who that is."""
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.6:
            name = self._person()
            return name, name
        relative = self.source.value("family")
        if draw < 0.8:
            name = self._person()
            return f"{who.possessive} {relative} {name}", name
        return f"{who.possessive} {relative}", relative

    def _person(self) -> str:
        """A name that is not in this text yet."""
        while True:
            name = self.source.value("person")
            if not set(name.split()) & set(" ".join(self.draft.drawn).split()):
                self.draft.drawn.append(name)
                return name

    def _noted(self, template: str) -> str:
        return self.source.filled(template, self.draft.drawn)


def _stranger(name: str) -> Who:
    return Who(name, name, "he", "his")


def _several(noun: str) -> bool:
    """Whether a noun without article stands for several: goats, eleven owls."""
    head = noun.split(" ")[-1]
    return (head.endswith("s") and not head.endswith(("ss", "us", "is"))) or noun.split(" ")[0] in NUMBERS
