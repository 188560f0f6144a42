"""Drops: at which age tokens leave the pool, and whether that is what dropping at random gives."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, counted, empty, frame, layer_ticks, untold
from visualize.figures.marks import frame_layer
from visualize.prepare import at, drops, fit, life

DROPS = (
    "drop-ages",
    "How old tokens are when they are dropped",
    "Bars: memory tokens of this session by their age when they left the pool. Dashed: the geometric law for as many "
    "tokens, watched for as long, with its 95 % band.",
)
FIT = (
    "drop-fit",
    "How far drops are from the law",
    "Left: drops measured less drops expected, in standard deviations; vermilion is more, blue is less, and beyond 3 "
    "is rare. Right: the chance of a misfit at least as large in that layer if the law holds; it should lie anywhere "
    "between 0 and 1.",
)
APART = 3.0
"""Standard deviations at the ends of the colour scale."""


def drop_ages(trace: Trace, *, step: int | None = None, layer: int | None = None) -> go.Figure:
    """Ages at drop of the tokens written in this session, beside the geometric law (K/N)(1 - K/N)^(t - 1).

    A session is short: a token can only be seen to leave at age t if it was written t injections before the end. The
    law is drawn for exactly the tokens that could be seen. With a `layer` only that layer is counted.
    """
    key, title, how = DROPS
    whole, trace = trace, at(trace, step)
    layer = layer if layer is not None and 0 <= layer < trace.model.num_layers else None
    found = drops(life(trace), layer)
    if not found.counts.sum():
        remedy = "Tell at least two texts: what one injection drops of the other is counted here."
        return empty(key, title, how, untold(whole, trace, remedy))
    width = max(1, -(-len(found.counts) // 40))
    edges = np.arange(0, len(found.counts), width)
    counts, expected = (np.add.reduceat(values, edges) for values in (found.counts, found.expected))
    # Ages of one bin add up, and so do the variances of the law.
    spreads = np.sqrt(np.add.reduceat((found.high - found.expected) ** 2, edges))
    middle = edges + 1 + (np.minimum(edges + width, len(found.counts)) - edges - 1) / 2
    figure = frame(key, title, how, f"{counted(int(counts.sum()), 'token')}, {_which(layer)}" + _older(found.before))
    figure.add_bar(
        x=middle,
        y=counts,
        width=0.86 * width,
        marker={"color": palette.QUANTITY[0], "line_width": 0},
        customdata=np.column_stack((np.full(middle.size, BEFORE), np.round(expected, 1))),
        meta={"columns": ["context", "the law"]},
        hovertemplate="%{y:,} tokens were dropped %{x} injections after they were written<br>"
        "the law: %{customdata[1]:,}<extra></extra>",
    )
    figure.add_scatter(
        x=np.concatenate((middle, middle[::-1])),
        y=np.concatenate((expected + spreads, np.maximum(expected - spreads, 0)[::-1])).round(1),
        fill="toself",
        fillcolor=palette.BAND,
        line_width=0,
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=middle,
        y=expected.round(1),
        mode="lines+markers" if len(middle) < 3 else "lines",
        line={"dash": "dash", "width": 1.4, "color": palette.LIGHT.ink},
        marker={"size": 5, "color": palette.LIGHT.ink},
        meta=INK,
        hoverinfo="skip",
    )
    unit = "injections" if width == 1 else f"{width} injections a bar"
    figure.update_xaxes(title_text=f"age when dropped, {unit}")
    figure.update_yaxes(title_text="memory tokens", rangemode="tozero", showgrid=True, nticks=5)
    figure.add_annotation(
        text="┄ geometric law", x=1, xref="paper", xanchor="right", y=1, yref="paper", yanchor="top", showarrow=False
    )
    figure.update_xaxes(dtick=1 if len(found.counts) < 9 else None, range=[0.4, len(found.counts) + 0.6])
    return figure


def _older(count: int) -> str:
    return f" · {count:,} older ones not counted" if count else ""


def _which(layer: int | None) -> str:
    return "all layers" if layer is None else f"layer {layer}"


def drop_fit(trace: Trace, *, step: int | None = None, layer: int | None = None) -> go.Figure:
    """Residuals of the ages at drop by layer, and the p-value of each layer's chi-square against random dropping."""
    key, title, how = FIT
    whole, trace = trace, at(trace, step)
    found = fit(life(trace)) if trace.step else None
    if found is None:
        remedy = "Tell some more texts: the test needs drops of several ages."
        return empty(key, title, how, untold(whole, trace, remedy))
    statistic, freedom, p = found.overall
    figure = frame(key, title, how, f"χ² = {statistic:,.0f} on {freedom:,} degrees of freedom · p = {_chance(p)}")
    layers, bins = found.residuals.shape
    # below the plot only where a bin begins: on a phone whole ranges run into each other
    ranges = list(zip(found.edges, found.edges[1:], strict=False))
    names = [str(a) if b - a == 1 else f"{a}–{b - 1}" for a, b in ranges]
    figure.add_heatmap(
        x=np.arange(bins),
        z=found.residuals.round(3),
        zmin=-APART,
        zmax=APART,
        colorscale=[(0, palette.TOLD[0]), (0.5, "rgba(127,127,127,0.06)"), (1, palette.TOLD[1])],
        showscale=False,
        customdata=np.stack((np.full((layers, bins), BEFORE), found.measured, found.expected.round(1)), axis=-1),
        meta={"columns": ["context", "measured", "expected"], "value": "standard deviations"},
        text=np.broadcast_to(np.array(names, object), (layers, bins)),
        hovertemplate="layer %{y}, dropped %{text} injections old<br>%{customdata[1]:,} tokens, the law expects "
        "%{customdata[2]:,}<br>%{z:+.1f} standard deviations<extra></extra>",
        xgap=2,
        ygap=2 if layers <= 12 else 1,
    )
    figure.add_scatter(
        x=found.p.round(5),
        y=np.arange(layers),
        xaxis="x2",
        yaxis="y2",
        mode="markers",
        marker={"size": 8 if layers <= 16 else 6, "color": palette.ACCENT},
        customdata=np.column_stack(
            (np.full(layers, BEFORE), np.arange(layers), found.statistic.round(2), found.freedom)
        ),
        meta={"columns": ["context", "layer", "chi-square", "degrees of freedom"]},
        hovertemplate="layer %{customdata[1]}: χ² %{customdata[2]:.1f} on %{customdata[3]}<br>"
        "p = %{x:.3g}<extra></extra>",
        cliponaxis=False,
    )
    figure.add_shape(
        type="line", xref="x2", yref="y2", x0=0.05, x1=0.05, y0=-0.5, y1=layers - 0.5,
        line={"dash": "dot", "width": 1, "color": palette.BEFORE_LINE},
    )  # fmt: skip
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, (-0.5, bins - 0.5))
    rows = {"range": [-0.5, layers - 0.5], "tickvals": layer_ticks(layers)}
    figure.update_layout(
        xaxis={
            "domain": [0, 0.72],
            "title_text": "age when dropped, injections",
            "tickvals": list(range(bins)),
            "ticktext": [str(a) if b - a == 1 else f"{a}–" for a, b in ranges],
            "tickangle": 0,
            "range": [-0.5, bins - 0.5],
        },
        xaxis2={
            "domain": [0.78, 1],
            "anchor": "y2",
            "title_text": "p of the layer",
            "range": [-0.03, 1.03],
            "tickvals": [0.05, 0.5, 1],
        },
        yaxis={"title_text": "layer", **rows},
        yaxis2={**rows, "anchor": "x2", "showticklabels": False, "showgrid": True},
    )
    return figure


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.2g}"
