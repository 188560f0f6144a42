"""The memory map: every slot of the pool, layer by layer, oldest left and newest right.

A click is decoded without any text: `customdata` of a cell is (context, layer, serial), context -1 for memory from
before the session. `x` is the slot's rank (0 oldest) and `y` the layer, which `visualize.prepare.cell_at` reads too.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.trace import BEFORE, Asked, Trace
from visualize import palette
from visualize.figures.frame import (
    TOKEN,
    counted,
    empty,
    frame,
    layer_ticks,
    question_of,
    quoted,
    swatch,
    unasked,
    untold,
)
from visualize.figures.marks import bar, frame_layer, pin, two_scales
from visualize.figures.read_map import read_map
from visualize.prepare import Life, Map, at, escape, life, pool_map, snippet
from visualize.prepare.words import shorten

ColourBy = Literal["source", "age", "attention", "retrieved"]

TEXT_CELLS = 4_000
"""Up to this many cells each carries its own sentence."""
COLUMNS = 640
"""Columns drawn; a wider pool is sampled."""
LABEL = 0.085
"""Width of one label above the map, as a share of a phone's width."""
KEY, TITLE = "memory-map", "What is in short-term memory"
HOW = (
    "One cell is one memory token. A new text enters at the right edge of every layer and pushes older ones left; "
    "each injection drops tokens at random, so a text thins out as it ages."
)
HOW_AGES = "One cell is one memory token, the oldest of every layer on the left. Bright: just written; dark: old."
HOW_ATTENTION = (
    "One cell is one memory token, the oldest of every layer on the left. The redder it is, the more of its layer's "
    "attention it got, mean over the answer's tokens. What was read from long-term memory is not on this map."
)


