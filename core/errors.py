"""The one base of every error a user may see.

A message says what was given, what is wanted and what to do about it; the page shows it as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class PalimpsestError(Exception):
    """Base of all errors that are meant for the user."""


class CheckpointError(PalimpsestError):
    """A checkpoint is missing, is not one of ours, or does not fit its configuration."""


class InputError(PalimpsestError):
    """A text, question or setting cannot be used."""


class SnapshotError(PalimpsestError):
    """A saved session is damaged, foreign, or made for another model."""


class BusyError(PalimpsestError):
    """The session is working on another request."""


class EvaluationError(PalimpsestError):
    """A measurement cannot be made, or cannot go on, as asked."""


class RoomError(PalimpsestError):
    """A model does not fit into the memory that is free."""


class CancelledError(PalimpsestError):
    """Work was ended before it was done, as asked."""


@contextmanager
def without_trace() -> Iterator[None]:
    """For commands: an error that is meant for the user ends the program with its message alone, and status 1."""
    try:
        yield
    except PalimpsestError as error:
        raise SystemExit(str(error)) from None
