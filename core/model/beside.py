"""Work that a GPU does beside what it was given before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch


class Beside:
    """A moment of a GPU's work, beside all that comes after it other work can be done; a CPU does it in its turn.

    Whatever that work writes must have been allocated before this moment, and stay until the work is over.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._moment = torch.cuda.current_stream(device).record_event() if device.type == "cuda" else None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Within it the work is given out. What is given to the GPU afterwards waits for it."""
        if self._moment is None:
            yield
            return
        stream, current = _stream(self._device), torch.cuda.current_stream(self._device)
        stream.wait_event(self._moment)
        try:
            with torch.cuda.stream(stream):
                yield
        finally:
            current.wait_stream(stream)


@cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    """One for all, as the allocator keeps what was allocated on a stream for that stream."""
    return torch.cuda.Stream(device)
