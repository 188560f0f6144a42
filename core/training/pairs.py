"""Contexts that belong together: a fact and what contradicts it later, two facts that one answer needs, and the same
fact of two people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations

from core.training.chances import WORDINGS
from core.training.drafts import Context, Draft, Question, content_words
from core.training.facts import lines
from core.training.grammar import Subject, named, render, sentence_case
from core.training.happenings import ABOUT_THINGS
from core.training.relations import ABOUT_PEOPLE, Relation
from core.training.whom import WORDINGS as WHO
from core.training.whom import described
from core.training.world import World

BRIDGES = frozenset({"job", "live", "from", "employer", "lost", "bought", "hobby", "play", "study", "pet"})
"""Relations by which a person can be pointed at: "the person who works as a baker"."""

CORRECTIONS = (
    "Actually,",
    "Now",
    "By now",
    "In the meantime,",
    "Correction:",
    "It turned out that",
    "News:",
    "Since today,",
)
"""How a newer fact may begin. Often it is told without any of them."""
CORRECTED = 0.6
"""How often it begins so."""

COMPATIBLE = frozenset(
    lines("""
    speak|learn|teach|career|like|dislike|allergy|drink|hobby|play|music|collect|read|movie|fear|wish|holiday|pet|drive|
    lost|found|forgot|bought|present|need|won|broke|fixed|wear|cook|bake|grow|did|journey|former job|sells|gift wanted|
    recipient|make|tongue|serve|flow|line|tutor|doer""")
)
"""Relations of which a second fact does not contradict the first: whoever buys a drill may have bought a lamp."""

PERSONAL = frozenset({"first", "person"})


ANIMALS = frozenset({"dog", "cat", "horse"})
"""Relatives that neither work nor live anywhere of their own."""


@dataclass(frozen=True)
class Pair:
    """Two contexts, told in this order, and a question that comes out right only with both (or the newer) in mind."""

    first: Context
    second: Context
    question: Question

    def with_shared_words(self) -> Pair:
        """The same pair, each context with the drawn words of both: a word that is cut in its own way is then cut alike
        where the other one tells it or is asked about.
        """
        drawn = (*self.first.drawn, *self.second.drawn)
        return Pair(replace(self.first, drawn=drawn), replace(self.second, drawn=drawn), self.question)


def contradiction(world: World, corrected: float = CORRECTED) -> Pair:
    """One fact, told twice with values of which only one can be so by now; the question asks for the second.

    corrected: how often the second begins with words that say that it is newer.
    """
    while True:
        drafts = Draft(), Draft()
        kind, relation = _something(world)
        if relation.name in COMPATIBLE:
            continue
        subject = _subject(world, kind, drafts[0])
        given = world.value(relation.given) if relation.given else None
        drafts[1].drawn.append(subject.nominative)
        for number, draft in enumerate(drafts):
            _tell(world, draft, subject, relation, given, corrected if number else None)
        old, new = (draft.questions[0] for draft in drafts)
        if old.answer != new.answer:
            older, newer = (_padded(world, draft, subject) for draft in drafts)
            return Pair(older, newer, new)


def rivals(world: World) -> Pair:
    """The same kind of fact about two people or things, and left open of a third; the question asks about one."""
    while True:
        drafts = Draft(), Draft()
        kind, relation = _something(world)
        given = world.value(relation.given) if relation.given else None
        one, other, third = (_subject(world, kind, draft) for draft in (*drafts, Draft()))
        for draft, subject in zip(drafts, (one, other), strict=True):
            _tell(world, draft, subject, relation, given)
        answers = {draft.questions[0].answer for draft in drafts}
        if len(answers) == 2 and told_apart(one, other, third):
            world.leave_open(drafts[1], third, relation, given)
            first, second = (_padded(world, draft, about) for draft, about in zip(drafts, (one, other), strict=True))
            return Pair(first, second, world.rng.choice(drafts).questions[0])


def two_hop(world: World) -> Pair:
    """A fact that points at a person, and one about that person, in either order."""
    first, second = Draft(), Draft()
    name, description = _pointed_at(world, first)
    while name in description:  # Amy's nephew may be an Amy, too
        first = Draft()
        name, description = _pointed_at(world, first)
    relation = _without_possessive(world, but=first.questions[0].key)
    statement = world.fact(second, named(name), named(name), relation)
    second.sentences.append(world.opened(second, statement, 0.15))
    second.drawn.append(name)
    direct = second.questions[0]
    given = direct.key.split("|")[0].removeprefix(relation.name)
    about = Subject(description, description + "'s", description)
    wordings = [q for q in relation.questions if "{p}" not in q]
    questions = [
        Question(direct.key + "&", sentence_case(render(wording, about, x=given)), direct.answer, hops=2)
        for wording in world.rng.sample(wordings, min(WORDINGS, len(wordings)))
    ]
    drafts = [first, second]
    world.rng.shuffle(drafts)
    one, other = (_padded(world, draft, named(name)) for draft in drafts)
    return Pair(one, replace(other, questions=(*other.questions, *questions)), questions[0])


def told_apart(*subjects: Subject) -> bool:
    """Whether none of them is called as a part of another is: "Hazel" could mean Hazel Sool."""
    names = [set(content_words(subject.nominative)) for subject in subjects]
    return not any(one <= other for one, other in permutations(names, 2))


def _something(world: World) -> tuple[str, Relation]:
    """What is said, and of what kind of person or thing."""
    if world.rng.random() < 0.75:
        return "person", world.relations(1)[0]
    return world.rng.choices(ABOUT_THINGS, [r.weight for _, r in ABOUT_THINGS])[0]


def _subject(world: World, kind: str, draft: Draft) -> Subject:
    return named(world.person(draft) if kind == "person" else world.thing(kind, draft))


def _tell(
    world: World,
    draft: Draft,
    subject: Subject,
    relation: Relation,
    given: str | None,
    corrected: float | None = None,
) -> None:
    """corrected: how often it says that it corrects what was told, where it does."""
    statement = world.fact(draft, subject, subject, relation, given)
    if corrected is not None and world.rng.random() < corrected:
        draft.sentences.append(f"{world.rng.choice(CORRECTIONS)} {statement}")
    else:  # "A while ago," would tell of what was so before
        draft.sentences.append(world.opened(draft, statement, 0.15 if corrected is None else 0.0))


def _pointed_at(world: World, draft: Draft) -> tuple[str, str]:
    """State a fact by which a person can be found; that person's name, and "the owner of the red key"."""
    rng = world.rng
    if rng.random() < 0.5:
        name = world.person(draft)
        relation = rng.choice([r for r in ABOUT_PEOPLE if r.name in BRIDGES])
        draft.sentences.append(world.opened(draft, world.fact(draft, named(name), named(name), relation), 0.15))
        return name, f"the person who {described(rng.choice(WHO[relation.name]), draft.questions[-1].answer)}"
    things = [(kind, r) for kind, r in ABOUT_THINGS if PERSONAL.issuperset(r.kinds) and _who(r)]
    people = [("person", r) for r in ABOUT_PEOPLE if PERSONAL.issuperset(r.kinds) and _who(r)]
    kind, relation = rng.choice(things + people)
    subject = named(world.thing(kind, draft))
    while (given := world.value(relation.given) if relation.given else "") in ANIMALS:
        pass
    statement = world.fact(draft, subject, subject, relation, given)
    draft.sentences.append(world.opened(draft, statement, 0.1))
    wording = render(rng.choice(_who(relation)), subject, x=given).removesuffix("?")
    if wording.startswith("Who is "):
        return draft.questions[-1].answer, wording.removeprefix("Who is ")
    return draft.questions[-1].answer, f"the person who {wording.removeprefix('Who ')}"


def _who(relation: Relation) -> list[str]:
    """Questions for a person that turn into a description of that person."""
    return [q for q in relation.questions if q.startswith(("Who is ", "Who owns "))]


def _without_possessive(world: World, but: str) -> Relation:
    """A relation that can be asked of a person whose description is long, other than that of a question's key."""
    while True:
        relation = world.relations(1)[0]
        if any("{p}" not in q for q in relation.questions) and not but.startswith(relation.name):
            return relation


def _padded(world: World, draft: Draft, about: Subject) -> Context:
    """The context, sometimes with a sentence about somebody else before or after it."""
    if world.rng.random() < 0.35:
        other = world.context(speaker=False)
        told = {question.key for question in draft.questions}
        alone = all(question.key not in told for question in other.questions) and about.nominative not in other.text
        if alone and len(other.text) < 90:
            after = world.rng.random() < 0.5
            texts = [*draft.sentences, other.text] if after else [other.text, *draft.sentences]
            return Draft(
                texts,
                [*draft.questions, *other.questions],
                [*draft.drawn, *other.drawn],
                [*draft.absent, *other.absent],
            ).finished()
    return draft.finished()
