"""Where a text is cut that is longer than one injection takes. (The original leaves this to its caller.)"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|\n\s*")


def chunks(count: int, longest: int, starts: Iterable[int]) -> list[range]:
    """`count` tokens in order, in parts of at most `longest`.

    A part ends where a sentence ends in its second half, as late as it can; elsewhere it has all its tokens. A fact
    that two injections share is harder to read than one which a single injection wrote.

    Args:
        starts: the tokens at which sentences begin, ascending.
    """
    found: list[range] = []
    sentences = list(starts)
    first = 0
    while count - first > longest:
        fitting = [start for start in sentences if longest <= 2 * (start - first) <= 2 * longest]
        end = max(fitting, default=first + longest)
        found.append(range(first, end))
        first = end
    return [*found, range(first, count)]


def sentence_starts(text: str, spans: NDArray[np.int64]) -> list[int]:
    """The tokens at which sentences begin, but for the first one.

    Args:
        spans: [n, 2], the characters of each token; all zero where a tokenizer cannot tell, which finds no sentence.
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    tokens = np.searchsorted(spans[:, 1], ends, side="right")
    return sorted({int(token) for token in tokens if 0 < token < len(spans)})
