"""Where long texts are cut: nothing is lost, nothing is too long, and sentences stay whole where they can."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
from core.model.chunks import chunks, sentence_starts
from core.model.prompts import encode_context


@given(st.integers(1, 300), st.integers(1, 40), st.sets(st.integers(-3, 310)))
def test_the_parts_are_the_whole(count: int, longest: int, starts: set[int]) -> None:
    parts = chunks(count, longest, sorted(starts))
    assert [token for part in parts for token in part] == list(range(count))
    assert all(0 < len(part) <= longest for part in parts)
    assert all(2 * len(part) >= longest for part in parts[:-1])
    for part in parts[:-1]:  # a cut elsewhere than between sentences has no sentence's end in reach
        if part.stop not in starts:
            assert len(part) == longest
            assert not any(2 * (start - part.start) >= longest and start <= part.stop for start in starts)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ([], [32, 50]),
        ([20], [20, 50]),
        ([20, 30], [30, 50]),
        ([20, 33], [20, 50]),
        ([10], [32, 50]),  # too short for an injection of its own
        ([32], [32, 50]),
    ],
)
def test_a_part_ends_with_the_last_sentence_that_fits(starts: list[int], ends: list[int]) -> None:
    assert [part.stop for part in chunks(50, 32, starts)] == ends


def test_sentences_begin_after_their_ends() -> None:
    text = "He left. “Why?” she asked! It cost 4.5 euros… Done\nNew line"
    spans = np.array([(i, i + 1) for i in range(len(text))])  # a token a character
    begun = [text[start:] for start in sentence_starts(text, spans)]
    assert [line.split()[0] for line in begun] == ["“Why?”", "she", "It", "Done", "New"]


def test_a_tokenizer_without_offsets_finds_no_sentence() -> None:
    assert sentence_starts("One. Two. Three.", np.zeros((6, 2), np.int64)) == []


def test_the_embedded_model_is_told_whole_sentences() -> None:
    model = core.load("tiny")
    text = "Mateo Campbell lives in a small flat in Rotterdam. " * 4
    encoded = encode_context(model.tokenizer, text.strip())
    parts = [encoded.ids[part.start : part.stop] for part in encoded.chunks(model.config.memory.chunk_length)]
    assert model.tokenizer is not None
    assert len(parts) > 1
    assert all(model.tokenizer.decode(part).strip().endswith("Rotterdam.") for part in parts)
