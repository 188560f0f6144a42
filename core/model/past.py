"""Rotated keys and values of rows that came before, in a buffer that grows in place.

On a GPU buffers are a multiple of `attention.CHUNK` rows long and attention goes over all of them, whatever is
written: a pass has the same shapes then for every length, and many blocks of a GPU can share one head's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple
from weakref import ReferenceType, ref

import torch
from torch import Tensor

from core.model.attention import CHUNK, Backend, attend, attend_all, unwritten

GROWTH = 64
"""Rows added at least when a buffer is full."""

WHOLE = {"cuda"}
"""Kinds of device on which attention goes over whole buffers."""


class Buffer:
    """Keys and values [B, Hkv, capacity, hd]; `used` rows are written, by whichever past came furthest."""

    def __init__(self, keys: Tensor, values: Tensor, used: int) -> None:
        self.keys, self.values, self.used = keys, values, used

    @property
    def capacity(self) -> int:
        return self.keys.shape[2]


class Past:
    """The first `length` rows of a buffer. A value: what is appended becomes another past.

    Two pasts may share a buffer, for the later one only adds behind the earlier; where another has already added
    there, rows are copied first.
    """

    def __init__(self, buffer: Buffer, length: int) -> None:
        self._buffer, self.length = buffer, length

    @classmethod
    def of(cls, keys: Sequence[Tensor], values: Sequence[Tensor], room: int) -> Past:
        """A past of parts [Hkv, T, hd] in their order, with room for `room` more rows."""
        length = sum(part.shape[1] for part in keys)
        heads, _, size = values[0].shape
        buffers = [_room(part[0], (1, heads, length + room, size)) for part in (keys, values)]
        for buffer, parts in zip(buffers, (keys, values), strict=True):
            _fill(buffer[0], parts)
        return cls(Buffer(buffers[0], buffers[1], length), length)

    @property
    def holder(self) -> ReferenceType[Buffer]:
        """Dead when nobody has this past any more, nor another one in its buffer."""
        return ref(self._buffer)

    @property
    def keys(self) -> Tensor:
        """[B, Hkv, T, hd]."""
        return self._buffer.keys[:, :, : self.length]

    @property
    def values(self) -> Tensor:
        """[B, Hkv, T, hd]."""
        return self._buffer.values[:, :, : self.length]

    @property
    def buffer(self) -> Buffer:
        return self._buffer

    @property
    def address(self) -> tuple[int, int, int]:
        """Where its buffer lies, and how many rows that has; what is recorded depends on it."""
        return self._buffer.keys.data_ptr(), self._buffer.values.data_ptr(), self._buffer.capacity

    def has_room(self, count: int) -> bool:
        """Whether as many rows can be written behind these without a copy."""
        return self._buffer.used == self.length and self.length + count <= self._buffer.capacity

    def seen(self, count: int) -> Tensor:
        """What is added to the scores of the last `count` rows over the whole buffer, [count, capacity]."""
        first = self.length - count
        rows = torch.arange(first, self.length, device=self._buffer.keys.device)
        return unwritten(rows, self._buffer.capacity, self._buffer.keys.dtype)

    def attend(self, queries: Tensor, mask: Tensor | None, backend: Backend) -> Tensor:
        """What the last n rows look at; see `attention.attend`.

        Args:
            mask: for these rows or, where attention goes over whole buffers, for all of the buffer (`seen`).
        """
        if is_whole(queries.device, backend):
            mask = self.seen(queries.shape[2]) if mask is None else mask
            return attend_all(queries, self._buffer.keys, self._buffer.values, mask)
        return attend(queries, self.keys, self.values, mask, backend)

    def append(self, keys: Tensor, values: Tensor) -> Past:
        """These rows, then others [B, Hkv, n, hd]."""
        buffer, end = self._buffer, self.length + keys.shape[2]
        if not self.has_room(keys.shape[2]):
            room = max(GROWTH, end - self.length)
            buffer = Buffer(_copied(self.keys, room), _copied(self.values, room), self.length)
        buffer.keys[:, :, self.length : end] = keys
        buffer.values[:, :, self.length : end] = values
        return Past(buffer, self.length).grown(end - self.length)

    def grown(self, count: int) -> Past:
        """These and the next rows of the buffer, which somebody has written."""
        self._buffer.used = self.length + count
        return Past(self._buffer, self.length + count)


class Pasts:
    """The pasts of several readings that one pass goes on from, a row each."""

    def __init__(self, each: Sequence[Past]) -> None:
        self.each = tuple(each)

    def append(self, keys: Tensor, values: Tensor) -> Pasts:
        """Every past with its row of [B, Hkv, 1, hd]."""
        rows = zip(self.each, keys.split(1), values.split(1), strict=True)
        return Pasts([past.append(key, value) for past, key, value in rows])

    def attend(self, queries: Tensor, mask: Tensor | None, backend: Backend) -> Tensor:
        """Every past with its row of queries [B, H, 1, hd]."""
        each = zip(queries.split(1), self.each, strict=True)
        return torch.cat([past.attend(query, mask, backend) for query, past in each])


class Place:
    """A row to be written in a whole buffer; which one is a number on the device, so that the pass can be recorded once
    and repeated for every other row (`steps.py`).
    """

    def __init__(self, buffer: Buffer, row: Tensor) -> None:
        """`row`: int64 [1]; it and those before it are seen."""
        self._buffer, self._row = buffer, row

    def append(self, keys: Tensor, values: Tensor) -> Place:
        """Write keys and values [1, Hkv, 1, hd]."""
        self._buffer.keys.index_copy_(2, self._row, keys)
        self._buffer.values.index_copy_(2, self._row, values)
        return self

    def attend(self, queries: Tensor, mask: Tensor | None, backend: Backend) -> Tensor:
        """What a row [1, H, 1, hd] looks at."""
        if mask is None:
            mask = unwritten(self._row, self._buffer.capacity, queries.dtype)
        return attend_all(queries, self._buffer.keys, self._buffer.values, mask)


def is_whole(device: torch.device, backend: Backend) -> bool:
    """Whether attention over pasts goes over all of their buffers."""
    return device.type in WHOLE and backend == "sdpa"


def _room(like: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """A buffer of at least that many rows. Where all of it is looked at, what is not written must be numbers."""
    batch, heads, rows, size = shape
    if like.device.type in WHOLE:
        return like.new_zeros(batch, heads, -(-rows // CHUNK) * CHUNK, size)
    return like.new_empty(shape)


def _fill(buffer: Tensor, parts: Sequence[Tensor]) -> None:
    first = 0
    for part in parts:
        buffer[:, first : first + part.shape[1]] = part
        first += part.shape[1]


def _copied(rows: Tensor, room: int) -> Tensor:
    batch, heads, length, size = rows.shape
    copy = _room(rows, (batch, heads, length + room, size))
    copy[:, :, :length] = rows
    return copy


class Rows(NamedTuple):
    """Rotated keys and values [Hkv, T, hd]."""

    keys: Tensor
    values: Tensor


Pool = Callable[[Rows], None]
"""Writes keys and values of pool rows where they are wanted."""
_NOBODY: ReferenceType[Buffer] = ref(Buffer(torch.empty(0), torch.empty(0), 0))


@dataclass
class _Loan:
    keys: Tensor
    values: Tensor
    length: int
    front: Rows | None  # None: not known
    holder: ReferenceType[Buffer]

    def taken(self, length: int) -> Past:
        """Lend it, with its first `length` rows written."""
        buffer = Buffer(self.keys, self.values, length)
        self.holder = ref(buffer)
        return Past(buffer, length)


class Lender:
    """Buffers that begin with the rows of one pool: they are filled once, and lent to one reading after the other.

    Fresh memory has to be fetched from the system page by page; that takes longer than filling it.
    """

    def __init__(self, before: Lender | None = None) -> None:
        """`before`: one whose pool is no longer read; buffers that nobody has any more are taken over."""
        self._loans: dict[int, _Loan] = {}
        self._spare = before._left() if before is not None else {}
        self._lock = Lock()

    def ready(self, size: int, pool: Callable[[int, int], Pool]) -> None:
        """Fill the buffers taken over, before anybody asks, with rows of a pool of `size`.

        Args:
            pool: by layer and position of the first row, what writes them; it stands where that of before stood.
        """
        with self._lock:
            for index in list(self._spare):
                before = self._spare[index].length - size
                self._filled(index, before, size, pool(index, before))

    def lend(self, index: int, front: Rows, write: Pool, size: int, pool: Pool, room: int) -> Past:
        """Layer `index`'s rows as a past: `front`, which `write` writes, then the pool's `size` rows.

        Args:
            pool: writes the pool's rows where a buffer has to be filled; the same ones for every front of one length.
        """
        before = front.keys.shape[1]
        with self._lock:
            loan = self._free(index, front, before, size, pool, room)
            if loan.front is not front:
                write(Rows(loan.keys[0, :, :before], loan.values[0, :, :before]))
                loan.front = front
            return loan.taken(loan.length)

    def reserve(self, index: int, like: Tensor, before: int, size: int, pool: Pool, room: int) -> Past:
        """The same, but for the `before` rows in front, which the borrower writes.

        Args:
            like: a tensor [Hkv, T, hd] of the values' dtype and device.
        """
        with self._lock:
            loan = self._free(index, Rows(like, like), before, size, pool, room)
            loan.front = None
            return loan.taken(loan.length)

    def _free(self, index: int, like: Rows, before: int, size: int, pool: Pool, room: int) -> _Loan:
        """A buffer that nobody has, its pool rows written."""
        loan, length = self._loans.get(index), before + size
        free = loan is not None and loan.holder() is None and loan.length == length
        if loan is not None and free and loan.keys.shape[2] >= length + room:
            return loan
        spare = self._spare.get(index)
        if spare is None or spare.keys.shape[2] < length + room:
            heads, _, width = like.values.shape
            shape = (1, heads, length + room, width)
            self._spare[index] = _Loan(_room(like.keys, shape), _room(like.values, shape), length, None, _NOBODY)
        return self._filled(index, before, size, pool)

    def _filled(self, index: int, before: int, size: int, pool: Pool) -> _Loan:
        """A spare buffer with a pool's rows behind `before` others."""
        spare, length = self._spare.pop(index), before + size
        pool(Rows(spare.keys[0, :, before:length], spare.values[0, :, before:length]))
        loan = self._loans[index] = _Loan(spare.keys, spare.values, length, None, _NOBODY)
        return loan

    def _left(self) -> dict[int, _Loan]:
        """The buffers that are not lent; they are its own no longer."""
        with self._lock:
            free = [index for index, loan in self._loans.items() if loan.holder() is None]
            return {index: self._loans.pop(index) for index in free}

    def again(self, index: int, holder: ReferenceType[Buffer], length: int) -> Past | None:
        """Layer `index`'s first `length` rows as the reading left them that was `holder`; None if it still goes on, or
        another one has been lent them since.
        """
        with self._lock:
            loan = self._loans.get(index)
            if loan is None or loan.holder is not holder or holder() is not None:
                return None
            return loan.taken(length)
