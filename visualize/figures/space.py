"""Memory tokens of one layer as points: what is alike stands together."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.findings import Space
from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, TOKEN, empty, frame, swatch
from visualize.prepare import Life, at, life, snippet

ColourBy = Literal["source", "age", "place"]

KEY = "token-space"
HOW = (
    "One point is one memory token of the layer; points that lie together have similar vectors. Hollow: long-term "
    "memory. Distances across the whole picture mean little, neighbourhoods mean more. A triangle at the border: one "
    "lies far out in that direction."
)
TEXTS = 3_000
"""Up to this many points each carries its sentence."""
GRID = "rgb(150,146,140)"
"""Grid of the three-dimensional scene: readable on both papers, since a scene has no template that a page recolours."""
FAR_OUT = 3.0
"""Times the distance between the quartiles, beyond them, after which Tukey calls a value far out."""
PLACES = (("short-term", palette.TOLD[0]), ("long-term", palette.TOLD[1]))


def token_space(
    trace: Trace,
    found: Space | None,
    dimensions: Literal[2, 3] = 2,
    colour_by: ColourBy = "source",
    selected: int | None = None,
    *,
    token: tuple[int, int] | None = None,
) -> go.Figure:
    """A space of memory tokens in two or three dimensions, coloured by source, by age or by the memory they are in."""
    if found is None:
        return empty(KEY, "Which memory tokens are alike", HOW, "Choose a layer: its memory tokens are laid out here.")
    key = f"{KEY}-{found.method}-{dimensions}-{found.layer}-{found.step}"
    then = at(trace, found.step)
    alive = life(then)
    if not found.shown or int(found.serials.max()) >= alive.context.size:
        return empty(key, "Which memory tokens are alike", HOW, "This layer holds no memory tokens yet.")
    title = f"Which memory tokens are alike: {_of(found)} of layer {found.layer}"
    figure = frame(key, title, HOW, _subtitle(then, alive, found, colour_by))
    points = found.flat if dimensions == 2 else found.coordinates
    context = alive.context[found.serials]
    text = _texts(then, alive, found.serials, context) if found.shown <= TEXTS else None
    back = selected is not None and bool((context == selected).any())
    for mine, far, colour, name, options in _parts(then, alive, found, context, colour_by):
        rows = np.flatnonzero(mine)
        if not rows.size:
            continue
        step_back = back and not (context[rows] == selected).all()
        parts = [(rows, False)]
        if step_back:
            parts = [(rows[context[rows] != selected], True), (rows[context[rows] == selected], False)]
        for shown, faded in parts:
            if shown.size:
                _draw(figure, found, points, shown, context, text, colour, far, name, faded, options)
    if token is not None and token[0] == found.layer:
        _mark(figure, points, np.flatnonzero(found.serials == token[1]), context, found)
    if dimensions == 2:
        _look_closer(figure, found, points, context)
    _axes(figure, found, dimensions)
    return figure


def _of(found: Space) -> str:
    return f"all {found.total:,}" if found.shown == found.total else f"{found.shown:,} of {found.total:,}"


def _parts(
    trace: Trace, alive: Life, found: Space, context: NDArray[np.int32], colour_by: ColourBy
) -> list[tuple[NDArray[np.bool_], bool, Any, str, dict[str, Any]]]:
    """Points that are drawn alike: which, whether long-term, colour, name, more options of the marker."""
    parts: list[tuple[NDArray[np.bool_], bool, Any, str, dict[str, Any]]] = []
    names = palette.names(trace)
    for far in (False, True):
        here = found.places == int(far)
        if colour_by == "place":
            parts.append((here, far, PLACES[far][1], PLACES[far][0], {}))
        elif colour_by == "age":
            ages = alive.ages(found.serials, found.step, found.layer) / trace.model.num_tokens
            top = max(float(ages.max()), 1.0)
            scale = [(place / 4, colour) for place, colour in enumerate(palette.AGES)]
            options = {"cmin": 0, "cmax": top, "colorscale": scale}
            parts.append((here, far, ages.round(2), PLACES[far][0], options))
        else:
            unrelated = np.array([c.kind == "unrelated" for c in trace.contexts] + [False])[context]
            parts.append((here & (context == BEFORE), far, palette.BEFORE_LINE, "before", {"opacity": 0.5}))
            parts.append((here & unrelated, far, palette.UNRELATED_LINE, "unrelated", {"opacity": 0.7}))
            for c in palette.told_order(trace):
                parts.append((here & (context == c), far, palette.colour(trace, c), names[c], {}))
    return parts


def _draw(
    figure: go.Figure,
    found: Space,
    points: NDArray[np.float32],
    rows: NDArray[np.int64],
    context: NDArray[np.int32],
    text: NDArray[np.object_] | None,
    colour: Any,
    far: bool,
    name: str,
    faded: bool,
    options: dict[str, Any],
) -> None:
    flat = points.shape[1] == 2
    size = (7 if found.shown <= 800 else 5 if found.shown <= 4_000 else 4) - (0 if flat else 2)
    marker = {
        "color": colour[rows] if isinstance(colour, np.ndarray) else colour,
        "size": size,
        "symbol": "circle-open" if far else "circle",
        **{name: value for name, value in options.items() if name != "opacity"},
    }
    if far and flat:
        marker["line"] = {"width": 1.2}
    data = {
        "x": points[rows, 0].round(4),
        "y": points[rows, 1].round(4),
        "mode": "markers",
        "marker": marker,
        "opacity": 0.16 if faded else options.get("opacity", 0.9),
        "name": name,
        "customdata": np.column_stack((context[rows], np.full(rows.size, found.layer), found.serials[rows])).astype(
            np.int32
        ),
        "meta": {**TOKEN, "columns": ["context", "layer", "serial"], "place": PLACES[far][0]},
        "hovertemplate": "%{text}<extra></extra>" if text is not None else f"<b>{name}</b><extra></extra>",
    }
    if text is not None:
        data["text"] = text[rows]
    if flat:
        # A canvas above a few thousand points; below it, vectors that print well.
        (figure.add_scattergl if found.shown > TEXTS else figure.add_scatter)(**data)
    else:
        figure.add_scatter3d(z=points[rows, 2].round(4), **data)


def _mark(
    figure: go.Figure,
    points: NDArray[np.float32],
    place: NDArray[np.int64],
    context: NDArray[np.int32],
    found: Space,
) -> None:
    """A ring around the pinned token."""
    if not place.size:
        return
    row = int(place[0])
    data = {
        "x": [float(points[row, 0])],
        "y": [float(points[row, 1])],
        "mode": "markers",
        "customdata": [[int(context[row]), found.layer, int(found.serials[row])]],
        "meta": {**TOKEN, **INK},
        "hovertemplate": "the pinned token<extra></extra>",
        "marker": {"symbol": "circle-open", "size": 16, "color": palette.LIGHT.ink, "line": {"width": 2.5}},
    }
    if points.shape[1] == 2:
        figure.add_scatter(**data)
    else:
        data["marker"] = {"symbol": "circle-open", "size": 12, "color": palette.ACCENT, "line": {"width": 3}}
        figure.add_scatter3d(z=[float(points[row, 2])], **{**data, "meta": TOKEN})


def _look_closer(figure: go.Figure, found: Space, points: NDArray[np.float32], context: NDArray[np.int32]) -> None:
    """Where some points lie so far out that they would squeeze all others together, the view ends before them, with a
    triangle at the border for each.
    """
    low, high = np.percentile(points, (25, 75), axis=0)
    if not (high > low).all():  # half of them stand on one line: there is nothing to come closer to
        return
    low, high = low - FAR_OUT * (high - low), high + FAR_OUT * (high - low)
    far = ((points < low) | (points > high)).any(axis=1)
    if not far.any() or far.all():
        return
    near = points[~far]
    low, high = near.min(axis=0), near.max(axis=0)
    edge = 0.06 * (high - low)
    low, high = low - edge, high + edge
    outside = points[far]
    at_border = np.clip(outside, low + edge / 3, high - edge / 3)
    left, right = outside[:, 0] < low[0], outside[:, 0] > high[0]
    upright = np.where(outside[:, 1] < low[1], "triangle-down", "triangle-up")
    figure.add_scatter(
        x=at_border[:, 0].round(4),
        y=at_border[:, 1].round(4),
        mode="markers",
        marker={
            "symbol": np.where(left, "triangle-left", np.where(right, "triangle-right", upright)),
            "size": 10,
            "color": palette.BEFORE_LINE,
        },
        # a loop around a triangle holds the token that it stands for
        customdata=np.column_stack((context, np.full(context.size, found.layer), found.serials))[far].astype(np.int32),
        meta={"token": True},  # no columns: a table has these tokens once
        hoverinfo="skip",
    )
    figure.update_xaxes(range=[float(low[0]), float(high[0])])
    figure.update_yaxes(range=[float(low[1]), float(high[1])])


def _axes(figure: go.Figure, found: Space, dimensions: int) -> None:
    long = dimensions == 2  # a scene cuts long titles off
    names = [f"{found.method.upper()} {i + 1}" + _share(found, i, long) for i in range(3)]
    if dimensions == 2:
        figure.update_xaxes(title_text=names[0], showticklabels=False)
        figure.update_yaxes(title_text=names[1], showticklabels=False)
        figure.update_layout(dragmode="lasso")
        return
    axis = {
        "showticklabels": False,
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        "linecolor": GRID,
        "showbackground": False,
        "showspikes": False,
    }
    figure.update_layout(
        scene={
            **{f"{letter}axis": {**axis, "title": {"text": name}} for letter, name in zip("xyz", names, strict=True)},
            "aspectmode": "data",
            "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 0.9}},
            "uirevision": figure.layout.uirevision,
        },
        margin={"l": 0, "r": 0, "b": 0},
    )


def _share(found: Space, axis: int, long: bool) -> str:
    """Part of the variance that an axis of PCA carries."""
    if found.explained is None:
        return ""
    return f", {100 * float(found.explained[axis]):.2g} %" + (" of the variance" if long else "")


def _subtitle(trace: Trace, alive: Life, found: Space, colour_by: ColourBy) -> str:
    method = f"{found.method.upper()}, after {found.step} injections"
    method += f", a sample with seed {found.seed}" if found.shown < found.total else ""
    if colour_by == "place":
        return f"{method}&nbsp; " + "&nbsp; ".join(swatch(colour, name) for name, colour in PLACES)
    if colour_by == "age":
        oldest = int(alive.ages(found.serials, found.step, found.layer).max()) // trace.model.num_tokens
        return f"{method}&nbsp; {swatch(palette.AGES[0], 'new')} {swatch(palette.AGES[-1], f'{oldest} injections old')}"
    names = palette.names(trace)
    here = [c for c in palette.told_order(trace) if (alive.context[found.serials] == c).any()]
    parts = [swatch(palette.colour(trace, c), names[c]) for c in here[:6]] + (["…"] if len(here) > 6 else [])
    if any(trace.contexts[c].kind == "unrelated" for c in np.unique(alive.context[found.serials]) if c != BEFORE):
        parts.append(swatch(palette.UNRELATED_LINE, "unrelated"))
    return f"{method}&nbsp; " + "&nbsp; ".join([*parts, swatch(palette.BEFORE_LINE, "before")])


def _texts(trace: Trace, alive: Life, serials: NDArray[np.int64], context: NDArray[np.int32]) -> NDArray[np.object_]:
    names = palette.names(trace)
    known: dict[tuple[int, int], str] = {}
    lines = []
    for serial, c in zip(serials.tolist(), context.tolist(), strict=True):
        key = (c, int(alive.position[serial]))
        if key not in known:
            known[key] = (
                "from before the session" if c == BEFORE else f"<b>{names[c]}</b> {snippet(trace.contexts[c], key[1])}"
            )
        lines.append(known[key])
    return np.array(lines, object)
