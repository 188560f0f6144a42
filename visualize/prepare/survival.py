"""How long memory tokens stay in the pool, measured and by the law.

Every injection drops K of a layer's N tokens at random, so a token is still there after t further injections with
probability (1 - K/N)^t. A context of several chunks is written by several injections: each chunk is followed from
its own injection on, and the context is their mean, so that one law holds for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import ModelInfo, Trace
from visualize.prepare.life import NEVER, Life

Shares = NDArray[np.float64]

EXACT = 2_000
"""Up to this many tokens the binomial interval is summed up, above it the normal curve is as good as a pixel."""


@dataclass(frozen=True)
class Survival:
    """One context's share of tokens still in the pool, t = 0 ... T injections after each of its chunks."""

    context: int
    chunks: int
    layers: Shares  # [L, T + 1]
    mean: Shares  # [T + 1]
    forgotten: int | None  # t at which the context was forgotten; the shares end there


@dataclass(frozen=True)
class Drops:
    """Ages at which tokens of this session were dropped, in injections: index 0 is age 1."""

    counts: NDArray[np.int64]  # [T - 1], tokens of all layers
    expected: Shares  # [T - 1], by the law, for as many tokens that were watched for as long
    low: Shares  # [T - 1], 95 % interval of the law
    high: Shares
    before: int  # dropped tokens from before the session: their age is not known and they are not counted


def law(model: ModelInfo, steps: NDArray[np.int64] | Shares) -> Shares:
    """(1 - K/N)^t."""
    return (1.0 - model.num_tokens / model.pool_size) ** np.asarray(steps, np.float64)


def half_life(model: ModelInfo) -> float:
    """Injections after which half of a context's tokens is left."""
    kept = 1.0 - model.num_tokens / model.pool_size
    return float(np.log(0.5) / np.log(kept)) if 0.0 < kept < 1.0 else 0.0


def independent(trace: Trace) -> int:
    """Memory tokens of one injection that are dropped independently: K * L, or K when all layers drop together."""
    drops = [event.dropped for event in trace.injections if event.dropped.size]
    layers = trace.model.num_layers
    together = layers > 1 and bool(drops) and all((rows == rows[0]).all() for rows in drops)
    return trace.model.num_tokens * (1 if together else layers)


def band(tokens: int, chance: Shares) -> tuple[Shares, Shares]:
    """The 95 % interval of a share of `tokens` that are each there with the given chance."""
    chance = np.clip(np.asarray(chance, np.float64), 0.0, 1.0)
    if tokens > EXACT:
        spread = 1.96 * np.sqrt(chance * (1 - chance) / tokens)
        return np.clip(chance - spread, 0, 1), np.clip(chance + spread, 0, 1)
    counts = np.arange(tokens + 1)
    factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, tokens + 1)))))
    ways = factorial[-1] - factorial - factorial[::-1]
    inner = np.clip(chance, 1e-12, 1 - 1e-12)[:, None]
    total = np.exp(ways + counts * np.log(inner) + (tokens - counts) * np.log1p(-inner)).cumsum(axis=1)
    return (total < 0.025).sum(axis=1) / tokens, (total < 0.975).sum(axis=1) / tokens


def survival(alive: Life) -> list[Survival]:
    """Every context that has been written, in their order."""
    trace, steps = alive.trace, alive.trace.step
    if not steps:
        return []
    shares = _chunk_shares(alive)
    written: dict[int, list[int]] = {index: [] for index in range(len(trace.contexts))}
    for event in trace.injections:
        written[event.context].append(event.step)
    found = []
    for context, at in written.items():
        if not at:
            continue
        end = alive.forgets.get(context, steps)
        last = min(end, steps) - at[-1]
        layers = np.mean([shares[:, step - 1, : last + 1] for step in at], axis=0)
        found.append(
            Survival(context, len(at), layers, layers.mean(axis=0), last if context in alive.forgets else None)
        )
    return found


def measured_half_life(items: list[Survival]) -> float | None:
    """Injections after which half of the tokens was left, over all these contexts; None if that was not seen.

    The contexts were watched for different times: the share that stays from one injection to the next is taken over
    all that were still watched (Kaplan and Meier), and the height 1/2 is read off between two injections.
    """
    reach = max((len(item.mean) for item in items), default=0)
    left, at = 1.0, 0
    for t in range(1, reach):
        pairs = [(item.mean[t - 1] * item.chunks, item.mean[t] * item.chunks) for item in items if len(item.mean) > t]
        there = sum(float(pair[0]) for pair in pairs)
        stays = sum(float(pair[1]) for pair in pairs) / there if there else 1.0
        if left * stays <= 0.5:
            return at + (left - 0.5) / (left - left * stays)
        left, at = left * stays, t
    return None


def drops(alive: Life, layer: int | None = None) -> Drops:
    """Ages at drop of everything written in the session, of all layers or of one. The law counts only the time that
    each token was watched."""
    trace, steps = alive.trace, alive.trace.step
    left = alive.left[:, alive.first :]
    if layer is not None:
        left = left[layer : layer + 1]
    ages = (left - alive.written[alive.first :])[left < NEVER]
    layers, k = len(left), trace.model.num_tokens
    counts = np.bincount(ages, minlength=steps)[1:steps] if steps else np.zeros(0, np.int64)
    at = np.arange(1, max(steps, 1))
    rows = np.bincount(alive.written[alive.first :], minlength=steps + 1)[1:]  # written per injection and layer
    watched = layers * np.cumsum(rows)[::-1][1:] if steps else np.zeros(0)  # tokens watched for at least t injections
    chance = law(trace.model, at - 1) * k / trace.model.pool_size
    expected = watched * chance
    alike = layers * k / min(independent(trace), layers * k)  # tokens that share one fate count once
    spread = 1.96 * np.sqrt(expected * (1 - chance) * alike)
    total = sum(event.dropped.size for event in trace.injections) * layers // alive.layers
    return Drops(counts, expected, np.maximum(expected - spread, 0), expected + spread, total - int(ages.size))


def _chunk_shares(alive: Life) -> Shares:
    """[L, injections, T + 1]: share of each injection's rows in the pool, t injections later.

    Beyond the end of the session the last value is repeated; callers cut it off.
    """
    trace, steps = alive.trace, alive.trace.step
    chunk = alive.written[alive.first :] - 1
    left = alive.left[:, alive.first :]
    age = np.where(left == NEVER, steps + 1, left - chunk - 1)
    flat = (np.arange(trace.model.num_layers)[:, None] * steps + chunk) * (steps + 2) + age
    lost = np.bincount(flat.ravel(), minlength=trace.model.num_layers * steps * (steps + 2))
    rows = np.bincount(chunk, minlength=steps)
    still = rows[:, None] - lost.reshape(-1, steps, steps + 2).cumsum(axis=2)[:, :, : steps + 1]
    return still / np.maximum(rows, 1)[:, None]
