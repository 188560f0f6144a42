"""Tokenised contexts, buckets of one length, and packs of questions read in one pass."""

import random
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from core.training.tokenizer import END_TOKEN_ID, PROMPT, SPECIAL
from core.training.world import Context, World

IGNORED = -1  # label of a position that carries no loss
ENOUGH = 32  # contexts a bucket needs to be drawn from
Ints = NDArray[np.int64]


class Asked(NamedTuple):
    """A tokenised question: the slot it asks about, its prompt, and its answer with the end token."""

    key: int
    prompt: tuple[int, ...]
    answer: tuple[int, ...]


class Told(NamedTuple):
    """A tokenised context."""

    tokens: tuple[int, ...]
    asked: tuple[Asked, ...]

    @property
    def keys(self) -> set[int]:
        return {question.key for question in self.asked}


class Item(NamedTuple):
    """One question of a pack, where it came from (`tag`), and the weight of its loss."""

    tag: str
    prompt: Sequence[int]
    answer: Sequence[int]
    weight: float = 1.0


class Span(NamedTuple):
    """Where an item landed: its row, the first token of its prompt, its first and one past its last label."""

    row: int
    start: int
    first: int
    end: int
    tag: str


@dataclass(frozen=True)
class Pack:
    """Questions side by side, each blind to the others. All arrays are [B, S] but for `mask` [B, 1, S, S]."""

    ids: Tensor
    positions: Tensor  # restart at 0 with every question
    mask: Tensor
    labels: Tensor  # the next token where an answer is predicted, else IGNORED
    weights: Tensor
    spans: tuple[Span, ...]

    def to(self, device: torch.device) -> "Pack":
        """The same pack with its arrays on a device."""
        return Pack(
            self.ids.to(device),
            self.positions.to(device),
            self.mask.to(device),
            self.labels.to(device),
            self.weights.to(device),
            self.spans,
        )


def encode(contexts: Sequence[Context], tokenizer: Tokenizer) -> list[Told]:
    """Tokenise contexts with their questions and answers."""
    texts = [e.ids for e in tokenizer.encode_batch([c.text for c in contexts])]
    questions = [q for c in contexts for q in c.questions]
    prompts = [e.ids for e in tokenizer.encode_batch([PROMPT.format(q.text) for q in questions])]
    answers = [e.ids for e in tokenizer.encode_batch([q.answer for q in questions])]
    asked = iter(
        Asked(zlib.crc32(q.key.encode()), tuple(p), (*a, END_TOKEN_ID))
        for q, p, a in zip(questions, prompts, answers, strict=True)
    )
    return [Told(tuple(ids), tuple(islice(asked, len(c.questions)))) for c, ids in zip(contexts, texts, strict=True)]


class Corpus:
    """Contexts by length, so that a batch needs no padding.

    Args:
        chunk: longest context written at once; contexts of up to two chunks are kept apart as `long`.
    """

    def __init__(self, tokenizer: Tokenizer, seed: int, size: int, chunk: int, held_out: bool = False) -> None:
        world = World(seed, held_out)
        self.short: dict[int, list[Told]] = defaultdict(list)
        self.long: dict[int, list[Told]] = defaultdict(list)
        for told in encode(list(islice(world.contexts(), size)), tokenizer):
            length = len(told.tokens)
            if length <= 2 * chunk:
                (self.short if length <= chunk else self.long)[length].append(told)

    def draw(self, rng: random.Random, count: int, long: bool = False) -> list[Told]:
        """`count` contexts of one length; lengths come as often as the world makes them."""
        buckets = self.long if long else self.short
        enough = min(ENOUGH, max(len(bucket) for bucket in buckets.values()))
        lengths = [length for length, bucket in sorted(buckets.items()) if len(bucket) >= enough]
        length = rng.choices(lengths, [len(buckets[n]) for n in lengths])[0]
        return rng.choices(buckets[length], k=count)


def stack(contexts: Sequence[Told], start: int = 0, end: int | None = None) -> Tensor:
    """Tokens [B, n] of contexts of one length, or of a part of them."""
    return torch.tensor([told.tokens[start:end] for told in contexts])


def pack(rows: Sequence[Sequence[Item]], width: int) -> Pack:
    """Put every row's items side by side; those that do not fit into `width` are left out."""
    batch = len(rows)
    used = [0] * batch
    ids: Ints = np.full((batch, width), SPECIAL.index("<pad>"), np.int64)
    positions, labels = np.zeros_like(ids), np.full_like(ids, IGNORED)
    segment = np.tile(-1 - np.arange(width), (batch, 1))  # padding sees only itself
    weights = np.zeros((batch, width), np.float32)
    spans: list[Span] = []
    for row, items in enumerate(rows):
        for number, item in enumerate(items):
            sequence = (*item.prompt, *item.answer)
            length = len(sequence) - 1
            start = used[row]
            if start + length > width:
                continue
            first, end = start + len(item.prompt) - 1, start + length
            ids[row, start:end] = sequence[:-1]
            positions[row, start:end] = np.arange(length)
            segment[row, start:end] = number
            labels[row, first:end] = item.answer
            weights[row, first:end] = item.weight
            spans.append(Span(row, start, first, end, item.tag))
            used[row] = end
    filled = max(*used, 1)
    segments = torch.from_numpy(segment[:, :filled])
    mask = (segments[:, :, None] == segments[:, None, :]) & torch.ones(filled, filled, dtype=torch.bool).tril()
    return Pack(
        ids=torch.from_numpy(ids[:, :filled]),
        positions=torch.from_numpy(positions[:, :filled]),
        mask=mask[:, None],
        labels=torch.from_numpy(labels[:, :filled]),
        weights=torch.from_numpy(weights[:, :filled]),
        spans=tuple(spans),
    )


def current(history: Sequence[Told]) -> list[list[Asked]]:
    """For every context of a history (newest last), the questions whose answer no later context has changed."""
    changed: set[int] = set()
    valid: list[list[Asked]] = []
    for told in reversed(history):
        valid.append([question for question in told.asked if question.key not in changed])
        changed |= told.keys
    return valid[::-1]


def drill(rng: random.Random, length: int, vocabulary_size: int) -> tuple[list[int], Item]:
    """Random tokens to remember, and the task to go on after two of them: copying without language."""
    tokens = rng.choices(range(len(SPECIAL), vocabulary_size), k=length)
    start = rng.randrange(max(1, length // 2))
    return tokens, Item("drill", tokens[start : start + 2], tokens[start + 2 :])
