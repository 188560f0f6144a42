"""Sessions of many people over one model."""

from __future__ import annotations

from threading import Lock

from core.model.checkpoint import LoadedModel
from core.session import Session


class SessionStore:
    """Sessions by key; the longest unused ones go first when there are too many."""

    def __init__(self, model: LoadedModel, seed: int = 0, capacity: int = 256) -> None:
        self.model = model
        self._seed = seed
        self._capacity = capacity
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def get(self, key: str) -> Session:
        """The session of a key, made on first use."""
        with self._lock:
            session = self._sessions.pop(key, None) or Session(self.model, self._seed)
            self._sessions[key] = session  # last in the dict is used last
            while len(self._sessions) > self._capacity:
                del self._sessions[next(iter(self._sessions))]
            return session

    def put(self, key: str, session: Session) -> None:
        """Replace the session of a key."""
        with self._lock:
            self._sessions.pop(key, None)
            self._sessions[key] = session

    def drop(self, key: str) -> None:
        """Forget a key; nothing happens when it is unknown."""
        with self._lock:
            self._sessions.pop(key, None)

    def __len__(self) -> int:
        return len(self._sessions)