def memory_map(
    trace: Trace,
    step: int | None = None,
    colour_by: ColourBy = "source",
    selected: int | None = None,
    question: int | None = None,
    *,
    layer: int | None = None,
    token: tuple[int, int] | None = None,
) -> go.Figure:
    """The pool after `step` injections (default: now), coloured by source, by age or by attention.

    Attention is that of one question (default: the last), and shows the pool as it was when it was asked.
    "retrieved" shows long-term memory instead: a token of the pool is always read, so only there can reads be counted.
    A `selected` context stays in colour while the others step back; a chosen `layer` is framed, a pinned `token`
    (layer, serial) is marked.
    """
    if colour_by == "retrieved":
        return read_map(trace, step, selected, layer, token)
    whole, trace = trace, at(trace, step)
    asked = question_of(trace, question) if colour_by == "attention" else None
    if colour_by == "attention" and asked is None:
        return empty(KEY, TITLE, HOW, unasked(whole, trace, "the map then shows which memory its answer looked at."))
    alive = life(trace)
    drawn = pool_map(alive, asked.step if asked else None, _columns(trace))
    if not drawn.total:
        return empty(
            KEY, TITLE, HOW, untold(whole, trace, "This memory is still empty: tell the model something to fill it.")
        )
    how = {"age": HOW_AGES, "attention": HOW_ATTENTION}.get(colour_by, HOW)
    figure = frame(KEY, TITLE, how, _subtitle(drawn, colour_by, asked) + _missing(drawn, token))
    cells, scale, bar = _colouring(trace, drawn, colour_by, selected, asked)
    named, quantity = _quantity(drawn, colour_by, asked)
    layers = trace.model.num_layers
    figure.add_heatmap(
        z=cells,
        x0=int(drawn.ranks[0]),
        dx=drawn.stride,
        zmin=0,
        zmax=max(len(scale) // 2 - 1, 1) if colour_by == "source" else 255,
        colorscale=scale,
        showscale=bool(bar),
        colorbar=bar,
        customdata=np.stack(
            (
                drawn.context,
                np.broadcast_to(np.arange(layers)[:, None], drawn.context.shape),
                drawn.serials,
                *quantity,
            ),
            axis=-1,
        ).astype(np.float32 if quantity else np.int32),  # exact for serials up to 2^24
        meta={
            "token": True,
            "columns": [*TOKEN["columns"], *named],
            "code": True,
            "axes": {"x": "slot, from the oldest"},
        },
        text=_texts(alive, drawn),
        hovertemplate=_hover(drawn, named),
        xgap=1 if drawn.total <= 96 else 0,
        ygap=2 if layers <= 12 else 1,
    )
    half = 0.5 * drawn.stride
    edges = (float(drawn.ranks[0] - half), float(drawn.ranks[-1] + half))
    figure.update_xaxes(
        title={"text": f"← older · {drawn.total:,} slots per layer, by age · newer →", "standoff": 22},
        range=edges,
        showticklabels=False,
    )
    figure.update_layout(margin_t=90)
    figure.update_yaxes(title_text="layer", range=[-0.5, layers - 0.5], tickvals=layer_ticks(layers, 8))
    if colour_by != "age":
        _label_strata(figure, trace, drawn)
    if layer is not None and 0 <= layer < layers:
        frame_layer(figure, layer, edges)
    if token is not None and (rank := drawn.rank(*token)) is not None:
        pin(figure, rank, token, int(alive.context[token[1]]))
    return figure


def _missing(drawn: Map, token: tuple[int, int] | None) -> str:
    return " · the pinned token is not here" if token is not None and drawn.rank(*token) is None else ""


def _quantity(drawn: Map, colour_by: ColourBy, asked: Asked | None) -> tuple[list[str], list[NDArray[np.floating]]]:
    """What the colour shows, by name and per cell [L, M]; nothing for a source, which has its own column."""
    if asked is not None:
        return ["attention, %"], [(100 * np.nan_to_num(asked.short_term_mass[:, drawn.ranks])).round(4)]
    if colour_by == "age":
        return ["age, injections"], [np.where(drawn.context == BEFORE, np.nan, drawn.injections)]
    return [], []


def _hover(drawn: Map, named: list[str]) -> str:
    """On a small pool the sentence, which tells the age; then the quantity that is drawn."""
    short = "%{text}" if drawn.context.size <= TEXT_CELLS else "<b>%{text}</b> · layer %{y}"
    if named == ["attention, %"]:
        short += "<br>attention %{customdata[3]:.2~g} %"
    elif named and drawn.context.size > TEXT_CELLS:
        short += " · %{customdata[3]} injections old"
    return short + "<extra></extra>"


def _columns(trace: Trace) -> int:
    """How many columns to draw: all, or as many as keep the figure light."""
    return COLUMNS if trace.model.num_layers * trace.model.pool_size > 32 * COLUMNS else trace.model.pool_size


def _subtitle(drawn: Map, colour_by: ColourBy, asked: Asked | None) -> str:
    """The moment, the range of the colour bar, and whether slots are left out."""
    parts = [f"after {counted(drawn.step, 'injection')}"]
    if asked is not None:
        parts = [f"{quoted(asked, 24)} · attention 0 to {100 * _top(asked):.2g} %"]
    elif colour_by == "age":
        parts.append(f"age 0 to {counted(_oldest(drawn), 'injection')}")
    if drawn.stride > 1:
        parts.append(f"every {drawn.stride}th slot shown")
    return " · ".join(parts)


def _oldest(drawn: Map) -> int:
    """The age at the end of the colour scale, in injections."""
    return max(int(drawn.injections[drawn.context != BEFORE].max(initial=0)), 1)


def _top(asked: Asked) -> float:
    """The attention at the end of the colour scale."""
    return float(np.nan_to_num(asked.short_term_mass).max(initial=0.0))


def _colouring(
    trace: Trace, drawn: Map, colour_by: ColourBy, selected: int | None, asked: Asked | None
) -> tuple[NDArray[np.uint8], list[tuple[float, str]], dict[str, object]]:
    """Cells as bytes [L, M], their colour scale and the colour bar (empty for discrete colours)."""
    if colour_by != "source":
        shades, scale = _attention(asked, drawn) if asked is not None else _ages(drawn)
        if selected is None:
            return shades, scale, bar()
        return *two_scales(shades, scale, drawn.context == selected), {}
    fills = [palette.BEFORE_FILL, palette.FORGOTTEN, *palette.colours(trace)]
    used, cells = np.unique(np.where(drawn.forgotten, -2, drawn.context), return_inverse=True)
    shown = [fills[0] if c == BEFORE else fills[1] if c == -2 else fills[c + 2] for c in used]
    if selected is not None:
        shown = [colour if c == selected else palette.faded(colour) for c, colour in zip(used, shown, strict=True)]
    # A scale entry per colour that is there. More than 256 different texts in one pool share the last entries.
    coded = np.minimum(cells.reshape(drawn.context.shape), 255).astype(np.uint8)
    return coded, _steps(shown[:256]), {}


def _ages(drawn: Map) -> tuple[NDArray[np.uint8], list[tuple[float, str]]]:
    known = drawn.context != BEFORE
    cells = np.where(known, 1 + drawn.injections * 254 // _oldest(drawn), 0).astype(np.uint8)
    places = np.linspace(1 / 255, 1, len(palette.AGES))
    ramp = [(float(place), colour) for place, colour in zip(places, palette.AGES, strict=True)]
    return cells, [(0.0, palette.BEFORE_FILL), (0.5 / 255, palette.BEFORE_FILL), (0.5 / 255, palette.AGES[0]), *ramp]


def _attention(asked: Asked, drawn: Map) -> tuple[NDArray[np.uint8], list[tuple[float, str]]]:
    mass = np.nan_to_num(asked.short_term_mass.astype(np.float64)[:, drawn.ranks])
    top = _top(asked)
    cells = np.rint(mass * (255 / top if top > 0 else 0.0)).astype(np.uint8)
    return cells, [(0.0, "rgba(127,127,127,0.10)"), (0.25, "rgba(181,72,60,0.45)"), (1.0, "rgba(181,72,60,1)")]


def _steps(colours: list[str]) -> list[tuple[float, str]]:
    """A colour scale of equal flat steps."""
    count = len(colours)
    edges = [(index / count, (index + 1) / count, colour) for index, colour in enumerate(colours)]
    return [(edge, colour) for low, high, colour in edges for edge in (low, high)]


def _texts(alive: Life, drawn: Map) -> NDArray[np.object_]:
    """Hover text per cell: the sentence with its token marked, or only the source's name on a large pool."""
    trace = alive.trace
    if drawn.context.size > TEXT_CELLS:
        return np.array([*palette.names(trace), "before"], object)[drawn.context]
    place = np.broadcast_to(np.arange(drawn.context.shape[0])[:, None], drawn.context.shape)
    rank = np.broadcast_to(drawn.ranks, drawn.context.shape)
    written, shows = _sentences(trace, drawn)
    ends = [
        f"<br>layer {layer} · slot {slot + 1} of {drawn.total}"
        + (f"<br>{old} injections old, {age} tokens" if c >= 0 else "")
        for layer, slot, old, age, c in zip(
            *(array.ravel().tolist() for array in (place, rank, drawn.injections, drawn.age, drawn.context)),
            strict=True,
        )
    ]
    lines = shows[written].ravel() + np.array(ends, object)
    lines[drawn.forgotten.ravel()] += "<br>forgotten: overwritten and masked"
    return lines.reshape(drawn.context.shape)


def _sentences(trace: Trace, drawn: Map) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """An index per cell [L, M] into the distinct first lines: many cells show the same token of the same text."""
    span = int(drawn.position.max(initial=-1)) + 2
    keys, index = np.unique(drawn.context.astype(np.int64) * span + drawn.position + 1, return_inverse=True)
    names, shows = palette.names(trace), []
    for key in keys.tolist():
        context, position = key // span, key % span - 1
        if context == BEFORE:
            shows.append("<b>from before the session</b>")
            continue
        source = trace.contexts[context]
        line = (
            snippet(source, position)
            if position >= 0
            else f"{escape(shorten(source.text, 40))}<br><i>on a rewritten older row</i>"
        )
        shows.append(f"<b>{names[context]}</b>&nbsp; {line}")
    return index.reshape(drawn.context.shape), np.array(shows, object)


def _label_strata(figure: go.Figure, trace: Trace, drawn: Map) -> None:
    """Told texts by number above their strata; below, what the quiet families are."""
    seen = drawn.context[~drawn.forgotten]
    rank = np.broadcast_to((drawn.ranks + 0.5) / drawn.total, drawn.context.shape)[~drawn.forgotten]
    names, told = palette.names(trace), palette.told_order(trace)
    wanted = []
    for context in told:
        where = rank[seen == context]
        if where.size:
            wanted.append((float(np.median(where)), swatch(palette.colour(trace, context), names[context])))
    for place, text in _grouped(sorted(wanted)):
        figure.add_annotation(text=text, x=place, xref="paper", y=1, yref="paper", yanchor="bottom", showarrow=False)
    families = (
        (seen == BEFORE, swatch(palette.BEFORE_LINE, "before the session")),
        ((seen != BEFORE) & ~np.isin(seen, list(told)), swatch(palette.UNRELATED_LINE, "unrelated")),
    )
    last = -1.0
    for mine, text in families:
        place = float(np.median(rank[mine])) if mine.any() else 0.0
        if mine.sum() < 0.04 * seen.size or place < last + 0.4:
            continue
        side = "left" if place < 0.25 else "right" if place > 0.75 else "center"
        place = {"left": 0.0, "right": 1.0, "center": place}[side]
        last = place
        figure.add_annotation(
            text=text, x=place, xref="paper", xanchor=side, y=0, yref="paper", yanchor="top", showarrow=False
        )


def _grouped(labels: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Labels that would overlap on a phone stand together, in their order from left to right.

    Places are shares of the width. One label needs about LABEL of it; a long row keeps its first and last.
    """
    groups: list[list[tuple[float, str]]] = []
    for label in labels:
        groups.append([label])
        while (
            len(groups) > 1
            and _middle(groups[-1]) - _middle(groups[-2])
            < LABEL * (min(len(groups[-1]), 5) + min(len(groups[-2]), 5)) / 2
        ):
            last = groups.pop()
            groups[-1] += last
    found = []
    for group in groups:
        texts = [text for _, text in group]
        row = texts if len(texts) <= 5 else [*texts[:2], "…", *texts[-2:]]
        half = LABEL * len(row) / 2
        found.append((min(max(_middle(group), half), 1 - half) if half < 0.5 else 0.5, "&nbsp; ".join(row)))
    return found


def _middle(group: list[tuple[float, str]]) -> float:
    return sum(place for place, _ in group) / len(group)
