"""One clause, put together word by word: who did what, where, when, with, for and from whom; and its questions.

Every part that the clause tells can be asked for; every part that it does not tell is left open. So it is learned what
a question asks for, whatever the verb and wherever the words stand.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.training.drafts import REVERSE, UNKNOWN, Question
from core.training.grammar import sentence_case
from core.training.verbs import Verb

_AUXILIARIES = {
    "[has]": ("have", "has", "have"),
    "[does]": ("do", "does", "do"),
    "[is]": ("am", "is", "are"),
    "[wants]": ("want", "wants", "want"),
    "[hopes]": ("hope", "hopes", "hope"),
    "[plans]": ("plan", "plans", "plan"),
    "[enjoys]": ("enjoy", "enjoys", "enjoy"),
}
_AUXILIARY = re.compile(r"\[\w+\]")
_DETERMINER = re.compile(r"^(?:an?|the|some|\$) ")
_PREPOSITION = re.compile(
    r"^(?:in front of|on top of|next to|close to|out of|away from|halfway up|in|on|at|under|behind|near|above|below|"
    r"beside|between|inside|outside|along|across|around|through|by|over|beneath|from|to|into|against|among|past|off|"
    r"up|down|onto|opposite|beyond) (?:(?:an?|the|\$) )?"
)
_NUMBERED = re.compile(r"^(\w+) (platform|gate|room|table|row|counter|floor|dock|stall|house number) (\w+)$")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty")

RECEIVERS = (("f", "for"), ("t", "to"), ("n", "from"))
"""The word before a receiver, or before a giver, by the verb's flag."""

TENSES = {
    "past": ("{past}", "did", "{base}"),
    "perfect": ("[has] {participle}", "[has]", "{participle}"),
    "habit": ("{present}", "[does]", "{base}"),
    "progressive": ("[is] {ing}", "[is]", "{ing}"),
    "been": ("[has] been {ing}", "[has]", "been {ing}"),
    "used": ("used to {base}", "did", "use to {base}"),
    "going": ("[is] going to {base}", "[is]", "going to {base}"),
    "will": ("will {base}", "will", "{base}"),
    "wants": ("[wants] to {base}", "[does]", "want to {base}"),
    "hopes": ("[hopes] to {base}", "[does]", "hope to {base}"),
    "had": ("had to {base}", "did", "have to {base}"),
    "stopped": ("[has] stopped {ing}", "[has]", "stopped {ing}"),
    "started": ("started {ing}", "did", "start {ing}"),
    "enjoys": ("[enjoys] {ing}", "[does]", "enjoy {ing}"),
    "can": ("can {base}", "can", "{base}"),
    "must": ("must {base}", "must", "{base}"),
    "should": ("should {base}", "should", "{base}"),
    "would": ("would like to {base}", "would", "like to {base}"),
    "plans": ("[plans] to {base}", "[does]", "plan to {base}"),
    "tried": ("tried to {base}", "did", "try to {base}"),
    "promised": ("promised to {base}", "did", "promise to {base}"),
    "forgot": ("forgot to {base}", "did", "forget to {base}"),
}
"""How a verb is said, the first word of a question, and its last."""

HAPPENING = frozenset({"past", "perfect", "habit", "progressive", "been", "used", "going", "will"})
"""Tenses of what happens indeed: whoever wants to sell is not sure to find a buyer."""

ASKED_IN = {tense: (tense,) for tense in TENSES} | {
    "past": ("past", "past", "past", "perfect"),
    "perfect": ("perfect", "past"),
    "been": ("been", "habit"),
    "going": ("going", "will"),
    "will": ("will", "going"),
    "had": ("had", "past"),
}
"""Tenses in which it may be asked about."""


@dataclass(frozen=True)
class Who:
    """Whom a clause is about.

    said: as first spoken of ("my uncle Bram"). asked: as questions call them ("Bram"). form: 0 for I, 1 for one
    person, 2 for several. answer: to "who?", None if that is not asked. thing: whether it is a thing.
    """

    said: str
    asked: str
    pronoun: str
    possessive: str
    form: int = 1
    answer: str | None = None
    thing: bool = False

    @property
    def object(self) -> str:
        """As questions call them behind a verb."""
        return {"I": "me", "we": "us"}.get(self.asked, self.asked.replace(" and I", " and me"))

    @property
    def questioned(self) -> str:
        """Who or what."""
        return "What" if self.thing else "Who"


