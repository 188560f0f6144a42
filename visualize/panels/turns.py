"""Turns at the model: first come, first served, and everyone who waits knows how many are before them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Place:
    """A place in the line."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    @property
    def ahead(self) -> int:
        """How many come before."""
        with self._turns.moved:
            return self._turns.line.index(self)

    def wait(self, seconds: float) -> bool:
        """Whether the turn has come, within so many seconds."""
        end = time.monotonic() + seconds
        with self._turns.moved:
            while self._turns.line[0] is not self:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._turns.moved.wait(left)
            return True


class Turns:
    """The line. A lock would do for the computing, but it is not fair and says nothing to those who wait."""

    def __init__(self) -> None:
        self.line: deque[Place] = deque()
        self.moved = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Stand in line until the end of the block, before the turn or after it."""
        place = Place(self)
        with self.moved:
            self.line.append(place)
        try:
            yield place
        finally:
            with self.moved:
                self.line.remove(place)
                self.moved.notify_all()
