"""Short texts as people type them, with questions about their details.

Data in the text files beside this one, a block an anecdote: "= " the text, in some wordings, of which the short ones
may tell a part only; "? " a question, "|" and its answer; "! " a question that the text leaves open; "~ " a kind of
words of its own ("~ limb: wrist, ankle"). Words in braces are drawn: {a}, {b}, {c} are people, others are named by
their kind, a second one of a kind by a number behind it ({city2}); {a city} has its article. Answers are drawn words
alone, so that nothing can be answered from the template by heart.
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
    "kin",
    "bodies",
    "chronicle",
    "nature",
    "crafts",
    "journeys",
    "plain_people",
    "plain_when",
    "plain_things",
    "plain_pairs",
    "plain_contrasts",
    "plain_asides",
    "school",
    "table",
    "office",
    "lives",
    "streets",
    "family",
    "outdoors",
    "house",
    "told_doings",
    "told_wh",
    "told_events",
    "told_people",
    "told_short",
    "told_things",
)
TURNS = ("turns_who", "turns_what")
"""Plain sentences in turns of phrase that people ask about: whom, by the hour, without, instead of, except."""

PEOPLE = ("a", "b", "c")

_SLOT = re.compile(r"\{(a )?(\w+)\}")
_PERSONAL = re.compile(r"\b(I|I'm|I've|I'll|my|me|we|our|us|mine|ours)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Anecdote:
    """Templates: wordings of one text, questions with their answers, and questions that stay open.

    slots: words to draw, as the templates name them. kinds: words of kinds that no list of the lexicon has.
    personal: whether somebody speaks of himself.
    """

    texts: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    slots: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    personal: bool

    def asked_of(self, text: str) -> tuple[list[tuple[str, str]], list[str]]:
        """Questions that a wording answers, with their answers; and questions that it leaves open.

        Whom a wording does not name it may describe instead, so that is not asked.
        """
        told = slots_of(text)
        clear = [(question, answer) for question, answer in self.questions if slots_of(question) <= told]
        answered = [(question, answer) for question, answer in clear if slots_of(answer) <= told]
        untold = [question for question, answer in clear if not slots_of(answer) & (told | set(PEOPLE))]
        return answered, [*untold, *(question for question in self.absent if slots_of(question) <= told)]


@cache
def anecdotes(files: tuple[str, ...] = FILES + TURNS) -> tuple[Anecdote, ...]:
    """Those of these files, in their order."""
    texts = (resources.files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in files)
    return tuple(parsed(block) for text in texts for block in text.strip().split("\n\n"))


@cache
def wordings(files: tuple[str, ...] = FILES) -> tuple[tuple[Anecdote, str], ...]:
    """Every text of these anecdotes: what is drawn from, so that those with many wordings come more often."""
    return tuple((anecdote, text) for anecdote in anecdotes(files) for text in anecdote.texts)


def kind(slot: str) -> str:
    """The kind of word a slot holds: city for city2, person for a."""
    return "person" if slot in PEOPLE else slot.rstrip("0123456789")


def slots_of(template: str) -> set[str]:
    """The slots that a template names."""
    return {slot for _, slot in _SLOT.findall(template)}


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with its words."""

    def word(match: re.Match[str]) -> str:
        value = words[match[2]]
        return with_article(value) if match[1] else value

    return _SLOT.sub(word, template)


def parsed(block: str) -> Anecdote:
    """The anecdote of one block of a file."""
    lines = [(line[0], line[1:].strip()) for line in map(str.strip, block.splitlines()) if line]
    texts, asked, absent, lists = ([text for mark, text in lines if mark == wanted] for wanted in "=?!~")
    kinds = [line.split(":") for line in lists]
    pairs = [question.split(" | ") for question in asked]
    slots = tuple(dict.fromkeys(match[2] for text in (*texts, *asked, *absent) for match in _SLOT.finditer(text)))
    return Anecdote(
        tuple(texts),
        tuple((question.strip(), answer.strip()) for question, answer in pairs),
        tuple(absent),
        slots,
        {name: tuple(word.strip() for word in words.split(",")) for name, words in kinds},
        any(_PERSONAL.search(text) for text in texts),
    )
