"""Small statistics for reports."""

import math
from collections.abc import Iterable
from typing import NamedTuple, TypedDict


class Interval(NamedTuple):
    """A proportion with its 95 % Wilson interval."""

    share: float
    low: float
    high: float


class Share(TypedDict):
    """A counted proportion with its 95 % Wilson interval, as reports hold it; `share` is None if `of` is 0."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


def wilson(right: int, total: int, z: float = 1.959964) -> Interval:
    """The Wilson score interval of `right` out of `total`; all of 0..1 when there was nothing to count."""
    if total == 0:
        return Interval(float("nan"), 0.0, 1.0)
    share = right / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def counted(those: Iterable[bool]) -> Share:
    """How many of them are true."""
    all_of_them = list(those)
    count, of = sum(all_of_them), len(all_of_them)
    share, low, high = wilson(count, of)
    return {"count": count, "of": of, "share": share if of else None, "low": low, "high": high}


def ratio(part: float, whole: float) -> float | None:
    """None when there is nothing to divide by."""
    return part / whole if whole else None


def mean(values: Iterable[float | None]) -> float | None:
    """Over the values that are there; None if there are none."""
    known = [value for value in values if value is not None]
    return ratio(sum(known), len(known))
