"""UMAP (McInnes, Healy & Melville, arXiv 1802.03426) of memory tokens, one run at a time.

umap-learn is imported on first use: it compiles for seconds. Two of its runs at once can abort the process (numba's
work queue is not thread-safe), so all wait for one lock. A fixed `random_state` makes a run repeatable on one machine.
"""

from __future__ import annotations

from threading import Lock

import numpy as np

from core.analysis.work import Work
from core.errors import InputError
from core.trace import Floats

EPOCHS = 300
FEWEST = 16
"""Tokens below which a map of neighbourhoods says nothing."""
_NEIGHBOURS = 15
_WAIT = 0.2  # seconds between looks at whether the work is still wanted
_lock = Lock()


class _Epochs:
    """Where umap's progress bar writes: once an epoch, which is the only place to look in or to end a run."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def write(self, text: str) -> None:
        if text.strip():
            self._work.step()

    def flush(self) -> None:
        self._work.check()


def umap(rows: Floats, dimensions: int, seed: int, work: Work) -> Floats:
    """Place rows [n, d] in [n, dimensions] so that neighbours by cosine stay neighbours.

    `work` takes `EPOCHS` steps; it can end the run between epochs, but not while neighbours are searched, which
    comes first and takes a second or two for 4,000 rows, nor while umap compiles on its first use.

    Raises:
        InputError: fewer than `FEWEST` rows.
        CancelledError: the work is no longer wanted.
    """
    if len(rows) < FEWEST:
        raise InputError(f"UMAP needs at least {FEWEST} memory tokens; there are {len(rows)}. Use PCA.")
    while not _lock.acquire(timeout=_WAIT):
        work.check()
    try:
        work.check()
        from umap import UMAP

        work.check()
        mapper = UMAP(
            n_components=dimensions,
            n_neighbors=min(_NEIGHBOURS, len(rows) - 1),
            metric="cosine",
            n_epochs=EPOCHS,
            random_state=seed,
            n_jobs=1,
            tqdm_kwds={"disable": False, "file": _Epochs(work), "mininterval": 0, "miniters": 1},
        )
        return np.asarray(mapper.fit_transform(rows), np.float32)
    finally:
        _lock.release()
