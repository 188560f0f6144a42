"""Files made of figures: self-contained, exact, and safe whatever was typed."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from core.trace import Trace
from tests.visualize.findings import some_comparison, some_lens, some_space, some_worth
from tests.visualize.traces import begin, play
from visualize import figures
from visualize.export import file_name, to_csv, to_html
from visualize.prepare import composition, fit, hits, life, sizes, strongest
from visualize.prepare.words import plain
from visualize.report import report

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> ${3} {{4}} =cmd()"


@pytest.fixture(scope="module")
def trace() -> Trace:
    return play(unrelated=20).trace


def rows(figure: go.Figure) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(figure))))


def outside(page: str) -> str:
    """The page without the text of plotly.js, the one script that is longer than a screen."""
    return re.sub(r"<script>(?:(?!</script>).){100000,}?</script>", "<script></script>", page, flags=re.S)


def test_a_page_needs_nothing_from_outside(trace: Trace) -> None:
    page = outside(to_html(figures.survival(trace)))
    assert len(page) < 200_000
    assert not re.search(r"https?:|//[a-z]|\bsrc=|<link|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


def test_a_figure_comes_back_from_its_page(trace: Trace) -> None:
    figure = figures.survival(trace)
    found = re.search(r'class="figure">(.*?)</script>', to_html(figure), re.S)
    assert found
    assert json.loads(found[1]) == json.loads(figure.to_json())


def test_tables_hold_the_numbers_of_the_arrays(trace: Trace) -> None:
    asked, alive = trace.questions[-1], life(trace)
    table = hits(trace, asked)
    found = rows(figures.retriever_hits(trace))
    before = [int(row["retrieved"]) for row in found if row["context"] == "-1"]
    assert before == table.counts[:, 0].tolist()
    found = rows(figures.strata(trace))
    mine = [float(row["tokens per layer"]) for row in found if row["context"] == "0"]
    np.testing.assert_allclose(mine, composition(alive).counts[:, 1], atol=0.005)
    found = rows(figures.long_term_size(trace))
    stored = [float(row["tokens per layer"]) for row in found if row["series"] == "stored"]
    np.testing.assert_allclose(stored, sizes(alive).store.mean(axis=1), atol=0.05)
    tested = fit(alive)
    assert tested is not None
    z = [float(row["standard deviations"]) for row in rows(figures.drop_fit(trace)) if row.get("measured")]
    np.testing.assert_allclose(z, tested.residuals.ravel(), atol=0.0005)
    looked = strongest(trace, asked)
    assert looked is not None
    shown = rows(figures.strongest_tokens(trace))
    assert [int(row["serial"]) for row in shown] == looked.serial.tolist()


def test_a_map_is_unrolled_cell_by_cell(trace: Trace) -> None:
    found = rows(figures.memory_map(trace))
    pool = life(trace).pool()
    assert len(found) == pool.size
    assert [int(row["serial"]) for row in found] == pool.ravel().tolist()
    assert all("<" not in row["text"] for row in found)
    assert {"context", "layer", "serial", "text"} <= set(found[0])


def test_every_figure_becomes_a_table_and_a_page(trace: Trace) -> None:
    shown = [
        figures.flow(trace),
        figures.token_life(trace, 0, int(life(trace).pool()[0, -1])),
        figures.worth(trace, some_worth(trace)),
        figures.lens(trace, some_lens(trace)),
        figures.token_space(trace, some_space(trace), 3),
        figures.comparison(trace, some_comparison(trace)),
        figures.score_distributions(trace),
        figures.attention_mass(trace),
    ]
    for figure in shown:
        assert len(rows(figure)) > 2, figure.layout.title.text
        assert to_html(figure).count("Plotly.react") >= 1
    assert to_csv(figures.worth(trace, None)) == ""


def test_names_of_files_are_safe(trace: Trace) -> None:
    assert file_name(figures.survival(trace), "csv") == "how-long-a-text-stays-in-short-term-memory.csv"
    assert file_name(go.Figure(layout={"title": {"text": "../../<b>é</b> " + "x" * 99}}), "../h") == "x" * 60 + ".h"
    assert file_name(go.Figure(), "html") == "figure.html"
    assert plain("<b>1</b>&nbsp; a &lt;b&gt;<br>c") == "1 a <b>; c"


def test_formulas_stay_text() -> None:
    figure = go.Figure(go.Scatter(x=[1], y=[-2.5], text=["=1+1"]))
    assert rows(figure) == [{"series": "", "x": "1", "y": "-2.5", "text": "'=1+1"}]


def test_a_report_holds_the_session_and_runs_nothing_of_it() -> None:
    session = begin(layers=2, pool=32, retrieved=8)
    session.tell(EVIL)
    for _ in range(12):
        session.tell(EVIL, "unrelated")
    session.ask(EVIL, 0, answer=EVIL)
    trace = session.trace
    text = outside(report(trace, [some_worth(trace), some_lens(trace), some_space(trace), some_comparison(trace)]))
    assert text.count("<script") == text.count("</script>")
    assert "alert(1)</script>" not in text
    assert "<img" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert not re.search(r"https?:", text)
    for word in ("Short-term memory", "Question 1", "Found out on request", "half-life"):
        assert word in text


def test_a_report_of_nothing_says_what_to_do() -> None:
    text = outside(report(begin().trace))
    assert "Nothing was told." in text
    assert "Tell the model something" in text


def test_the_map_gives_what_its_colour_shows(trace: Trace) -> None:
    asked = trace.questions[-1]
    found = rows(figures.memory_map(trace, colour_by="attention"))
    got = [float(row["attention, %"]) for row in found]
    assert np.allclose(got, 100 * asked.short_term_mass.ravel(), atol=1e-3)
    assert found[1]["slot, from the oldest"] == "1"
    ages = [row["age, injections"] for row in rows(figures.memory_map(trace, colour_by="age"))]
    assert {int(age) for age in ages if age} >= {0, 1, 2}
    assert "attention %{customdata[3]" in figures.memory_map(trace, colour_by="attention").data[0].hovertemplate
