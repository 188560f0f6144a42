"""Memory tokens of one layer in two and three dimensions: PCA at once, UMAP on request."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from core.analysis.rows import rows_of
from core.analysis.umapping import EPOCHS, neighbours, umap
from core.analysis.work import Cancelled, Progress, Work
from core.errors import InputError
from core.findings import Method, Space
from core.memory.state import MemoryState
from core.session import Session
from core.trace import Floats


class _Key(NamedTuple):
    model: str
    memory: int  # id, good as long as the memory lives
    layer: int
    method: Method
    limit: int
    seed: int


class _Cache:
    """The last spaces. A memory is a value that never changes: a space of it is computed once."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._found: OrderedDict[_Key, tuple[weakref.ref[MemoryState], Space]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key, memory: MemoryState) -> Space | None:
        with self._lock:
            entry = self._found.get(key)
            if entry is None or entry[0]() is not memory:  # an id is given again after its owner is gone
                return None
            self._found.move_to_end(key)
            return entry[1]

    def put(self, key: _Key, memory: MemoryState, space: Space) -> None:
        with self._lock:
            self._found[key] = (weakref.ref(memory), space)
            self._found.move_to_end(key)
            while len(self._found) > self._capacity:
                self._found.popitem(last=False)


_cache = _Cache(32)


def space(
    session: Session,
    layer: int,
    method: Method = "pca",
    *,
    step: int | None = None,
    limit: int = 4000,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Space:
    """Memory tokens of a layer, short-term and long-term, forgotten ones left out, as points.

    PCA keeps the directions of largest variance. UMAP keeps neighbourhoods by cosine: distances between its groups,
    their sizes and its axes mean nothing.

    Args:
        step: the memory after so many injections; None: now.
        limit: more tokens than this are sampled, short-term and long-term ones each by their share.
        seed: of the sample and of UMAP.

    Raises:
        InputError: no such layer, step or method; nothing was written yet; too few tokens for UMAP.
        CancelledError: `cancelled` said so.
    """
    if method not in ("pca", "umap"):
        raise InputError(f"Unknown method {method!r}: give 'pca' or 'umap'.")
    if limit < 1:
        raise InputError(f"The limit is {limit} tokens: give at least 1.")
    memory = session.memory if step is None else session.memory_at(step)
    key = _Key(session.model.fingerprint, id(memory), layer, method, limit, seed)
    known = _cache.get(key, memory)
    if known is not None:
        return known
    rows = rows_of(memory, layer)
    chosen = sample(rows.places, limit, seed)
    vectors = rows.vectors[torch.from_numpy(chosen).to(rows.vectors.device)].float().cpu().numpy()
    work = Work(2 * EPOCHS if method == "umap" else 1, progress, cancelled)
    work.check()
    explained: Floats | None = None
    if method == "pca":
        coordinates, explained = pca(vectors)
        flat = coordinates[:, :2]
        work.step()
    else:
        near = neighbours(vectors, work)
        flat, coordinates = umap(vectors, 2, seed, near, work), umap(vectors, 3, seed, near, work)
    found = Space(
        method=method,
        layer=layer,
        step=memory.step - session.model.memory.step,
        serials=rows.serials[chosen],
        places=rows.places[chosen],
        coordinates=coordinates,
        flat=flat,
        explained=explained,
        total=rows.serials.size,
        seed=seed,
    )
    _cache.put(key, memory, found)
    return found


def sample(places: NDArray[np.int8], limit: int, seed: int) -> NDArray[np.int64]:
    """Indices, ascending, of at most `limit` entries of [M], each place by its share."""
    if places.size <= limit:
        return np.arange(places.size)
    random = np.random.default_rng(seed)
    short, long = np.flatnonzero(places == 0), np.flatnonzero(places != 0)
    count = round(limit * short.size / places.size)
    picked = random.permutation(short)[:count], random.permutation(long)[: limit - count]
    return np.sort(np.concatenate(picked))


def pca(rows: Floats) -> tuple[Floats, Floats]:
    """The first three principal components of rows [n, d], and their shares of the variance.

    The sign of a component is free; here its largest entry is positive, so equal rows give equal pictures.

    Returns:
        [n, 3] and [3], filled with zeros where the rows span fewer directions.
    """
    centred = torch.from_numpy(rows - rows.mean(axis=0))
    _, sizes, axes = torch.linalg.svd(centred, full_matrices=False)
    axes = axes[:3]
    largest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))
    coordinates, explained = np.zeros((len(rows), 3), np.float32), np.zeros(3, np.float32)
    coordinates[:, : len(axes)] = (centred @ (axes * largest.sign()).T).numpy()
    variance = float(sizes.square().sum())
    if variance > 0:
        explained[: len(axes)] = (sizes[:3].square() / variance).numpy()
    return coordinates, explained