@dataclass(frozen=True)
class Part:
    """A piece of a clause: how it is said, the answer to the question for it, and how that question begins and ends
    ("Who", "for").

    took: whether it is the time that something took. drawn: words drawn for it.
    """

    said: str
    answer: str
    asked: str
    ends: str = ""
    took: bool = False
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """Who did what, and what is told of it besides.

    besides: how, why, with what or how long. receiver_first: whether to say "gave Ines a boat". color: of the thing, if
    its phrase says one. epithet: another word of its phrase that questions may leave out ("old").
    """

    who: Who
    verb: Verb
    tense: str
    thing: Part | None = None
    receiver: Part | None = None
    company: Part | None = None
    place: Part | None = None
    moment: Part | None = None
    besides: Part | None = None
    receiver_first: bool = False
    color: str = ""
    epithet: str = ""

    # -- statements ----------------------------------------------------------------------------------------------------

    def finite(self) -> str:
        """The verb as it goes with the subject: "has been keeping"."""
        return self.conjugated(TENSES[self.tense][0])

    def parts(self, rng: random.Random, without: tuple[str, ...] = ()) -> str:
        """What follows the verb, in one of the usual orders, without the fields named."""
        told = {name: part for name, part in self.told() if name not in without}
        later = [name for name in told if name not in ("thing", "receiver", "besides")]
        if rng.random() < 0.3:
            rng.shuffle(later)
        later.append("besides")  # a reason may be a clause of its own
        order = ["thing", "receiver", *later]
        said = {name: part.said for name, part in told.items()}
        if self.receiver_first and self.receiver and "receiver" in told:
            order = ["receiver", "thing", *later]
            said["receiver"] = said["receiver"].partition(" ")[2]
        return "".join(f" {said[name]}" for name in order if name in said)

    def predicate(self, rng: random.Random, without: tuple[str, ...] = ()) -> str:
        """ "keeps bees behind the house"."""
        return self.finite() + self.parts(rng, without)

    def gerund(self, rng: random.Random) -> str:
        """ "keeping bees behind the house"."""
        return self.verb.ing + self.parts(rng)

    # -- questions -----------------------------------------------------------------------------------------------------

    def questions(self, rng: random.Random) -> Iterator[Question]:
        """One for every part that is told."""
        for name, part in self.told():
            yield self._question(rng, name, part)
        if self.who.answer:
            yield self.asked_who(rng)
        if counted := self.how_many(rng):
            yield counted
        if self.thing and self.color:
            yield self._which_color(rng, self.thing)
        if self.place and (numbered := _NUMBERED.search(self.place.said)):
            lead, noun, number = numbered.groups()
            asked = self._question(rng, "place", Part(self.place.said, number, f"Which {noun}", lead))
            yield replace(asked, key=f"{self.verb.base} which {noun}|{self.who.asked}")

    def left_open(self, rng: random.Random) -> Iterator[Question]:
        """One for every part that might have been told."""
        flags = self.verb.flags
        if not self.thing and self.verb.objects:
            yield self._question(rng, "thing", Part("", UNKNOWN, "What"))
        if not self.place and self.verb.places:
            yield self._question(rng, "place", Part("", UNKNOWN, "Where"))
        timed = self.moment or (self.besides and self.besides.asked == "When")
        if not timed and self.tense in ("past", "perfect", "going", "will"):
            yield self._question(rng, "moment", Part("", UNKNOWN, rng.choice(("When", "When", "On which day"))))
        for flag, end in RECEIVERS:
            if not self.receiver and flag in flags:
                yield self._question(rng, "receiver", Part("", UNKNOWN, "Who", end))
        if not self.company and "w" in flags:
            yield self._question(rng, "company", Part("", UNKNOWN, "Who", "with"))

    def asked_for(self, rng: random.Random, part: Part) -> Question:
        """The question for something that is told beside the clause: why, say."""
        return self._question(rng, "besides", part)

    def of_somebody_else(self, rng: random.Random, who: Who) -> Question:
        """A question that the clause answers, asked about somebody else."""
        asked = [question for question in replace(self, who=who).questions(rng) if who.asked in question.text]
        return replace(rng.choice(asked), answer=UNKNOWN)

    def told(self) -> list[tuple[str, Part]]:
        """The parts that are told, by name."""
        parts = {
            "thing": self.thing,
            "receiver": self.receiver,
            "company": self.company,
            "place": self.place,
            "moment": self.moment,
            "besides": self.besides,
        }
        return [(name, part) for name, part in parts.items() if part]

    def _question(self, rng: random.Random, name: str, part: Part) -> Question:
        tense = self.asked_tense(rng, name == "moment")
        _, auxiliary, main = TENSES[tense]
        if part.took:
            return self._how_long_it_took(rng, part)
        rest = self._mentioned(rng, name)
        begin = part.asked
        if name == "thing" and self.verb.asked and rng.random() < 0.5:
            begin = rng.choice(self.verb.asked)
        elif name == "thing" and rng.random() < 0.15 and (kind := kind_of(part)):
            begin = f"{rng.choice(('What', 'Which', 'What kind of'))} {kind}"
        end = f" {part.ends}" if part.ends else ""
        if end and begin in ("Who", "What") and rng.random() < 0.2:  # "To whom", "With what"
            begin, end = f"{part.ends.capitalize()} {'whom' if begin == 'Who' else 'what'}", ""
        elif begin == "Who" and rng.random() < 0.25:
            begin = "Whom"
        who = self.who
        if rng.random() < 0.12:
            lead = rng.choice(("Tell me", "Tell me", "Do you remember", "I wonder"))
            said = replace(self, tense=tense).finite()
            text = f"{lead} {begin[:1].lower()}{begin[1:]} {who.asked} {said}{rest}{end}"
            text += "?" if lead == "Do you remember" else "."
        else:
            first = self.conjugated(auxiliary)
            text = f"{begin} {first} {who.asked} {self.conjugated(main)}{rest}{end}?"
        return Question(self._key(name, part), sentence_case(text), part.answer)

    def _key(self, name: str, part: Part) -> str:
        told = f" {self.thing.answer}" if self.thing and name != "thing" else ""
        if name == "besides":  # one may be told and another left open
            name = f"{part.asked} {part.ends}".rstrip()
        return f"{self.verb.base}{told} {name}|{self.who.asked}"

    def _how_long_it_took(self, rng: random.Random, part: Part) -> Question:
        does = f" to {self.verb.base}{self._mentioned(rng, 'besides')}" if rng.random() < 0.7 else ""
        text = f"How long {'will' if self.tense == 'will' else 'did'} it take {self.who.object}{does}?"
        return Question(self._key("besides", part), text, part.answer)

    def _mentioned(self, rng: random.Random, asked_for: str) -> str:
        """What a question says of the other parts."""
        said = []
        if self.thing and asked_for != "thing":
            said.append(self.the_thing(rng))
        for name, part in self.told():
            if name not in ("thing", asked_for) and rng.random() < 0.25:
                said.append(part.said)
        return "".join(f" {words}" for words in said)

    def the_thing(self, rng: random.Random) -> str:
        """The object as a question mentions it: "the silver ring" for "a silver ring"."""
        assert self.thing
        said = self.thing.said
        if self.of_person:
            return said if rng.random() < 0.3 else self.called
        if self.epithet and rng.random() < 0.5:
            said = said.replace(f" {self.epithet} ", " ", 1)
            return f"the {bare(said)}" if said.startswith(("a ", "an ")) else said
        if said.startswith(("a ", "an ", "some ")) and rng.random() < 0.85:
            return f"the {self.thing.answer}"
        return said

    @property
    def of_person(self) -> bool:
        """Whether it is a person that it is done to."""
        return self.thing is not None and self.thing.asked == "Who"

    @property
    def things(self) -> bool:
        """Whether what it is done to takes the plural."""
        thing = self.thing
        return bool(thing and not self.of_person and several(thing.answer) and not thing.said.startswith(("a ", "an ")))

    @property
    def called(self) -> str:
        """The person that it is done to, by name if there is one: "Tom" for "his uncle Tom", "his uncle"."""
        assert self.thing
        return self.thing.answer if self.thing.answer[0].isupper() else self.thing.said

    def asked_who(self, rng: random.Random) -> Question:
        """Who it was."""
        assert self.who.answer
        others = [part for name, part in self.told() if name != "thing"]
        rest = "".join(f" {part.said}" for part in others if rng.random() < 0.4)
        thing = f" {self.the_thing(rng) if rng.random() < 0.5 else self.thing.said}" if self.thing else ""
        if not self.thing and not rest:
            rest = "".join(f" {part.said}" for part in (self.place, self.company, self.moment) if part)
        text = f"{replace(self, who=replace(self.who, form=1)).finite()}{thing}{rest}"  # "who is" of several, too
        who = self.who.questioned
        begin = rng.choice((who, who, who, who, f"Tell me {who.lower()}", f"Do you know {who.lower()}"))
        mark = "." if begin.startswith("Tell") else "?"
        return Question(self.key_of_who(rest), f"{begin} {text}{mark}", self.who.answer)

    def key_of_who(self, rest: str = "") -> str:
        """Key of the question for whoever does it."""
        told = f" {self.thing.answer}" if self.thing else ""
        return f"{'what ' if self.who.thing else REVERSE}{self.verb.base}{told}|{told or rest}"

    def how_many(self, rng: random.Random) -> Question | None:
        """How many of its object, if its phrase says a number."""
        if not self.thing:
            return None
        number, _, noun = self.thing.answer.partition(" ")
        if number not in NUMBERS or not noun:
            return None
        asked = replace(self, verb=replace(self.verb, asked=()))._question(
            rng, "thing", Part("", number, f"How many {noun}")
        )
        return replace(asked, key=f"{self.verb.base} how many {noun}|{self.who.asked}")

    def _which_color(self, rng: random.Random, thing: Part) -> Question:
        who, noun = self.who.asked, thing.answer.removeprefix(f"{self.color} ")
        that = rng.choice((f"{who}'s {noun}", f"the {noun}", f"the {noun} {who} {self.finite()}"))
        if self.who.form != 1:
            that = f"{self.who.possessive} {noun}"
        text = f"{rng.choice(('What color', 'What colour', 'Which color'))} is {that}?"
        return Question(f"color of {noun}|{who}", text, self.color)

    def asked_tense(self, rng: random.Random, of_time: bool = False) -> str:
        """A tense in which it may be asked about. `of_time`: when it was."""
        tense = rng.choice(ASKED_IN[self.tense])
        return "past" if tense == "perfect" and (of_time or self.moment) else tense

    def conjugated(self, template: str) -> str:
        """A form of `TENSES` as it goes with the subject."""
        verb, form = self.verb, self.who.form
        text = _AUXILIARY.sub(lambda match: _AUXILIARIES[match[0]][form], template)
        return text.format(
            base=verb.base,
            past=verb.past,
            participle=verb.participle,
            ing=verb.ing,
            present=verb.third if form == 1 else verb.base,
        )


def several(noun: str) -> bool:
    """Whether a noun without article stands for several: goats, eleven owls."""
    head = noun.split(" ")[-1]
    return (head.endswith("s") and not head.endswith(("ss", "us", "is"))) or noun.split(" ")[0] in NUMBERS


def kind_of(thing: Part) -> str:
    """What is asked for by "which cake?" where a lemon cake is told of; empty if nothing is."""
    first, _, last = thing.answer.rpartition(" ")
    plain = first and " of " not in thing.answer and first.split(" ")[0] not in NUMBERS
    return last if plain and thing.asked == "What" and last.isalpha() and last.islower() else ""


def bare(phrase: str) -> str:
    """An object as an answer: "silver ring" for "a silver ring"."""
    return _DETERMINER.sub("", phrase)


def bare_place(phrase: str) -> str:
    """A place as an answer: "old barn" for "behind the old barn"."""
    return _PREPOSITION.sub("", phrase)
