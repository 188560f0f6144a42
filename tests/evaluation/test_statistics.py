"""Intervals against known values."""

from __future__ import annotations

import math

import pytest

from core.evaluation.statistics import counted, mean, ratio, wilson


def test_wilson_of_known_counts() -> None:
    # R: binom::binom.confint(90, 100, methods = "wilson")
    share, low, high = wilson(90, 100)
    assert share == 0.9
    assert (low, high) == pytest.approx((0.825634, 0.944774), abs=1e-5)


def test_wilson_at_the_edges() -> None:
    assert wilson(0, 10).low == 0.0
    assert wilson(10, 10).high == pytest.approx(1.0)
    assert math.isnan(wilson(0, 0).share)
    assert wilson(0, 0)[1:] == (0.0, 1.0)


def test_counted() -> None:
    assert counted([True, False, True, True]) == {"count": 3, "of": 4, **wilson(3, 4)._asdict()}
    assert counted([])["share"] is None


def test_what_is_missing_does_not_count() -> None:
    assert ratio(1, 0) is None
    assert mean([1.0, None, 3.0]) == 2.0
    assert mean([None]) is None
