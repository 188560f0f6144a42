"""What was found out about sessions on request, kept as long as it is true."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from core.trace import Asked, Trace

if TYPE_CHECKING:
    from core.session import Session

MOST = 48
"""Things kept per session."""


class Found:
    """Findings by session and key. `of` is the value they were made from; they are good while it is that very value."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Session, OrderedDict[Hashable, tuple[Any, Any]]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, session: Session, key: Hashable, of: Any) -> Any | None:
        """What was found, or None."""
        with self._lock:
            mine = self._kept.get(session)
            made_from, value = mine.get(key, (None, None)) if mine is not None else (None, None)
            return value if made_from is of else None

    def put(self, session: Session, key: Hashable, of: Any, value: Any) -> None:
        """Keep something; the oldest goes when there is too much."""
        with self._lock:
            mine = self._kept.setdefault(session, OrderedDict())
            mine.pop(key, None)
            mine[key] = (of, value)
            while len(mine) > MOST:
                mine.popitem(last=False)

    def once(self, session: Session, key: Hashable, of: Any, find: Callable[[], Any]) -> Any:
        """What was found before, else what is found now."""
        value = self.get(session, key, of)
        if value is None:
            value = find()
            self.put(session, key, of, value)
        return value


def state_of(trace: Trace, step: int | None = None) -> Any:
    """What made the memory what it was after `step` injections (None: now); the same object for the same memory."""
    for event in reversed(trace.events):
        if not isinstance(event, Asked) and (step is None or event.step <= step):
            return event
    return trace.start
