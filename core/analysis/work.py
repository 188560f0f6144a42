"""Long work: how far it is, and how to end it."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import CancelledError

Progress = Callable[[int, int], None]
"""Called with (done, total)."""
Cancelled = Callable[[], bool]
"""Asked now and then; True ends the work with `CancelledError`."""


class Work:
    """A count of steps done, which ends by an exception when it is no longer wanted."""

    def __init__(self, total: int, progress: Progress | None = None, cancelled: Cancelled | None = None) -> None:
        self.total = total
        self._done = 0
        self._progress = progress
        self._cancelled = cancelled

    def step(self, by: int = 1) -> None:
        """Note that `by` steps are done.

        Raises:
            CancelledError: the work is no longer wanted.
        """
        self.check()
        self._done += by
        if self._progress is not None:
            self._progress(min(self._done, self.total), self.total)

    def check(self) -> None:
        """Raise `CancelledError` if the work is no longer wanted."""
        if self._cancelled is not None and self._cancelled():
            raise CancelledError("The work was stopped before its end.")
