"""A sequence's text, token by token."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core.answering import pieces_of
from core.model.checkpoint import LoadedModel


@pytest.fixture(scope="module")
def tiny() -> LoadedModel:
    return core.load("tiny")


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=60))
def test_the_pieces_are_the_text(tiny: LoadedModel, mplus: LoadedModel, text: str) -> None:
    """As long as it has whole characters: each piece is what its token adds."""
    for model in (tiny, mplus):
        assert model.tokenizer is not None
        ids = list(model.tokenizer(text, add_special_tokens=False)["input_ids"])
        pieces = pieces_of(model, ids)
        assert len(pieces) == len(ids)
        whole = model.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        assert "".join(pieces) == whole.rstrip("\ufffd")


def test_a_character_of_several_tokens_belongs_to_its_last_one(mplus: LoadedModel) -> None:
    assert mplus.tokenizer is not None
    ids = list(mplus.tokenizer("a🙂b", add_special_tokens=False)["input_ids"])
    assert [piece for piece in pieces_of(mplus, ids) if piece.strip()] == ["a", "🙂", "b"]
    assert pieces_of(mplus, ids[:-2])[-1] == "", "half of it is nothing yet"
    assert pieces_of(mplus, []) == ()
