"""Many rows in a few tensors, so that adding some or losing some does not copy the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

GROWTH = 2
"""Times that a part is at least as long as the one after it: S rows are in about log2(S) parts, and a row is copied
about as often in its life."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows [S, w] one after the other in one or more tensors of one dtype and device. A value: nothing is written."""

    tensors: tuple[Tensor, ...]

    @classmethod
    def of(cls, rows: Tensor) -> Parts:
        """Rows [S, w] as they are."""
        return cls((rows,))

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.tensors)

    @property
    def device(self) -> torch.device:
        return self.tensors[0].device

    @property
    def whole(self) -> Tensor:
        """All rows in one tensor [S, w]; a copy, where there are several parts."""
        return self.tensors[0] if len(self.tensors) == 1 else torch.cat(self.tensors)

    def append(self, other: Parts) -> Parts:
        """These rows, then the other's."""
        parts = list(self.tensors)
        for rows in other.tensors:
            if not len(rows):
                continue
            parts.append(rows)
            while len(parts) > 1 and len(parts[-2]) < GROWTH * len(parts[-1]):
                parts[-2:] = [torch.cat(parts[-2:])]
        return Parts(tuple(parts))

    def take(self, keep: Tensor) -> Parts:
        """The rows of a bool mask [S], on any device."""
        masks = keep.split([len(rows) for rows in self.tensors])
        if keep.all():
            return self
        parts = zip(self.tensors, masks, strict=True)
        kept = [_taken(rows, mask) for rows, mask in parts]
        return Parts(tuple(rows for rows in kept if len(rows)) or (self.tensors[0][:0],))

    def pick(self, index: Tensor) -> Tensor:
        """Rows [M, w] of an index [M] on any device."""
        first = self.tensors[0]
        index = index.to(first.device)
        if len(self.tensors) == 1:
            return first.index_select(0, index)
        picked = first.new_empty(len(index), *first.shape[1:])
        start = 0
        for rows in self.tensors:
            places = ((index >= start) & (index < start + len(rows))).nonzero()[:, 0]
            picked[places] = rows[index[places] - start]
            start += len(rows)
        return picked


def joined(parts: Sequence[Parts]) -> Parts:
    """All of these in a row, nothing copied."""
    return Parts(tuple(rows for each in parts for rows in each.tensors))


def _taken(rows: Tensor, keep: Tensor) -> Tensor:
    """The rows of a mask; a run of rows is not copied while most of its tensor is still in use."""
    index = keep.nonzero()[:, 0]
    count = len(index)
    if count == 0:
        return rows[:0]
    first, last = int(index[0]), int(index[-1])
    held = rows.untyped_storage().nbytes() // max(rows[:1].nbytes, 1)
    if last - first + 1 == count and 2 * count >= held:
        return rows[first : last + 1]
    return rows[index.to(rows.device)]
