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
    "am": ("'m", "'s"),
    "ve": ("'ve", "'s"),
}
SOUNDS_LIKE_A_CONSONANT = ("uni", "ukulele", "used", "euro", "one-")
UNCHANGED = frozenset({"sheep", "goldfish", "deer", "fish"})
UNUSUAL = {"mouse": "mice", "goose": "geese", "wolf": "wolves"}
_VERB = re.compile(r"\[(\w+)\]")


def named(name: str) -> Subject:
    """A subject called by its name."""
    return Subject(name, name + "'s", name)


def with_article(word: str) -> str:
    """`a` or `an` before a word."""
    low = word.lower()
    return ("an " if low[:1] in tuple("aeiou") and not low.startswith(SOUNDS_LIKE_A_CONSONANT) else "a ") + word


def with_s(word: str) -> str:
    """A noun's plural or a verb's third person: boxes, ponies, days, lamps."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def sentence_case(text: str) -> str:
    """First letter upper-case, the rest as it is."""
    return text[:1].upper() + text[1:]


def render(template: str, subject: Subject, **words: str) -> str:
    """Fill a template: the verbs in brackets agree with the subject."""

    def agree(match: re.Match[str]) -> str:
        verb = match.group(1)
        return IRREGULAR.get(verb, (verb, with_s(verb)))[subject.third_person]

    filled = _VERB.sub(agree, template)
    words.setdefault("ax", with_article(words.get("x", "")))
    return filled.format(s=subject.nominative, p=subject.possessive, o=subject.oblique, **words)


def plural(noun: str) -> str:
    """The plural of an animal's name."""
    if noun in UNCHANGED:
        return noun
    return UNUSUAL.get(noun) or with_s(noun)


def joined(name: str, first: str, second: str) -> str | None:
    """Two sentences about one person in one: "Ruth, who is a nurse, lives in Lisbon." None if they do not begin so."""
    start = f"{name} "
    if not (first.startswith(start) and second.startswith(start)):
        return None
    return f"{name}, who {first.removeprefix(start)[:-1]}, {second.removeprefix(start)}"
