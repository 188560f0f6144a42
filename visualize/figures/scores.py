"""Scores and ages of what one question retrieved, beside everything it could have retrieved."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, empty, frame, label, quoted, swatch
from visualize.figures.long_term import stack_by_source
from visualize.figures.retrieved import chosen, reading, where
from visualize.prepare import hit_ages as ages_of_hits
from visualize.prepare import scores

SCORES = (
    "score-distributions",
    "How the retriever scored its candidates",
    "Grey: all that was searched and left. Colour: what was read. Each group adds up to 100 %, so that few and many "
    "compare; scores come in 50 equal bins.",
)
AGES = (
    "hit-ages",
    "How old the memory is that was read",
    "Bars: retrieved tokens by age and source. Dashed: as many tokens drawn blindly from long-term memory. Bars "
    "above the line: this age was preferred.",
)


def score_distributions(
    trace: Trace,
    question: int = -1,
    selected: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Scores of selected and rejected candidates of one question (default: the last), all layers or one."""
    got = reading(*SCORES, trace, question, step, "this compares the scores of what it reads and what it leaves.")
    if isinstance(got, go.Figure):
        return got
    trace, asked = got
    layer = chosen(trace, layer)
    own = selected if selected is not None and 0 <= selected < len(trace.contexts) else None
    found = scores(trace, asked, layer, own)
    if found is None:
        return empty(*SCORES, "Long-term memory held fewer tokens than a question reads: all were read, none scored.")
    groups = [("left", found.rejected, palette.BEFORE_LINE, BEFORE), ("read", found.selected, palette.ACCENT, BEFORE)]
    if own is not None and found.own is not None:
        groups.append((f"read, of {palette.names(trace)[own]}", found.own, palette.colour(trace, own), own))
    words = "&nbsp; ".join(swatch(colour, f"{name}: {counts.sum():,}") for name, counts, colour, _ in groups)
    figure = frame(*SCORES, f"{quoted(asked, 30)} · {where(layer)}&nbsp; {words}")
    middle = (found.edges[:-1] + found.edges[1:]) / 2
    for place, (name, counts, colour, pick) in enumerate(groups):
        total = int(counts.sum())
        if not total:
            continue
        figure.add_scatter(
            x=middle.round(3),
            y=(100 * counts / total).round(4),
            mode="lines",
            line={"shape": "hvh", "width": 1.2 if place == 0 else 2, "color": colour},
            fill="tozeroy",
            fillcolor=palette.faded(colour, 0.22 if place < 2 else 0.3),
            name=name,
            customdata=np.column_stack((np.full(counts.size, pick), counts)),
            meta={"columns": ["context", "tokens"]},
            hovertemplate=f"{name}: %{{customdata[1]:,}} tokens at a score of about %{{x:.2f}}<br>"
            "%{y:.1f} % of them<extra></extra>",
        )
    shown = np.flatnonzero(found.candidates + found.selected)
    low, high = found.edges[shown[0]], found.edges[shown[-1] + 1]
    figure.update_xaxes(title_text="retriever score", range=[max(low - 0.02, 0), min(high + 0.02, 1)])
    figure.update_yaxes(title_text="share of the group", ticksuffix=" %", rangemode="tozero", showgrid=True, nticks=5)
    return figure


def hit_ages(
    trace: Trace,
    question: int = -1,
    selected: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Ages of what one question (default: the last) retrieved, by source, beside a blind draw from what was there."""
    got = reading(*AGES, trace, question, step, "this shows how old the memory is that it reads.")
    if isinstance(got, go.Figure):
        return got
    trace, asked = got
    layer = chosen(trace, layer)
    found = ages_of_hits(trace, asked, layer)
    total = int(found.counts.sum())
    figure = frame(*AGES, f"{quoted(asked, 34)} · {total:,} tokens, {where(layer)}")
    middle = stack_by_source(figure, trace, found.edges, found.counts, selected, "retrieved")
    blind = found.there * (total / max(int(found.there.sum()), 1))
    figure.add_scatter(
        x=middle,
        y=blind.round(2),
        mode="lines+markers" if middle.size < 3 else "lines",
        line={"dash": "dash", "width": 1.4, "color": palette.LIGHT.ink, "shape": "hvh"},
        marker={"size": 5, "color": palette.LIGHT.ink},
        meta={**INK, "columns": ["context", "in long-term memory"]},
        name="a blind draw",
        customdata=np.column_stack((np.full(middle.size, BEFORE), found.there)),
        hovertemplate="a blind draw: %{y:,.1f} of this age<br>%{customdata[1]:,} were there<extra></extra>",
    )
    figure.add_annotation(
        label("┄ a blind draw", x=1, xref="paper", xanchor="right", y=1, yref="paper", yanchor="bottom")
    )
    figure.update_yaxes(title_text=f"retrieved tokens, {where(layer)}", showgrid=True, nticks=5, rangemode="tozero")
    return figure
