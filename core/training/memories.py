"""Many memories at once, as training keeps them from step to step: pools, what fell out of them, and what each row
is about.
"""

import pickle
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from core.training.ageing import drawn, gather_rows
from core.training.batches import NOBODY, Asked, Told

HISTORY = 64
"""Contexts that each memory keeps note of."""


@dataclass
class Rows:
    """Memory rows of L layers and B memories, M each.

    owners: the injection whose text a row carries; places: which of its K rows. A short context is written together
    with the newest rows it does not replace; those keep their owner and place.
    serials: order of writing.
    """

    tokens: Tensor  # [L, B, M, d]
    owners: Tensor  # [L, B, M]
    places: Tensor  # [L, B, M]
    serials: Tensor  # [L, B, M]

    @classmethod
    def blank(cls, shape: tuple[int, int, int], width: int, device: torch.device, dtype: torch.dtype) -> "Rows":
        nobody = torch.full(shape, NOBODY, device=device)
        tokens = torch.zeros(*shape, width, device=device, dtype=dtype)
        return cls(tokens, nobody, nobody.clone(), nobody.clone())

    def append(self, other: "Rows") -> "Rows":
        return Rows(*(torch.cat((getattr(self, f.name), getattr(other, f.name)), dim=2) for f in fields(self)))

    def take(self, index: Tensor) -> "Rows":
        """Rows by index [L, B, n]."""
        rest = (getattr(self, f.name).gather(2, index) for f in fields(self)[1:])
        return Rows(gather_rows(self.tokens, index), *rest)

    def put(self, other: "Rows", start: int) -> None:
        """Overwrite the rows from `start` on."""
        for field in fields(self):
            rows = getattr(other, field.name)
            getattr(self, field.name)[:, :, start : start + rows.shape[2]] = rows

    def newest(self, count: int) -> "Rows":
        size = self.owners.shape[2]
        return Rows(*(getattr(self, f.name)[:, :, size - count :] for f in fields(self)))


class Memories:
    """B memories: `pool` (oldest first), `store` (rows dropped last, in no order; may have no rows), and `history`.

    store: its size is a multiple of the rows that an injection drops; new ones take the places of the oldest.
    history: newest last. The owner number of its last entry is `told - 1`.
    """

    def __init__(
        self,
        layers: int,
        batch: int,
        size: int,
        width: int,
        device: torch.device,
        store: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.pool = Rows.blank((layers, batch, size), width, device, dtype)
        self.store = Rows.blank((layers, batch, store), width, device, dtype)
        self._history: list[list[Told]] = [[] for _ in range(batch)]
        self._unread: list[tuple[bytes, int, list[int]]] = []
        self.told = 0

    @property
    def history(self) -> list[list[Told]]:
        """What each memory was told since its last reset."""
        for told, keep, blanked in self._unread:
            for contexts in pickle.loads(told):
                _note(self._history, contexts, keep)
            for row in blanked:
                self._history[row] = []
        self._unread = []
        return self._history

    @history.setter
    def history(self, history: list[list[Told]]) -> None:
        self._history, self._unread = history, []

    def recent(self, count: int) -> Tensor:
        """The newest rows, [L, B, count, d]."""
        return self.pool.tokens[:, :, -count:]

    def update(self, fresh: Tensor, length: int, generator: torch.Generator, before: Rows | None = None) -> None:
        """Drop and append, as one injection does; dropped rows go to the store in place of its oldest.

        Args:
            fresh: [L, B, K, d].
            length: tokens of the context; with fewer than K, the first rows are older ones written again.
            before: the K rows after which it was written, if not the newest of the pool.
        """
        count = fresh.shape[2]
        owners, places = written(before or self.pool.newest(count), self.told, length)
        serials = (self.told * count + torch.arange(count, device=fresh.device)).expand_as(owners)
        rows = self.pool.append(Rows(fresh, owners, places, serials))
        kept, dropped = (index.to(fresh.device) for index in drawn(self.pool.owners.shape, count, generator))
        if capacity := self.store.owners.shape[2]:
            self.store.put(rows.take(dropped), self.told * count % capacity)
        self.pool = rows.take(kept)
        self.told += 1

    def remember(self, contexts: list[Told | None], keep: int) -> None:
        """Note what the memories were told, None for nothing that can be asked about."""
        _note(self.history, contexts, keep)

    def remember_pickled(self, told: bytes, keep: int) -> None:
        """The same for a pickled list of them, which is only read when somebody wants the history."""
        self._unread = [*self._unread[-keep:], (told, keep, [])]

    def reset(self, chosen: Tensor) -> None:
        """Blank the pools chosen, bool [B], and forget what they were told."""
        self.pool.tokens[:, chosen] = 0.0
        self.pool.owners[:, chosen] = NOBODY
        rows = chosen.nonzero().flatten().tolist()
        if self._unread:
            self._unread[-1][2].extend(rows)
        for row in rows:
            self._history[row] = []

    def state_dict(self) -> dict[str, Any]:
        """Plain values, so that a checkpoint can be read without running code."""
        history = [[(t.tokens, *([tuple(q) for q in qs] for qs in t[1:])) for t in row] for row in self.history]
        return {"pool": vars(self.pool), "store": vars(self.store), "history": history, "told": self.told}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        dtype = self.pool.tokens.dtype  # a run may go on in another precision
        self.pool, self.store, self.told = Rows(**state["pool"]), Rows(**state["store"]), state["told"]
        self.pool.tokens, self.store.tokens = self.pool.tokens.to(dtype), self.store.tokens.to(dtype)
        self.history = [[_told(*plain) for plain in row] for row in state["history"]]


def _told(tokens: Any, asked: Any, absent: Any, chunks: Any) -> Told:
    """A context from the plain values of a checkpoint: a chunk is written there as the numbers of its tokens."""
    parts = tuple(range(part[0], part[-1] + 1) for part in chunks)
    return Told(tuple(tokens), tuple(Asked(*q) for q in asked), tuple(Asked(*q) for q in absent), parts)


def either(chosen: Tensor, these: Rows, others: Rows) -> Rows:
    """Rows of `these` for the memories chosen, bool [B], and of `others` for the rest."""

    def pick(one: Tensor, other: Tensor) -> Tensor:
        return torch.where(chosen.to(one.device).view(1, -1, *[1] * (one.dim() - 2)), one, other)

    return Rows(*(pick(getattr(these, f.name), getattr(others, f.name)) for f in fields(these)))


def written(before: Rows, owner: int, length: int) -> tuple[Tensor, Tensor]:
    """Owners and places [L, B, K] of what an injection writes.

    Args:
        before: the K newest rows until then.
        owner: number of the injection. length: tokens of its context.
    """
    count = before.owners.shape[2]
    kept = count - min(length, count)  # rows written again
    own = torch.arange(kept, count, device=before.owners.device).expand(*before.owners.shape[:2], count - kept)
    owners = torch.cat((before.owners[..., count - kept :], torch.full_like(own, owner)), dim=2)
    return owners, torch.cat((before.places[..., count - kept :], own), dim=2)


def _note(histories: list[list[Told]], contexts: list[Told | None], keep: int) -> None:
    for history, told in zip(histories, contexts, strict=True):
        history.append(told or Told())
        del history[:-keep]
