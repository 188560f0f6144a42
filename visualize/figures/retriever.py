"""Retriever hits: which texts each layer read back from long-term memory for one question.

A click is decoded from `customdata` of a cell: (context, hits, ...); context -1 is memory from before the session,
-2 a column of several contexts.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import frame, layer_ticks, quoted, swatch
from visualize.figures.marks import frame_layer
from visualize.figures.retrieved import reading
from visualize.prepare import Hits, escape, hits
from visualize.prepare.words import shorten

COLUMNS = 9
"""Told contexts with a column of their own; those with the fewest hits are put together."""
FEW = 4
"""Up to this many unrelated contexts have a column each."""
NUMBERED = 16
"""Layers up to which cells carry their number; more rows are too low for text."""
TOGETHER = -2

Measure = Literal["count", "lift"]

KEY, TITLE = "retriever-hits", "What each layer read from long-term memory"
HOW = (
    "A cell counts how many of the tokens that this layer retrieved for the question came from that text; more is "
    "stronger. "
    "Hover for the mean score and age, and for how many times more often than by chance."
)


LIFT = (
    "A cell says how many times more often that text was retrieved than by a blind draw from everything there: 1 is "
    "chance. Hover for counts, mean score and age."
)


def retriever_hits(
    trace: Trace,
    question: int = -1,
    selected: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
    measure: Measure = "count",
) -> go.Figure:
    """Hits of one question (default: the last), layer by context, memory from before the session included.

    As counts, or as lift: how many times more often than a blind draw from all candidates would have hit.
    """
    how = HOW if measure == "count" else LIFT
    got = reading(KEY, TITLE, how, trace, question, step, "this shows which texts each layer then looks up.")
    if isinstance(got, go.Figure):
        return got
    trace, asked = got
    table = hits(trace, asked)
    groups, keys, labels = columns_of(trace, table.counts.sum(axis=0), selected)
    found = table.merged(groups)
    layers, columns = found.counts.shape
    unscored = bool(np.isnan(asked.scores).all())
    figure = frame(
        KEY,
        TITLE,
        how,
        f"{quoted(asked, 30)} · {found.retrieved:,} tokens per layer"
        + (", unscored" if unscored else "")
        + (" · times chance" if measure == "lift" else ""),
    )
    values = found.counts if measure == "count" else np.nan_to_num(found.lift)
    most = max(float(values.max()), 1.0)
    # One heatmap, yet each column in its text's colour: column c owns the part c ... c + 1 of the colour scale.
    figure.add_heatmap(
        z=(np.arange(columns) + 0.999 * np.sqrt(values / most)).round(3),
        zmin=0,
        zmax=columns,
        colorscale=column_scale(trace, keys),
        showscale=False,
        customdata=np.stack(
            (
                np.broadcast_to(np.array(keys), values.shape),
                found.counts,
                np.broadcast_to(np.arange(layers)[:, None], values.shape),
                found.lift.round(4),
                found.candidates,
            ),
            axis=-1,
        ),
        meta={"code": True, "columns": ["context", "retrieved", "layer", "times chance", "there"]},
        text=_hover(trace, found, keys),
        hovertemplate="%{text}<extra></extra>",
        xgap=2,
        ygap=2 if layers <= 12 else 1,
    )
    if layers <= NUMBERED:
        row, column = np.nonzero(found.counts)
        figure.add_scatter(
            x=column,
            y=row,
            text=[f"{value:,.3g}" if measure == "lift" else str(value) for value in values[row, column].tolist()],
            mode="text",
            textfont={"size": 12, "color": palette.LIGHT.ink},
            meta={"ink": True},
            hoverinfo="skip",
        )
    if selected in keys:
        at = keys.index(selected)
        figure.add_shape(
            type="rect", x0=at - 0.5, x1=at + 0.5, y0=-0.5, y1=layers - 0.5,
            line={"color": palette.colour(trace, selected), "width": 2}, fillcolor="rgba(0,0,0,0)",
        )  # fmt: skip
    figure.update_xaxes(
        tickvals=list(range(columns)),
        ticktext=labels,
        range=[-0.5, columns - 0.5],
        title_text="text it came from",
    )
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, (-0.5, columns - 0.5))
    figure.update_yaxes(title_text="layer", range=[-0.5, layers - 0.5], tickvals=layer_ticks(layers))
    return figure


def column_scale(trace: Trace, keys: list[int]) -> list[tuple[float, str]]:
    """From faint to strong, once per column in its text's colour; ink stays readable on the strong end."""
    tints = [palette.UNRELATED_LINE if key == TOGETHER else palette.colour(trace, key) for key in keys]
    count = len(tints)
    pairs = [
        ((index + part) / count, palette.faded(tint, 0.05 + 0.6 * part))
        for index, tint in enumerate(tints)
        for part in (0, 1)
    ]
    return [(min(at, 1.0), colour) for at, colour in pairs]


def columns_of(trace: Trace, total: np.ndarray, selected: int | None) -> tuple[list[list[int]], list[int], list[str]]:
    """Columns of a full table [L, C + 1] per column drawn, the context of each, and its label; `total` [C + 1] says
    which told texts get a column of their own."""
    written = [c.index for c in trace.contexts]
    told = [c for c in written if trace.contexts[c].kind == "told"]
    unrelated = [c for c in written if trace.contexts[c].kind == "unrelated"]
    names = palette.names(trace)
    if len(told) > COLUMNS:
        best = sorted(told, key=lambda c: (c != selected, -float(total[c + 1])))[:COLUMNS]
        rest = [c for c in told if c not in best]
        told = sorted(best)
    else:
        rest = []
    alone = unrelated if len(unrelated) <= FEW else [c for c in unrelated if c == selected]
    many = [c for c in unrelated if c not in alone]
    # Squares only where labels can stay level.
    mark = swatch if len(told) + len(alone) <= 5 else lambda _, text: text
    groups, keys = [[0]], [BEFORE]
    labels = [mark(palette.BEFORE_LINE, "before")]
    for c in (*told, *alone):
        groups.append([c + 1])
        keys.append(c)
        labels.append(mark(palette.colour(trace, c), names[c]))
    for members, name in ((rest, f"{len(rest)} more"), (many, f"{len(many)} unrelated")):
        if members:
            groups.append([c + 1 for c in members])
            keys.append(TOGETHER)
            labels.append(mark(palette.UNRELATED_LINE, name))
    return groups, keys, labels


def _hover(trace: Trace, found: Hits, keys: list[int]) -> np.ndarray:
    """A sentence per cell. There are at most L x 19 of them."""
    lift, names = found.lift, palette.names(trace)
    lines = np.empty(found.counts.shape, object)
    for column, key in enumerate(keys):
        if key >= 0:
            head = f"<b>{names[key]}</b> {escape(shorten(trace.contexts[key].text, 44))}"
        else:
            head = "<b>from before the session</b>" if key == BEFORE else "<b>several texts together</b>"
        for layer in range(found.counts.shape[0]):
            count = int(found.counts[layer, column])
            parts = [
                head,
                f"layer {layer}: {count} of {found.retrieved} retrieved, of {found.candidates[layer, column]:,} there",
            ]
            if count:
                score, age = found.scores[layer, column] / count, found.ages[layer, column] / count
                parts.append(
                    ("read without scoring" if np.isnan(score) else f"mean score {score:.2f}")
                    + f", mean age {age:.0f} injections"
                )
            if not np.isnan(lift[layer, column]):
                parts.append(f"{lift[layer, column]:.1f} × as often as by chance")
            lines[layer, column] = "<br>".join(parts)
    return lines
