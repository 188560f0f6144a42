"""What maps of memory share: the pinned token, the chosen layer, the colour bar, a selection on a colour scale."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from visualize import palette
from visualize.figures.frame import INK, TOKEN

Scale = list[tuple[float, str]]


def pin(figure: go.Figure, x: float, token: tuple[int, int], context: int) -> None:
    """A frame around one memory token (layer, serial), at its layer's height."""
    layer, serial = token
    figure.add_scatter(
        x=[x],
        y=[layer],
        mode="markers",
        marker={
            "symbol": "square-open",
            "size": 15,
            "color": palette.LIGHT.ink,
            "line": {"width": 2.5},
        },
        meta={**TOKEN, **INK},
        customdata=[[context, layer, serial]],
        hovertemplate="the pinned token<extra></extra>",
        hoverlabel={"namelength": 0},
        cliponaxis=False,
    )


def frame_layer(figure: go.Figure, layer: int, edges: tuple[float, float]) -> None:
    """Two hairlines that hold the chosen layer."""
    for y in (layer - 0.5, layer + 0.5):
        figure.add_shape(
            type="line", x0=edges[0], x1=edges[1], y0=y, y1=y, line={"width": 1.5, "color": palette.ACCENT}
        )


def bar() -> dict[str, object]:
    """A short colour bar at the right of the title; the subtitle says its range."""
    return {
        "orientation": "h",
        "thickness": 7,
        "len": 0.3,
        "x": 1,
        "xanchor": "right",
        "xpad": 0,
        "yref": "container",
        "y": 0.96,
        "yanchor": "top",
        "showticklabels": False,
        "ticks": "",
        "outlinewidth": 0,
    }


def two_scales(cells: NDArray[np.uint8], scale: Scale, mine: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], Scale]:
    """Bytes on one colour scale -> on two: what is selected keeps the scale, the rest steps back on a faded one."""
    coded = (cells // 2 + np.uint8(128) * mine).astype(np.uint8)
    back = [(127 / 255 * place, palette.faded(colour)) for place, colour in scale]
    front = [((128 + 127 * place) / 255, colour) for place, colour in scale]
    return coded, [*back, *front]
