"""A synthetic world: short texts that state facts about people, places and things, with questions about them.

Pure Python: the page draws unrelated contexts from here, so nothing heavy is imported.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.training import chances
from core.training.anecdotes.telling import tell_anecdote
from core.training.asides import APPOSITIONS, CLAUSES, FRONTS, JOINTS, PHRASES
from core.training.drafts import UNKNOWN, Context, Draft, Question, content_words
from core.training.grammar import PRONOUNS, SPEAKER, Subject, joined, named, plural, render, sentence_case, with_article
from core.training.happenings import ABOUT_THINGS, EVENTS, HEARSAY, REPORTS, Event
from core.training.lexicon import CONVERSATIONS, FILLERS, OPENERS, TAILS_ABOUT_ANYTHING, TAILS_ABOUT_PEOPLE
from core.training.numerals import NUMERALS
from core.training.relations import ABOUT_PEOPLE, ABOUT_SPEAKER, ANSWERED_BY, Relation
from core.training.scenes import tell_scene
from core.training.whether import ask_whether
from core.training.whom import ask_whom
from core.training.words import Vocabulary

_SLOT = re.compile(r"\{(a )?(\w+)\}")

CAPITALISED = frozenset({"first", "last", "city", "country", "language", "nickname"})
NAMES = frozenset({"first", "last", "person", "nickname"})


class World:
    """Draws contexts. The same seed and side give the same contexts in the same order.

    Args:
        seed: of the generator.
        held_out: draw only words that training never sees.
        made_up: multiplies the share of made-up words; 0 gives real words only.
        anecdotes: share of what is told that is an anecdote.
        scenes: share of what is told that is put together from clauses.
        events: share of what is told that happens between two people and is asked about from both their sides.
        whether: share of facts that are asked about for yes or no.
    """

    def __init__(
        self,
        seed: int,
        held_out: bool = False,
        made_up: float = 1.0,
        anecdotes: float = chances.ANECDOTES,
        scenes: float = chances.SCENES,
        events: float = chances.EVENTS,
        whether: float = chances.WHETHER,
    ) -> None:
        self.rng = random.Random(f"{seed}-{held_out}")
        self.words = Vocabulary(self.rng, held_out)
        self.made_up = made_up
        self.anecdotes = anecdotes
        self.scenes = scenes
        self.events = events
        self.whether = whether

    def contexts(self) -> Iterator[Context]:
        """Contexts without end."""
        while True:
            yield self.context()

    def context(self, speaker: bool = True) -> Context:
        """One context in which no two facts contradict: one to five sentences, or a few times as many.

        Args:
            speaker: whether sentences in the first person may occur.
        """
        while True:
            draft, (least, most) = Draft(), self.rng.choices(*chances.LENGTHS)[0]
            while draft.length < least and not self._write(draft, speaker):
                pass
            if draft.length <= most and not draft.contradicts_itself:
                break
        if self.rng.random() < 0.15:
            draft.sentences.insert(self.rng.randint(0, len(draft.sentences)), self.rng.choice(FILLERS))
        return draft.finished()

    def small_talk(self) -> Context:
        """A context that tells nothing."""
        return Context(" ".join(self.rng.sample(FILLERS, self.rng.randint(2, 5))), (), ())

    def _write(self, draft: Draft, speaker: bool) -> bool:
        """Add sentences; says whether they are to stand alone."""
        draw = self.rng.random()
        if draw < self.anecdotes:
            return tell_anecdote(self, draft, speaker) and self.rng.random() < chances.ALONE
        if draw < self.anecdotes + self.scenes:
            tell_scene(self, draft, speaker)
            return self.rng.random() < chances.ALONE
        if draw < self.anecdotes + self.scenes + self.events:
            self._event(draft, self.person(draft), self.person(draft), wordings=4)
            return self.rng.random() < chances.ALONE
        style = self.rng.random()
        facts = self.rng.choices((1, 2, 3), (5, 4, 1))[0]
        if style < 0.36:
            self._about_person(draft, self.person(draft), facts)
        elif style < 0.62:
            self._story(draft, min(facts, 2))
        elif style < 0.80:
            for _ in range(min(facts, 2)):
                self._about_thing(draft)
        elif style < 0.90 and speaker:
            self._about_speaker(draft, min(facts, 2))
        else:
            parts = [lambda: self._about_thing(draft), lambda: self._about_person(draft, self.person(draft), 1)]
            self.rng.shuffle(parts)
            for part in parts:
                part()
        return False

    # -- words ---------------------------------------------------------------------------------------------------------

    def value(self, kind: str) -> str:
        """A word or number of the given kind."""
        rng = self.rng
        if kind in NUMERALS:
            return NUMERALS[kind](rng)
        match kind:
            case "date":
                return f"{self.words.real('month')} {rng.randint(1, 28)}"
            case "m":
                return self.words.made_up()
            case "M":
                return self.words.made_up().capitalize()
            case "code":
                return self.words.made_up() if rng.random() < 0.5 else str(rng.randint(100, 9999))
            case "person":
                first = self.value("first")
                return first if rng.random() < 0.8 else f"{first} {self.value('last')}"
            case "company":
                ending = rng.choice(("", "", " Labs", " Motors", " Bank", " Foods", " Group"))
                return self.words.made_up().capitalize() + ending
        if rng.random() < self.made_up * chances.MADE_UP_SHARE.get(kind, 0.0):
            word = self.words.made_up()
            return word.capitalize() if kind in CAPITALISED else word + "s" * (kind == "animal_plural")
        if kind == "animal_plural":
            return plural(self.words.real("animal"))
        return self.words.real(kind)

    def person(self, draft: Draft) -> str:
        name = self._another("person", draft.drawn)
        draft.drawn.append(name)
        return name

    def _another(self, kind: str, drawn: list[str]) -> str:
        """A word or number of the given kind; a name that shares no word with what is drawn, so that it means one."""
        while True:
            value = self.value(kind)
            if kind not in NAMES or set(content_words(value)).isdisjoint(content_words(" ".join(drawn))):
                return value

    def opened(self, draft: Draft, sentence: str, share: float) -> str:
        """The sentence, sometimes after "Last week," or a clause of its own."""
        draw = self.rng.random()
        if draw < share:
            return f"{self.rng.choice(OPENERS)}, {sentence}"
        if draw > 1 - chances.FRONTED:
            return f"{self.rng.choice(FRONTS)} {self.aside(draft, CLAUSES)}, {sentence}"
        return sentence_case(sentence)

    def tailed(self, draft: Draft, sentence: str, tails: tuple[str, ...]) -> str:
        """The sentence, sometimes going on after its fact ("Ruth lives in Lisbon, as everybody knows.")."""
        draw = self.rng.random() / chances.TAILED
        if draw < 0.25:
            joint = self.rng.choice(JOINTS)
            space = "" if joint.startswith(",") else " "
            return f"{sentence[:-1]}{space}{joint} {self.aside(draft, CLAUSES)}."
        if draw < 0.5:
            return f"{sentence[:-1]} {self.aside(draft, PHRASES)}."
        return f"{sentence[:-1]}{self.rng.choice(tails)}." if draw < 1 else sentence

    def apposed(self, draft: Draft, name: str, sentence: str) -> str:
        """A sentence that begins with a name, sometimes with something put in after it."""
        if not sentence.startswith(f"{name} ") or self.rng.random() >= chances.APPOSED:
            return sentence
        return f"{name}, {self.aside(draft, APPOSITIONS)}, {sentence.removeprefix(name + ' ')}"

    def aside(self, draft: Draft, templates: tuple[str, ...]) -> str:
        """Words that have nothing to do with what is told."""
        return self.filled(self.rng.choice(templates), draft.drawn)

    def filled(self, template: str, drawn: list[str]) -> str:
        """The template with a word drawn for every kind in braces; those are added to `drawn`."""

        def fill(slot: re.Match[str]) -> str:
            value = self._another(slot[2], drawn)
            drawn.append(value)
            return with_article(value) if slot[1] else value

        return _SLOT.sub(fill, template)

    # -- facts ---------------------------------------------------------------------------------------------------------

    def fact(
        self, draft: Draft, about: Subject, spoken_of: Subject, relation: Relation, given: str | None = None
    ) -> str:
        """Draw a value for the relation, record its question about `about`, and state it of `spoken_of`.

        given: the relation's second word; drawn if there has to be one.
        """
        kind = self.rng.choice(relation.kinds)
        value = self._another(kind, [*draft.drawn, about.nominative])
        if given is None:
            given = self.value(relation.given) if relation.given else ""
        for _ in range(chances.WORDINGS):
            asked = replace(self.question(about, relation, given, kind), answer=value)
            if asked not in draft.questions:
                draft.questions.append(asked)
        draft.drawn += [value, given] if given else [value]
        return render(self.rng.choice(relation.statements), spoken_of, v=value, av=with_article(value), x=given)

    def question(self, about: Subject, relation: Relation, given: str, kind: str) -> Question:
        """A question for a relation's value of some kind, with nothing known about the answer."""
        wordings = relation.questions + dict(relation.asked_as).get(kind, ()) * 2
        text = sentence_case(render(self.rng.choice(wordings), about, x=given))
        return Question(f"{relation.name}{given}|{about.nominative}", text, UNKNOWN)

    def leave_open(self, draft: Draft, about: Subject, relation: Relation, given: str | None = None) -> None:
        """Note a question that stays open unless another sentence happens to answer it."""
        if given is None:
            given = self.value(relation.given) if relation.given else ""
        draft.absent.append(self.question(about, relation, given, self.rng.choice(relation.kinds)))

    def _beside(self, draft: Draft, about: Subject, other: str, relation: Relation) -> None:
        """What else may be asked about the last fact: sometimes, who it is that it is told of; and sometimes it is
        noted that it is open for somebody or something else.
        """
        told = draft.questions[-1]
        if self.whether and self.rng.random() < self.whether:
            ask_whether(self, draft, about, other, relation, told.answer)
        given = told.topic.removeprefix(relation.name)
        if self.rng.random() < chances.DECOYS:
            asked = self.question(named(other), relation, given, self.rng.choice(relation.kinds))
            if other in asked.text:  # "What is my name?" asks of nobody else
                draft.absent.append(asked)
        if self.rng.random() < chances.WHO:
            ask_whom(self, draft, about, relation, told)

    def stranger(self, draft: Draft, *names: str) -> str:
        """Somebody who is not in the text so far, nor one of those names."""
        told = set(content_words(" ".join((*draft.sentences, *names))))
        while True:
            name = self.value("person")
            if told.isdisjoint(content_words(name)):
                return name

    def _about_person(self, draft: Draft, name: str, facts: int, other: str | None = None) -> None:
        """State facts about one person: by name first, then by name or pronoun, sometimes joined by "and"."""
        pronoun = self.rng.choice(PRONOUNS)
        started, unclear = bool(draft.sentences), False
        *relations, untold = self.relations(facts + 1)
        self.leave_open(draft, named(name), self._open(untold, relations))
        for i, relation in enumerate(relations):
            if i:
                self._beside(draft, named(name), self.stranger(draft), relations[i - 1])
            draw = self.rng.random()
            if (i == 0 and draw < 0.18) or (i > 0 and draw < 0.08):
                statement = self._reported(
                    draft, name, pronoun if i or self.rng.random() < 0.9 else named(name), relation, other
                )
            elif i > 0 and draw < 0.6 and not unclear:
                statement = self.fact(draft, named(name), pronoun, relation)
                if draw < 0.28:
                    draft.sentences[-1] = f"{draft.sentences[-1][:-1]} and {statement}"
                    continue
                statement = sentence_case(statement)
            else:
                statement = self.fact(draft, named(name), named(name), relation)
                if i == 1 and draw > 0.8 and (both := joined(name, draft.sentences[-1], statement)):
                    draft.sentences[-1] = both
                    continue
                if i == 0 and not started and draw > 0.94:
                    statement = f"{self.rng.choice(HEARSAY)} {statement}"
                elif i == 0 and not started:
                    statement = self.opened(draft, self.apposed(draft, name, statement), 0.15)
                else:
                    statement = self.apposed(draft, name, statement)
            before = len(draft.drawn)
            draft.sentences.append(self.tailed(draft, sentence_case(statement), TAILS_ABOUT_PEOPLE))
            unclear = len(draft.drawn) > before  # a pronoun could mean whoever the sentence ends with
        self._beside(draft, named(name), self.stranger(draft), relations[-1])

    def _reported(self, draft: Draft, name: str, pronoun: Subject, relation: Relation, other: str | None) -> str:
        """ "David mentioned multiple times that he likes apples."""
        report = self.rng.choice(REPORTS)
        if "{other}" in report and other is None:
            other = self._another("first", [*draft.drawn, name])
            draft.drawn.append(other)
        lead = report.format(s=name, other=other)
        return f"{lead} {self.fact(draft, named(name), pronoun, relation)}"

    def _about_speaker(self, draft: Draft, facts: int) -> None:
        *relations, untold = self.relations(facts + 1, ABOUT_PEOPLE + ABOUT_SPEAKER)
        self.leave_open(draft, SPEAKER, self._open(untold, relations))
        for relation in relations:
            statement = self.fact(draft, SPEAKER, SPEAKER, relation)
            draft.sentences.append(self.tailed(draft, sentence_case(statement), TAILS_ABOUT_ANYTHING))
            self._beside(draft, SPEAKER, self.stranger(draft), relation)

    def relations(self, count: int, among: tuple[Relation, ...] = ABOUT_PEOPLE) -> list[Relation]:
        """Different relations, drawn by weight."""
        chosen: dict[str, Relation] = {}
        while len(chosen) < count:
            relation = self.rng.choices(among, [r.weight for r in among])[0]
            chosen[relation.name] = relation
        return list(chosen.values())

    def _open(self, untold: Relation, told: Sequence[Relation]) -> Relation:
        """The relation, or another one if what is told may answer a question about it."""
        names = {relation.name for relation in told}
        while untold.name in names or not names.isdisjoint(ANSWERED_BY.get(untold.name, ())):
            (untold,) = self.relations(1)
        return untold

    def _about_thing(self, draft: Draft) -> None:
        kind, relation = self.rng.choices(ABOUT_THINGS, [r.weight for _, r in ABOUT_THINGS])[0]
        subject = self.thing(kind, draft)
        others = [
            r
            for k, r in ABOUT_THINGS
            if k == kind and r.name != relation.name and relation.name not in ANSWERED_BY.get(r.name, ())
        ]
        if others:
            self.leave_open(draft, named(subject), self.rng.choice(others))
        statement = self.fact(draft, named(subject), named(subject), relation)
        statement = self.opened(draft, statement, 0.08) if not draft.sentences else sentence_case(statement)
        draft.sentences.append(self.tailed(draft, statement, TAILS_ABOUT_ANYTHING))
        while (other := self.thing(kind, Draft())) == subject:
            pass
        self._beside(draft, named(subject), other, relation)

    def thing(self, kind: str, draft: Draft) -> str:
        match kind:
            case "object":
                word = self.value("thing")
                name = word if self.rng.random() < 0.6 else f"{self.value('color')} {word}"
                subject = f"the {name}"
            case "bare":
                name = self.value("thing")
                subject = f"the {name}"
            case "room":
                name = self.value("place")
                subject = f"the {name}"
            case "restaurant" | "river":
                name = subject = self.words.made_up().capitalize()
            case _:
                name = subject = self.value(kind)
        draft.drawn.append(name)
        return subject

    # -- stories -------------------------------------------------------------------------------------------------------

    def _story(self, draft: Draft, facts: int) -> None:
        """Two people do something together; then one of them turns out to like, own or be something."""
        a, b = self.person(draft), self.person(draft)
        self._event(draft, a, b)
        if self.rng.random() < 0.15:
            self.leave_open(draft, named(self.rng.choice((a, b))), self.relations(1)[0])
            return
        name, other = (a, b) if self.rng.random() < 0.4 else (b, a)
        if self.rng.random() < 0.45:
            relation = self.relations(1)[0]
            statement = self._reported(draft, name, self.rng.choice(PRONOUNS), relation, other)
            if self.rng.random() < 0.6:
                statement = f"{self.rng.choice(CONVERSATIONS)}, {statement}"
            draft.sentences.append(statement)
        else:
            self._about_person(draft, name, facts, other)

    def _event(self, draft: Draft, a: str, b: str, wordings: int = chances.WORDINGS) -> None:
        """State what happened between two people; note so many of its questions."""
        event: Event = self.rng.choices(EVENTS, [e.weight for e in EVENTS])[0]
        value = self.value(event.kind)
        described = value
        if event.kind == "activity" and value.startswith(("a ", "an ")) and self.rng.random() < 0.4:
            described = with_article(f"{self.words.real('adjective')} {value.split(' ', 1)[1]}")
        words = {
            "a": a,
            "b": b,
            "v": value,
            "av": with_article(value),
            "w": described,
            "place": self.words.real("place"),
        }
        statement = self.rng.choice(event.statements).format(**words)
        draft.sentences.append(self.opened(draft, statement, 0.4))
        draft.drawn.append(value)
        for number, (question, answer) in self.rng.sample(
            list(enumerate(event.questions)), min(wordings, len(event.questions))
        ):
            key = f"{number}{event.kind}|{a}"
            draft.questions.append(Question(key, question.format(**words), answer.format(**words)))
        if self.rng.random() < chances.DECOYS:
            number, (question, _) = self.rng.choice(list(enumerate(event.questions)))
            other = self.stranger(draft, a, b)
            swapped = {**words, "a": other} if "{a}" in question else {**words, "b": other}
            draft.absent.append(Question(f"{number}{event.kind}|{swapped['a']}", question.format(**swapped), UNKNOWN))
