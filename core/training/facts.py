"""The form in which facts are written down, for the lists of them beside this file.

Template language: {s} the subject (John, he, I), {p} its possessive (John's, his, my), {o} its object form (John,
him, me), {v} the value, {av} the value with its article, {x} a second given word, {ax} that word with its article;
[verb] agrees with the subject: [live] -> lives, live. [am] and [ve] are the short forms of "be" and "have":
{s}[am] -> John's, I'm; {s}[ve] -> John's, I've.

A value keeps its letters: a template may begin with {v} only if the words of that kind are capitalised. A question
"Who is ...?" has to go on with a description that can stand for the person ("the owner of {s}"); where it does not,
write "Who's ...?".
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One kind of fact.

    `kinds` are the word lists its value may come from, equally likely; `asked_as` adds questions for a certain kind
    ("What fruit ...?"). `given` is the kind of {x}, if the templates have one.
    """

    name: str
    kinds: tuple[str, ...]
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    asked_as: tuple[tuple[str, tuple[str, ...]], ...] = ()
    given: str | None = None
    weight: float = 1.0


def lines(text: str) -> tuple[str, ...]:
    """Templates written one after the other, with "|" between them."""
    return tuple(" ".join(part.split()) for part in text.split("|") if part.strip())
