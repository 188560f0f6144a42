"""Passes that are recorded as a CUDA graph, and repeated as often as their shapes and places come again.

A pass of an 8B model is one to two thousand small kernels; started one by one from Python they take longer than the GPU
needs for them.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch

if TYPE_CHECKING:
    from core.model.llama import MemoryLlama

Key = tuple[int, ...]
Made = TypeVar("Made")
Recording = TypeVar("Recording")


KEPT = 2
"""Recordings that are kept, and different passes between two alike after which one is made."""

_alone = Lock()  # of all recordings of this process, only one may be under way


def recorded(act: Callable[[], Made], device: torch.device) -> Callable[[], Made]:
    """An act as a CUDA graph. What it gives lies where it lay before: the next repetition overwrites it.

    Raises:
        RuntimeError: of torch, if it cannot be recorded; the act itself may still be possible.
    """
    return recorded_in_turn([act], device)[0]


def recorded_in_turn(acts: Sequence[Callable[[], Made]], device: torch.device) -> list[Callable[[], Made]]:
    """Acts of which each goes on from what the one before gave, as CUDA graphs that are repeated in this order.

    They share the memory of what is only needed within one of them. Raises as `recorded`.
    """
    with _alone, torch.cuda.device(device):
        before, beside = torch.cuda.current_stream(), torch.cuda.Stream()
        beside.wait_stream(before)
        with torch.cuda.stream(beside):  # libraries set themselves up at their first call, which must not be recorded
            for act in acts:
                act()
        before.wait_stream(beside)
        pool = torch.cuda.graph_pool_handle()
        try:
            return [_recorded(act, pool, beside) for act in acts]
        finally:
            torch.cuda.set_stream(before)


def _recorded(act: Callable[[], Made], pool: Any, stream: torch.cuda.Stream) -> Callable[[], Made]:
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=pool, stream=stream, capture_error_mode="thread_local"):
        made = act()

    def repeat() -> Made:
        graph.replay()
        return made

    return repeat


class Recordings(Generic[Recording]):
    """The last recordings of a network, each made when the same pass is wanted again soon."""

    def __init__(self) -> None:
        self._made: OrderedDict[Key, Recording] = OrderedDict()
        self._latest: deque[Key] = deque(maxlen=KEPT)
        self._impossible: set[Key] = set()
        self._lock = Lock()

    def of(self, key: Key, make: Callable[[], Recording]) -> Recording | None:
        """What repeats the pass with this key; None if it is not worth one yet, or cannot be recorded."""
        with self._lock:
            again = key in self._latest
            if again:
                self._latest.remove(key)
            self._latest.append(key)
            if key in self._made:
                self._made.move_to_end(key)
            elif again and key not in self._impossible:
                while len(self._made) >= KEPT:  # what it holds is free before the new one is made
                    self._made.popitem(last=False)
                try:
                    self._made[key] = make()
                except RuntimeError:  # too little memory, say: the pass is made as before
                    self._impossible.add(key)
            return self._made.get(key)


def can_be_recorded(network: MemoryLlama) -> bool:
    """Whether all of a network stays in its place on one GPU; a layer that accelerate moves about does not."""
    on_gpu = network.embed_tokens.weight.device.type == "cuda"
    return on_gpu and stays(network)


def stays(network: MemoryLlama) -> bool:
    """Whether no layer is moved about."""
    return not any(hasattr(layer, "_hf_hook") for layer in network.layers)
