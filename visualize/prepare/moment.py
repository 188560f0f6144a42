"""The session as it was after some injection, and work on a trace that several figures share."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from core.trace import Asked, Injected, Trace

Value = TypeVar("Value")
ALL: list[Recent[Any]] = []
"""Every function that remembers."""


class Recent(Generic[Value]):
    """A function of a trace that remembers its last few results.

    Traces are compared by identity and held weakly: who drops a trace also drops what was found about it, provided
    that the value does not hold the trace. Entries are replaced as one tuple, so threads need no lock.
    """

    def __init__(self, make: Callable[[Trace, int], Value], keep: int = 3) -> None:
        self._make, self._keep = make, keep
        self._kept: tuple[tuple[weakref.ref[Trace], int, Value], ...] = ()
        ALL.append(self)

    def __call__(self, trace: Trace, key: int = 0) -> Value:
        for ref, other, value in self._kept:
            if ref() is trace and other == key:
                return value
        value = self._make(trace, key)
        self._kept = ((weakref.ref(trace, self._drop), key, value), *self._kept)[: self._keep]
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._kept = ()

    def _drop(self, gone: weakref.ref[Trace]) -> None:
        self._kept = tuple(entry for entry in self._kept if entry[0] is not gone)


def at(trace: Trace, step: int | None = None) -> Trace:
    """The trace as it stood after `step` injections, just before the next one (default: now).

    Questions asked and contexts forgotten in between belong to it; contexts told later do not.
    """
    if step is None or step >= trace.step:
        return trace
    return _earlier(trace, max(step, 0))


def before(trace: Trace, asked: Asked) -> Trace:
    """The trace up to a question: a context forgotten at the same step, but later, was still there."""
    place = next(place for place, event in enumerate(trace.events) if event is asked)
    return trace if place == len(trace.events) - 1 else _until(trace, place)


def _cut(trace: Trace, step: int) -> Trace:
    place = next(i for i, event in enumerate(trace.events) if isinstance(event, Injected) and event.step > step)
    told = max((event.context for event in trace.events[:place] if isinstance(event, Injected)), default=-1)
    return replace(trace, events=trace.events[:place], contexts=trace.contexts[: told + 1])


def _head(trace: Trace, place: int) -> Trace:
    return replace(trace, events=trace.events[:place])


_earlier, _until = Recent(_cut, 8), Recent(_head, 8)
