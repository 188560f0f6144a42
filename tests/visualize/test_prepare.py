"""Derived numbers against a simulation that keeps everything by hand, and against counting one token at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.trace import BEFORE, Forgot, long_term_at, origin, pool_at
from tests.visualize.traces import Play, begin, play
from visualize import figures
from visualize.prepare import (
    attention,
    band,
    cell_at,
    drops,
    hits,
    holdings,
    law,
    life,
    pool_map,
    read_counts,
    remaining,
    sizes,
    survival,
)


@st.composite
def sessions(draw: Any) -> Play:
    """Small sessions of every shape: several layers, chunks, short texts, empty pools, forgetting in between."""
    session = begin(
        layers=draw(st.integers(1, 3)),
        tokens=(k := draw(st.integers(1, 4))),
        pool=k * draw(st.integers(2, 6)) + draw(st.integers(0, 1)),
        retrieved=draw(st.sampled_from((0, 3, 8))),
        chunk=draw(st.integers(2, 9)),
        long_term=draw(st.integers(0, 9)),
        filled=draw(st.booleans()),
        seed=draw(st.integers(0, 99)),
        merge_every=draw(st.integers(1, 3)),
    )
    session.lives = draw(st.integers(1, 3))
    for _ in range(draw(st.integers(0, 9))):
        session.tell(
            " ".join("word" for _ in range(draw(st.integers(1, 14)))), draw(st.sampled_from(("told", "unrelated")))
        )
        if draw(st.integers(0, 3)) == 0:
            session.forget(draw(st.integers(0, len(session.trace.contexts) - 1)))
    return session


@settings(max_examples=60, deadline=None)
@given(sessions())
def test_derived_functions_agree_with_the_simulation(session: Play) -> None:
    trace, alive = session.trace, life(session.trace)
    wrote = origin(trace)
    for serial, (context, position, step) in session.owner.items():
        assert (wrote.context[serial], wrote.position[serial], wrote.step[serial]) == (context, position, step)
    for step, moment in session.moments.items():
        pool = pool_at(trace, step)
        np.testing.assert_array_equal(pool.serials, np.stack(moment.pool))
        np.testing.assert_array_equal(pool.ages, np.stack(moment.ages))
        np.testing.assert_array_equal(pool.forgotten, np.isin(wrote.context[pool.serials], list(moment.forgotten)))
        np.testing.assert_array_equal(alive.pool(step), pool.serials)
        np.testing.assert_array_equal(alive.gone(pool.serials, step), pool.forgotten)
        np.testing.assert_array_equal(alive.ages(pool.serials, step), pool.ages)
        there = alive.in_long_term(step)
        for layer in range(trace.model.num_layers):
            store = long_term_at(trace, layer, step)
            expected = np.concatenate((moment.stored[layer], moment.pending[layer]))
            np.testing.assert_array_equal(store.serials, expected)
            np.testing.assert_array_equal(
                store.ages, np.concatenate((moment.stored_ages[layer], moment.pending_ages[layer]))
            )
            assert store.pending.sum() == moment.pending[layer].size
            np.testing.assert_array_equal(np.flatnonzero(there[layer]), np.sort(expected))
            np.testing.assert_array_equal(alive.ages(expected, step, layer), store.ages)
            np.testing.assert_array_equal(alive.pending(expected, layer, step), store.pending)


@settings(max_examples=30, deadline=None)
@given(sessions())
def test_every_slot_belongs_to_exactly_one_source(session: Play) -> None:
    trace, alive = session.trace, life(session.trace)
    layers, n = trace.model.num_layers, session.now.pool[0].size
    drawn = pool_map(alive)
    for row in drawn.context:
        assert sum(Counter(row.tolist()).values()) == n
    left = remaining(alive)
    hidden = int(drawn.forgotten.sum())
    assert left.short_term.sum() + left.before + hidden == layers * n
    assert (left.short_term <= left.written).all()
    held = holdings(alive)
    size = sum(a.size + b.size for a, b in zip(session.now.stored, session.now.pending, strict=True))
    assert held.counts.sum() == held.stored + held.pending == (size if trace.model.retrieved else 0)
    if trace.model.retrieved:
        np.testing.assert_array_equal(sizes(alive).store[-1], [rows.size for rows in session.now.stored])
        np.testing.assert_array_equal(sizes(alive).pending[-1], [rows.size for rows in session.now.pending])


@settings(max_examples=30, deadline=None)
@given(sessions())
def test_survival_is_what_counting_by_hand_gives(session: Play) -> None:
    trace = session.trace
    for item in survival(life(trace)):
        steps = [event.step for event in trace.injections if event.context == item.context]
        for t, share in enumerate(item.mean):
            chunks = []
            for step in steps:
                mine = {s for s, (_, _, at) in session.owner.items() if at == step}
                here = [len(mine & set(rows.tolist())) for rows in session.moments[step + t].pool]
                chunks.append(np.mean(here) / len(mine))
            assert share == pytest.approx(np.mean(chunks))
        ends = [e.step for e in trace.events if isinstance(e, Forgot) and e.context == item.context]
        assert item.mean.size == (ends[0] if ends else trace.step) - steps[-1] + 1


@settings(max_examples=30, deadline=None)
@given(sessions())
def test_ages_at_drop_are_what_the_events_say(session: Play) -> None:
    counted: Counter[int] = Counter()
    before = 0
    for event in session.trace.injections:
        for serial in event.dropped.ravel().tolist():
            if serial in session.owner:
                counted[event.step - session.owner[serial][2]] += 1
            else:
                before += 1
    found = drops(life(session.trace))
    assert {age + 1: n for age, n in enumerate(found.counts.tolist()) if n} == dict(counted)
    assert found.before == before


def test_the_law_and_its_band_hold_in_a_long_simulation() -> None:
    session = play(told=0, unrelated=120, questions=False, layers=4, tokens=8, pool=64, retrieved=0)
    trace, inside = session.trace, []
    for item in survival(life(trace)):
        chance = law(trace.model, np.arange(item.mean.size))
        low, high = band(8 * 4, chance)
        inside += ((item.mean >= low - 1e-9) & (item.mean <= high + 1e-9)).tolist()
    assert np.mean(inside) > 0.93
    found = drops(life(trace))
    assert found.expected.sum() == pytest.approx(found.counts.sum(), rel=0.05)


def test_the_band_is_the_binomial_one() -> None:
    low, high = band(20, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(low, [0, 6 / 20, 1])  # P(X <= 5) = .0207, P(X <= 6) = .0577
    np.testing.assert_allclose(high, [0, 14 / 20, 1])
    wide, narrow = band(2_000, np.array([0.3])), band(2_001, np.array([0.3]))
    np.testing.assert_allclose(np.array(wide), np.array(narrow), atol=1e-3)


def test_hits_count_what_was_read_and_lift_compares_with_a_blind_draw() -> None:
    session = play()
    asked = session.trace.questions[-1]
    found = hits(session.trace, asked)
    wrote = origin(session.trace).context
    for layer in range(6):
        counted = Counter(wrote[asked.retrieved[layer]].tolist())
        assert {c - 1: n for c, n in enumerate(found.counts[layer].tolist()) if n} == dict(counted)
        store = long_term_at(session.trace, layer)
        there = Counter(wrote[store.serials].tolist())
        assert {c - 1: n for c, n in enumerate(found.candidates[layer].tolist()) if n} == dict(there)
        assert found.candidates[layer].sum() == asked.candidates[layer]
    share = found.candidates[0, 0] / found.candidates[0].sum()
    assert found.lift[0, 0] == pytest.approx(found.counts[0, 0] / 32 / share)


def test_a_context_forgotten_after_the_question_was_still_there_for_it() -> None:
    session = play(unrelated=20)
    before = hits(session.trace, session.trace.questions[-1])
    session.forget(0)
    np.testing.assert_array_equal(hits(session.trace, session.trace.questions[-1]).candidates, before.candidates)


def test_a_wide_pool_is_sampled_and_the_newest_slot_stays() -> None:
    alive = life(play().trace)
    drawn = pool_map(alive, columns=100)
    assert (drawn.stride, drawn.total) == (3, 256)
    assert drawn.ranks[-1] == 255
    np.testing.assert_array_equal(drawn.serials, alive.pool()[:, drawn.ranks])


def test_a_click_finds_its_token() -> None:
    session = play()
    trace = session.trace
    cell = cell_at(trace, layer=2, rank=255)
    assert cell is not None
    assert (cell.context, cell.position, cell.written) == session.owner[cell.serial]
    assert cell_at(trace, layer=2, rank=256) is None
    oldest = cell_at(trace, layer=0, rank=0, step=1)
    assert oldest is not None
    assert (oldest.context, oldest.position, oldest.written) == (BEFORE, -1, 0)


def test_attention_loses_nothing_when_sources_are_put_together() -> None:
    for told in (3, 12):
        trace = play(told=told, unrelated=4).trace
        asked = trace.questions[-1]
        found = attention(trace, asked)
        np.testing.assert_allclose(found.layers, found.layers.clip(0, 1))
        np.testing.assert_allclose(found.layers.sum(axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(found.tokens.sum(axis=1), 1, atol=1e-5)
        assert ("others" in found.kind) == (told > 6)
        first = [column for column, source in enumerate(asked.sources) if source == ("short_term", 0)]
        place = [
            i
            for i, (c, kind) in enumerate(zip(found.context, found.kind, strict=True))
            if (c, kind) == (0, "short_term")
        ]
        np.testing.assert_allclose(found.layers[:, place], asked.mass[:, :, first].mean(axis=0), rtol=1e-5)


def test_an_empty_long_term_memory_gives_nothing() -> None:
    """What was not read is -1 in the trace: it is no token, least of all the newest."""
    session = play(unrelated=3)
    asked = session.trace.questions[-1]
    empty = replace(asked, retrieved=np.full_like(asked.retrieved, -1))
    trace = replace(session.trace, events=(*session.trace.events[:-1], empty))
    assert not empty.searched
    assert asked.searched
    assert read_counts(replace(trace, events=(empty,)), 500).sum() == 0
    assert "still empty" in figures.retriever_hits(trace).layout.meta["empty"]
