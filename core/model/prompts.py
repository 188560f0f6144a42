"""Text to tokens: contexts, and questions in the prompt a checkpoint was trained with.

The model has its own bos vector in every layer, so the tokenizer's bos token is never fed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from core.errors import CheckpointError, InputError
from core.model.chunks import chunks, sentence_starts


class Encoded(NamedTuple):
    """Token ids, the characters each stands for, and the tokens at which sentences begin."""

    ids: list[int]
    spans: NDArray[np.int64]  # [n, 2]
    sentences: list[int]

    def chunks(self, longest: int) -> list[range]:
        """The tokens of each injection: at most `longest`, whole sentences where that is possible."""
        return chunks(len(self.ids), longest, self.sentences)


def encode_context(tokenizer: PreTrainedTokenizerBase | None, text: str) -> Encoded:
    """Tokens of a text to inject, without special tokens."""
    tokenizer = _need(tokenizer)
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=tokenizer.is_fast)
    ids = list(found["input_ids"])
    offsets = found["offset_mapping"] if tokenizer.is_fast else [(0, 0)] * len(ids)
    spans = np.array(offsets, np.int64).reshape(-1, 2)
    return Encoded(ids, spans, sentence_starts(text, spans))


def encode_question(tokenizer: PreTrainedTokenizerBase | None, question: str) -> list[int]:
    """Token ids of the prompt: the chat template if the tokenizer has one, else "Question: ... Answer:"."""
    tokenizer = _need(tokenizer)
    if not is_chat(tokenizer):
        return list(tokenizer(f"Question: {question} Answer:", add_special_tokens=False)["input_ids"])
    messages = [{"role": "user", "content": question}]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = list(tokenizer(text, add_special_tokens=False)["input_ids"])
    return ids[1:] if ids and ids[0] == tokenizer.bos_token_id else ids


def is_chat(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Chat models end their turn themselves; completion models need stop rules."""
    return bool(getattr(tokenizer, "chat_template", None))


def check_text(text: str, what: str, limit: int) -> str:
    """The text, or an error that says why it cannot be used.

    Args:
        what: how messages call it, e.g. "The text to tell".
        limit: most characters.
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{what} is empty: type something first.")
    if len(text) > limit:
        raise InputError(f"{what} has {len(text):,} characters; at most {limit:,} fit at once. Give it in parts.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(f"{what} holds characters that are not valid Unicode: paste it again as plain text.") from None
    control = sum(character < " " and character not in "\t\n\r\f" for character in text) + text.count("\ufffd")
    if "\x00" in text or control > 0.05 * len(text):
        raise InputError(f"{what} looks like binary data, not text: give plain text.")
    return text


def _need(tokenizer: PreTrainedTokenizerBase | None) -> PreTrainedTokenizerBase:
    if tokenizer is None:
        raise CheckpointError("This checkpoint has no tokenizer: put its tokenizer files beside its config.json.")
    return tokenizer
