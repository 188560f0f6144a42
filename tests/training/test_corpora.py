"""Corpora in parts, from other processes."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

from tokenizers import Tokenizer

from core.training.corpora import Corpora, Makers, read
from tests.training.conftest import SMALL

SERIES = Corpora(seed=0, size=300, part=150, chunk_length=SMALL.memory.chunk_length)


def test_a_corpus_holds_all_its_parts(tokenizer: Tokenizer) -> None:
    whole = SERIES.corpus(tokenizer, 1)
    parts = [SERIES.corpus_part(tokenizer, 1, part) for part in range(SERIES.parts)]
    assert SERIES.parts == 2
    for name in ("short", "long", "pairs"):
        buckets = getattr(whole, name)
        assert buckets
        for key, bucket in buckets.items():
            assert bucket == [told for part in parts for told in getattr(part, name)[key]]
    assert parts[0].short != parts[1].short


def test_a_few_are_made_ahead_and_old_ones_go(tokenizer: Tokenizer) -> None:
    with closing(Makers(SERIES, tokenizer, 2, first=4)) as makers:
        folder = Path(makers.folder)
        assert read(makers.folder, 4, 2).short == SERIES.corpus(tokenizer, 4).short
        _wait_for(folder, {4, 5, 6})
        makers.order(5, oldest=5)
        _wait_for(folder, {5, 6, 7})
        makers.order(6, oldest=5)  # somebody still reads it
        _wait_for(folder, {5, 6, 7, 8})
    assert not folder.exists()


def _wait_for(folder: Path, numbers: set[int]) -> None:
    """Until just these corpora are there, in two parts each."""
    names = {f"{number}-{part}.corpus" for number in numbers for part in range(2)}
    end = time.monotonic() + 120
    while (found := set(os.listdir(folder))) != names:
        assert time.monotonic() < end, found
        time.sleep(0.05)
