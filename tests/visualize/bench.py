"""How long every figure takes to build and how large it is at 8B size: python -m tests.visualize.bench

Cold: the first figure after something happened, which walks the trace. Warm: any other figure of the same moment.
Processor time, which other work on the machine does not lengthen, and elapsed time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from core.trace import Trace
from tests.visualize.findings import ASKED, some_comparison, some_lens, some_space, some_worth
from tests.visualize.large import large
from visualize import figures
from visualize.prepare import life
from visualize.prepare.moment import ALL

Make = Callable[[Trace], go.Figure]
BEST_OF = 5


def makes(trace: Trace) -> dict[str, Make]:
    """Every figure, and the ways to draw it that cost more."""
    plain: Any = {name: getattr(figures, name) for name in figures.__all__ if name not in ASKED}
    serial = int(life(trace).pool()[3, -300])
    worth, lens, found = some_worth(trace), some_lens(trace), some_comparison(trace)
    space = some_space(trace, most=12_800)
    return plain | {
        "memory_map age": lambda t: figures.memory_map(t, colour_by="age", selected=0),
        "memory_map attention": lambda t: figures.memory_map(t, colour_by="attention"),
        "memory_map retrieved": lambda t: figures.memory_map(t, colour_by="retrieved", selected=0),
        "memory_map step 30": lambda t: figures.memory_map(t, step=30),
        "survival selected": lambda t: figures.survival(t, selected=0),
        "retriever_hits lift": lambda t: figures.retriever_hits(t, measure="lift"),
        "token_life": lambda t: figures.token_life(t, 3, serial),
        "precision_recall": lambda t: figures.precision_recall(t, [0]),
        "worth": lambda t: figures.worth(t, worth),
        "lens": lambda t: figures.lens(t, lens),
        "token_space 2-D": lambda t: figures.token_space(t, space),
        "token_space 3-D": lambda t: figures.token_space(t, space, 3),
        "comparison": lambda t: figures.comparison(t, found),
    }


def forget() -> None:
    """Drop what was remembered about traces."""
    for part in ALL:
        part.clear()


def best(make: Make, trace: Trace, *, cold: bool) -> tuple[float, float]:
    """Milliseconds of processor and elapsed time, each the best of a few."""
    used, elapsed = [], []
    for _ in range(BEST_OF):
        if cold:
            forget()
        busy, start = time.process_time(), time.perf_counter()
        make(trace)
        used.append(time.process_time() - busy)
        elapsed.append(time.perf_counter() - start)
    return 1_000 * min(used), 1_000 * min(elapsed)


def main() -> None:
    """Print a table."""
    trace = large(long_term=150_000)
    print(f"{'figure':<24}{'cold: used':>12}{'elapsed':>10}{'warm: used':>12}{'elapsed':>10}{'bytes':>12}")
    for name, make in makes(trace).items():
        times = [*best(make, trace, cold=True), *best(make, trace, cold=False)]
        size = len(make(trace).to_json(validate=False))
        columns = "".join(f"{value:>{width}.0f}" for value, width in zip(times, (12, 10) * 2, strict=True))
        print(f"{name:<24}{columns}{size:>12,}", flush=True)


if __name__ == "__main__":
    main()
