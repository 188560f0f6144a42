"""A session's history: the moments it went through, the way back and forth, and which is nearest to a lost one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.memory.state import MemoryState
from core.trace import Asked, Event, Forgot, Injected, Trace

HISTORY = 64
"""Operations that can be undone."""

BUDGET = 2**29
"""Bytes of memories that a history keeps beside its first one and the present one."""

Change = Injected | Forgot


@dataclass(frozen=True)
class Moment:
    """A session at one point of its history."""

    memory: MemoryState
    trace: Trace
    log: tuple[dict[str, Any], ...]
    label: str  # what led here, for undo's message


@dataclass
class _Entry:
    """A moment of which the memory may have been let go of; `bytes` of the memory by storage."""

    moment: Moment | None
    trace: Trace
    log: tuple[dict[str, Any], ...]
    label: str
    bytes: dict[int, int]

    @classmethod
    def of(cls, moment: Moment) -> _Entry:
        return cls(moment, moment.trace, moment.log, moment.label, storages(moment.memory))


class History:
    """Moments in the order of doing, one of which is the present.

    All of them stay, but not all of their memories: of a large model one is gigabytes. What is let go of can be made
    again from the one before it that is kept; near the present more are kept than far away.
    """

    def __init__(self, first: Moment, *, from_start: bool) -> None:
        """Begin with one moment; `from_start`: its memory is the checkpoint's own."""
        self._entries = [_Entry.of(first)]
        self._present = first
        self._now = 0
        self._oldest = 0  # that undo may go back to; what is before only serves to make memories again
        self._from_start = from_start

    @property
    def present(self) -> Moment:
        return self._present

    @property
    def start(self) -> Moment | None:
        """The moment before anything was done, if it is still kept."""
        return self._entries[0].moment if self._from_start else None

    @property
    def can_undo(self) -> bool:
        return self._now > self._oldest

    @property
    def can_redo(self) -> bool:
        return self._now + 1 < len(self._entries)

    def move(self, moment: Moment) -> None:
        """Make a new moment the present; what was undone is dropped, the oldest too when there are too many."""
        entries = [*self._entries[: self._now + 1], _Entry.of(moment)]
        oldest = max(self._oldest, len(entries) - 1 - HISTORY)
        base = max(place for place in range(oldest + 1) if entries[place].moment is not None)
        self._from_start = self._from_start and base == 0
        self._entries = entries[base:]  # all at once: views may be looking for a memory
        self._present, self._now, self._oldest = moment, len(self._entries) - 1, oldest - base
        self._let_go()

    def undo(self, remake: Callable[[Trace], MemoryState]) -> str:
        """Go one moment back; says what was taken back.

        Args:
            remake: gives the memory after all events of a trace, where it is not kept.
        """
        if not self.can_undo:
            raise InputError(f"There is nothing to undo (the last {HISTORY} operations are kept).")
        label = self.present.label
        self._go(self._now - 1, remake)
        return label

    def redo(self, remake: Callable[[Trace], MemoryState]) -> str:
        """Go one moment on; says what was done again."""
        if not self.can_redo:
            raise InputError("There is nothing to redo.")
        self._go(self._now + 1, remake)
        return self.present.label

    def nearest(self, events: Sequence[Event]) -> tuple[int, MemoryState] | None:
        """The kept memory that comes nearest to the moment when just these events had happened, from before.

        Events that leave memory as it is do not count. They are told apart by identity, as a trace grows by adding
        to a tuple.

        Returns:
            How many of the events that count had happened, and the memory; None when none is kept.
        """
        wanted = changes(events)
        found: tuple[int, MemoryState] | None = None
        for moment in [entry.moment for entry in self._entries]:
            if moment is None:
                continue
            had = changes(moment.trace.events)
            good = len(had) <= len(wanted) and all(a is b for a, b in zip(had, wanted, strict=False))
            if good and (found is None or len(had) > found[0]):
                found = len(had), moment.memory
        return found

    def _go(self, place: int, remake: Callable[[Trace], MemoryState]) -> None:
        entry = self._entries[place]
        if entry.moment is None:
            entry = _Entry.of(Moment(remake(entry.trace), entry.trace, entry.log, entry.label))
            self._entries[place] = entry
        assert entry.moment is not None
        self._present, self._now = entry.moment, place
        self._let_go()

    def _let_go(self) -> None:
        """Let go of memories until those beside the first one and the present take no more than `BUDGET`."""
        while (inner := self._inner()) and self._bytes(inner) > BUDGET:
            bounds = [0, *inner, len(self._entries)]
            gaps = {at: after - before for before, at, after in zip(bounds, bounds[1:], bounds[2:], strict=False)}
            spared = min(inner, key=lambda at: gaps[at] / abs(self._now - at))
            self._entries[spared].moment = None

    def _inner(self) -> list[int]:
        """Entries with a memory that is neither the first one's nor the present's."""
        return [at for at, entry in enumerate(self._entries) if at not in (0, self._now) and entry.moment is not None]

    def _bytes(self, inner: Sequence[int]) -> int:
        held: dict[int, int] = {}
        for at in inner:
            held |= self._entries[at].bytes
        always = self._entries[0].bytes | self._entries[self._now].bytes
        return sum(size for storage, size in held.items() if storage not in always)


def storages(memory: MemoryState) -> dict[int, int]:
    """Bytes of the large tensors that hold a memory, by where they lie: memories share what has not changed."""
    stored = (*memory.long_term.store, *memory.long_term.pending) if memory.long_term is not None else ()
    kinds = (kind for layer in stored for kind in (layer.token_parts, layer.key_parts, layer.read_parts))
    parts = [rows for kind in kinds if kind is not None for rows in kind.tensors]
    tensors = [memory.short_term.tokens, *parts]
    return {(held := rows.untyped_storage()).data_ptr(): held.nbytes() for rows in tensors}


def changes(events: Sequence[Event]) -> list[Change]:
    """The events that change memory."""
    return [event for event in events if not isinstance(event, Asked)]
