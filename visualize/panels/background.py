"""Long work beside the page: reports of how far it is, a way to end it, its result at last."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
PACE = 0.15
"""Seconds between two reports of how far it is."""


class Pace:
    """Says at most every so many seconds that it is time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.last = seconds, -float("inf")

    def due(self) -> bool:
        """Whether it is time; if so, the next time is counted from now."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


@dataclass(frozen=True)
class Far:
    """How far it is."""

    done: int
    total: int

    @property
    def share(self) -> float:
        return self.done / max(self.total, 1)


@dataclass(frozen=True)
class Result(Generic[T]):
    """Something found: the whole result, or one part of several."""

    value: T


def background(
    work: Callable[[Callable[[int, int], None], Callable[[], bool]], Any], stopped: Callable[[], bool] = lambda: False
) -> Generator[Far | Result[Any], None, None]:
    """Run `work(progress, cancelled)` in a thread of its own; what it returns or, one by one, yields comes as `Result`.

    Closing the iterator cancels the work and waits for its end: the turn is kept until then.

    Raises:
        Exception: whatever went wrong in the work.
    """
    reports: queue.SimpleQueue[Far | Result[Any] | Exception | None] = queue.SimpleQueue()
    closed = threading.Event()

    def cancelled() -> bool:
        return closed.is_set() or stopped()

    def run() -> None:
        try:
            found = work(lambda done, total: reports.put(Far(done, total)), cancelled)
            for part in found if isinstance(found, Iterator) else (found,):
                reports.put(Result(part))
            reports.put(None)
        except Exception as error:
            reports.put(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    pace = Pace(PACE)
    try:
        while (report := reports.get()) is not None:
            if isinstance(report, Exception):
                raise report
            if isinstance(report, Result) or pace.due():
                yield report
    finally:
        closed.set()
        worker.join()
