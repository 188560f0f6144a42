"""The card's pictures show the reports' own numbers, and the logs' steps in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from visualize.figures import curves


def report(shares: dict[int, float], survival: dict[int, float]) -> dict[str, Any]:
    rows = [
        {"distance": distance, "accuracy": {"share": share}, "survival": survival[distance]}
        for distance, share in shares.items()
    ]
    return {"samples": 50, "table": rows}


def line(phase: str, step: int, **recall: tuple[float, int]) -> dict[str, Any]:
    return {"phase": phase, "step": step, "recall": {name.replace("_", " "): value for name, value in recall.items()}}


def test_lines_are_means_and_bands_reach_from_seed_to_seed() -> None:
    left = {0: 1.0, 4: 0.5, 16: 0.1}
    mplus = [report({0: 0.9, 4: 0.8, 16: 0.7}, left), report({0: 1.0, 4: 0.6, 16: 0.9}, left)]
    alone = [report({0: 0.9, 4: 0.4, 16: 0.0}, left), report({0: 0.8, 4: 0.5, 16: 0.1}, left)]
    band, mean, _, mean_alone, survival = curves.lasting(mplus, alone).data
    assert mean.y == pytest.approx([95, 70, 80])
    assert band.y == pytest.approx([100, 80, 90, 70, 60, 90])
    assert mean_alone.y == pytest.approx([85, 45, 5])
    assert survival.y == pytest.approx([100, 50, 10])
    assert list(mean.x) == pytest.approx(np.log2([1, 5, 17]))


def test_runs_follow_one_another() -> None:
    first = [
        line("copy", 100, age_0=(0.2, 10)),
        line("copy", 400, age_0=(0.6, 10)),
        line("joint", 300, age_0=(1.0, 10)),
    ]
    second = [line("honest", 200, age_0=(0.5, 10), unknown=(0.25, 4))]
    figure = curves.training([first, second])
    told, later, unknown = figure.data  # nothing was searched for, and nothing took two contexts
    assert list(told.x) == [100, 400, 700]
    assert told.y == pytest.approx([20, 60, 100])
    assert list(later.x) == list(unknown.x) == [900]
    assert unknown.y == pytest.approx([25])
    assert any(shape.x0 == 900 for shape in figure.layout.shapes)
    assert "2 runs" in figure.to_json()
    assert "vertical" in figure.to_json()


def test_a_single_run_speaks_of_no_other() -> None:
    figure = curves.training([[line("copy", 100, age_0=(0.2, 10)), line("copy", 400, age_0=(0.6, 10))]])
    assert "1 run" in figure.to_json()
    assert "vertical" not in figure.to_json()


def test_a_point_averages_over_questions_not_lines() -> None:
    run = [line("joint", 25, age_0=(1.0, 10)), line("joint", 50, age_0=(0.0, 30))]
    (told,) = curves.training([run]).data
    assert told.y == pytest.approx([25, 25])
