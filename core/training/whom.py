"""Facts asked the other way round: whom they are told of ("Who lives in Lisbon?")."""

import re

from core.training.drafts import REVERSE, UNKNOWN, Draft, Question
from core.training.facts import Relation
from core.training.grammar import Subject, render, sentence_case, with_article
from core.training.relations import ABOUT_PEOPLE
from core.training.source import Source

_OF_PEOPLE = frozenset(map(id, ABOUT_PEOPLE))
_NOT_OF_WHO = re.compile(r"\{[spo]\}|^and ")
"""In what a statement goes on with: that "who" cannot stand in the place of its subject."""
_WHO = Subject("who", "whose", "whom")


def ask_whom(source: Source, draft: Draft, about: Subject, relation: Relation) -> None:
    """Note whom the last fact is told of, and that this is left open for another value ("Who plays the violin?" where
    somebody plays the drums).
    """
    rng, last = source.rng, draft.questions[-1]
    if not about.third_person or id(relation) not in _OF_PEOPLE:
        return
    wordings = [s for s in relation.statements if s.startswith("{s} ") and not _NOT_OF_WHO.search(s[4:])]
    if not wordings:
        return

    def asked(value: str, answer: str) -> Question:
        given = last.topic.removeprefix(relation.name)
        text = render(rng.choice(wordings), _WHO, v=value, av=with_article(value), x=given)
        return Question(f"{REVERSE}{last.topic}|{value}", f"{sentence_case(text)[:-1]}?", answer)

    draft.questions.append(asked(last.answer, about.nominative))
    if (untold := source.value(rng.choice(relation.kinds))) != last.answer:
        draft.absent.append(asked(untold, UNKNOWN))
