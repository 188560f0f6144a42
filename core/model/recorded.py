"""Passes that are recorded as a CUDA graph, and repeated as often as their shapes and places come again.

A pass of an 8B model is one to two thousand small kernels; started one by one from Python they take longer than the GPU
needs for them.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import torch

if TYPE_CHECKING:
    from core.model.llama import MemoryLlama

Key = tuple[int, ...]
Made = TypeVar("Made")
Recording = TypeVar("Recording")


def recorded(act: Callable[[], Made]) -> Callable[[], Made]:
    """An act as a CUDA graph. What it gives lies where it lay before: the next repetition overwrites it."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):  # libraries set themselves up at their first call, which must not be recorded
        act()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        made = act()

    def repeat() -> Made:
        graph.replay()
        return made

    return repeat


class Recordings(Generic[Recording]):
    """The last recording of a network, made when the same is wanted for the second time in a row."""

    def __init__(self) -> None:
        self._key: Key = ()
        self._recording: Recording | None = None
        self._before: Key = ()
        self._lock = Lock()

    def of(self, key: Key, make: Callable[[], Recording]) -> Recording | None:
        """What repeats the pass with this key; None if it is not worth one yet."""
        with self._lock:
            if key == self._key:
                return self._recording
            if key != self._before:
                self._before = key
                return None
            self._key, self._recording = (), None  # what the old one holds is free before the new one is made
            self._recording = make()
            self._key = key
            return self._recording


def can_be_recorded(network: MemoryLlama) -> bool:
    """Whether all of a network stays in its place on one GPU; a layer that accelerate moves about does not."""
    on_gpu = network.embed_tokens.weight.device.type == "cuda"
    return on_gpu and not any(hasattr(layer, "_hf_hook") for layer in network.layers)
