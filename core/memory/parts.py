"""Many rows in a few tensors, so that adding some or losing some does not copy the others.

Rows on the host may be pinned: a GPU then fetches those that it is told to by itself, over the bus, and nothing waits
for the host to gather them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

GROWTH = 2
"""Times that a part is at least as long as the one after it: S rows are in about log2(S) parts, and a row is copied
about as often in its life."""

SMALL = 2**19
"""Bytes of a part on the host below which it is joined with the next in any case: copying it once more costs less than
looking into another part with every question.
"""


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows [S, w] one after the other in one or more tensors of one dtype and device. A value: nothing is written."""

    tensors: tuple[Tensor, ...]

    @classmethod
    def of(cls, rows: Tensor) -> Parts:
        """Rows [S, w] as they are."""
        return cls((rows,))

    def __len__(self) -> int:
        return sum(rows.shape[0] for rows in self.tensors)  # len() of a tensor takes three times as long

    @property
    def device(self) -> torch.device:
        return self.tensors[0].device

    @property
    def whole(self) -> Tensor:
        """All rows in one tensor [S, w]; a copy, where there are several parts."""
        return self.tensors[0] if len(self.tensors) == 1 else torch.cat(self.tensors)

    def append(self, other: Parts) -> Parts:
        """These rows, then the other's."""
        parts = [rows for rows in self.tensors if len(rows)]  # an empty one is not pinned
        for rows in other.tensors:
            if not len(rows):
                continue
            parts.append(rows)
            while count := _to_be_joined(parts):
                parts[-count:] = [_together(parts[-count:])]
        return Parts(tuple(parts) or self.tensors)

    def take(self, keep: Tensor) -> Parts:
        """The rows of a bool mask [S], on any device."""
        masks = keep.split([len(rows) for rows in self.tensors])
        if keep.all():
            return self
        parts = zip(self.tensors, masks, strict=True)
        kept = [_taken(rows, mask) for rows, mask in parts]
        nothing = self.tensors[0].new_empty(0, *self.tensors[0].shape[1:])  # no view, which would keep all of it
        return Parts(tuple(rows for rows in kept if len(rows)) or (nothing,))

    def pick(self, index: Tensor, device: torch.device | None = None, into: Tensor | None = None) -> Tensor:
        """Rows [M, w] of an index [M] on any device.

        Args:
            device: where they are wanted; by default where these are. A GPU fetches pinned rows when its turn comes:
                they have to live until then.
            into: [M, w] there, to be overwritten by them.
        """
        device = device or self.device
        if device.type == "cuda" and all(rows.is_cuda or rows.is_pinned() for rows in self.tensors if len(rows)):
            return self._fetched(index.to(device), device, into)
        found = self._gathered(index.to(self.device), into if device == self.device else None)
        return found.to(device) if into is None or found is into else into.copy_(found)

    def _gathered(self, index: Tensor, into: Tensor | None) -> Tensor:
        """The same where these are: from the first part as if all were in it, then what is in others."""
        first, *others = _filled(self.tensors)
        if not others:
            return torch.index_select(first, 0, index, out=into)
        size = first.shape[0]
        picked = torch.index_select(first, 0, index.clamp(max=size - 1), out=into)
        later = (index >= size).nonzero()[:, 0]
        if later.shape[0]:
            picked[later] = Parts(tuple(others))._gathered(index[later] - size, None)
        return picked

    def _fetched(self, index: Tensor, device: torch.device, into: Tensor | None) -> Tensor:
        """The same on a GPU, which need not tell the host how many rows are of which part."""
        parts = [rows for rows in self.tensors if len(rows)]
        first = parts[0] if parts else self.tensors[0]
        picked = index.new_empty(len(index), *first.shape[1:], dtype=first.dtype) if into is None else into
        if (steps := _steps(parts)) is not None:
            return torch.index_select(_mapped(parts, device), 0, _placed(index, parts, steps), out=picked)
        start = 0
        for rows in parts:
            seen = rows if rows.is_cuda else _mapped([rows], device)
            places = (index - start).clamp_(0, len(rows) - 1) if len(rows) < len(self) else index
            if start == 0:
                torch.index_select(seen, 0, places, out=picked)
            else:
                torch.where((index >= start)[:, None], seen.index_select(0, places), picked, out=picked)
            start += len(rows)
        return picked


