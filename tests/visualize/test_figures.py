"""Every figure over every kind of trace: it builds, it is light, it says how it is read, and it invents nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.trace import Trace
from tests.visualize.findings import ASKED, some_retention, some_space
from tests.visualize.large import large
from tests.visualize.traces import PICNIC, begin, play
from visualize import figures, palette
from visualize.export import to_csv
from visualize.figures import drop_ages, long_term_ages, long_term_size, memory_map, retriever_hits, survival
from visualize.prepare import escape, snippet

Make = Callable[[Trace], go.Figure]
LONG_TERM = {"hit_ages", "hit_overlap", "long_term_ages", "long_term_size", "retriever_hits", "score_distributions"}
FIGURES: dict[str, Make] = {name: getattr(figures, name) for name in figures.__all__ if name not in ASKED}
PLAIN = set(FIGURES)
FIGURES |= {
    "map_age": lambda trace: memory_map(trace, colour_by="age"),
    "map_attention": lambda trace: memory_map(trace, colour_by="attention"),
    "map_selected": lambda trace: memory_map(trace, selected=0),
    "survival_selected": lambda trace: survival(trace, selected=0),
    "hits_selected": lambda trace: retriever_hits(trace, selected=0),
}


def _forgotten() -> Trace:
    session = play(unrelated=12)
    session.forget(1)
    session.forget(0)
    return session.trace


def _long_text() -> Trace:
    session = play(unrelated=6, chunk=10)
    session.tell(PICNIC * 4)
    return session.trace


def _silent() -> Trace:
    """A question with an empty answer."""
    session = play(unrelated=2, questions=False)
    session.ask("?", answer="")
    return session.trace


TRACES: dict[str, Callable[[], Trace]] = {
    "normal": lambda: play().trace,
    "nothing told": lambda: begin().trace,
    "asked before telling": lambda: _asked_first(),
    "empty pool": lambda: begin(filled=False, retrieved=0).trace,
    "filled from empty": lambda: play(filled=False, retrieved=0, unrelated=5).trace,
    "one text": lambda: play(told=1, unrelated=0).trace,
    "one layer": lambda: play(layers=1).trace,
    "one token": lambda: play(layers=1, tokens=1, pool=2, retrieved=1).trace,
    "no long-term memory": lambda: play(retrieved=0).trace,
    "empty store": lambda: play(long_term=0, unrelated=0).trace,
    "unscored": lambda: play(long_term=3, unrelated=0).trace,
    "nan scores": lambda: play(nan=True).trace,
    "many told": lambda: play(told=40, unrelated=0).trace,
    "only unrelated": lambda: play(told=0, unrelated=9).trace,
    "forgotten": _forgotten,
    "chunks": _long_text,
    "empty answer": _silent,
}


def _asked_first() -> Trace:
    session = begin()
    session.ask("What fruits does David like?")
    return session.trace


@pytest.fixture(scope="module")
def traces() -> dict[str, Trace]:
    return {name: make() for name, make in TRACES.items()}


@pytest.fixture(scope="module")
def huge() -> Trace:
    return large()


@pytest.mark.parametrize("kind", TRACES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_draws_every_trace(name: str, kind: str, traces: dict[str, Trace]) -> None:
    figure = FIGURES[name](traces[kind])
    meta = figure.layout.meta
    assert meta["how_to_read"]
    assert figure.layout.uirevision
    assert figure.layout.title.text
    if "empty" in meta:
        assert not figure.data, "an empty view draws nothing"
    else:
        assert figure.data
        titles = [axis.title.text for axis in (figure.layout.xaxis, figure.layout.yaxis)]
        assert all(titles) or figure.data[0].type == "sankey", "axes say what they count"
    json.loads(figure.to_json())  # valid for plotly, too


def test_views_are_empty_exactly_when_nothing_was_measured(traces: dict[str, Trace]) -> None:
    def empty(kind: str) -> set[str]:
        return {name for name in PLAIN if "empty" in FIGURES[name](traces[kind]).layout.meta}

    everything = PLAIN
    assert empty("normal") == set()
    assert empty("nothing told") == everything - {"memory_map", "long_term_ages"}  # the checkpoint's own is there
    assert empty("empty pool") == everything
    assert empty("no long-term memory") == LONG_TERM
    assert empty("one text") == {"drop_ages", "drop_fit"}


@pytest.mark.parametrize("name", FIGURES)
def test_large_models_stay_light(name: str, huge: Trace) -> None:
    assert len(FIGURES[name](huge).to_json(validate=False)) < 1_000_000


def test_a_sampled_map_says_so(huge: Trace, traces: dict[str, Trace]) -> None:
    assert "every 20th slot shown" in memory_map(huge).layout.title.subtitle.text
    assert "every" not in memory_map(traces["normal"]).layout.title.subtitle.text


def test_map_cells_carry_their_context_serial_and_layer(traces: dict[str, Trace]) -> None:
    heatmap = memory_map(traces["normal"]).data[0]
    data = np.asarray(heatmap.customdata)
    colours: dict[int, int] = {}
    assert data.shape == (6, 256, 3)
    np.testing.assert_array_equal(data[:, :, 1], np.arange(6)[:, None].repeat(256, 1))
    for code, context in zip(np.asarray(heatmap.z).ravel(), data[:, :, 0].ravel(), strict=True):
        assert colours.setdefault(int(code), int(context)) == context, "one colour, one text"


@pytest.mark.parametrize("name", FIGURES)
def test_a_click_selects_a_context_or_nothing(name: str, traces: dict[str, Trace]) -> None:
    trace, meant = traces["normal"], set()
    for part in FIGURES[name](trace).data:
        if part.customdata is not None:
            data = np.asarray(part.customdata)
            meant |= set((data[..., 0] if data.ndim > 1 else data).ravel().tolist())
    assert all(value == int(value) and -2 <= value < len(trace.contexts) for value in meant)
    if name in ("drop_ages", "long_term_size"):
        assert meant == {-1}
    if name == "survival":
        assert meant == {-1, 0, 1, 2}, "the law and the mean of the unrelated select nothing"


def test_map_shows_a_chosen_step(traces: dict[str, Trace]) -> None:
    data = np.asarray(memory_map(traces["normal"], step=1).data[0].customdata)
    assert set(data[:, :, 0].ravel().tolist()) == {-1, 0}
    assert (data[:, -8:, 0] == 0).all()


def test_hits_add_up_to_what_was_read(traces: dict[str, Trace]) -> None:
    for kind in ("normal", "many told", "unscored"):
        figure = retriever_hits(traces[kind])
        counts = np.asarray(figure.data[0].customdata)[:, :, 1]
        assert (counts.sum(axis=1) == traces[kind].questions[-1].retrieved.shape[1]).all()


def test_unknown_questions_and_contexts_do_not_break(traces: dict[str, Trace]) -> None:
    trace = traces["normal"]
    assert "empty" in retriever_hits(trace, question=7).layout.meta
    for figure in (survival(trace, selected=999), memory_map(trace, selected=999), retriever_hits(trace, selected=999)):
        assert figure.data


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


@pytest.mark.parametrize("name", FIGURES)
def test_text_of_a_person_is_never_markup(name: str) -> None:
    session = begin()
    evil = '<a href="x">link</a> <img src=x onerror=alert(1)> <b>bold</b> &lt; ${1} %{x}'
    session.tell(evil)
    session.tell(evil, "unrelated")
    for _ in range(6):
        session.tell(evil)
    session.ask(evil, about=0, answer="<b> </b> <img>")
    for text in _strings(json.loads(FIGURES[name](session.trace).to_json())):
        assert not any(tag in text.lower() for tag in ("<a", "<img", "</a"))
        assert "<b>bold" not in text


def test_snippets_mark_the_token() -> None:
    context = play(told=1, unrelated=0).trace.contexts[0]
    words = [context.text[start:end] for start, end in context.spans]
    assert snippet(context, words.index("apples")) == "…imes that he likes eating [<b>apples</b>]."
    assert snippet(context, 0) == "[<b>Last</b>] week, John had a wonderfu…"
    assert escape("a <b>\n & c") == "a &lt;b&gt; &amp; c"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [*palette.TOLD, palette.ACCENT, palette.UNRELATED_LINE, palette.BEFORE_LINE])
def test_data_colours_are_readable_on_both_papers(colour: str) -> None:
    assert _contrast(colour, palette.LIGHT.paper) >= 3
    assert _contrast(colour, palette.DARK.paper) >= 3


def test_text_is_readable() -> None:
    for theme in (palette.LIGHT, palette.DARK):
        assert _contrast(theme.ink, theme.paper) >= 7
        assert _contrast(theme.quiet, theme.paper) >= 4.5


def test_colours_stay_with_their_context(traces: dict[str, Trace]) -> None:
    session = play(unrelated=3)
    before = palette.colours(session.trace)
    session.tell("One more.", "unrelated")
    session.tell("And one that was told.")
    assert palette.colours(session.trace)[: len(before)] == before
    assert palette.names(session.trace) == ["1", "2", "3", "u1", "u2", "u3", "u4", "4"]
    assert palette.colour(session.trace, 7) == palette.TOLD[3]


@pytest.mark.parametrize("make", [survival, drop_ages, retriever_hits, long_term_size, long_term_ages, memory_map])
def test_only_tagged_traces_carry_ink(make: Make, traces: dict[str, Trace]) -> None:
    dark = palette.recolour(make(traces["normal"]), palette.DARK)
    assert palette.LIGHT.ink not in dark.to_json(validate=False)


def test_every_colour_has_a_name(traces: dict[str, Trace]) -> None:
    """Also of a text of which next to nothing is left, and of unrelated ones."""
    trace = traces["normal"]
    strata = figures.strata(trace)
    said = strata.layout.title.subtitle.text + "".join(note.text for note in strata.layout.annotations)
    assert len(strata.data) == 5
    for bar in strata.data:
        assert f"</span> {bar.name}" in said
    assert "</span> unrelated" in figures.token_space(trace, some_space(trace)).layout.title.subtitle.text
    alone = play(unrelated=0).trace
    assert "unrelated" not in figures.token_space(alone, some_space(alone)).layout.title.subtitle.text


@pytest.mark.parametrize(
    ("where", "symbol"),
    [
        ((90.0, 0.0), "triangle-right"),
        ((-90.0, 0.0), "triangle-left"),
        ((0.0, 90.0), "triangle-up"),
        ((0.0, -90.0), "triangle-down"),
    ],
)
def test_points_far_out_do_not_squeeze_the_others(
    traces: dict[str, Trace], where: tuple[float, float], symbol: str
) -> None:
    found = some_space(traces["normal"])
    usual = figures.token_space(traces["normal"], found)
    assert usual.layout.xaxis.range is None
    found.flat[: found.shown // 20] = where
    closer = figures.token_space(traces["normal"], found)
    (border,) = [trace for trace in closer.data if trace.hoverinfo == "skip"]
    assert set(border.marker.symbol) == {symbol}
    assert [serial for _, _, serial in border.customdata] == found.serials[: found.shown // 20].tolist()
    ranges = closer.layout.xaxis.range, closer.layout.yaxis.range
    for place, (low, high) in zip((border.x[0], border.y[0]), ranges, strict=True):
        assert low < place < high
        assert high - low < 20
    assert any(where[0] in trace.x and where[1] in trace.y for trace in closer.data)  # there for whoever zooms out
    assert len(to_csv(closer).splitlines()) == found.shown + 1
    found.flat[found.shown // 20 :] = (1.0, 2.0)  # nearly all in one place, as in a blank memory
    assert figures.token_space(traces["normal"], found).layout.xaxis.range is None


@pytest.mark.parametrize("long_term", [True, False])
def test_an_experiment_is_drawn_as_far_as_it_went(long_term: bool) -> None:
    found = some_retention(long_term=long_term)
    figure = figures.retention(found)
    assert figure.layout.title.subtitle.text.startswith("12 of 20 facts, ")
    assert [curve.name for curve in figure.data] == [k.name for k in found.kinds] + [
        "left in the pool",
        "theory",
    ]
    for kind, curve in zip(found.kinds, figure.data, strict=False):
        share, low, high = np.asarray(curve.y), np.asarray(curve.error_y.arrayminus), np.asarray(curve.error_y.array)
        np.testing.assert_allclose(share, 100 * kind.right / 12, atol=1e-3)
        assert min(low.min(), high.min(), (share - low).min()) >= -1e-3
        assert (share + high).max() <= 100.001
        assert (np.asarray(curve.customdata)[:, 1:4].sum(axis=1) == 12).all(), "every answer is one of three"
    done = some_retention(done=20)
    assert figures.retention(done).layout.title.subtitle.text.startswith("20 facts, ")


def test_an_experiment_beside_the_papers() -> None:
    """On one axis: lifetimes of the pool, in which the law is the same for all but small pools."""
    found = some_retention()
    figure = figures.papers(found)
    by_name = {curve.name: curve for curve in figure.data}
    assert by_name["8b SQuAD"].y[0] == pytest.approx(66.3)
    assert by_name["8b SQuAD"].x[-1] == pytest.approx(60 / 50)
    assert by_name["7b NaturalQA"].x[-1] == pytest.approx(1.0)
    ours = by_name["M+"]
    np.testing.assert_allclose(np.asarray(ours.x)[:5], found.kinds[0].injections[:5] / 8, rtol=1e-5)
    assert np.isnan(np.asarray(ours.x)[-1]), "what lies beyond the axis is not drawn"
    law = by_name["law of forgetting"]
    place = int(np.argmin(np.abs(np.asarray(law.x) - 1)))
    assert law.y[place] == pytest.approx(100 * 0.875 ** (8 * law.x[place]), abs=0.1)
    for empty in (figures.retention(None), figures.papers(None)):
        assert "Run an experiment" in empty.layout.meta["empty"]
