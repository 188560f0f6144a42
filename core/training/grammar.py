"""Just enough English grammar for the world's templates."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """How a sentence refers to whom it is about."""

    nominative: str
    possessive: str
    oblique: str
    third_person: bool = True


SPEAKER = Subject("I", "my", "me", third_person=False)
PRONOUNS = (Subject("he", "his", "him"), Subject("she", "her", "her"))
IRREGULAR = {
    "be": ("am", "is"),
    "have": ("have", "has"),
    "do": ("do", "does"),
    "go": ("go", "goes"),
    "study": ("study", "studies"),
}
_VERB = re.compile(r"\[(\w+)\]")


def named(name: str) -> Subject:
    """A subject called by its name."""
    return Subject(name, name + "'s", name)


def with_article(word: str) -> str:
    """`a` or `an` before a word."""
    return ("an " if word[0].lower() in "aeiou" else "a ") + word


def sentence_case(text: str) -> str:
    """First letter upper-case, the rest as it is."""
    return text[:1].upper() + text[1:]


def render(template: str, subject: Subject, **words: str) -> str:
    """Fill a template: the verbs in brackets agree with the subject."""

    def agree(match: re.Match[str]) -> str:
        verb = match.group(1)
        return IRREGULAR.get(verb, (verb, verb + "s"))[subject.third_person]

    filled = _VERB.sub(agree, template)
    return filled.format(s=subject.nominative, p=subject.possessive, o=subject.oblique, **words)


def plural(noun: str) -> str:
    """The plural of an animal's name."""
    if noun in {"sheep", "goldfish"}:
        return noun
    if noun.endswith("mouse"):
        return "mice"
    if noun.endswith(("x", "ch")):
        return noun + "es"
    return (
        noun[:-1] + "ies"
        if noun.endswith(("ny", "ry", "ey", "py")) and noun not in {"donkey", "monkey"}
        else noun + "s"
    )
