"""Sessions of many people over one model."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from core.model.checkpoint import LoadedModel
from core.session import Session

GRACE = 1800.0
"""Seconds that a session is kept after its page was left: a connection may break and come back."""


class SessionStore:
    """Sessions by key; the longest unused ones go first when there are too many, and those that were left for good.

    Args:
        clock: seconds.
    """

    def __init__(
        self,
        model: LoadedModel,
        seed: int = 0,
        capacity: int = 256,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self._seed = seed
        self._capacity = capacity
        self._sessions: dict[str, Session] = {}
        self._left: dict[str, float] = {}
        self._clock = clock
        self._lock = Lock()

    def get(self, key: str) -> Session:
        """The session of a key, made on first use."""
        with self._lock:
            session = self._sessions.pop(key, None) or Session(self.model, self._seed)
            self._use(key, session)
            return session

    def put(self, key: str, session: Session) -> None:
        """Replace the session of a key."""
        with self._lock:
            self._sessions.pop(key, None)
            self._use(key, session)

    def leave(self, key: str) -> list[str]:
        """Note that a page was closed or lost; its session goes after `GRACE` seconds in which nobody uses it.

        Returns:
            the keys whose sessions have gone for that reason now.
        """
        with self._lock:
            now = self._clock()
            if key in self._sessions:
                self._left[key] = now
            gone = [key for key, since in self._left.items() if now - since > GRACE]
            for each in gone:
                del self._left[each], self._sessions[each]
            return gone

    def left(self, key: str) -> bool:
        """Whether the page of a key was closed or lost, and its session not used since."""
        with self._lock:
            return key in self._left

    def _use(self, key: str, session: Session) -> None:
        self._sessions[key] = session  # last in the dict is used last
        self._left.pop(key, None)
        while len(self._sessions) > self._capacity:
            oldest = next(iter(self._sessions))
            del self._sessions[oldest]
            self._left.pop(oldest, None)

    def __len__(self) -> int:
        return len(self._sessions)
