"""MemoryState: one person's memory as a value.

It is passed in and returned; no module holds it. Every memory token has an identity for life: its *serial*, a
number given in the order of writing. Row k of one injection has the same serial in all layers; layer and serial
together name one token. What a serial came from (context, token position, step) is written in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.memory.parts import Parts


@dataclass(frozen=True)
class ShortTerm:
    """The pool, oldest first: a token's rank along N is its place in the prefix."""

    tokens: Tensor  # [L, N, d], model dtype and device
    ages: Tensor  # [L, N] int32, cpu; tokens written since (0 = newest)
    serials: Tensor  # [L, N] int64, cpu
    forgotten: Tensor  # [L, N] bool, cpu; overwritten with zeros and never looked at, but still taking its place


@dataclass(frozen=True)
class LongTermLayer:
    """Dropped tokens of one layer. S differs between layers once rows are evicted."""

    token_parts: Parts  # [S, d], on the host
    key_parts: Parts  # [S, h], what the retriever compares queries with
    ages_then: Tensor  # [S] int32, cpu; what they were `grown` tokens ago
    recall_frequencies: Tensor  # [S] float32, cpu; a row whose frequency decays to 0.01 is evicted
    serials: Tensor  # [S] int64, cpu
    grown: int = 0  # by which all rows are older: an injection need not touch every row for it
    read_parts: Parts | None = None  # [S, 2 * Hkv * hd], host: keys before rotation and values, where they are kept

    @classmethod
    def of(
        cls, tokens: Tensor, keys: Tensor, ages: Tensor, recall_frequencies: Tensor, serials: Tensor
    ) -> LongTermLayer:
        """Rows that are in one tensor each."""
        return cls(Parts.of(tokens), Parts.of(keys), ages, recall_frequencies, serials)

    def __len__(self) -> int:
        return self.serials.shape[0]

    @property
    def tokens(self) -> Tensor:
        """All vectors in one tensor [S, d]; may be a copy."""
        return self.token_parts.whole

    @property
    def keys(self) -> Tensor:
        """All keys in one tensor [S, h]; may be a copy."""
        return self.key_parts.whole

    @property
    def ages(self) -> Tensor:
        """[S] int32, cpu; tokens written since."""
        return self.ages_then + self.grown if self.grown else self.ages_then

    def take(self, keep: Tensor) -> LongTermLayer:
        """The rows of a bool mask [S]."""
        return LongTermLayer(
            self.token_parts.take(keep),
            self.key_parts.take(keep),
            self.ages_then[keep],
            self.recall_frequencies[keep],
            self.serials[keep],
            self.grown,
            self.read_parts.take(keep) if self.read_parts is not None else None,
        )

    @property
    def nothing(self) -> LongTermLayer:
        """None of the rows."""
        return self.take(torch.zeros(len(self), dtype=torch.bool))

    def append(self, other: LongTermLayer) -> LongTermLayer:
        """These rows, then the other's."""
        mine, theirs = self.read_parts, other.read_parts
        return LongTermLayer(
            self.token_parts.append(other.token_parts),
            self.key_parts.append(other.key_parts),
            torch.cat((self.ages_then, other.ages - self.grown)),
            torch.cat((self.recall_frequencies, other.recall_frequencies)),
            torch.cat((self.serials, other.serials)),
            self.grown,
            mine.append(theirs) if mine is not None and theirs is not None else None,
        )

    def older(self, by: int) -> LongTermLayer:
        """The same rows, `by` tokens older."""
        return replace(self, grown=self.grown + by)


@dataclass(frozen=True)
class LongTerm:
    """M+'s long-term memory: the store, and the dropped tokens that wait for the next merge."""

    store: tuple[LongTermLayer, ...]  # one per layer
    pending: tuple[LongTermLayer, ...]  # one per layer; searched together with the store
    updates_since_merge: int = 0


@dataclass(frozen=True)
class MemoryState:
    """Everything that one person's memory is, next to the shared weights."""

    short_term: ShortTerm
    long_term: LongTerm | None
    initialized: bool = True  # False: an empty pool, which the first injection fills
    step: int = 0  # injections so far
    next_serial: int = 0
    seed: int = 0  # with the step, decides which tokens the next injection drops

    def without_long_term(self) -> MemoryState:
        """MemoryLLM mode: what is dropped is gone."""
        return replace(self, long_term=None)

    def seeded(self, seed: int) -> MemoryState:
        """The same memory with another course of random drops ahead."""
        return replace(self, seed=seed)
