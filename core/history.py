"""A session's history: the moments it went through, the way back and forth, and which is nearest to a lost one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.memory.state import MemoryState
from core.trace import Asked, Event, Forgot, Injected, Trace

HISTORY = 64
"""Operations that can be undone."""

Change = Injected | Forgot


@dataclass(frozen=True)
class Moment:
    """A session at one point of its history."""

    memory: MemoryState
    trace: Trace
    log: tuple[dict[str, Any], ...]
    label: str  # what led here, for undo's message


class History:
    """Moments in the order of doing, one of which is the present."""

    def __init__(self, first: Moment, *, from_start: bool) -> None:
        """Begin with one moment; `from_start`: its memory is the checkpoint's own."""
        self._moments = [first]
        self._now = 0
        self._from_start = from_start

    @property
    def present(self) -> Moment:
        return self._moments[self._now]

    @property
    def start(self) -> Moment | None:
        """The moment before anything was done, if it is still kept."""
        return self._moments[0] if self._from_start else None

    @property
    def can_undo(self) -> bool:
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        return self._now + 1 < len(self._moments)

    def move(self, moment: Moment) -> None:
        """Make a new moment the present; what was undone is dropped, the oldest too when there are too many."""
        kept = self._moments[: self._now + 1][-HISTORY:]
        self._from_start = self._from_start and kept[0] is self._moments[0]
        self._moments = [*kept, moment]
        self._now = len(kept)

    def undo(self) -> str:
        """Go one moment back; says what was taken back."""
        if not self.can_undo:
            raise InputError(f"There is nothing to undo (the last {HISTORY} operations are kept).")
        label = self.present.label
        self._now -= 1
        return label

    def redo(self) -> str:
        """Go one moment on; says what was done again."""
        if not self.can_redo:
            raise InputError("There is nothing to redo.")
        self._now += 1
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
        for moment in self._moments:
            had = changes(moment.trace.events)
            good = len(had) <= len(wanted) and all(a is b for a, b in zip(had, wanted, strict=False))
            if good and (found is None or len(had) > found[0]):
                found = len(had), moment.memory
        return found


def changes(events: Sequence[Event]) -> list[Change]:
    """The events that change memory."""
    return [event for event in events if not isinstance(event, Asked)]
