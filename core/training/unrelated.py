"""Texts that have nothing to do with what somebody told.

Pure Python: the page draws from here, so nothing heavy is imported.
"""

from core.training.drafts import content_words
from core.training.world import World


def unrelated(count: int, seed: int, avoid: str = "") -> list[str]:
    """`count` plain texts that have nothing to do with `avoid`: none of the words drawn for them occurs in it."""
    taken = set(content_words(avoid))
    world = World(seed)
    texts: list[str] = []
    while len(texts) < count:
        context = world.context(speaker=False)
        if taken.isdisjoint(content_words(" ".join(context.drawn))):
            texts.append(context.text)
    return texts
