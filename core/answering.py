"""Writing an answer token by token."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from core.errors import InputError
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding, chooser, stop_in
from core.model.prompts import check_text, encode_question, is_chat
from core.model.reading import decode_in_turn, read
from core.model.taps import Listener, watching
from core.recording import AnswerRecorder
from core.trace import Asked, Trace, origin

MAX_QUESTION_CHARACTERS = 200_000
MAX_QUESTION_TOKENS = 512
"""Longest question, its prompt included."""


class Asking:
    """A question answered from a memory and recorded; memory and trace stay as they are."""

    def __init__(
        self, model: LoadedModel, memory: MemoryState, trace: Trace, question: str, prompt: list[int] | None = None
    ) -> None:
        """Prepare a question.

        Args:
            trace: how the memory came to be.
            prompt: token ids to feed instead of those of the question alone.

        Raises:
            InputError: the question is empty, binary or too long.
        """
        self.question = question
        self.draft = Draft(model)
        self._memory = memory
        self._step = trace.step
        self.prompt = prompt if prompt is not None else question_prompt(model, question)
        self._recorder = AnswerRecorder(
            trace.model, memory.short_term.serials.numpy(), origin(trace).context, len(trace.contexts)
        )

    def answer(self, decoding: Decoding, limit: int | None = None) -> Iterator[None]:
        """Write the draft, pausing after every token; leave it unfinished after `limit` of them."""
        for _ in write_answer(self.draft, self._memory, self.prompt, decoding, self._recorder):
            if limit is not None and len(self.draft.ids) == limit:
                return
            yield

    def event(self) -> Asked:
        """What was asked, answered and looked at so far."""
        draft = self.draft
        return self._recorder.record(
            step=self._step,
            question=self.question,
            prompt_tokens=pieces_of(draft.model, self.prompt),
            answer=draft.text,
            answer_tokens=tuple(draft.pieces),
            answer_ids=np.array(draft.ids, np.int32),
            probabilities=np.array(draft.probabilities, np.float32),
            finish=draft.finish,
        )


def question_prompt(model: LoadedModel, question: str) -> list[int]:
    """Token ids of a question in its prompt.

    Raises:
        InputError: empty, binary or too long.
    """
    check_text(question, "The question", MAX_QUESTION_CHARACTERS)
    prompt = encode_question(model.tokenizer, question.strip())
    if len(prompt) > MAX_QUESTION_TOKENS:
        raise InputError(
            f"The question has {len(prompt)} tokens with its prompt; at most {MAX_QUESTION_TOKENS} fit. "
            "Tell the long part, then ask."
        )
    return prompt


class Draft:
    """An answer being written."""

    def __init__(self, model: LoadedModel) -> None:
        self.model = model
        self.ids: list[int] = []
        self.pieces: list[str] = []  # the text of each token
        self.probabilities: list[float] = []
        self.text = ""
        self.finish = "stopped"  # until a rule ends it, it can only have been stopped from outside
        self._end_tokens = end_tokens(model)
        self._chat = model.tokenizer is not None and is_chat(model.tokenizer)

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
        reading = read(network, memory, torch.tensor(prompt, device=device), last_only=True)
    while True:
        choice = choose(reading.logits[-1])
        if not draft.add(choice.token, choice.probability):
            return
        yield
        if len(draft.ids) == decoding.max_new_tokens:
            draft.finish = "length"
            return
        with watching(listener):
            reading = decode_in_turn(network, reading.cache, torch.tensor([choice.token], device=device))


def end_tokens(model: LoadedModel) -> frozenset[int]:
    """The tokens that end an answer: the configuration's and the tokenizer's."""
    own = model.tokenizer.eos_token_id if model.tokenizer is not None else None
    return frozenset(model.config.eos_token_ids) | (frozenset() if own is None else {own})


def pieces_of(model: LoadedModel, ids: list[int]) -> tuple[str, ...]:
    """The text of every token of a sequence; together they are its text.

    A token is read after the one before it alone, as its text may depend on that; a character of several tokens
    belongs to its last one.
    """
    pieces: list[str] = []
    before = start = 0
    for end in range(1, len(ids) + 1):
        known, more = _decoded(model, ids[before:start]), _decoded(model, ids[before:end])
        if more.endswith("\ufffd"):
            pieces.append("")
            continue
        pieces.append(more[len(known) :])
        before, start = start, end
    return tuple(pieces)


def _text(model: LoadedModel, ids: list[int]) -> str:
    """Decoded text without the half of a character that a byte-level token may leave at the end."""
    return _decoded(model, ids).rstrip("\ufffd")


def _decoded(model: LoadedModel, ids: list[int]) -> str:
    assert model.tokenizer is not None
    return str(model.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
