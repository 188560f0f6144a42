"""Retention curves that the papers report, to be shown beside our own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.trace import Floats

FILE = Path(__file__).resolve().parents[2] / "assets" / "papers" / "retention.json"


@dataclass(frozen=True)
class Reported:
    """One published curve: what was right after 0, 1, 2 ... injections since."""

    model: str
    questions: str  # the data set
    right: Floats  # shares
    lifetime: float  # N / K, injections after which about 1/e of a text's tokens are left


@cache
def reported() -> tuple[Reported, ...]:
    """All of them, in the order of the file."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    sizes = {name: model["pool"] / model["written"] for name, model in document["models"].items()}
    return tuple(
        Reported(curve["model"], curve["questions"], np.array(curve["right"], np.float32), sizes[curve["model"]])
        for curve in document["curves"]
    )
