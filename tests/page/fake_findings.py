"""What can be found out on request, made up: the shapes of `core.findings` without a model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

from core.errors import CancelledError, SnapshotError
from core.findings import Comparison, Lens, Retained, Retention, Run, Space, Worth
from core.trace import Trace, long_term_at, pool_at
from tests.page.fakes import Answer, FakeSession, fake_model
from visualize.panels.desk import Analyses, Links, Tables

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def worth(session: Any, question: int, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Worth:
    asked = session.trace.questions[question]
    contexts = np.arange(max(source.context for source in asked.sources) + 1, dtype=np.int32)
    rng = np.random.default_rng(question)
    size = len(asked.answer_tokens)
    for done in range(len(contexts)):
        _step(session, progress, cancelled, done + 1, len(contexts))
    whole = -rng.uniform(0, 1, size).astype(np.float32)
    without = (whole[None] - rng.uniform(-0.2, 2, (len(contexts), size))).astype(np.float32)
    return Worth(question, contexts, whole, without, whole - 3)


def without(session: Any, question: int, contexts: Iterable[int]) -> Answer:
    left_out = ", ".join(str(context) for context in contexts)
    return Answer(f"not from {left_out}", (f"not from {left_out}",), "end", None)


def lens(session: Any, layer: int, serial: int, step: int | None = None) -> Lens:
    serials = pool_at(session.trace, step).serials[layer]
    near = serials[serials != serial][:5]
    chances = np.array([0.5, 0.2, 0.1], np.float32)
    return Lens(
        layer,
        serial,
        "short_term",
        ("apples", "David", "picnic"),
        chances,
        near,
        np.linspace(0.9, 0.5, 5, dtype=np.float32),
    )


def space(session: Any, layer: int, method: Any, *, step: int | None = None, **how: Any) -> Space:
    trace = session.trace
    near, far = pool_at(trace, step).serials[layer], long_term_at(trace, layer, step).serials
    serials = np.concatenate((near, far))
    if method == "umap":
        for done in range(60):  # on a slow desk long enough to be stopped by a slow browser
            _step(session, how["progress"], how["cancelled"], done + 1, 60)
    points = np.random.default_rng(layer).normal(size=(serials.size, 3)).astype(np.float32)
    return Space(
        method=method,
        layer=layer,
        step=trace.step if step is None else step,
        serials=serials,
        places=np.repeat(np.array([0, 1], np.int8), (near.size, far.size)),
        coordinates=points,
        flat=points[:, :2],
        explained=np.array([0.5, 0.2, 0.1], np.float32) if method == "pca" else None,
        total=serials.size,
        seed=0,
    )


def compare(session: Any, question: str, *, progress: Progress, cancelled: Cancelled) -> Iterator[Comparison]:
    names = ("M+", "MemoryLLM", "No memory")
    runs: tuple[Run, ...] = ()
    for place, name in enumerate(names):
        try:
            _step(session, progress, cancelled, place + 1, len(names))
        except CancelledError:
            return
        runs = (*runs, Run(name, "Made up.", f"{name} says", ("it",), 0.5, 0.1, 9, 1000 * place, None))
        yield Comparison(question, runs)


def retention(
    model: Any, samples: int, farthest: int, seed: int, *, progress: Progress, cancelled: Cancelled
) -> Iterator[Retention]:
    distances = np.array([d for d in (0, 1, 2, 4, 8, 16, 32, 64, 128) if d <= farthest], np.int32)
    survival = (0.875**distances).astype(np.float32)
    for done in range(1, samples + 1):
        if cancelled():
            raise CancelledError("The work was stopped before its end.")
        time.sleep(0.02)
        progress(done, samples)
        nothing, blind = np.zeros_like(distances), np.full(distances.size, np.nan, np.float32)
        kinds = tuple(
            Retained(name, (done * share).astype(np.int32), nothing, survival, survival, distances * 1.0, blind)
            for name, share in (("M+", np.ones(distances.size)), ("MemoryLLM", survival))
        )
        yield Retention(distances, done, samples, seed, 256, 32, kinds)


def _step(session: Any, progress: Progress | None, cancelled: Cancelled | None, done: int, total: int) -> None:
    if cancelled and cancelled():
        raise CancelledError("The work was stopped before its end.")
    session.delay()
    if progress:
        progress(done, total)


def opened(text: str) -> FakeSession:
    try:
        texts = json.loads(text)
    except ValueError as error:
        raise SnapshotError("The link is damaged or was cut off: copy it again, whole.") from error
    session = FakeSession(fake_model())
    session.inject_all(texts, kind="told")
    return session


def _zipped(trace: Trace, path: Path) -> Path:
    with ZipFile(path, "w") as zipped:
        zipped.writestr("contexts.parquet", b"PAR1")
    return path


fakes: Any = {"without": without, "open": opened}  # their sessions and answers only look like the real ones
ANALYSES = Analyses(worth=worth, without=fakes["without"], lens=lens, space=space, compare=compare, retention=retention)
LINKS = Links(
    write=lambda session: json.dumps([context.text for context in session.trace.contexts]), open=fakes["open"]
)
TABLES = Tables(json=lambda trace: json.dumps({"contexts": len(trace.contexts)}), parquet=_zipped)
