"""Do drops follow the law? A test per layer that needs nothing but the counts.

Every injection drops K of the N tokens in a layer, whatever their age. Given what was in the pool, the number dropped
at each age is then multivariate hypergeometric with known mean and covariance. Summed over the injections, measured
less expected is compared with that covariance: a chi-square with as many degrees of freedom as it has rank.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualize.prepare.life import NEVER, Life
from visualize.prepare.survival import independent

Table = NDArray[np.float64]
BINS = 12
LEAST = 8.0
"""Expected drops per bin and layer, for the chi-square to hold."""


@dataclass(frozen=True)
class Fit:
    """Measured against expected drops by age."""

    edges: NDArray[np.int64]  # [B + 1], injections; bin b holds ages edges[b] ... edges[b + 1] - 1
    measured: NDArray[np.int64]  # [L, B], tokens
    expected: Table  # [L, B]
    residuals: Table  # [L, B], (measured - expected) / standard deviation
    statistic: Table  # [L], chi-square
    freedom: NDArray[np.int64]  # [L]
    p: Table  # [L], chance of a statistic at least as large if the law holds
    overall: tuple[float, int, float]  # statistic, freedom, p of all layers; of one if all layers drop together


def fit(alive: Life) -> Fit | None:
    """The test over the whole session; None while too little was dropped to fill two bins."""
    trace, steps, k = alive.trace, alive.trace.step, alive.trace.model.num_tokens
    total = trace.model.pool_size
    if steps < 2 or k >= total:
        return None
    there = _there(alive)  # [L, T, T], tokens of each injection (axis 1) just before its a-th drop
    written, age = np.arange(1, steps + 1)[:, None], np.arange(1, steps + 1)[None]
    step = written + age
    seen = step <= steps
    share = np.where(seen, there[:, :, :-1] / total, 0.0)
    dropped = np.where(seen, there[:, :, :-1] - there[:, :, 1:], 0.0)
    edges = _edges(k * share.sum(axis=1).mean(axis=0))
    if len(edges) < 3:
        return None
    bins, layers = len(edges) - 1, len(share)
    which = np.clip(np.searchsorted(edges, age[0], side="right") - 1, 0, bins - 1)
    used = age[0] < edges[-1]
    shares = np.zeros((layers, steps + 1, bins))  # per injection and bin
    measured = np.zeros((layers, bins))
    for place in np.flatnonzero(used):
        stop = steps - int(age[0, place])  # injections that were seen that long
        shares[:, step[:stop, place], which[place]] += share[:, :stop, place]
        measured[:, which[place]] += dropped[:, :, place].sum(axis=1)
    expected = k * shares.sum(axis=1)
    scale = k * (total - k) / max(total - 1, 1)
    diagonal = np.eye(bins) * shares.sum(axis=1)[:, :, None]
    covariance = scale * (diagonal - np.einsum("lsb,lsc->lbc", shares, shares))
    difference = measured - expected
    spread = np.sqrt(np.maximum(np.einsum("lbb->lb", covariance), 1e-12))
    inverse = np.linalg.pinv(covariance, hermitian=True, rcond=1e-9)
    statistic = np.einsum("lb,lbc,lc->l", difference, inverse, difference)
    freedom = np.array([np.linalg.matrix_rank(table, hermitian=True, tol=1e-9) for table in covariance], np.int64)
    p = np.array([chi_square_tail(x, int(df)) for x, df in zip(statistic, freedom, strict=True)])
    alone = independent(trace) == k
    whole, df = (statistic[:1], freedom[:1]) if alone else (statistic, freedom)
    overall = (float(whole.sum()), int(df.sum()), chi_square_tail(float(whole.sum()), int(df.sum())))
    return Fit(edges, measured.astype(np.int64), expected, difference / spread, statistic, freedom, p, overall)


def _there(alive: Life) -> Table:
    """[L, T, T + 1] tokens of each injection that were still in the pool a injections later."""
    steps, first = alive.trace.step, alive.first
    left, chunk = alive.left[:, first:], alive.written[first:] - 1
    age = np.where(left == NEVER, steps + 1, left - chunk - 1)
    place = (np.arange(alive.layers)[:, None] * steps + chunk) * (steps + 2) + age
    lost = np.bincount(place.ravel(), minlength=alive.layers * steps * (steps + 2))
    rows = np.bincount(chunk, minlength=steps)
    found = rows[:, None] - lost.reshape(-1, steps, steps + 2).cumsum(axis=2)[:, :, : steps + 1]
    return np.asarray(found, np.float64)


def _edges(expected: Table) -> NDArray[np.int64]:
    """Ages 1, 2, ... put together so that every bin expects enough, in at most BINS bins."""
    least = max(LEAST, float(expected.sum()) / BINS)
    edges, held = [1], 0.0
    for age, count in enumerate(expected, start=1):
        held += float(count)
        if held >= least * 0.999:
            edges.append(age + 1)
            held = 0.0
    if held >= LEAST:
        edges.append(len(expected) + 1)
    return np.array(edges, np.int64)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(X >= value) of the chi-square distribution: the regularised upper incomplete gamma function."""
    a, x = freedom / 2, value / 2
    if x <= 0 or freedom <= 0:
        return 1.0
    lead = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:  # series of the lower function
        term = total = 1 / a
        for n in range(1, 10_000):
            term *= x / (a + n)
            total += term
            if term < total * 1e-15:
                break
        return max(0.0, 1.0 - lead * total)
    # Continued fraction of the upper function, by Lentz's method.
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    found = d
    for n in range(1, 10_000):
        factor = -n * (n - a)
        b += 2
        d = 1 / (factor * d + b or tiny)
        c = b + factor / c or tiny
        found *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return lead * found
