"""The memory map's other half: long-term memory, coloured by how often each token was read back so far."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import TOKEN, counted, empty, frame, layer_ticks, unasked, untold
from visualize.figures.marks import bar, frame_layer, pin, two_scales
from visualize.prepare import Life, Reads, at, life, reads, snippet

COLUMNS = 640
TEXT_CELLS = 4_000
KEY, TITLE = "read-map", "What was read back from long-term memory"
HOW = (
    "One cell is one long-term memory token, the oldest at the left, stronger the more questions retrieved it. "
    "Short-term memory is not counted: every question reads all of it."
)


def read_map(
    trace: Trace, step: int | None, selected: int | None, layer: int | None, token: tuple[int, int] | None
) -> go.Figure:
    """Long-term memory after `step` injections, layer by order of writing."""
    whole, trace = trace, at(trace, step)
    if not trace.model.retrieved:
        return empty(KEY, TITLE, HOW, "This model has no long-term memory, so nothing is retrieved.")
    if not trace.questions:
        return empty(KEY, TITLE, HOW, unasked(whole, trace, "the tokens that it reads back are counted here."))
    alive = life(trace)
    found = reads(alive, COLUMNS)
    layers, width = found.serials.shape
    if not width:
        remedy = "Long-term memory is still empty: it fills with what later texts push out."
        return empty(KEY, TITLE, HOW, untold(whole, trace, remedy))
    top = max(float(found.density.max()), 1e-9)
    here = _place(found, token)
    parts = [f"read 0 to {top:.2g} times · {counted(found.questions, 'question')}"]
    if found.run > 1:
        parts.append(f"a cell is the mean of about {found.run:,} tokens")
    if token is not None and here is None:
        parts.append("the pinned token is not shown" if found.run > 1 else "the pinned token is not here")
    figure = frame(KEY, TITLE, HOW, " · ".join(parts))
    # 0: a layer that holds fewer tokens; 1: never read; above: read.
    cells = np.where(
        found.serials < 0, 0, 1 + np.where(found.density > 0, 74 + (180 * found.density / top).astype(np.int64), 0)
    )
    scale = [(0.0, "rgba(0,0,0,0)"), (0.5 / 255, "rgba(0,0,0,0)"), (0.5 / 255, palette.BEFORE_FILL)]
    scale += [(0.2, palette.BEFORE_FILL), (0.2, palette.QUANTITY[1]), (1.0, palette.ACCENT)]
    coded = cells.astype(np.uint8)
    if selected is not None:
        coded, scale = two_scales(coded, scale, found.context == selected)
    texts = width * layers <= TEXT_CELLS
    figure.add_heatmap(
        z=coded,
        zmin=0,
        zmax=255,
        colorscale=scale,
        showscale=selected is None,
        colorbar=bar(),
        customdata=np.stack(
            (found.context, np.broadcast_to(np.arange(layers)[:, None], found.context.shape), found.serials), axis=-1
        ).astype(np.int32),
        meta={**TOKEN, "code": True},
        text=_sentences(alive, found) if texts else found.counts.astype(np.uint16),
        hovertemplate="%{text}<extra></extra>"
        if texts
        else "the most-read token here: for %{text} questions · layer %{y}<extra></extra>",
        xgap=1 if width <= 96 else 0,
        ygap=2 if layers <= 12 else 1,
        hoverongaps=False,
    )
    edges = (-0.5, width - 0.5)
    figure.update_xaxes(
        title={"text": f"← older · {int(found.total.max()):,} long-term tokens per layer · newer →", "standoff": 8},
        range=edges,
        showticklabels=False,
    )
    figure.update_yaxes(title_text="layer", range=[-0.5, layers - 0.5], tickvals=layer_ticks(layers, 8))
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, edges)
    if token is not None and here is not None:
        pin(figure, here, token, int(alive.context[token[1]]))
    return figure


def _place(found: Reads, token: tuple[int, int] | None) -> int | None:
    if token is None or not 0 <= token[0] < len(found.serials):
        return None
    place = np.flatnonzero(found.serials[token[0]] == token[1])
    return int(place[0]) if place.size else None


def _sentences(alive: Life, found: Reads) -> np.ndarray:
    """A sentence per cell."""
    trace, names = alive.trace, palette.names(alive.trace)
    lines = np.full(found.serials.shape, "", object)
    heads: dict[tuple[int, int], str] = {(BEFORE, -1): "<b>from before the session</b>"}
    for layer, column in zip(*np.nonzero(found.serials >= 0), strict=True):
        serial, context = int(found.serials[layer, column]), int(found.context[layer, column])
        key = (context, int(alive.position[serial]))
        if key not in heads:
            heads[key] = f"<b>{names[context]}</b>&nbsp; {snippet(trace.contexts[context], key[1])}"
        count = int(found.counts[layer, column])
        lines[layer, column] = f"{heads[key]}<br>layer {layer} · read for {count} of {found.questions} questions"
    return lines
