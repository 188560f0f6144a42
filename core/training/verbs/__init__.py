"""Verbs with what they are done to and where, for sentences put together word by word (scenes.py).

Data in the text files beside this one, a line a verb: its forms (base, past, participle, -ing; "_" before a particle),
flags, objects, places, and further ways to ask for the object; "|" between them, "$" for his, her or my. Flags: h what
somebody does habitually, e an event; f done for somebody, t done to a receiver, d with the receiver first, too; w with
somebody, n from somebody; p done to a person, s so that the person does it, too ("met Ines"); o done by a thing.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.training.grammar import with_s

FILES = ("common", "more", "home", "town", "people", "persons", "objects")

_THIRD = {"have": "has", "do": "does", "go": "goes"}


@dataclass(frozen=True)
class Verb:
    """One sense of a verb. An empty `objects` means that it takes none."""

    base: str
    past: str
    participle: str
    ing: str
    flags: frozenset[str]
    objects: tuple[str, ...]
    places: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def third(self) -> str:
        """The form that goes with he or she: "picks up"."""
        head, *particle = self.base.split(" ")
        return " ".join((_THIRD.get(head) or with_s(head), *particle))


@cache
def verbs() -> tuple[Verb, ...]:
    """All of them, in the order of the files."""
    texts = (resources.files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in FILES)
    return tuple(parsed(line) for text in texts for line in text.splitlines() if line.strip())


@cache
def verbs_of(things: bool) -> tuple[Verb, ...]:
    """Those that things do, or those that people do."""
    return tuple(verb for verb in verbs() if ("o" in verb.flags) == things)


def parsed(line: str) -> Verb:
    """The verb of one line. Raises ValueError where its fields or forms are not of the number they should be."""
    forms, flags, objects, places, *asked = (field.strip() for field in line.split("|"))
    base, past, participle, ing = (form.replace("_", " ") for form in forms.split())
    if len(asked) > 1 or not flags or not set(flags) <= set("hetfdwnpso"):
        raise ValueError(f"not a verb: {line!r}")
    return Verb(
        base,
        past,
        participle,
        ing,
        frozenset(flags),
        _listed(objects, ","),
        _listed(places, ","),
        _listed("".join(asked), ";"),
    )


def _listed(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())
