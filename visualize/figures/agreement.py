"""Whether layers find the right text, and whether they find the same tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, empty, frame, layer_ticks, quoted, swatch
from visualize.figures.marks import frame_layer
from visualize.figures.retrieved import chosen, reading
from visualize.prepare import overlap, quality

QUALITY = (
    "precision-recall",
    "Which layers find the right text",
    "Above: how much of the marked text's long-term memory each layer read. Below: how much of what it read was of "
    "that text. Dashed: a blind draw of as many tokens.",
)
OVERLAP = (
    "hit-overlap",
    "How alike the layers read",
    "A cell compares the long-term tokens that two layers read for the question: those read by both, as a share of "
    "those read by either.",
)
NUMBERED = 12
"""Layers up to which cells carry their number."""


def precision_recall(
    trace: Trace,
    relevant: Sequence[int] = (),
    question: int = -1,
    *,
    step: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Recall and precision of every layer for one question (default: the last) when `relevant` contexts hold its
    answer, beside those of a blind draw."""
    got = reading(*QUALITY, trace, question, step, "then mark the text that holds its answer.")
    if isinstance(got, go.Figure):
        return got
    trace, asked = got
    layer = chosen(trace, layer)
    right = [context for context in sorted(set(relevant)) if 0 <= context < len(trace.contexts)]
    if not right:
        return empty(*QUALITY, "Mark the text that holds the answer: precision and recall need to know what was right.")
    found = quality(trace, asked, right)
    names = palette.names(trace)
    if not found.relevant.any():
        which = ", ".join(names[context] for context in right)
        return empty(
            *QUALITY, f"Nothing of text {which} was in long-term memory then, so there was nothing to find in it."
        )
    colour = palette.colour(trace, right[0]) if len(right) == 1 else palette.ACCENT
    figure = frame(
        *QUALITY,
        f"{quoted(asked, 34)}&nbsp; "
        + "&nbsp; ".join(swatch(palette.colour(trace, c), names[c]) for c in right[:6])
        + f" · recall {_percent(found.hits.sum() / found.relevant.sum())}, by chance "
        f"{_percent(float(np.nanmean(found.chance_recall)))}",
    )
    layers = np.arange(trace.model.num_layers)
    pick = right[0] if len(right) == 1 else -2
    for axis, (name, values, blind) in enumerate(
        (("recall", found.recall, found.chance_recall), ("precision", found.precision, found.chance))
    ):
        place = {"xaxis": "x" if axis == 0 else "x2", "yaxis": "y" if axis == 0 else "y2"}
        figure.add_bar(
            x=layers,
            y=(100 * values).round(3),
            marker={
                "color": [colour if layer in (None, at) else palette.faded(colour, 0.45) for at in layers.tolist()],
                "line_width": 0,
            },
            width=0.7,
            name=name,
            customdata=np.column_stack(
                (np.full(layers.size, pick), layers, found.hits, found.relevant, (100 * blind).round(3))
            ),
            meta={"columns": ["context", "layer", "hits", "there", "by chance, %"]},
            hovertemplate=f"layer %{{x}}: {name} %{{y:.1f}} %, by chance %{{customdata[4]:.1f}} %<br>"
            "%{customdata[2]:,} read of %{customdata[3]:,} that were there<extra></extra>",
            **place,
        )
        figure.add_scatter(
            x=layers,
            y=(100 * blind).round(3),
            mode="lines+markers" if layers.size < 2 else "lines",
            line={"dash": "dash", "width": 1.4, "color": palette.LIGHT.ink, "shape": "hvh"},
            marker={"size": 5, "color": palette.LIGHT.ink},
            meta=INK,
            name=f"{name} by chance",
            hoverinfo="skip",
            **place,
        )
    x = {"range": [-0.6, layers.size - 0.4], "tickvals": layer_ticks(layers.size, 16)}
    y = {"ticksuffix": " %", "rangemode": "tozero", "showgrid": True, "nticks": 4}
    figure.update_layout(
        xaxis={"anchor": "y", "showticklabels": False, "title_text": "", **x},
        yaxis={"domain": [0.56, 1], "title_text": "recall", **y},
        xaxis2={"anchor": "y2", "title_text": "layer", **x},
        yaxis2={"domain": [0, 0.44], "anchor": "x2", "title_text": "precision", **y},
    )
    return figure


def hit_overlap(trace: Trace, question: int = -1, *, step: int | None = None, layer: int | None = None) -> go.Figure:
    """Jaccard index of the sets of tokens that the layers retrieved for one question (default: the last)."""
    got = reading(*OVERLAP, trace, question, step, "this compares what its layers read.")
    if isinstance(got, go.Figure):
        return got
    trace, asked = got
    layers = trace.model.num_layers
    if layers < 2:
        return empty(*OVERLAP, "This model has one layer, so there is nothing to compare.")
    found, chance = overlap(trace, asked)
    others = found[~np.eye(layers, dtype=bool)]
    top = float(np.nanmax(others))
    blind = float(np.nanmean(chance[~np.eye(layers, dtype=bool)]))
    figure = frame(
        *OVERLAP,
        f"{quoted(asked, 30)} · {100 * np.nanmean(others):.3g} % on average, {100 * blind:.2g} % by chance",
    )
    shown = np.where(np.eye(layers, dtype=bool), np.nan, 100 * found)
    figure.add_heatmap(
        z=shown.round(3),
        zmin=0,
        zmax=100 * top if top > 0 else 1,
        colorscale=[(0.0, "rgba(127,127,127,0.08)"), (1.0, palette.ACCENT)],
        showscale=False,
        customdata=np.stack((np.full((layers, layers), BEFORE), (100 * chance).round(3)), axis=-1),
        meta={"value": "common, %", "columns": ["context", "by chance, %"]},
        hovertemplate="layers %{y} and %{x}: %{z:.1f} % in common, by chance %{customdata[1]:.1f} %<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
    )
    if layers <= NUMBERED:
        row, column = np.nonzero(~np.eye(layers, dtype=bool))
        figure.add_scatter(
            x=column,
            y=row,
            text=[f"{value:.0f}" for value in shown[row, column]],
            mode="text",
            textfont={"size": 11, "color": palette.LIGHT.ink},
            meta=INK,
            hoverinfo="skip",
        )
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, (-0.5, layers - 0.5))
    ticks = {"tickvals": layer_ticks(layers), "range": [-0.5, layers - 0.5]}
    figure.update_xaxes(title_text="layer", **ticks)
    figure.update_yaxes(title_text="layer", **ticks)
    return figure


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
