"""Attention to memory in detail: by layer and text, and token by token."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Context, Trace
from visualize import palette
from visualize.figures.evidence import token_of
from visualize.figures.frame import INK, TOKEN, empty, frame, layer_ticks, question_of, quoted, unasked
from visualize.figures.marks import frame_layer
from visualize.figures.retrieved import chosen
from visualize.figures.retriever import NUMBERED, column_scale, columns_of
from visualize.prepare import at, escape, memory_mass, snippet, strongest
from visualize.prepare.words import shorten

LAYERS = (
    "attention-by-layer",
    "Which layers looked at which text",
    "A cell is the share of a layer's attention that went to the memory of that text, short- and long-term together, "
    "mean over the answer's tokens. What went to the question and the answer itself is left out.",
)
TOKENS = (
    "strongest-tokens",
    "Which memory tokens the answer looked at most",
    "One bar is one memory token of one layer, with the word it was written at. Hatched: read from long-term memory. "
    "The length is its share of that layer's attention.",
)
MOST = 20


def attention_by_layer(
    trace: Trace,
    question: int = -1,
    selected: int | None = None,
    answer_token: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Share of attention to the memory of each text, layer by context, of one question (default: the last)."""
    key, title, how = LAYERS
    whole, trace = trace, at(trace, step)
    asked = question_of(trace, question)
    if asked is None:
        return empty(key, title, how, unasked(whole, trace, "this shows which layers look at which text."))
    if not asked.answer_tokens or not asked.sources:
        return empty(key, title, how, "This answer has no tokens, so there is no attention to show.")
    one = token_of(asked, answer_token)
    table = 100 * memory_mass(trace, asked, one)
    groups, keys, labels = columns_of(trace, table.sum(axis=0), selected)
    values = np.stack([table[:, group].sum(axis=1) for group in groups], axis=1)
    layers, columns = values.shape
    what = "all answer tokens" if one is None else f"“{escape(shorten(asked.answer_tokens[one], 14))}”"
    if one is not None:
        how = how.replace("mean over the answer's tokens", "for the chosen answer token")
    memory = f"{values.sum(axis=1).mean():.3g} % to memory"
    figure = frame(key, title, how, f"{quoted(asked, 30)} · {what} · {memory}")
    names = palette.names(trace)
    heads = [f"<b>{names[k]}</b>" if k >= 0 else "from before the session" if k == BEFORE else "several" for k in keys]
    figure.add_heatmap(
        z=(np.arange(columns) + 0.999 * np.sqrt(values / max(float(values.max()), 1e-9))).round(4),
        zmin=0,
        zmax=columns,
        colorscale=column_scale(trace, keys),
        showscale=False,
        customdata=np.stack(
            (
                np.broadcast_to(np.array(keys), values.shape),
                values.round(5),
                np.broadcast_to(np.arange(layers)[:, None], values.shape),
            ),
            axis=-1,
        ),
        meta={"code": True, "columns": ["context", "attention, %", "layer"]},
        text=np.broadcast_to(np.array(heads, object), values.shape),
        hovertemplate="%{text}<br>layer %{y}: %{customdata[1]:.2f} % of attention<extra></extra>",
        xgap=2,
        ygap=2 if layers <= 12 else 1,
    )
    if layers <= NUMBERED:
        row, column = np.nonzero(values >= 0.05)
        figure.add_scatter(
            x=column,
            y=row,
            text=[f"{value:.2g}" for value in values[row, column].tolist()],
            mode="text",
            textfont={"size": 12, "color": palette.LIGHT.ink},
            meta=INK,
            hoverinfo="skip",
        )
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, (-0.5, columns - 0.5))
    figure.update_xaxes(
        tickvals=list(range(columns)), ticktext=labels, range=[-0.5, columns - 0.5], title_text="text, attention in %"
    )
    figure.update_yaxes(title_text="layer", range=[-0.5, layers - 0.5], tickvals=layer_ticks(layers))
    return figure


def strongest_tokens(
    trace: Trace,
    question: int = -1,
    answer_token: int | None = None,
    selected: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
    token: tuple[int, int] | None = None,
) -> go.Figure:
    """The memory tokens that one answer token (default: all, on average) looked at most, in all layers or one."""
    key, title, how = TOKENS
    whole, trace = trace, at(trace, step)
    asked = question_of(trace, question)
    if asked is None:
        return empty(key, title, how, unasked(whole, trace, "the memory tokens that its answer looks at are listed."))
    one, layer = token_of(asked, answer_token), chosen(trace, layer)
    found = strongest(trace, asked, one, layer, MOST)
    if found is None:
        return empty(
            key, title, how, "This question was asked before single tokens were recorded: ask it again to see them."
        )
    if not found.serial.size:
        return empty(key, title, how, "This answer looked at no memory token: memory was empty, or the answer is.")
    if one is None:
        how += " Of every answer token only its strongest ones are known, so an average is a lower bound."
    what = "mean of all answer tokens" if one is None else f"“{escape(shorten(asked.answer_tokens[one], 14))}”"
    place = "all layers" if layer is None else f"layer {layer}"
    figure = frame(key, title, how, f"{quoted(asked, 26)} · {what} · {place} · the first {found.serial.size}")
    names = palette.names(trace)
    words, hovers = [], []
    columns = (found.context, found.position, found.layer, found.mass, found.long_term)
    for c, position, at_layer, mass, far in zip(*(column.tolist() for column in columns), strict=True):
        source = trace.contexts[c] if c != BEFORE else None
        name = names[c] if source is not None else "before"
        words.append(f"{_word(source, position)}&nbsp; <b>{name}</b> · layer {at_layer}")
        text = snippet(source, position) if source is not None else "from before the session"
        hovers.append(
            f"<b>{name}</b> {text}<br>layer {at_layer}, {'long-term' if far else 'short-term'} memory"
            f"<br>{100 * mass:.3g} % of attention"
        )
    rows = np.arange(found.serial.size)
    fills = [palette.colour(trace, c) for c in found.context.tolist()]
    if selected is not None:
        fills = [
            fill if c == selected else palette.faded(fill, 0.3)
            for fill, c in zip(fills, found.context.tolist(), strict=True)
        ]
    figure.add_bar(
        x=(100 * found.mass).round(5),
        y=rows,
        orientation="h",
        width=0.74,
        marker={
            "color": fills,
            "line_width": 0,
            "pattern": {"shape": ["/" if far else "" for far in found.long_term], "size": 5, "solidity": 0.45},
        },
        text=hovers,
        textposition="none",
        customdata=np.column_stack((found.context, found.layer, found.serial)),
        meta=TOKEN,
        hovertemplate="%{text}<extra></extra>",
    )
    if token is not None:
        for row in np.flatnonzero((found.layer == token[0]) & (found.serial == token[1])):
            figure.add_shape(
                type="rect", x0=0, x1=1, xref="x domain", y0=row - 0.5, y1=row + 0.5,
                line={"width": 1.5, "color": palette.ACCENT}, fillcolor="rgba(0,0,0,0)",
            )  # fmt: skip
    figure.update_xaxes(title_text="share of the layer's attention", ticksuffix=" %", rangemode="tozero", nticks=6)
    figure.update_yaxes(title_text="memory token", tickvals=rows, ticktext=words, range=[rows.size - 0.5, -0.5])
    return figure


def _word(source: Context | None, position: int) -> str:
    """The word a token was written at."""
    if source is None or not 0 <= position < len(source.spans):
        return "·"
    start, end = (int(edge) for edge in source.spans[position])
    return escape(shorten(source.text[start:end], 12)) or "␣"
