"""Where the time of one operation goes: on the GPU, and on the host that keeps it supplied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch.profiler import ProfilerActivity, profile

from core.bench.cases import Case
from core.bench.timing import settle
from core.model.reading import Reading, decode, read
from core.model.writing import inject

SHOWN = 15
"""Kernels and calls that are listed, those with the most time."""
WARM_UP = 4
"""Times that an operation is done before it is looked at; by then it is recorded, if it can be."""


class Job(NamedTuple):
    """One operation, and what is done before it and not looked at."""

    prepare: Callable[[], object]
    act: Callable[[], object]


def profiles(case: Case) -> dict[str, Any]:
    """By operation: wall milliseconds, those in which the GPU was busy, launches, the longest kernels and calls."""
    return {name: _profile(job, case.model.device) for name, job in _jobs(case).items()}


def _jobs(case: Case) -> dict[str, Job]:
    network, memory, told = case.network, case.memory, case.memory
    answered: list[Reading] = []

    def tell() -> None:
        nonlocal told
        read(network, told, case.question(), last_only=True)
        told = inject(network, told, case.chunk).memory

    def ask() -> None:
        answered[:] = [read(network, memory, case.questions[0], last_only=True)]

    return {
        "injection": Job(lambda: None, lambda: inject(network, memory, case.chunk)),
        "first token, another question": Job(
            lambda: None, lambda: read(network, memory, case.question(), last_only=True)
        ),
        "first token after an injection": Job(tell, lambda: read(network, told, case.question(), last_only=True)),
        "decoding a token": Job(ask, lambda: decode(network, answered[0].cache, case.chunk[:1])),
    }


def _profile(job: Job, device: torch.device) -> dict[str, Any]:
    wall = 0.0
    for _ in range(WARM_UP):
        job.prepare()
        settle(device)
        start = time.perf_counter()
        job.act()
        settle(device)
        wall = time.perf_counter() - start
    job.prepare()
    settle(device)
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if device.type == "cuda" else [])]
    with profile(activities=activities) as profiled:
        job.act()
        settle(device)
    events = profiled.events() or []
    kernels = [event for event in events if event.device_type.name == "CUDA"]
    calls = [event for event in events if event.device_type.name == "CPU"]
    spans = [(event.time_range.start, event.time_range.end) for event in kernels]
    return {
        "wall_ms": round(1000 * wall, 2),
        "busy_ms": round(_covered(spans) / 1000, 2),
        "kernels": len(kernels),
        "launches": sum("aunch" in call.name for call in calls),
        "longest_kernels": _longest((event.name, event.time_range.end - event.time_range.start) for event in kernels),
        "longest_calls": _longest((call.name, call.self_cpu_time_total) for call in calls),
    }


def _covered(spans: list[tuple[float, float]]) -> float:
    """Length of the union of intervals."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _longest(named: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    """Microseconds by name, in milliseconds, with how often."""
    sums: dict[str, tuple[float, int]] = {}
    for name, microseconds in named:
        before, count = sums.get(name, (0.0, 0))
        sums[name] = before + microseconds, count + 1
    first = sorted(sums.items(), key=lambda item: -item[1][0])[:SHOWN]
    return [{"name": name[:120], "ms": round(total / 1000, 3), "times": count} for name, (total, count) in first]
