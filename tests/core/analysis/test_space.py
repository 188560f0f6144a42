"""Token space: PCA against numpy, samples, the cache, and one run of UMAP."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.space import pca, sample, space
from core.analysis.umapping import EPOCHS, neighbours
from core.analysis.work import Work
from core.errors import CancelledError, InputError
from core.session import Session
from core.trace import Floats


def test_pca_is_that_of_the_covariance() -> None:
    rows: Floats = (np.random.default_rng(0).normal(size=(60, 9)) * np.arange(1, 10)).astype(np.float32)
    coordinates, explained = pca(rows)
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    assert np.allclose(explained, values[::-1][:3] / values.sum(), atol=1e-4)
    for axis in range(3):
        wanted = (rows - rows.mean(0)) @ vectors[:, -1 - axis]
        assert np.isclose(abs(np.corrcoef(wanted, coordinates[:, axis])[0, 1]), 1, atol=1e-4)
    again, _ = pca(rows.copy())
    assert np.array_equal(coordinates, again)
    mirrored: Floats = np.negative(rows)
    assert np.allclose(pca(mirrored)[0], -coordinates, atol=1e-3), "the sign follows the axes, not the rows"


@pytest.mark.parametrize("rows", [1, 2])
def test_pca_of_hardly_anything(rows: int) -> None:
    coordinates, explained = pca(np.ones((rows, 5), np.float32))
    assert not coordinates.any()
    assert not explained.any()


def test_samples_keep_the_shares_and_repeat() -> None:
    places = np.repeat(np.array([0, 1], np.int8), (300, 100))
    chosen = sample(places, 80, seed=1)
    assert (places[chosen] == 0).sum() == 60
    assert len(np.unique(chosen)) == 80
    assert chosen.tolist() == sample(places, 80, seed=1).tolist()
    assert chosen.tolist() != sample(places, 80, seed=2).tolist()
    assert sample(places, 400, seed=1).tolist() == list(range(400))


def test_a_space_is_computed_once_per_state(session: Session) -> None:
    found = space(session, 0)
    assert found is space(session, 0)
    assert found is not space(session, 1)
    assert found is not space(session, 0, limit=20)
    assert (found.shown, found.step) == (found.total, session.trace.step)
    assert np.array_equal(found.flat, found.coordinates[:, :2])
    fork = session.fork()
    fork.inject("Something else is told now, and the memory is another one.")
    assert found is not space(fork, 0)
    small = space(session, 0, limit=20)
    assert (small.shown, small.total) == (20, found.total)
    assert set(small.serials.tolist()) <= set(found.serials.tolist())


def test_neighbours_are_exact() -> None:
    rows = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    found = neighbours(rows, Work(1))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distances = 1 - unit @ unit.T
    np.fill_diagonal(distances, -1)
    assert np.array_equal(found.indices, np.argsort(distances, axis=1)[:, : found.indices.shape[1]])
    assert not found.distances[:, 0].any()
    assert (np.diff(found.distances, axis=1) >= 0).all()


@pytest.mark.slow
def test_umap_repeats_itself_reports_and_can_be_ended(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    found = space(session, 2, "umap", progress=lambda done, _: seen.append(done))
    assert seen[-1] == 2 * EPOCHS
    assert found.coordinates.shape == (found.shown, 3)
    assert found.flat.shape == (found.shown, 2)
    assert np.isfinite(found.coordinates).all()
    monkeypatch.setattr("core.analysis.space._cache._capacity", 0)
    space(session, 0)  # empties the cache
    again = space(session, 2, "umap")
    assert again is not found
    assert np.array_equal(again.flat, found.flat)
    epochs: list[int] = []
    with pytest.raises(CancelledError):
        space(session, 2, "umap", progress=lambda done, _: epochs.append(done), cancelled=lambda: len(epochs) > 20)
    assert 20 < len(epochs) < 30


def test_what_cannot_be_placed_says_why(session: Session) -> None:
    with pytest.raises(InputError, match="method"):
        space(session, 0, "tsne")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least 16"):
        space(session, 0, "umap", limit=10)
    with pytest.raises(InputError, match="no layer 7"):
        space(session, 7)
    with pytest.raises(InputError, match="limit"):
        space(session, 0, limit=0)
    with pytest.raises(CancelledError):
        space(session, 0, limit=31, cancelled=lambda: True)
