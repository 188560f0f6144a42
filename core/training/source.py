"""Where the words of a text come from."""

import random
from typing import Protocol

from core.training.drafts import Draft
from core.training.words import Vocabulary


class Source(Protocol):
    """Draws words of one side of the split, as the world does."""

    rng: random.Random
    words: Vocabulary

    def value(self, kind: str) -> str:
        """A word or number of the given kind."""
        ...

    def filled(self, template: str, drawn: list[str]) -> str:
        """The template with a word drawn for every kind in braces; those are added to `drawn`."""
        ...

    def stranger(self, draft: Draft, *names: str) -> str:
        """Somebody who is not in the text so far, nor one of those names."""
        ...
