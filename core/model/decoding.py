"""Turning readings into an answer: choosing tokens, and knowing when to stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

from core.errors import InputError

MAX_NEW_TOKENS = 512
# the dot of "Dr. Amsel" or "J. Amsel" ends no sentence
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)(?<!\bProf)[.!?][\"')\]]*(?=\s)")
_NEXT_QUESTION = re.compile(r"\s*Question\s*:")


@dataclass(frozen=True)
class Decoding:
    """How tokens are chosen. Greedy unless `temperature` is above 0; sampling follows `seed`."""

    max_new_tokens: int = 48
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.max_new_tokens <= MAX_NEW_TOKENS:
            raise InputError(f"max_new_tokens is {self.max_new_tokens}; give 1 to {MAX_NEW_TOKENS}.")
        if not 0 <= self.temperature <= 5:
            raise InputError(f"temperature is {self.temperature}; give 0 (greedy) to 5.")
        if not 0 < self.top_p <= 1:
            raise InputError(f"top_p is {self.top_p}; give a number above 0, at most 1.")


class Choice(NamedTuple):
    """A chosen token and the model's own probability of it (before temperature and top-p)."""

    token: int
    probability: float


def chooser(decoding: Decoding) -> Callable[[Tensor], Choice]:
    """A function from next-token logits [V] to the token; it carries its own generator, seeded."""
    generator = torch.Generator().manual_seed(decoding.seed)
    warpers = LogitsProcessorList()
    if decoding.temperature > 0:
        warpers.append(TemperatureLogitsWarper(float(decoding.temperature)))
        if decoding.top_p < 1:
            warpers.append(TopPLogitsWarper(decoding.top_p))

    def choose(logits: Tensor) -> Choice:
        row = logits.detach().float().cpu()
        if decoding.temperature > 0:
            warped = warpers(torch.empty(1, 0, dtype=torch.long), row[None])[0]
            token = int(torch.multinomial(warped.softmax(-1), 1, generator=generator))
        else:
            token = int(row.argmax())
        return Choice(token, float(row.softmax(-1)[token]))

    return choose


class Stop(NamedTuple):
    """Where an answer ends and why."""

    text: str
    reason: str  # "sentence", "line" or "question"


def stop_in(text: str) -> Stop | None:
    """The stop rules of completion models, which otherwise run on into the next "Question:".

    The answer ends before "Question:", at the first line break, or after its first sentence.
    """
    stops = []
    if found := _NEXT_QUESTION.search(text):
        stops.append((found.start(), "question"))
    body = len(text) - len(text.lstrip())
    if (line := text.find("\n", body)) >= 0:
        stops.append((line, "line"))
    if found := _SENTENCE_END.search(text):
        stops.append((found.end(), "sentence"))
    if not stops:
        return None
    end, reason = min(stops)
    return Stop(text[:end], reason)
