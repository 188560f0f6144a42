"""A model's card in pictures: how long facts last, and how training went. From reports and logs, not from a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from visualize import palette
from visualize.figures.frame import INK, counted, frame, label, spread, swatch

Report = Mapping[str, Any]
"""What `core.evaluation.retention` writes."""
Line = Mapping[str, Any]
"""One line of a training log."""

LASTING = "How long a fact lasts"
LASTING_HOW = (
    "Each line: the share of questions about a context, by how many other contexts were told since. Bands reach from "
    "the lowest seed to the highest. Where the dotted line (what is left in short-term memory) is down, only "
    "long-term memory can answer."
)
TRAINING = "How training went"
TRAINING_HOW = (
    "Each line: the share of a kind of question that training answered right, smoothed. In the grey parts it learned "
    "to admit what it does not know."
)
RUNS_HOW = f"{TRAINING_HOW} A vertical line: another run, mostly on a harder world, so lines may fall there."
KINDS = {
    "age 0": "about what was just told",
    "searched": "that long-term memory was searched for",
    "two hops": "that take two contexts",
    "unknown": "that nothing answers: admitted",
}
ADMITTING = frozenset({"honest", "vain", "settle"})
WINDOW = 200
"""Steps that one point of a training curve averages over."""


def lasting(with_long_term: Sequence[Report], without: Sequence[Report]) -> go.Figure:
    """Right answers by distance, with long-term memory and without, and the rows that survive; a report per seed."""
    seeds, samples = len(with_long_term), with_long_term[0]["samples"]
    figure = frame("lasting", LASTING, LASTING_HOW, f"{seeds} seeds of {samples} questions each")
    for name, reports, colour in (
        ("M+", with_long_term, palette.TOLD[0]),
        ("short-term only", without, palette.TOLD[1]),
    ):
        distances = np.array([row["distance"] for row in reports[0]["table"]])
        shares = 100 * np.array([[row["accuracy"]["share"] for row in report["table"]] for report in reports])
        places = np.log2(distances + 1)
        figure.add_scatter(
            x=np.concatenate((places, places[::-1])),
            y=np.concatenate((shares.max(0), shares.min(0)[::-1])),
            fill="toself",
            fillcolor=palette.faded(colour),
            line_width=0,
            hoverinfo="skip",
            mode="lines",
        )
        figure.add_scatter(
            x=places,
            y=shares.mean(0),
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            text=distances,
            hovertemplate=f"{name}, after %{{text}}: %{{y:.0f}} % right<extra></extra>",
        )
        middle = int(np.abs(shares.mean(0) - 50).argmin())  # beside the steepest part, or at the end
        figure.add_annotation(
            **label(
                swatch(colour, f"{name}: right"),
                x=float(places[middle]),
                y=float(shares.mean(0)[middle]),
                xanchor="left",
                xshift=10,
                yshift=8,
            )
        )
    table = with_long_term[0]["table"]
    distances = np.array([row["distance"] for row in table])
    survival = 100 * np.array([[row["survival"] for row in report["table"]] for report in with_long_term]).mean(0)
    figure.add_scatter(x=np.log2(distances + 1), y=survival, mode="lines", line={"dash": "dot", "width": 1.5}, meta=INK)
    figure.add_annotation(
        **label(
            "left in short-term memory", x=float(np.log2(3)), y=survival[min(2, len(survival) - 1)] - 4, xanchor="right"
        )
    )
    ticks = sorted({0, 1, 2, 4, 8, 16, 32, 64, 128} & set(distances.tolist()))
    figure.update_xaxes(
        title_text="contexts told since", tickvals=np.log2(np.array(ticks) + 1), ticktext=[str(tick) for tick in ticks]
    )
    figure.update_yaxes(title_text="percent", range=[-2, 104], showgrid=True)
    figure.update_layout(margin_r=70)
    return palette.recolour(figure, palette.LIGHT)


def training(runs: Sequence[Sequence[Line]]) -> go.Figure:
    """Recall of training's own questions over the steps of several runs, one log each."""
    how = RUNS_HOW if len(runs) > 1 else TRAINING_HOW
    figure = frame("training", TRAINING, how, counted(len(runs), "run"))
    starts, total = [], 0
    steps: list[NDArray[np.int64]] = []
    for run in runs:
        starts.append(total)
        places = _steps(run) + total
        steps.append(places)
        total = int(places[-1])
    ends = {}
    for colour, (kind, words) in zip(palette.TOLD, KINDS.items(), strict=False):
        for number, (run, places) in enumerate(zip(runs, steps, strict=True)):
            counts = np.array([line["recall"].get(kind, (0.0, 0)) for line in run], float)
            right, asked = _smoothed(counts[:, 0] * counts[:, 1], places), _smoothed(counts[:, 1], places)
            share = 100 * right / np.maximum(asked, 1e-9)
            known = asked > 0
            if not known.any():
                continue
            figure.add_scatter(
                x=places[known],
                y=share[known],
                mode="lines",
                line={"color": colour, "width": 1.8},
                hovertemplate=f"run {number + 1}, questions {words}: %{{y:.0f}} %<extra></extra>",
            )
            ends[kind] = (float(share[known][-1]), swatch(colour, words))
    for run, places in zip(runs, steps, strict=True):
        _shade(figure, run, places)
    for start in starts[1:]:
        figure.add_vline(x=start, line_width=1, line_color=palette.BEFORE_LINE, layer="below")
    heights = spread([height for height, _ in ends.values()], 6, 2, 100)
    for height, (_, text) in zip(heights, ends.values(), strict=True):
        figure.add_annotation(**label(text, x=1.01, xref="paper", y=height, xanchor="left", yanchor="middle"))
    figure.update_xaxes(title_text="steps", range=[0, total])
    figure.update_yaxes(title_text="percent right", range=[0, 100], showgrid=True)
    figure.update_layout(margin_r=250)
    return figure


def _steps(run: Sequence[Line]) -> NDArray[np.int64]:
    """Steps since the run began: a log counts them anew in every phase."""
    found, before, last = [], 0, 0
    for place, line in enumerate(run):
        if place and line["phase"] != run[place - 1]["phase"]:
            before += last
        last = line["step"]
        found.append(before + last)
    return np.array(found, np.int64)


def _smoothed(values: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums over the lines within half a window of each."""
    near = np.abs(places[:, None] - places[None]) <= WINDOW / 2
    total: NDArray[np.float64] = near @ values
    return total


def _shade(figure: go.Figure, run: Sequence[Line], places: NDArray[np.int64]) -> None:
    admitting = [int(place) for line, place in zip(run, places, strict=True) if line["phase"] in ADMITTING]
    if admitting:
        figure.add_vrect(x0=admitting[0], x1=admitting[-1], fillcolor=palette.BAND, line_width=0, layer="below")
