"""Packs: several questions side by side in one row, read in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.tokenizer import SPECIAL

IGNORED = -1  # label of a position that carries no loss
NONE = -2  # owner that no row has, in places that a question leaves empty
KINDS = ("unknown", "drill", "old", "fresh0", "fresh1", "fresh2")  # tags of the items that training packs
Ints = NDArray[np.int64]


class Evidence(NamedTuple):
    """Memory rows that hold an answer: those of one injection (Memories.told counts them), by place among its K."""

    owner: int
    first: int
    end: int


class Item(NamedTuple):
    """One question of a pack: what it is about (`tag`), the weight of its loss, its hops and where its answer is.

    older: injections that told it otherwise before.
    """

    tag: str
    prompt: Sequence[int]
    answer: Sequence[int]
    weight: float = 1.0
    hops: int = 1
    evidence: tuple[Evidence, ...] = ()
    older: tuple[int, ...] = ()


class Span(NamedTuple):
    """Where an item landed: its row, the first token of its prompt, its first and one past its last label."""

    row: int
    start: int
    first: int
    end: int
    item: Item

    @property
    def tag(self) -> str:
        return self.item.tag


@dataclass(frozen=True)
class Questions:
    """What is known of n questions, in numbers: a step handles hundreds of them at once. All [n] but the last two."""

    row: Tensor
    number: Tensor  # within its row
    start: Tensor
    first: Tensor
    end: Tensor
    kind: Tensor  # of KINDS; -1 for others
    hops: Tensor
    evidence: Tensor  # [n, E, 3] owner, first, end; NONE where there is less
    older: Tensor  # [n, O] owners; NONE where there are fewer

    @classmethod
    def of(cls, spans: Sequence[Span]) -> "Questions":
        seen: dict[int, int] = {}
        places: list[int] = []
        for span in spans:
            places.append(seen.get(span.row, 0))
            seen[span.row] = places[-1] + 1
        evidence = np.full((len(spans), max([1, *(len(s.item.evidence) for s in spans)]), 3), NONE, np.int64)
        older = np.full((len(spans), max([0, *(len(s.item.older) for s in spans)])), NONE, np.int64)
        for n, span in enumerate(spans):
            if span.item.evidence:
                evidence[n, : len(span.item.evidence)] = span.item.evidence
            older[n, : len(span.item.older)] = span.item.older
        kinds = [KINDS.index(span.tag) if span.tag in KINDS else -1 for span in spans]
        plain = [
            (span.row, place, span.start, span.first, span.end, code, span.item.hops)
            for span, place, code in zip(spans, places, kinds, strict=True)
        ]
        row, number, start, first, end, kind, hops = torch.tensor(plain, dtype=torch.int64).view(-1, 7).unbind(1)
        more = torch.from_numpy(evidence), torch.from_numpy(older)
        return cls(row, number, start, first, end, kind, hops, *more)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def last_owner(self) -> Tensor:
        """[n], the injection that told the answer last; NONE for what nobody told."""
        return self.evidence[:, :, 0].amax(dim=1)


@dataclass(frozen=True)
class Pack:
    """Questions side by side, each blind to the others. All arrays are [B, S].

    spans: of whoever packed; a pack from another process has `questions` alone.
    """

    ids: Tensor
    positions: Tensor  # restart at 0 with every question
    segments: Tensor  # number of the question; negative, each another, where there is none
    labels: Tensor  # the next token where an answer is predicted, else IGNORED
    weights: Tensor
    questions: Questions
    spans: tuple[Span, ...] = ()

    @cached_property
    def mask(self) -> Tensor:
        """bool [B, 1, S, S], True where a token may see another one."""
        width = self.ids.shape[1]
        before = torch.ones(width, width, dtype=torch.bool, device=self.segments.device).tril()
        return ((self.segments[:, :, None] == self.segments[:, None, :]) & before)[:, None]

    def to(self, device: torch.device) -> "Pack":
        """The same pack with its arrays on a device; what is known of the questions stays on the host."""
        return replace(
            self,
            ids=sent(self.ids, device),
            positions=sent(self.positions, device),
            segments=sent(self.segments, device),
            labels=sent(self.labels, device),
            weights=sent(self.weights, device),
        )


def sent(values: Tensor, device: torch.device) -> Tensor:
    """The same values on a device; nobody waits until they are there."""
    if device.type != "cuda" or values.is_cuda:
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)


def pack(rows: Sequence[Sequence[Item]], width: int) -> Pack:
    """Put every row's items side by side; those that do not fit into `width` are left out, free places are padded."""
    batch = len(rows)
    used = [0] * batch
    ids: Ints = np.full((batch, width), SPECIAL.index("<pad>"), np.int64)
    positions, labels = np.zeros_like(ids), np.full_like(ids, IGNORED)
    segments = np.tile(-1 - np.arange(width), (batch, 1))  # padding sees only itself
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
            segments[row, start:end] = number
            labels[row, first:end] = item.answer
            weights[row, first:end] = item.weight
            spans.append(Span(row, start, first, end, item))
            used[row] = end
    return Pack(
        ids=torch.from_numpy(ids),
        positions=torch.from_numpy(positions),
        segments=torch.from_numpy(segments),
        labels=torch.from_numpy(labels),
        weights=torch.from_numpy(weights),
        questions=Questions.of(spans),
        spans=tuple(spans),
    )


def joined(packs: Sequence[Pack]) -> Pack:
    """Packs of some rows each as one of all rows, in their order."""
    begun = np.cumsum([0, *(part.ids.shape[0] for part in packs)]).tolist()

    def rows(name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in packs])

    def known(name: str) -> Tensor:
        return torch.cat([getattr(part.questions, name) for part in packs])

    def widened(name: str) -> Tensor:
        """As wide as the widest."""
        values = [getattr(part.questions, name) for part in packs]
        widest = max(value.shape[1] for value in values)
        found = torch.full((sum(map(len, values)), widest, *values[0].shape[2:]), NONE)
        for value, start in zip(values, np.cumsum([0, *map(len, values)]).tolist(), strict=False):
            found[start : start + len(value), : value.shape[1]] = value
        return found

    shifted = torch.cat([part.questions.row + first for part, first in zip(packs, begun, strict=False)])
    return Pack(
        rows("ids"),
        rows("positions"),
        rows("segments"),
        rows("labels"),
        rows("weights"),
        Questions(
            shifted,
            known("number"),
            known("start"),
            known("first"),
            known("end"),
            known("kind"),
            known("hops"),
            widened("evidence"),
            widened("older"),
        ),
    )
