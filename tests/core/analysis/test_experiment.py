"""An experiment on the page: the numbers of the command, sample by sample."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.experiment import KINDS, distances_to, retention
from core.errors import CancelledError, InputError
from core.evaluation.retention import run, sample, summary
from core.model.checkpoint import LoadedModel


def test_distances_double() -> None:
    assert distances_to(32) == [0, 1, 2, 4, 8, 16, 32]
    assert distances_to(5) == [0, 1, 2, 4, 5]
    assert distances_to(0) == [0]
    assert distances_to(1) == [0, 1]


def test_it_gives_the_numbers_of_the_command(mplus: LoadedModel) -> None:
    seen: list[tuple[int, int]] = []
    steps = list(retention(mplus, samples=2, farthest=2, seed=4, progress=lambda *far: seen.append(far)))
    assert [(one.samples, one.wanted) for one in steps] == [(1, 2), (2, 2)]
    assert seen == [(1, 2), (2, 2)]
    found = steps[-1]
    assert found.distances.tolist() == [0, 1, 2]
    assert [kind.name for kind in found.kinds] == ["M+", "MemoryLLM"]
    for kind, (_, mode) in zip(found.kinds, KINDS, strict=True):
        drawn = [sample(number, 4, 2) for number in range(2)]
        rows = summary([o for each in drawn for o in run(mplus, each, mode, [0, 1, 2])], [0, 1, 2])
        assert kind.right.tolist() == [row["accuracy"]["count"] for row in rows]
        assert kind.abstained.tolist() == [row["abstained"]["count"] for row in rows]
        for column in ("survival", "theory", "injections"):
            np.testing.assert_allclose(getattr(kind, column), [row[column] for row in rows], rtol=1e-6)
        low, high = kind.interval(2)
        assert ((low <= kind.right / 2 + 1e-6) & (kind.right / 2 <= high + 1e-6)).all()


def test_a_model_without_long_term_memory_has_one_curve(memoryllm: LoadedModel) -> None:
    *_, found = retention(memoryllm, samples=1, farthest=1)
    assert [kind.name for kind in found.kinds] == ["MemoryLLM"]
    assert np.isnan(found.kinds[0].lift).all()


def test_it_can_be_stopped_and_says_what_it_takes(mplus: LoadedModel) -> None:
    with pytest.raises(CancelledError):
        next(retention(mplus, samples=3, cancelled=lambda: True))
    for wrong, says in (
        ({"samples": 0}, "number of samples is 0: give 1 to 500"),
        ({"farthest": 999}, "farthest distance is 999"),
        ({"seed": -1}, "seed is -1"),
    ):
        with pytest.raises(InputError, match=says):
            retention(mplus, **wrong)  # type: ignore[arg-type]
