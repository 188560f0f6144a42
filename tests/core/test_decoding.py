"""Stop rules and prompts."""

from __future__ import annotations

import pytest

from core.model.decoding import stop_in
from core.model.prompts import encode_question
from tests.models import byte_tokenizer


@pytest.mark.parametrize(
    ("text", "kept", "reason"),
    [
        (" apples. He also", " apples.", "sentence"),
        (" apples\nQuestion: x", " apples", "line"),
        (" apples Question: What", " apples", "question"),
        ("\n apples\n", "\n apples", "line"),
        (' He said "no!" Then', ' He said "no!"', "sentence"),
        (" Dr. Amsel told J. R. Reed. He", " Dr. Amsel told J. R. Reed.", "sentence"),
    ],
)
def test_stops(text: str, kept: str, reason: str) -> None:
    stop = stop_in(text)
    assert stop is not None
    assert (stop.text, stop.reason) == (kept, reason)


@pytest.mark.parametrize("text", ["", " apples", " 3.5", " apples.", "Quest", "\n", " Mrs. Ferreira"])
def test_goes_on(text: str) -> None:
    assert stop_in(text) is None


def test_completion_and_chat_prompts() -> None:
    tokenizer = byte_tokenizer()
    assert tokenizer.decode(encode_question(tokenizer, "Who?")) == "Question: Who? Answer:"
    tokenizer.chat_template = "<s>[{{ messages[0].content }}]"
    ids = encode_question(tokenizer, "Who?")
    assert tokenizer.decode(ids) == "[Who?]", "the tokenizer's bos is not fed: the model has its own"
