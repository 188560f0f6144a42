"""Findings about a simulated trace: numbers of the right shape, drawn at random."""

from __future__ import annotations

import numpy as np

from core.findings import Comparison, Lens, Retained, Retention, Run, Space, Worth
from core.trace import Trace
from visualize.prepare import life, remaining

ASKED = ("token_life", "worth", "lens", "token_space", "comparison", "precision_recall", "retention", "papers")
"""Figures that need more than a trace."""


def some_worth(trace: Trace, question: int = -1, seed: int = 0) -> Worth:
    rng = np.random.default_rng(seed)
    asked = trace.questions[question]
    contexts = np.flatnonzero(remaining(life(trace)).written).astype(np.int32)
    size = len(asked.answer_tokens) + (asked.finish == "end")
    whole = -rng.exponential(0.3, size).astype(np.float32)
    change = rng.normal(0, 0.1, (contexts.size, size)).astype(np.float32)
    change[0] += 0.4
    return Worth(
        question=len(trace.questions) + question if question < 0 else question,
        contexts=contexts,
        whole=whole,
        without=whole - change,
        nothing=(whole - 1).astype(np.float32),
    )


def some_lens(trace: Trace, layer: int = 0, seed: int = 0) -> Lens:
    rng = np.random.default_rng(seed)
    pool = life(trace).pool()[layer]
    near = rng.permutation(pool)[:8].astype(np.int64)
    return Lens(
        layer=layer,
        serial=int(pool[-3]) if pool.size > 3 else 0,
        place="short_term",
        words=("apples", " fruit", "<b>bold</b>", "\n", "the"),
        probabilities=np.array([0.4, 0.2, 0.1, 0.05, 0.01], np.float32),
        neighbours=near,
        cosines=-np.sort(-rng.random(near.size)).astype(np.float32),
    )


def some_space(trace: Trace, layer: int = 0, most: int = 400, seed: int = 0) -> Space:
    rng = np.random.default_rng(seed)
    alive = life(trace)
    pool, far = alive.pool()[layer], np.flatnonzero(alive.in_long_term()[layer])
    serials = np.concatenate((pool, far))
    keep = np.sort(rng.permutation(serials.size)[:most])
    places = (np.arange(serials.size) >= pool.size).astype(np.int8)
    coordinates = rng.normal(0, 1, (keep.size, 3)).astype(np.float32)
    coordinates[:, 0] += alive.context[serials[keep]] % 4
    return Space(
        method="pca", layer=layer, step=trace.step, serials=serials[keep], places=places[keep],
        coordinates=coordinates, flat=coordinates[:, :2].copy(), explained=np.array([0.4, 0.2, 0.1], np.float32),
        total=serials.size, seed=seed,
    )  # fmt: skip


def some_comparison(trace: Trace) -> Comparison:
    asked = trace.questions[-1]
    answer = (asked.answer, asked.answer_tokens)
    nan = float("nan")
    return Comparison(
        asked.question,
        (
            Run("M+", "this session", *answer, 0.62, 0.12, 14, 3_400_000, asked),
            Run("MemoryLLM", "without long-term memory", *answer, 0.31, 0.09, 14, 2_700_000, asked),
            Run("Full context in the prompt", "", *answer, 0.81, 0.55, 900, 0, None),
            Run("No memory", "", *answer, 0.04, 0.05, 14, 0, None),
            Run("Another drop seed", "could not be run: <b>no</b> log", "", (), nan, nan, 0, 0, None),
        ),
    )


def some_retention(done: int = 12, wanted: int = 20, long_term: bool = True) -> Retention:
    distances = np.array([0, 1, 2, 4, 8, 16, 32], np.int32)
    injections = (1.3 * distances).astype(np.float32)
    theory = (0.875**injections).astype(np.float32)
    kinds = ({"M+": np.linspace(1, 0.8, 7)} if long_term else {}) | {"MemoryLLM": theory}
    return Retention(
        distances, done, wanted, 3, 256, 32,
        tuple(
            Retained(
                name, (done * share).astype(np.int32), np.minimum(distances, 1).astype(np.int32) * 0, theory * 0.98,
                theory, injections, np.full(7, np.nan, np.float32),
            )
            for name, share in kinds.items()
        ),
    )  # fmt: skip
