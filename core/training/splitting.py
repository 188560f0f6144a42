"""Words cut differently than the tokenizer would.

Words that training knows are mostly one token; words from outside come in pieces. So that copying piece by piece is
learned on real words, too, some of a context's words are cut at other places, the same way in its text, questions
and answers.
"""

import random
from collections.abc import Iterable, Mapping

from tokenizers import Tokenizer

CUT_SHARE = 0.4
"""Of a context's drawn words."""

SHORTEST = 4
START = "\u0120"
"""How byte-level BPE writes the space before a word."""

Cuts = Mapping[str, tuple[int, ...]]
"""Tokens by word, for words that are cut in their own way."""


class Splitter:
    """Encodes texts, with a share of the words cut at places that follow from the seed."""

    def __init__(self, tokenizer: Tokenizer, seed: str = "", share: float = 0.0) -> None:
        self.tokenizer, self.seed, self.share = tokenizer, seed, share
        self._whole: dict[str, tuple[int, ...]] = {}

    def cuts(self, number: int, words: Iterable[str]) -> Cuts:
        """Cuts for a share of the words of context `number`; the same ones for a word that comes again."""
        found: dict[str, tuple[int, ...]] = {}
        for word in {part for phrase in words for part in phrase.split()}:
            rng = random.Random(f"{self.seed}-{number}-{word}")
            if len(word) < SHORTEST or not (word.isascii() and word.isalpha()) or rng.random() >= self.share:
                continue
            places = sorted(rng.sample(range(2, len(word)), rng.choice((1, 1, 2))))
            written = START + word
            bounds = zip([0, *(place + 1 for place in places)], [*(place + 1 for place in places), None], strict=True)
            found[written] = tuple(token for start, end in bounds for token in self._tokens(written[start:end]))
        return found

    def encode(self, text: str, cuts: Cuts) -> list[int]:
        """The text's tokens with some of its words cut otherwise."""
        parts = self.tokenizer.pre_tokenizer.pre_tokenize_str(text)
        return [token for part, _ in parts for token in cuts.get(part) or self._tokens(part)]

    def _tokens(self, part: str) -> tuple[int, ...]:
        if part not in self._whole:
            self._whole[part] = tuple(token.id for token in self.tokenizer.model.tokenize(part))
        return self._whole[part]
