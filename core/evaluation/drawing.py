"""Held-out worlds to ask about, and contexts that have nothing to do with what is asked."""

import re
from collections.abc import Iterable

from core.training.drafts import Context
from core.training.world import World

EVALUATION_SEED = 1_000_000
"""Added to the seed, so that no world is one that training drew its wordings' order from."""

_ARTICLES = frozenset({"a", "an", "the"})


def sample_seed(seed: int, number: int) -> int:
    """One seed per sample, so that a sample does not depend on those before it."""
    return seed * 100_003 + number


def fresh_world(seed: int, number: int, anecdotes: float = 0.0, scenes: float = 0.0, whether: float = 0.0) -> World:
    """The world of sample `number`, made of words that training never saw.

    anecdotes, scenes, whether: share of them; they are measured by themselves.
    """
    drawn_from = EVALUATION_SEED + sample_seed(seed, number)
    return World(drawn_from, held_out=True, anecdotes=anecdotes, scenes=scenes, events=0.0, whether=whether)


def unrelated(world: World, count: int, to: Iterable[Context]) -> list[Context]:
    """Contexts that hold no word drawn for `to`, and for which no word was drawn that occurs in `to`."""
    to = tuple(to)
    drawn = _words(" ".join(phrase for context in to for phrase in context.drawn))
    said = _words(" ".join(context.text for context in to)) | drawn
    others: list[Context] = []
    while len(others) < count:
        other = world.context(speaker=False)
        if drawn.isdisjoint(_words(other.text)) and said.isdisjoint(_words(" ".join(other.drawn))):
            others.append(other)
    return others


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - _ARTICLES
