"""What the synthetic world is made of: contexts, and what can be asked about them."""

import re
from dataclasses import dataclass, field

UNKNOWN = "I do not know."
"""The answer to a question whose answer was never told, or is lost."""

REVERSE = "who "
"""How the topic of a question begins that asks whom a fact is told of."""

_PARTS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Question:
    """A question, its answer, and the slot of the world it asks about (equal keys contradict each other).

    key: what is asked, then "|", then about whom.
    hops: contexts that the answer takes, this one and those told right before it.
    """

    key: str
    text: str
    answer: str
    hops: int = 1

    @property
    def topic(self) -> str:
        """What is asked, whoever it is about."""
        return self.key.partition("|")[0]

    @property
    def whom_key(self) -> str:
        """The key of the question whom the fact that this one asks for is told of."""
        return f"{REVERSE}{self.topic}|{self.answer}"


@dataclass(frozen=True)
class Context:
    """A text, what can be asked about it, and the words drawn for it (names and values, not the template's words).

    absent: questions about the same people and things that the text does not answer.
    """

    text: str
    questions: tuple[Question, ...]
    drawn: tuple[str, ...]
    absent: tuple[Question, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is read or answered: the text, its questions and their answers."""
        asked = (text for question in self.questions for text in (question.text, question.answer))
        return self.text, *asked, *(question.text for question in self.absent)


@dataclass
class Draft:
    """A context being written."""

    sentences: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    absent: list[Question] = field(default_factory=list)

    def finished(self) -> Context:
        """The context as it stands. A question that something in it answers is not absent."""
        told = {key for question in self.questions for key in (question.key, question.whom_key)}
        absent = tuple(question for question in self.absent if question.key not in told)
        return Context(" ".join(self.sentences), tuple(self.questions), tuple(self.drawn), absent)

    @property
    def length(self) -> int:
        """Words and punctuation marks."""
        return sum(len(_PARTS.findall(sentence)) for sentence in self.sentences)

    @property
    def contradicts_itself(self) -> bool:
        answers = dict[str, str]()
        return any(answers.setdefault(q.key, q.answer) != q.answer for q in self.questions)


def content_words(text: str) -> list[str]:
    """The words of a text in lower case, articles left out."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in {"a", "an", "the"}]
