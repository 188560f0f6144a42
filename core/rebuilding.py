"""The memory of a moment that is not kept: what happened since the nearest kept one is done again.

Drops follow from the memory's seed and step, so on one device the memory is the same bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import torch

from core.errors import InputError
from core.history import Change, History, changes
from core.memory.forgetting import forget
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.prompts import encode_context
from core.model.writing import inject
from core.trace import Event, Injected, Trace, serials_of

FARTHEST = 512
"""Most injections that are done again for one memory."""


class Rebuilder:
    """Finds memories of past moments; keeps the last one that it made, as several views may want it."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._last: tuple[list[Change], MemoryState] | None = None
        self._lock = Lock()

    def memory_after(
        self, history: History, trace: Trace, events: Sequence[Event], limited: bool = True
    ) -> MemoryState:
        """The memory when just these first events of a trace had happened.

        Args:
            limited: refuse what takes too long; what the person did must always be found again.

        Raises:
            InputError: more than `FARTHEST` injections lie between it and any kept memory.
        """
        wanted = changes(events)
        seed = history.present.memory.seed
        done, memory = history.nearest(events) or (0, self._model.memory.seeded(seed))
        if done == len(wanted):
            return memory
        with self._lock:
            if self._last is not None and done < len(self._last[0]) and _begins(wanted, self._last[0]):
                done, memory = len(self._last[0]), self._last[1]
            again = sum(isinstance(event, Injected) for event in wanted[done:])
            if limited and again > FARTHEST:
                raise InputError(
                    f"The memory of that moment is no longer kept, and {again:,} injections would have to be done "
                    f"again for it; at most {FARTHEST:,} are. Ask again now."
                )
            for place in range(done, len(wanted)):
                memory = self._again(memory, trace, wanted, place)
            self._last = wanted, memory
            return memory

    def _again(self, memory: MemoryState, trace: Trace, events: list[Change], place: int) -> MemoryState:
        event = events[place]
        if not isinstance(event, Injected):
            return forget(memory, serials_of(trace, (event.context,)))
        chunk = self._model.config.memory.chunk_length
        before = sum(isinstance(e, Injected) and e.context == event.context for e in events[:place])
        encoded = encode_context(self._model.tokenizer, trace.contexts[event.context].text)
        part = encoded.chunks(chunk)[before]
        ids = torch.tensor(encoded.ids[part.start : part.stop], device=self._model.device)
        return inject(self._model.network, memory, ids).memory


def _begins(wanted: list[Change], made: list[Change]) -> bool:
    return len(made) <= len(wanted) and all(a is b for a, b in zip(made, wanted, strict=False))
