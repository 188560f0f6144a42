"""Small statistics for reports."""

import math
from typing import NamedTuple


class Interval(NamedTuple):
    """A proportion with its 95 % Wilson interval."""

    share: float
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
