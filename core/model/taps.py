"""Named taps: places where the forward pass can be watched, without flags in it.

The pass calls `tap(name, layer, value)`; with nobody watching that does nothing. `watching(listener)` sends the
taps of the current context (thread or task) to a listener, which may read the values but must not change them.
Recording therefore changes no logit.

| name        | value                             | when                                       |
|-------------|-----------------------------------|--------------------------------------------|
| `hidden`    | [n, d] rows entering layer l; l = L: after the final norm | prompt, decoding      |
| `prefix`    | `reading.Prefix`                  | prompt                                     |
| `attention` | `llama.LayerOutput`               | prompt, decoding, injection                |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Listener = Callable[[str, int, Any], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tap(name: str, layer: int, value: Any) -> None:
    """Show a value to whoever is watching."""
    listener = _listener.get()
    if listener is not None:
        listener(name, layer, value)


def watcher() -> Listener | None:
    """Who is watching the current context."""
    return _listener.get()


@contextmanager
def watching(listener: Listener) -> Iterator[None]:
    """Send taps to `listener` inside the block. Do not yield to a caller from within the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
