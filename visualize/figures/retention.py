"""An experiment on retention: how often facts are still known, by what was told since, beside theory and the papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.findings import Retained, Retention
from core.trace import BEFORE
from visualize import palette
from visualize.figures.frame import INK, counted, empty, frame, label, spread, swatch
from visualize.prepare.papers import reported

RETENTION = (
    "retention",
    "How long a fact is known",
    "Each point: the share of questions about a fact that were answered right after so many other contexts; bars are "
    "95 % intervals. Dotted: what is left of the fact in short-term memory, dashed: what dropping K of N predicts. "
    "Where they are down, only long-term memory can answer.",
)
PAPERS = (
    "papers",
    "Beside what the papers report",
    "The same points over lifetimes of the pool (N/K injections, after which about 1/e of a text is left), so that "
    "pools of any size share one axis. Thin: memoryllm-7b and -8b on other questions, so compare slopes, not heights. "
    "Dashed: the law of forgetting.",
)
REMEDY = "Run an experiment: facts are told to fresh memories and asked for again."
COLOURS = {"M+": palette.TOLD[0], "MemoryLLM": palette.TOLD[1]}
NAMES = {"M+": "M+", "MemoryLLM": "short-term only"}
APART = 0.05
"""How far the points of two kinds stand apart, so that their intervals can be told apart."""
MOST_LIFETIMES = 2.1


def retention(found: Retention | None) -> go.Figure:
    """Right answers by distance with intervals, measured survival and its theory."""
    if found is None:
        return empty(*RETENTION, REMEDY)
    facts = counted(found.wanted, "fact")
    done = facts if found.samples == found.wanted else f"{found.samples} of {facts}"
    figure = frame(*RETENTION, f"{done}, each asked for at every distance · seed {found.seed}")
    places = np.log2(found.distances + 1)
    ends: list[tuple[float, str]] = []
    for number, kind in enumerate(found.kinds):
        _measured(figure, kind, found, places + APART * number)
        ends.append((100 * float(kind.right[-1]) / found.samples, swatch(COLOURS[kind.name], NAMES[kind.name])))
    kind = found.kinds[0]
    for name, values, dash in (("left in the pool", kind.survival, "dot"), ("theory", kind.theory, "dash")):
        figure.add_scatter(
            x=places,
            y=100 * values,
            mode="lines",
            line={"dash": dash, "width": 1.3},
            name=name,
            text=found.distances,
            meta=INK,
            hovertemplate=f"{name}, after %{{text}}: %{{y:.1f}} %<extra></extra>",
        )
    ends.append((100 * float(kind.survival[-1]), "left in the pool"))
    for height, (_, text) in zip(spread([y for y, _ in ends], 8, 1, 100), ends, strict=True):
        figure.add_annotation(label(text, x=1, xref="paper", xanchor="left", xshift=8, y=height))
    figure.update_xaxes(title_text="contexts told since", tickvals=places, ticktext=[str(d) for d in found.distances])
    figure.update_yaxes(title_text="percent", range=[-3, 104], showgrid=True)
    figure.update_layout(margin_r=110)
    return figure


def papers(found: Retention | None) -> go.Figure:
    """The experiment's curves and those of the papers over lifetimes of the pool."""
    if found is None:
        return empty(*PAPERS, REMEDY)
    figure = frame(*PAPERS, "published: digitised from the official charts")
    ends: list[tuple[float, float, str]] = []
    for curve in reported():
        since = np.arange(curve.right.size) / curve.lifetime
        name = f"{curve.model.removeprefix('memoryllm-')} {curve.questions}"
        figure.add_scatter(
            x=since.round(4),
            y=100 * curve.right,
            mode="lines",
            line={"color": palette.UNRELATED_LINE, "width": 1.2, "dash": "solid" if "8b" in curve.model else "dot"},
            name=name,
            text=np.arange(curve.right.size),
            hovertemplate=f"{curve.model}, {curve.questions}, after %{{text}} injections: %{{y:.1f}} %<extra></extra>",
        )
        ends.append((float(since[-1]), 100 * float(curve.right[-1]), name))
    lifetime = found.tokens / found.written
    for number, kind in enumerate(found.kinds):
        x = kind.injections / lifetime + APART / 4 * number
        near = x <= MOST_LIFETIMES
        _measured(figure, kind, found, np.where(near, x, np.nan))
        last = int(np.flatnonzero(near)[-1])
        text = swatch(COLOURS[kind.name], "M+ here" if kind.name == "M+" else "short-term here")
        ends.append((float(x[last]), 100 * float(kind.right[last]) / found.samples, text))
    law = np.linspace(0, MOST_LIFETIMES, 60)
    figure.add_scatter(
        x=law.round(4),
        y=(100 * np.exp(law * lifetime * np.log1p(-1 / lifetime))).round(3),
        mode="lines",
        line={"dash": "dash", "width": 1.3},
        name="law of forgetting",
        meta=INK,
        hovertemplate="law: after %{x:.2f} lifetimes %{y:.0f} % of a text is left<extra></extra>",
    )
    heights = spread([y for _, y, _ in ends], 9, 2, 100)
    for height, (x_end, _, text) in zip(heights, ends, strict=True):
        figure.add_annotation(label(text, x=x_end, xanchor="left", xshift=6, y=height))
    figure.update_xaxes(title_text="lifetimes of the pool since it was told", range=[-0.03, MOST_LIFETIMES])
    figure.update_yaxes(title_text="percent", range=[-3, 104], showgrid=True)
    return figure


def _measured(figure: go.Figure, kind: Retained, found: Retention, x: np.ndarray) -> None:
    share = 100 * kind.right / found.samples
    low, high = 100 * kind.interval(found.samples)
    wrong = found.samples - kind.right - kind.abstained
    figure.add_scatter(
        x=x,
        y=share.round(3),
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (high - share).round(3),
            "arrayminus": (share - low).round(3),
            "thickness": 1.2,
            "width": 3,
        },
        mode="lines+markers",
        line={"color": COLOURS[kind.name], "width": 2},
        marker={"size": 7},
        name=kind.name,
        customdata=np.column_stack((np.full(x.size, BEFORE), kind.right, kind.abstained, wrong, found.distances)),
        meta=_COLUMNS,
        hovertemplate=f"{kind.name}, after %{{customdata[4]}} contexts: %{{customdata[1]}} of {found.samples} right, "
        "%{customdata[2]} said that it does not know, %{customdata[3]} wrong<extra></extra>",
    )


_COLUMNS: dict[str, Any] = {"columns": ["context", "right", "abstained", "wrong", "contexts told since"]}
