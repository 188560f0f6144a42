"""Writing an answer token by token."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch

from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding, chooser, stop_in
from core.model.prompts import is_chat
from core.model.reading import decode, read
from core.model.taps import Listener, watching


class Draft:
    """An answer being written."""

    def __init__(self, model: LoadedModel) -> None:
        self.model = model
        self.ids: list[int] = []
        self.pieces: list[str] = []  # the text of each token
        self.probabilities: list[float] = []
        self.text = ""
        self.finish = "stopped"  # until a rule ends it, it can only have been stopped from outside
        self._end_tokens = set(model.config.eos_token_ids)
        self._chat = model.tokenizer is not None and is_chat(model.tokenizer)
        if model.tokenizer is not None and model.tokenizer.eos_token_id is not None:
            self._end_tokens.add(model.tokenizer.eos_token_id)

    def add(self, token: int, probability: float) -> bool:
        """Take a token; False when the answer ends with it (or before it)."""
        if token in self._end_tokens:
            self.finish = "end"
            return False
        self.ids.append(token)
        self.probabilities.append(probability)
        whole = _text(self.model, self.ids)
        self.pieces.append(whole[sum(map(len, self.pieces)) :])
        stop = None if self._chat else stop_in(whole)
        self.text = (stop.text if stop else whole).strip()
        if stop:
            self.finish = stop.reason
        return stop is None


def write_answer(
    draft: Draft, memory: MemoryState, prompt: list[int], decoding: Decoding, listener: Listener
) -> Iterator[None]:
    """Fill the draft, pausing after every token; `listener` sees the prompt pass and every decoding pass."""
    network, device = draft.model.network, draft.model.device
    choose = chooser(decoding)
    with watching(listener):
        reading = read(network, memory, torch.tensor(prompt, device=device))
    while True:
        choice = choose(reading.logits[-1])
        if not draft.add(choice.token, choice.probability):
            return
        yield
        if len(draft.ids) == decoding.max_new_tokens:
            draft.finish = "length"
            return
        with watching(listener):
            reading = decode(network, reading.cache, torch.tensor([choice.token], device=device))


def pieces_of(model: LoadedModel, ids: list[int]) -> tuple[str, ...]:
    """The text of every token of a sequence; together they are its text."""
    ends = [0] + [len(_text(model, ids[:end])) for end in range(1, len(ids) + 1)]
    whole = _text(model, ids)
    return tuple(whole[start:end] for start, end in pairwise(ends))


def _text(model: LoadedModel, ids: list[int]) -> str:
    """Decoded text without the half of a character that a byte-level token may leave at the end."""
    assert model.tokenizer is not None
    text = model.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return str(text).rstrip("\ufffd")
