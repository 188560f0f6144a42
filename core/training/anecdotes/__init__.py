"""Short texts as people type them, with questions about their details.

Data in the text files beside this one, a block an anecdote: "= " the text, in one to three wordings; "? " a question,
"|" and its answer; "! " a question that the text leaves open. Words in braces are drawn: {a}, {b}, {c} are people,
others are named by their kind, a second one of a kind by a number behind it ({city2}); {a city} has its article.
Answers are drawn words alone, so that nothing can be answered from the template by heart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.training.grammar import with_article

FILES = (
    "home",
    "people",
    "town",
    "work",
    "acquaintances",
    "lately",
    "notes",
    "places",
    "errands",
    "portraits",
    "objects",
    "stories",
    "contrasts",
)
PEOPLE = ("a", "b", "c")

_SLOT = re.compile(r"\{(a )?(\w+)\}")
_PERSONAL = re.compile(r"\b(I|I'm|I've|I'll|my|me|we|our|us|mine|ours)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Anecdote:
    """Templates: wordings of one text, questions with their answers, and questions that stay open.

    slots: words to draw, as the templates name them.
    personal: whether somebody speaks of himself.
    """

    texts: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    slots: tuple[str, ...]
    personal: bool


@cache
def anecdotes() -> tuple[Anecdote, ...]:
    """All of them, in the order of the files."""
    texts = (resources.files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in FILES)
    return tuple(_parsed(block) for text in texts for block in text.strip().split("\n\n"))


def kind(slot: str) -> str:
    """The kind of word a slot holds: city for city2, person for a."""
    return "person" if slot in PEOPLE else slot.rstrip("0123456789")


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with its words."""

    def word(match: re.Match[str]) -> str:
        value = words[match[2]]
        return with_article(value) if match[1] else value

    return _SLOT.sub(word, template)


def _parsed(block: str) -> Anecdote:
    lines = [(line[0], line[1:].strip()) for line in block.splitlines() if line.strip()]
    texts, asked, absent = ([text for mark, text in lines if mark == wanted] for wanted in "=?!")
    pairs = [question.split(" | ") for question in asked]
    slots = tuple(dict.fromkeys(match[2] for text in (*texts, *asked, *absent) for match in _SLOT.finditer(text)))
    return Anecdote(
        tuple(texts),
        tuple((question.strip(), answer.strip()) for question, answer in pairs),
        tuple(absent),
        slots,
        any(_PERSONAL.search(text) for text in texts),
    )
