"""Keys and values of memory that was read, so that what has not changed is not projected again.

A memory is a value; what is kept here only follows from it, and is found by the identity of the pool it was made
from. Keys are kept before rotation, because a token's position is its rank, which changes with every injection. An
injection changes K rows of a layer: of the next pool only those are projected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from weakref import ReferenceType, ref

import torch
from torch import Tensor

from core.memory.parts import on_device
from core.memory.retriever import Retrieval
from core.model.past import Buffer, Lender, Past, Pool, Rows
from core.model.projected import projected, read_rows
from core.model.rows import rotate

if TYPE_CHECKING:
    from core.memory.state import LongTerm
    from core.model.llama import MemoryLayer, MemoryLlama
    from core.model.reading import Prefix

KEPT = 2
"""Pools whose keys and values are kept, the last ones read. The newest also has a buffer for a reading, with
rotated keys: 4 * Hkv * hd / d of its pool's size, the other 2.
"""
NEW = -1


class Made(NamedTuple):
    """What one layer made of a prompt: rows that entered it and left it [1, n, d], queries, and its past. Of the last
    layer there may be only the last row's, where nobody asked for others.
    """

    entered: Tensor
    prefix: Prefix
    left: Tensor
    queries: Tensor
    holder: ReferenceType[Buffer]  # of the past's buffer; what is in it is kept by the lender
    length: int


@dataclass
class Question:
    """What the last prompt took from long-term memory, and what was made of it: asked again, it takes the same."""

    prompt: Tensor  # [n] ids
    searched: ReferenceType[LongTerm] | None
    layers: list[tuple[Retrieval | None, Rows]] = field(default_factory=list)
    """With the rows before the pool, whose keys are not rotated."""
    made: list[Made] = field(default_factory=list)
    last_only: bool | None = None  # whether it was made for the last row only; None: that makes no difference

    @classmethod
    def about(cls, prompt: Tensor, long_term: LongTerm | None) -> Question:
        return cls(prompt, ref(long_term) if long_term is not None else None)

    def fits(self, prompt: Tensor, long_term: LongTerm | None) -> bool:
        """Whether a prompt takes the same; without a long-term memory every prompt does."""
        if self.searched is None:
            return long_term is None
        return long_term is not None and self.searched() is long_term and torch.equal(self.prompt, prompt)


@dataclass
class PoolRows:
    """One pool's keys (before rotation) and values, per layer [Hkv, N, hd], and what was made of them.

    Rotated keys are only in the buffers that are lent.
    """

    keys: list[Tensor]
    values: list[Tensor]
    question: Question | None = None
    lender: Lender = field(default_factory=Lender)
    asked: bool = False  # somebody has read this pool

    def into(self, network: MemoryLlama, index: int, first: int) -> Pool:
        """What writes layer `index`'s rows into a buffer, rank 0 at position `first`."""
        return turned(network, Rows(self.keys[index], self.values[index]), first)

    def again(self, question: Question) -> tuple[list[Made], list[Past]] | None:
        """What was made of a question, and its pasts to go on from once more; None if they are in use, or not kept."""
        made = question.made
        pasts = [self.lender.again(index, layer.holder, layer.length) for index, layer in enumerate(made)]
        found = [past for past in pasts if past is not None]
        if not found or len(found) < len(made):
            return None
        question.made = [layer._replace(holder=past.holder) for layer, past in zip(made, found, strict=True)]
        return question.made, found

    def rest(self) -> None:
        """Keep only what the next pool is made from."""
        self.question, self.lender = None, Lender()


@dataclass
class _Heir:
    """A pool of which most rows are another's: `source` [L, N] says which, or NEW."""

    rows: PoolRows
    source: Tensor