def joined(parts: Sequence[Parts]) -> Parts:
    """All of these in a row, nothing copied."""
    return Parts(_filled([rows for each in parts for rows in each.tensors]))


def _filled(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Those that have rows, or one that has none."""
    return tuple(rows for rows in tensors if rows.shape[0]) or (tensors[0],)


def on_host(rows: Tensor) -> Tensor:
    """The same rows on the host; pinned, if they come from a GPU."""
    if not rows.is_cuda:
        return rows.cpu()
    host = torch.empty(rows.shape, dtype=rows.dtype, pin_memory=True)
    host.copy_(rows, non_blocking=True)
    torch.cuda.current_stream(rows.device).synchronize()
    return host


def on_device(numbers: Tensor, device: torch.device) -> Tensor:
    """Numbers of the host on a device; a GPU gets them when its turn comes, and nothing waits for it."""
    if device.type != "cuda" or numbers.is_cuda:
        return numbers.to(device)
    return numbers.contiguous().pin_memory().to(device, non_blocking=True)


class _Address:
    """Pinned rows as the CUDA array interface describes arrays: a GPU reaches them under the host's address."""

    def __init__(self, parts: Sequence[Tensor]) -> None:
        self._parts = tuple(parts)  # live as long as what is made of this
        first = min(rows.data_ptr() for rows in parts)
        end = max(rows.data_ptr() + rows.nbytes for rows in parts)
        self.__cuda_array_interface__ = {
            "shape": (end - first,),
            "typestr": "|u1",
            "data": (first, False),
            "version": 3,
        }


def _mapped(parts: Sequence[Tensor], device: torch.device) -> Tensor:
    """Pinned parts as one tensor of a GPU, from the first in memory to the last; nothing is copied. What lies between
    them must not be looked at.
    """
    width, dtype = parts[0].shape[1], parts[0].dtype
    return torch.as_tensor(_Address(parts), device=device).view(dtype).view(-1, width)


def _steps(parts: Sequence[Tensor]) -> list[int] | None:
    """Where each part begins in `_mapped`, in rows; None if they are not pinned, or do not lie whole rows apart."""
    if not parts or not all(rows.is_pinned() and rows.is_contiguous() for rows in parts):
        return None
    return _apart(parts)


def _apart(parts: Sequence[Tensor]) -> list[int] | None:
    addresses = [rows.data_ptr() for rows in parts]
    width, first = parts[0][:1].nbytes, min(addresses)
    whole = all((address - first) % width == 0 for address in addresses)
    return [(address - first) // width for address in addresses] if whole else None


def _placed(index: Tensor, parts: Sequence[Tensor], steps: Sequence[int]) -> Tensor:
    """An index [M] of rows one part after the other as one of rows where they lie."""
    places, start, moved = index + steps[0], 0, steps[0]
    for rows, step, after in zip(parts, steps[1:], parts[1:], strict=False):
        start += len(rows)
        assert len(after)
        places += (index >= start) * (step - start - moved)
        moved = step - start
    return places


def _to_be_joined(parts: Sequence[Tensor]) -> int:
    """How many of the last parts are to become one. Pinned ones wait for more company: the host copies them, while a
    GPU reads many parts as easily as one.
    """
    pinned = parts[-1].is_pinned()
    few = 2 * GROWTH if pinned else GROWTH
    if len(parts) < few:
        return 0
    small = not pinned and parts[-few].device.type == "cpu" and parts[-few].nbytes < SMALL
    return few if small or len(parts[-few]) < few * len(parts[-1]) else 0


def _together(parts: Sequence[Tensor]) -> Tensor:
    """Parts in one tensor, pinned if they are."""
    if not all(rows.is_pinned() for rows in parts):
        return torch.cat(list(parts))
    whole = torch.empty(sum(map(len, parts)), *parts[0].shape[1:], dtype=parts[0].dtype, pin_memory=True)
    return torch.cat(list(parts), out=whole)


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
    if rows.is_pinned():
        return torch.index_select(
            rows, 0, index, out=torch.empty(count, *rows.shape[1:], dtype=rows.dtype, pin_memory=True)
        )
    return rows[index.to(rows.device)]
