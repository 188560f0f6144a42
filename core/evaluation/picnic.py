"""The picnic of the MemoryLLM README: python -m core.evaluation.abilities --only picnic

Whether one drop seed still gives the right answer after so many unrelated contexts, with and without long-term
memory.
"""

from collections.abc import Iterator, Sequence

from core.evaluation.asking import answer, tell
from core.model.checkpoint import LoadedModel
from core.training.unrelated import unrelated

TEXT = (
    "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times that "
    "he likes eating apples."
)
QUESTION, ANSWER = "What fruits does David like?", "apples"


def answers(model: LoadedModel, seed: int, long_term: bool, distances: Sequence[int]) -> Iterator[str]:
    """The answer at each distance, ascending."""
    memory = model.memory.seeded(seed)
    if not long_term:
        memory = memory.without_long_term()
    for told, text in enumerate([TEXT, *unrelated(max(distances), seed, TEXT)]):
        memory, _ = tell(model, memory, text)
        if told in distances:
            yield answer(model, memory, QUESTION)


def right_after(model: LoadedModel, seed: int, long_term: bool, distances: Sequence[int]) -> list[bool]:
    """Whether the answer holds the fruit at each distance, ascending."""
    return [ANSWER in text for text in answers(model, seed, long_term, distances)]
