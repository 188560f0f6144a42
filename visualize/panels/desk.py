"""What the page works with, and how its handlers run: one at a time, every error a message."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from core.errors import BusyError, PalimpsestError
from visualize.panels.found import Found
from visualize.panels.turns import Turns

if TYPE_CHECKING:
    from core.findings import Comparison, Lens, Retention, Space, Worth
    from core.model.decoding import Decoding
    from core.session import Answer, Session
    from core.shelf import Shelf
    from core.trace import Trace

ENGINE = {"concurrency_id": "engine", "concurrency_limit": 12}
"""Concurrency group of every handler that computes. Only one computes; the others stand in line and say so."""
PATIENCE = 90.0
"""Seconds that a call which bypasses the queue waits for its turn."""
APOLOGY = "Something went wrong inside Palimpsest; your memory is as it was. The details are in the server's log."

log = logging.getLogger("palimpsest")


@dataclass(frozen=True)
class About:
    """What the header says of the model."""

    name: str
    device: str
    dtype: str
    backend: str
    embedded: bool  # the tiny model, which knows its synthetic world only


@dataclass(frozen=True)
class Analyses:
    """What can be found out on request: functions of `core.analysis`, or of fakes."""

    worth: Callable[..., Worth]  # session, question, progress, cancelled
    without: Callable[..., Answer]  # session, question, contexts, decoding
    lens: Callable[..., Lens]  # session, layer, serial, step
    space: Callable[..., Space]  # session, layer, method, step=, progress=, cancelled=
    compare: Callable[..., Iterator[Comparison]]  # session, question, decoding, progress=, cancelled=
    retention: Callable[..., Iterator[Retention]]  # model, samples, farthest, seed, progress=, cancelled=


@dataclass(frozen=True)
class Links:
    """Sessions as short texts in an address."""

    write: Callable[[Session], str]
    open: Callable[[str], Session]


@dataclass(frozen=True)
class Tables:
    """A trace for other programs."""

    json: Callable[[Trace], str]
    parquet: Callable[[Trace, Path], Path]  # the path of a .zip


@dataclass(frozen=True)
class Desk:
    """Everything that panels need from outside; made by app.py, or of fakes in tests."""

    store: Shelf
    about: Callable[[Session], About]
    restore: Callable[[Session, Path], Session]  # the session so far, a saved file -> a session on the same model
    unrelated: Callable[[int, int, str], list[str]]  # count, seed, text to keep away from -> texts
    decoding: Callable[..., Decoding]
    analyses: Analyses
    links: Links
    tables: Tables
    turns: Turns = field(default_factory=Turns)
    stopping: WeakSet[Session] = field(default_factory=WeakSet)  # sessions whose long work shall end
    found: Found = field(default_factory=Found)

    def session(self, key: str) -> Session:
        """The session of a page or client."""
        return self.store.get(key)

    @contextmanager
    def working(self) -> Iterator[None]:
        """One computation at a time, whoever asks: scripts can bypass the queue."""
        with self.turns.place() as place:
            if not place.wait(PATIENCE):
                raise BusyError("The model is busy with someone else's request: try again in a moment.")
            yield


def message_of(error: Exception) -> str:
    """What to show of an error: its own message if it is meant for the user, else an apology; details go to the log."""
    if isinstance(error, PalimpsestError):
        return str(error)
    log.error("unexpected error in a handler", exc_info=error)
    return APOLOGY


def log_to_stderr() -> None:
    """Unexpected errors are written where the server runs, never on the page."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s: %(message)s"))
    log.addHandler(handler)
    log.propagate = False
