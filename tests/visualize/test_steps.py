"""A figure of a past step is the figure that was drawn then; the selection is shown, not obeyed blindly."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.trace import Asked, Injected, Trace
from tests.visualize.findings import ASKED, some_comparison, some_lens, some_space, some_worth
from tests.visualize.traces import begin, play
from visualize import figures
from visualize.prepare import (
    FATES,
    at,
    biography,
    chi_square_tail,
    composition,
    fit,
    flow,
    life,
    measured_half_life,
    overlap,
    quality,
    read_counts,
    reads,
    scores,
    survival,
)

STEPS = (0, 1, 7, 20)
SELECTED: dict[str, Callable[..., go.Figure]] = {
    name: getattr(figures, name) for name in figures.__all__ if name not in ASKED
} | {
    "age": lambda trace, **more: figures.memory_map(trace, colour_by="age", **more),
    "attention": lambda trace, **more: figures.memory_map(trace, colour_by="attention", **more),
    "retrieved": lambda trace, **more: figures.memory_map(trace, colour_by="retrieved", **more),
    "lift": lambda trace, **more: figures.retriever_hits(trace, measure="lift", **more),
    "precision_recall": lambda trace, **more: figures.precision_recall(trace, [0], **more),
    "token_life": lambda trace, **more: figures.token_life(trace, 0, trace.start.next_serial + 2, **more),
}


def longer() -> tuple[Trace, dict[int, Trace]]:
    """A session with questions and a forgetting in between, and what it was after some steps."""
    session = begin(layers=3, pool=64, retrieved=8, long_term=20)
    then = {0: session.trace}
    for step in range(1, 31):
        session.tell(f"Word number {step} is here and stays.", "told" if step % 3 == 1 else "unrelated")
        if step in (5, 20):
            session.ask(f"What was word {step}?", 0)
        if step == 7:
            session.forget(3)
        then[step] = session.trace
    return session.trace, then


@pytest.mark.parametrize("name", SELECTED)
def test_a_past_step_is_the_shorter_trace(name: str) -> None:
    trace, then = longer()
    for step in STEPS:
        past, now = SELECTED[name](trace, step=step), SELECTED[name](then[step])
        if "empty" in now.layout.meta:
            assert "empty" in past.layout.meta
        else:
            assert json.loads(past.to_json()) == json.loads(now.to_json())


@pytest.mark.parametrize("name", [name for name in SELECTED if name != "token_life"])
def test_a_layer_is_taken_or_ignored(name: str) -> None:
    trace, _ = longer()
    for layer in (0, 2, 99):
        assert SELECTED[name](trace, layer=layer).layout.title.text


def test_a_moment_holds_what_had_happened() -> None:
    trace, then = longer()
    assert at(trace, 30) is trace
    assert at(trace, 7).events == then[7].events
    assert len(at(trace, 7).contexts) == 7
    assert at(trace, -3).events == ()


def test_nothing_keeps_a_trace_alive() -> None:
    trace = play(unrelated=6).trace
    figures.survival(trace, step=3)
    figures.memory_map(trace)
    gone = weakref.ref(trace)
    del trace
    gc.collect()
    assert gone() is None


def test_composition_and_flow_count_every_token_once() -> None:
    trace, then = longer()
    alive = life(trace)
    for layer in (None, 1):
        table = composition(alive, layer).counts
        np.testing.assert_allclose(table.sum(axis=1), 64)
        for step in (1, 6, 30):
            pool = life(then[step]).pool()
            rows = pool if layer is None else pool[[layer]]
            mine = (life(then[step]).context[rows] == 0).sum() / len(rows)
            assert table[step, 1] == pytest.approx(mine)
    assert composition(alive).counts[7:, 4].sum() == 0, "forgotten tokens belong to nobody"
    found = flow(alive)
    layers, k, n = 3, 8, 64
    assert found.written().sum() == layers * (n + k * 30)
    there = [found.counts[:, FATES.index(fate)].sum() for fate in ("waiting", "stored")]
    own = sum(np.isin(np.flatnonzero(row), np.arange(20)).sum() for row in alive.in_long_term())
    assert sum(there) == alive.in_long_term().sum() - own


def test_a_life_is_what_the_events_say() -> None:
    trace, _ = longer()
    alive = life(trace)
    for serial in range(trace.start.next_serial, trace.start.next_serial + 100, 7):
        told = biography(alive, 1, serial)
        assert told is not None
        dropped = [e.step for e in trace.events if isinstance(e, Injected) and serial in e.dropped[1]]
        assert ([told.left] if told.left else []) == dropped
        read = [bool(np.isin(serial, e.retrieved[1])) for e in trace.events if isinstance(e, Asked)]
        for reading in told.readings:
            assert reading.read == (reading.place == "short-term" or read[reading.question])
    assert biography(alive, 0, 10**6) is None
    assert biography(alive, 9, 70) is None


def test_reads_are_counted_once_per_question() -> None:
    trace, _ = longer()
    alive = life(trace)
    counts = read_counts(trace, alive.context.size)
    for layer in range(3):
        expected = np.zeros(alive.context.size)
        for asked in trace.questions:
            expected[np.unique(asked.retrieved[layer])] += 1
        np.testing.assert_array_equal(counts[layer], expected)
    small = reads(alive, columns=10)
    assert small.serials.shape == (3, 10)
    assert small.counts.max() == (counts * alive.in_long_term()).max(), "the most read token is never left out"


def test_dropping_at_random_fits_and_dropping_the_oldest_does_not() -> None:
    ps = []
    for seed in range(12):
        found = fit(life(play(seed=seed, layers=1, unrelated=40, questions=False).trace))
        assert found is not None
        ps.append(found.overall[2])
    assert min(ps) > 1e-4
    assert max(ps) > 0.2
    session = play(layers=2, tokens=8, pool=64, unrelated=0, told=0, questions=False)
    session.rng = _Oldest()  # type: ignore[assignment]
    for _ in range(30):
        session.tell("It always hits the oldest.")
    found = fit(life(session.trace))
    assert found is not None
    assert found.overall[2] < 1e-6
    assert fit(life(begin().trace)) is None


class _Oldest:
    """A draw that is none."""

    def permutation(self, count: int) -> Any:
        return np.arange(count)


def test_the_tail_of_chi_square_is_the_known_one() -> None:
    for value, freedom, p in ((3.841459, 1, 0.05), (18.30704, 10, 0.05), (135.8067, 100, 0.01), (0.0, 3, 1.0)):
        assert chi_square_tail(value, freedom) == pytest.approx(p, rel=1e-4)
    assert chi_square_tail(2.0, 2) == pytest.approx(np.exp(-1))


def test_half_life_is_read_off_where_half_is_left() -> None:
    found = measured_half_life(survival(life(play(unrelated=60, layers=6).trace)))
    assert found == pytest.approx(21.8, rel=0.15)
    assert measured_half_life(survival(life(play(unrelated=2).trace))) is None


def test_scores_and_quality_add_up() -> None:
    trace = play().trace
    asked = trace.questions[-1]
    found = scores(trace, asked, context=0)
    assert found is not None
    assert found.own is not None
    assert found.selected.sum() == asked.scores.size
    assert (found.rejected + found.selected == found.candidates).all()
    assert (found.own <= found.selected).all()
    right = quality(trace, asked, [0])
    context = life(trace).context
    for layer in range(6):
        hit = {s for s in asked.retrieved[layer].tolist() if context[s] == 0}
        assert right.hits[layer] == len(hit)
        if right.relevant[layer]:
            assert right.recall[layer] == pytest.approx(len(hit) / right.relevant[layer])
    both, blind = overlap(trace, asked)
    one, two = (set(asked.retrieved[layer].tolist()) for layer in (0, 1))
    assert both[0, 1] == pytest.approx(len(one & two) / len(one | two))
    assert ((blind >= 0) & (blind <= 1)).all()


def test_findings_are_drawn_and_missing_ones_say_so() -> None:
    trace = play(unrelated=12).trace
    asked = some_worth(trace)
    bars = figures.worth(trace, asked).data
    shown = dict(zip(np.asarray(bars[0].customdata)[:, 0].astype(int).tolist(), bars[0].x, strict=True))
    for context, value in zip(asked.contexts.tolist(), asked.worth.tolist(), strict=True):
        assert shown[context] == pytest.approx(value, abs=1e-4)
    assert bars[1].x[0] == pytest.approx(float((asked.whole - asked.nothing).sum()), abs=1e-4)
    space = some_space(trace, most=100)
    figure = figures.token_space(trace, space, 2, "source", 0, token=(0, int(space.serials[3])))
    assert f"100 of {space.total}" in figure.layout.title.text
    points = [tuple(row) for part in figure.data[:-1] for row in np.asarray(part.customdata).tolist()]
    assert sorted(serial for _, _, serial in points) == sorted(space.serials.tolist())
    assert len(figures.comparison(trace, some_comparison(trace)).data) == 4
    assert "apples" in str(figures.lens(trace, some_lens(trace)).layout.yaxis.ticktext)
    for empty in (
        figures.worth(trace, None),
        figures.lens(trace, None),
        figures.token_space(trace, None),
        figures.comparison(trace, None),
        figures.precision_recall(trace),
        figures.token_life(trace, None, None),
    ):
        assert empty.layout.meta["empty"]
        assert not empty.data
