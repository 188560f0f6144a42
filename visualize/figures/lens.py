"""Logit lens on one memory token: the words its vector is closest to, and the memory tokens it is like."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.findings import Lens
from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import TOKEN, empty, frame, swatch
from visualize.prepare import escape, life, snippet
from visualize.prepare.words import shorten

KEY, TITLE = "lens", "What one memory token says"
HOW = (
    "Left: the words that the model would predict if it ended at this token's layer; early layers rarely speak in "
    "words. Right: the memory tokens of the layer with the most similar vectors."
)
PLACES = {"short_term": "in short-term memory", "long_term": "in long-term memory", None: "in neither memory any more"}
MOST = 12


def lens(trace: Trace, found: Lens | None, selected: int | None = None) -> go.Figure:
    """Likeliest words with their probabilities, and nearest memory tokens with their cosines."""
    if found is None:
        return empty(KEY, TITLE, HOW, "Pick a memory token: this shows what its vector says.")
    alive = life(trace)
    if not 0 <= found.serial < alive.context.size:
        return empty(KEY, TITLE, HOW, "The token that this was found for is not part of this session.")
    names = palette.names(trace)
    context = int(alive.context[found.serial])
    who = "before the session" if context == BEFORE else names[context]
    subtitle = swatch(palette.colour(trace, context), f"{who} · layer {found.layer} · {PLACES[found.place]}")
    if context != BEFORE:
        subtitle += f"<br>{snippet(trace.contexts[context], int(alive.position[found.serial]))}"
    figure = frame(KEY, TITLE, HOW, subtitle)
    words = [escape(shorten(word, 14)) or repr(word)[1:-1] or "␣" for word in found.words[:MOST]]
    rows = np.arange(len(words))
    figure.add_bar(
        x=(100 * found.probabilities[: len(words)]).round(4),
        y=rows,
        orientation="h",
        width=0.72,
        marker={"color": palette.ACCENT, "line_width": 0},
        name="word",
        text=words,
        textposition="none",
        customdata=np.full(rows.size, BEFORE),
        meta={"columns": ["context"]},
        hovertemplate="%{text}: %{x:.3g} %<extra></extra>",
    )
    serials = found.neighbours[:MOST].astype(np.int64)
    near = alive.context[serials]
    labels, hovers = [], []
    for serial, c in zip(serials.tolist(), near.tolist(), strict=True):
        if c == BEFORE:
            labels.append("before")
            hovers.append("from before the session")
            continue
        source, position = trace.contexts[c], int(alive.position[serial])
        word = ""
        if 0 <= position < len(source.spans):
            start, end = (int(edge) for edge in source.spans[position])
            word = escape(shorten(source.text[start:end], 10))
        labels.append(f"{word or '·'}&nbsp; <b>{names[c]}</b>")
        hovers.append(f"<b>{names[c]}</b> {snippet(source, position)}")
    fills = [palette.colour(trace, c) for c in near.tolist()]
    if selected is not None:
        fills = [
            fill if c == selected else palette.faded(fill, 0.35) for fill, c in zip(fills, near.tolist(), strict=True)
        ]
    figure.add_bar(
        x=found.cosines[: serials.size].round(5),
        y=np.arange(serials.size),
        xaxis="x2",
        yaxis="y2",
        orientation="h",
        width=0.72,
        marker={"color": fills, "line_width": 0},
        name="similar memory token",
        text=hovers,
        textposition="none",
        customdata=np.column_stack((near, np.full(serials.size, found.layer), serials)),
        meta=TOKEN,
        hovertemplate="%{text}<br>cosine %{x:.3f}<extra></extra>",
    )
    tall = max(len(words), serials.size, 1)
    rows_of = {"range": [tall - 0.5, -0.5]}
    figure.update_layout(
        margin_t=92,
        xaxis={"domain": [0, 0.4], "title_text": "probability", "ticksuffix": " %", "nticks": 4, "rangemode": "tozero"},
        yaxis={"title_text": "word", "tickvals": rows, "ticktext": words, **rows_of},
        xaxis2={"domain": [0.62, 1], "anchor": "y2", "title_text": "cosine", "nticks": 4},
        yaxis2={
            "anchor": "x2",
            "title_text": "similar memory token",
            "tickvals": list(range(serials.size)),
            "ticktext": labels,
            **rows_of,
        },
    )
    return figure
