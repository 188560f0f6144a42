"""UMAP (McInnes, Healy & Melville, arXiv 1802.03426) of memory tokens, one run at a time.

umap-learn is imported on first use: it compiles for seconds. Two of its runs at once can abort the process (numba's
work queue is not thread-safe), so all wait for one lock. A fixed `random_state` makes a run repeatable on one machine.
"""

from __future__ import annotations

import warnings
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.work import Work
from core.errors import InputError
from core.trace import Floats

EPOCHS = 300
FEWEST = 16
"""Tokens below which a map of neighbourhoods says nothing."""
_NEIGHBOURS = 15
_AT_ONCE = 1024  # rows compared with all others at once
_WAIT = 0.2  # seconds between looks at whether the work is still wanted
_lock = Lock()


class Neighbours(NamedTuple):
    """The k nearest rows of every row, itself first."""

    indices: NDArray[np.int32]  # [n, k]
    distances: Floats  # [n, k], 1 - cosine


class _Epochs:
    """Where umap's progress bar writes: once an epoch, which is the only place to look in or to end a run."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def write(self, text: str) -> None:
        if text.strip():
            self._work.step()

    def flush(self) -> None:
        self._work.check()


def neighbours(rows: Floats, work: Work) -> Neighbours:
    """Exact nearest neighbours by cosine of rows [n, d]; umap's own search of so few rows is many times slower.

    Raises:
        InputError: fewer than `FEWEST` rows.
        CancelledError: the work is no longer wanted.
    """
    if len(rows) < FEWEST:
        raise InputError(f"UMAP needs at least {FEWEST} memory tokens; there are {len(rows)}. Use PCA.")
    directions = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    count = min(_NEIGHBOURS, len(rows) - 1)
    indices, distances = [], []
    for start in range(0, len(rows), _AT_ONCE):
        work.check()
        cosines = directions[start : start + _AT_ONCE] @ directions.T
        own = np.arange(len(cosines))
        cosines[own, start + own] = np.inf  # a row is its own first neighbour, even if another equals it
        nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(cosines, nearest, axis=1), axis=1, kind="stable")
        nearest = np.take_along_axis(nearest, order, axis=1)
        indices.append(nearest.astype(np.int32))
        distances.append(np.clip(1 - np.take_along_axis(cosines, nearest, axis=1), 0, 2).astype(np.float32))
    return Neighbours(np.concatenate(indices), np.concatenate(distances))


def umap(rows: Floats, dimensions: int, seed: int, near: Neighbours, work: Work) -> Floats:
    """Place rows [n, d] in [n, dimensions] so that neighbours stay neighbours.

    `work` takes `EPOCHS` steps; it can end the run between epochs, but not before the first one, while umap compiles
    (on its first use) and finds a beginning.

    Raises:
        CancelledError: the work is no longer wanted.
    """
    while not _lock.acquire(timeout=_WAIT):
        work.check()
    try:
        work.check()
        from umap import UMAP

        work.check()
        mapper = UMAP(
            n_components=dimensions,
            n_neighbors=near.indices.shape[1],
            metric="cosine",
            n_epochs=EPOCHS,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(near.indices.copy(), near.distances.copy()),  # umap writes into them
            tqdm_kwds={"disable": False, "file": _Epochs(work), "mininterval": 0, "miniters": 1},
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="precomputed_knn")  # only placing new rows would need more
            return np.asarray(mapper.fit_transform(rows), np.float32)
    finally:
        _lock.release()
