"""Word lists, made-up words, and the split that keeps some of both out of training.

Every word belongs to exactly one side: `zlib.crc32(word) % 8 == 0` is held out. The split needs no list of its own,
so it also covers made-up words, and a word typed by a user can be asked which side it is on. Closed sets (days,
months, relatives) are not split: nobody meets an eighth day of the week.

Made-up words are built from a bounded inventory of syllables, so that a tokenizer trained on some of them splits
the others into the same two or three pieces. A smaller share is spliced from real words or spelled freely: those
cover the pieces which real words from outside the lists fall into.
"""

import random
import zlib
from collections.abc import Callable

from core.training.lexicon import CLOSED, LISTS

HELD_OUT_ONE_IN = 8

ONSETS = (
    "b",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "gl",
    "kr",
    "st",
    "tr",
    "th",
)
RHYMES = ("a", "e", "i", "o", "u", "an", "el", "or", "ix", "un", "am", "en", "is", "ol", "ar", "ut")
FREE_ONSETS = (*ONSETS, "c", "j", "w", "y", "ch", "sh", "qu", "pl", "sk", "fr", "x")
FREE_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou", "oo", "ie", "y", "au")
FREE_CODAS = ("", "", "", "n", "r", "l", "s", "t", "k", "m", "x", "nd", "rk", "st", "ll", "ng", "ck")


SYLLABLES = tuple(onset + rhyme for onset in ONSETS for rhyme in RHYMES)
"""The inventory: small enough for a tokenizer to learn whole, large enough that two words seldom share a syllable."""


def held_out(word: str) -> bool:
    """Whether a word is kept out of training. Case does not matter."""
    return zlib.crc32(word.lower().encode()) % HELD_OUT_ONE_IN == 0


WITHHELD = frozenset(
    word.lower() for kind, words in LISTS.items() if kind not in CLOSED for word in words if held_out(word)
)
"""Words of the lists that are held out."""


class Vocabulary:
    """Draws words of one side of the split: real words by kind, or made-up ones."""

    def __init__(self, rng: random.Random, held_out_side: bool = False) -> None:
        self.rng = rng
        self.held_out_side = held_out_side
        self._sides = {kind: words if kind in CLOSED else self._one_side(words) for kind, words in LISTS.items()}
        self._splice_from = [word.lower() for side in self._sides.values() for word in side if word.isalpha()]

    def _one_side(self, words: tuple[str, ...]) -> tuple[str, ...]:
        side = tuple(w for w in words if held_out(w) == self.held_out_side)
        return side or words

    def real(self, kind: str) -> str:
        """A word of the list `kind`."""
        return self.rng.choice(self._sides[kind])

    def has(self, word: str) -> bool:
        """Whether a word is of this side."""
        return held_out(word) == self.held_out_side

    def one_of(self, words: tuple[str, ...]) -> str:
        """One of these words, of this side if there is one."""
        return self.rng.choice(self._one_side(words))

    def phrase_of(self, phrases: tuple[str, ...], bare: Callable[[str], str]) -> str | None:
        """One of these phrases, of this side; None if there is none.

        A phrase is held out as a word is, by what `bare` leaves of it; or if a list has one of its words held out.
        """
        held = [not WITHHELD.isdisjoint(bare(p).lower().split()) or held_out(bare(p)) for p in phrases]
        side = [phrase for phrase, out in zip(phrases, held, strict=True) if out == self.held_out_side]
        return self.rng.choice(side) if side else None

    def made_up(self) -> str:
        """A lower-case word of three letters or more that stands in no list."""
        while True:
            word = self._candidate()
            if 3 <= len(word) <= 12 and held_out(word) == self.held_out_side:
                return word

    def _candidate(self) -> str:
        style = self.rng.random()
        if style < 0.7:
            return "".join(self.rng.choice(SYLLABLES) for _ in range(self.rng.choice((2, 2, 2, 2, 2, 3))))
        if style < 0.85:
            head, tail = self.rng.choice(self._splice_from), self.rng.choice(self._splice_from)
            return head[: self.rng.randint(2, 6)] + tail[-self.rng.randint(2, 6) :]
        if style < 0.99:
            return "".join(self._free_syllable() for _ in range(self.rng.choice((1, 2, 2))))
        return "".join(self.rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(self.rng.randint(3, 5)))

    def _free_syllable(self) -> str:
        return self.rng.choice(FREE_ONSETS) + self.rng.choice(FREE_VOWELS) + self.rng.choice(FREE_CODAS)
