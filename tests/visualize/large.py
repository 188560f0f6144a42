"""A trace of 8B size, written directly: the simulation in traces.py is made for small ones."""

from __future__ import annotations

import re

import numpy as np

from core.trace import BEFORE, SCORE_BINS, Asked, Context, Injected, ModelInfo, Source, Start, Trace
from tests.visualize.traces import TOLD, UNRELATED


def large(injections: int = 60, long_term: int = 5_120, layers: int = 32, seed: int = 0) -> Trace:
    """K 256 of N 12,800 per layer: three told contexts, unrelated ones, merges without evictions, one question."""
    k, n, r = 256, 12_800, 2_560
    rng = np.random.default_rng(seed)
    old = tuple(np.arange(long_term, dtype=np.int64) for _ in range(layers))
    start = Start(
        np.tile(np.arange(long_term, long_term + n, dtype=np.int64), (layers, 1)),
        old,
        tuple((k * np.arange(long_term)[::-1] // 64).astype(np.int32) for _ in range(layers)),
        long_term + n,
    )
    trace = Trace(ModelInfo("synthetic-8b", layers, k, n, r, 512), start)
    pool, pending, stored = start.short_term, 0, long_term
    for step in range(1, injections + 1):
        text = (TOLD if step <= 3 else UNRELATED)[step % 3] + f" That was number {step}."
        spans = np.array([match.span() for match in re.finditer(r"\w+|[^\w\s]", text)], np.int64)
        trace = trace.with_context(Context(step - 1, text, spans, "told" if step <= 3 else "unrelated"))
        first = start.next_serial + k * (step - 1)
        out = np.zeros(pool.shape, bool)
        np.put_along_axis(out, rng.random(pool.shape).argpartition(k, axis=1)[:, :k], True, 1)
        dropped = pool[out].reshape(layers, k)
        written = np.where(dropped < start.next_serial, 0, 1 + (dropped - start.next_serial) // k)
        within = np.where(written > 0, k - 1 - (dropped - start.next_serial) % k, 0)
        pool = np.concatenate(
            (pool[~out].reshape(layers, -1), np.tile(np.arange(first, first + k), (layers, 1))), axis=1
        )
        merged = step % 8 == 0
        pending += k
        stored, pending = (stored + pending, 0) if merged else (stored, pending)
        none = tuple(np.empty(0, np.int64) for _ in range(layers))
        event = Injected(
            step, step - 1, np.resize(np.arange(len(spans)), k).astype(np.int32), first, dropped,
            (within + k * (step - written)).astype(np.int32), merged, none,
            np.full(layers, stored, np.int32), np.full(layers, pending, np.int32),
        )  # fmt: skip
        trace = trace.with_event(event)
    there = np.concatenate([event.dropped for event in trace.injections], axis=1)
    read = np.sort(there[:, rng.permutation(there.shape[1])[:r]], axis=1)
    sources = (Source("bos", BEFORE), Source("short_term", BEFORE), Source("long_term", 0), Source("prompt", BEFORE))
    count = 6
    return trace.with_event(
        Asked(
            step=injections, question="What fruits does David like?", prompt_tokens=("Question:",), answer="apples",
            answer_tokens=("apples",) * count, probabilities=np.ones(count, np.float32), finish="end", retrieved=read,
            scores=rng.random(read.shape).astype(np.float32),
            ages=rng.integers(0, k * injections, read.shape).astype(np.int32),
            candidates=np.full(layers, long_term + there.shape[1], np.int32),
            score_histogram=np.ones((layers, SCORE_BINS), np.int32), sources=sources,
            mass=rng.dirichlet(np.ones(len(sources)), (count, layers)).astype(np.float32),
            short_term_mass=(rng.random(pool.shape) / n).astype(np.float32),
            retrieved_mass=(rng.random(read.shape) / n).astype(np.float32),
            strongest=np.tile(np.concatenate((pool[:, -8:], read[:, :8]), axis=1), (count, 1, 1)),
            strongest_mass=-np.sort(-rng.random((count, layers, 16)) / n, axis=2).astype(np.float32),
        )
    )  # fmt: skip
