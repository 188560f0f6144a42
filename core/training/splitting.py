"""Words cut differently than the tokenizer would, and words replaced by tokens drawn at random.

Words that training knows are mostly one token; words from outside come in pieces, or are tokens that no sentence of
training holds. So that any token is learned to be copied, and one after the other, some of a context's words are cut
at other places, and others give way to one to three random tokens: the same ones in its text, questions and answers.
Tokens that no sentence of training holds come more often: seen a few hundred times, they stayed alike, and a word
made of them ("remote control") could not be said.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping

from tokenizers import Tokenizer

CUT_SHARE = 0.5
"""Of a context's drawn words, how many are cut or replaced."""

REPLACED = 0.6
"""Of those, how many are replaced."""

PIECES = ((1, 2, 3), (60, 30, 10))
"""Tokens of a replaced word, and how often."""

RARE = 0.5
"""How often the first of them is one that hardly any sentence of training holds."""

SELDOM = 3
"""Times below which a corpus holds a token too seldom for it to be learned."""

SHORTEST = 4
START = "\u0120"
"""How byte-level BPE writes the space before a word."""

Cuts = Mapping[str, tuple[int, ...]]
"""Tokens by word, for words that are cut in their own way."""


class Splitter:
    """Encodes texts, with a share of the words cut at places, or replaced by tokens, that follow from the seed.

    Args:
        share: of the words, how many are cut or replaced. replaced: of those, how many are replaced.
        texts: what training holds anyhow; tokens that are rare there come more often. Without any, all come alike.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        seed: str = "",
        share: float = 0.0,
        replaced: float = REPLACED,
        texts: Iterable[str] = (),
    ) -> None:
        self.tokenizer, self.seed, self.share, self.replaced = tokenizer, seed, share, replaced
        self._whole: dict[str, tuple[int, ...]] = {}
        vocabulary = sorted(tokenizer.get_vocab().items())
        self._first = [token for text, token in vocabulary if text.startswith(START) and text[1:].isalpha()]
        self._inside = [token for text, token in vocabulary if text.isascii() and text.islower() and text.isalpha()]
        known = self._counted(texts)
        self._rare = [token for token in self._first if known[token] < SELDOM]

    def cuts(self, number: int, words: Iterable[str]) -> Cuts:
        """Tokens for a share of the words of context `number`; the same ones for a word that comes again."""
        found: dict[str, tuple[int, ...]] = {}
        for word in {part for phrase in words for part in phrase.split()}:
            rng = random.Random(f"{self.seed}-{number}-{word}")
            if len(word) < SHORTEST or not (word.isascii() and word.isalpha()) or rng.random() >= self.share:
                continue
            if rng.random() < self.replaced:
                found[START + word] = self._random(rng)
                continue
            places = sorted(rng.sample(range(2, len(word)), rng.choice((1, 1, 2))))
            written = START + word
            bounds = zip([0, *(place + 1 for place in places)], [*(place + 1 for place in places), None], strict=True)
            found[written] = tuple(token for start, end in bounds for token in self._tokens(written[start:end]))
        return found

    def _random(self, rng: random.Random) -> tuple[int, ...]:
        count = rng.choices(*PIECES)[0]
        return (
            rng.choice(self._rare if rng.random() < RARE and self._rare else self._first),
            *rng.choices(self._inside, k=count - 1),
        )

    def encode(self, text: str, cuts: Cuts) -> list[int]:
        """The text's tokens with some of its words cut otherwise."""
        parts = self.tokenizer.pre_tokenizer.pre_tokenize_str(text)
        return [token for part, _ in parts for token in cuts.get(part) or self._tokens(part)]

    def _counted(self, texts: Iterable[str]) -> Counter[int]:
        """How often each token stands in the texts."""
        words = Counter(word for text in texts for word in text.split())
        counts: Counter[int] = Counter()
        for word, encoding in zip(words, self.tokenizer.encode_batch([f" {word}" for word in words]), strict=True):
            for token in encoding.ids:
                counts[token] += words[word]
        return counts

    def _tokens(self, part: str) -> tuple[int, ...]:
        if part not in self._whole:
            self._whole[part] = tuple(token.id for token in self.tokenizer.model.tokenize(part))
        return self._whole[part]
