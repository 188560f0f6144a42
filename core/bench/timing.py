"""Timing side by side, and the ceilings of a machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

Act = Callable[[], object]


def medians(acts: Mapping[str, Act], repeats: int, device: torch.device, warm_up: int = 2) -> dict[str, float]:
    """Median seconds of each act. They run in turn, so that a slow moment of the machine hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(repeats + warm_up):
        for name, act in acts.items():
            seconds = once(act, device)
            if turn >= warm_up:
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def shortest(act: Act, repeats: int, device: torch.device) -> float:
    """Seconds of an act when nothing is in its way."""
    return min(once(act, device) for _ in range(repeats))


def once(act: Act, device: torch.device) -> float:
    """Seconds of an act."""
    settle(device)
    start = time.perf_counter()
    act()
    settle(device)
    return time.perf_counter() - start


def settle(device: torch.device) -> None:
    """Wait for what a GPU has been given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@dataclass(frozen=True)
class Ceilings:
    """The most that this machine was seen to do: floating-point operations and bytes read, per second."""

    flops: float
    bytes: float

    def share(self, flops: float, read: float, seconds: float) -> float:
        """Part of the roofline that something reached: the time that it would take at best, over the time it took."""
        return max(flops / self.flops, read / self.bytes) / seconds


def ceilings(device: torch.device, dtype: torch.dtype) -> Ceilings:
    """Measure them: a large matrix product, and reading far more than any cache holds."""
    size = 8192 if device.type == "cuda" else 1536
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    product = shortest(lambda: a @ b, 15, device)
    many = torch.ones(2**30 if device.type == "cuda" else 2**26, device=device, dtype=dtype)
    reading = shortest(lambda: many.sum(), 15, device)
    return Ceilings(2 * size**3 / product, many.numel() * many.element_size() / reading)