class Prepared:
    """The pools that a network read last."""

    def __init__(self) -> None:
        self._found: list[tuple[ReferenceType[Tensor], PoolRows | _Heir]] = []
        self._bos: list[Tensor] | None = None
        self._lock = Lock()

    def bos(self, network: MemoryLlama) -> list[Tensor]:
        """What reading makes of every layer's bos row, [1, 2 * Hkv * hd]."""
        if self._bos is None:
            assert network.bos_embedding is not None
            self._bos = [read_rows(*each) for each in zip(network.layers, network.bos_embedding, strict=True)]
        return self._bos

    def rows(self, network: MemoryLlama, tokens: Tensor) -> PoolRows:
        """Keys and values of a pool [L, N, d] that is read; only rows are projected that no pool before had."""
        rows = self._made(network, tokens)
        rows.asked = True
        return rows

    def written(self, network: MemoryLlama, before: Tensor, after: Tensor, kept: Tensor) -> None:
        """Note that the pool `after` is the ranks `kept` [L, N - K] of `before`, and K new rows at its end.

        Where the one before was asked, the next question is expected of this one, and all is made ready for it; of
        injections in a row only the first has that cost.
        """
        known = self._known(before)
        if known is None:
            return
        layers, size, _ = before.shape
        asked = isinstance(known, PoolRows) and known.asked
        fresh = torch.full((layers, size - kept.shape[1]), NEW)
        if isinstance(known, PoolRows):
            known = _Heir(known, torch.arange(size).expand(layers, size))
        source = torch.cat((known.source.gather(1, kept), fresh), dim=1)
        if int((source == NEW).sum()) < 0.5 * source.numel():
            self._keep(after, _Heir(known.rows, source))
            if asked:
                rows = self._made(network, after)
                rows.lender.ready(size, lambda index, first: rows.into(network, index, first))

    def leaving(self, pool: Tensor, drops: Tensor) -> Tensor | None:
        """What `read_rows` makes of the ranks `drops` [L, D] of a pool, [L, D, 2 * Hkv * hd], if that is known here."""
        known = self._known(pool)
        if not isinstance(known, PoolRows) or not _as_alone(pool):
            return None
        pairs = zip(known.keys, known.values, drops, strict=True)
        found = [torch.cat((k.index_select(1, left), v.index_select(1, left))) for k, v, left in pairs]
        return torch.stack(found).transpose(1, 2).flatten(2)

    def _made(self, network: MemoryLlama, tokens: Tensor) -> PoolRows:
        known = self._known(tokens)
        if isinstance(known, PoolRows):
            return known
        rows = _project(network, tokens) if known is None else _inherited(network, tokens, known)
        self._keep(tokens, rows)
        if known is not None:
            rows.lender = Lender(known.rows.lender)
            known.rows.rest()
        return rows

    def _known(self, tokens: Tensor) -> PoolRows | _Heir | None:
        with self._lock:
            return next((rows for pool, rows in self._found if pool() is tokens), None)

    def _keep(self, tokens: Tensor, rows: PoolRows | _Heir) -> None:
        with self._lock:
            others = [(pool, kept) for pool, kept in self._found if pool() is not None and pool() is not tokens]
            self._found = [(ref(tokens), rows), *others][:KEPT]


def turned(network: MemoryLlama, rows: Rows, first: int) -> Pool:
    """What writes rows, whose keys are not rotated, where they are read, the first at position `first`."""

    def write(place: Rows) -> None:
        cos, sin = network.angles(first, first + rows.keys.shape[1], rows.keys.device)
        rotate(rows.keys, cos[0], sin[0], out=place.keys)
        place.values.copy_(rows.values)

    return write


def _as_alone(rows: Tensor) -> bool:
    """Whether pool rows are projected as `read_rows` does, to the bit. A GPU takes all at once, as fits it better."""
    return rows.device.type == "cpu"


def _projected(layer: MemoryLayer, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Keys before rotation and values [Hkv, T, hd]."""
    return projected(layer, rows) if _as_alone(rows) else layer.keys_and_values(rows)


def _project(network: MemoryLlama, tokens: Tensor) -> PoolRows:
    pairs = [_projected(layer, rows) for layer, rows in zip(network.layers, tokens.unbind(), strict=True)]
    return PoolRows([keys for keys, _ in pairs], [values for _, values in pairs])


def _inherited(network: MemoryLlama, tokens: Tensor, heir: _Heir) -> PoolRows:
    keys, values = [], []
    sizes = (heir.source != NEW).sum(dim=1).tolist()
    source = on_device(heir.source, heir.rows.values[0].device)  # of all layers at once
    for index, (layer, rows, size) in enumerate(zip(network.layers, tokens.unbind(), sizes, strict=True)):
        # new rows stand at the end, but for those that were dropped since
        new_keys, new_values = _projected(layer, rows[size:])
        keys.append(_followed(heir.rows.keys[index], source[index, :size], new_keys))
        values.append(_followed(heir.rows.values[index], source[index, :size], new_values))
    return PoolRows(keys, values)


def _followed(rows: Tensor, chosen: Tensor, fresh: Tensor) -> Tensor:
    """Some of the rows [Hkv, N, hd], then fresh ones; everything is copied once."""
    after = rows.new_empty(rows.shape[0], len(chosen) + fresh.shape[1], rows.shape[2])
    index = chosen.to(rows.device)  # where layers are on several
    if rows.is_cuda:  # few calls count for more there than a second copy
        after[:, : len(chosen)] = rows.index_select(1, index)
        after[:, len(chosen) :] = fresh
        return after
    for head, kept in zip(after, rows, strict=True):
        torch.index_select(kept, 0, index, out=head[: len(chosen)])
    after[:, len(chosen) :] = fresh
    return after
