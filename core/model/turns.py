"""Readings of several people decoded in one pass: the weights, whose reading is what a token costs, are read once.

Whoever wants a token waits until the pass under way is over; the first of those who wait then makes the next pass for
all of them. Nobody waits for company, so one person alone loses nothing. Only answers are written together, never
memories: how many rows a matrix product has changes its rounding, and a memory must come out the same bit for bit
whoever else is there. It serves the threads of one program; the page lets one person compute at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

MOST = 16
"""Most readings in one pass."""

Job = TypeVar("Job")
Made = TypeVar("Made")


@dataclass
class _Place(Generic[Job, Made]):
    """One caller's place in the queue, and what came of it."""

    job: Job
    made: Made | None = None
    error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.made is not None or self.error is not None


class Turns(Generic[Job, Made]):
    """Passes made one after the other, each for everyone who waits by then."""

    def __init__(self) -> None:
        self._queue: list[_Place[Job, Made]] = []
        self._queued = Lock()
        self._working = Lock()

    def take(self, job: Job, work: Callable[[Sequence[Job]], Sequence[Made]]) -> Made:
        """What `work` makes of a job, in one call with the jobs of others. If that fails, each is tried alone."""
        mine = _Place[Job, Made](job)
        with self._queued:
            self._queue.append(mine)
        while not mine.done:
            with self._working:
                if not mine.done:
                    with self._queued:
                        places, self._queue = self._queue[:MOST], self._queue[MOST:]
                    _serve(places, work)
        if mine.error is not None:
            raise mine.error
        assert mine.made is not None
        return mine.made


def _serve(places: list[_Place[Job, Made]], work: Callable[[Sequence[Job]], Sequence[Made]]) -> None:
    try:
        for place, made in zip(places, work([place.job for place in places]), strict=True):
            place.made = made
    except BaseException as error:
        if len(places) > 1 and isinstance(error, Exception):
            for place in places:
                _serve([place], work)
            return
        # whoever worked was stopped: the others are no longer in the queue and would wait for ever
        for place in places:
            place.error = error
