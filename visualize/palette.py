"""Colours and type: paper and ink, one colour per told context.

Data colours are the same on light paper and on dark and reach a contrast of 3:1 on both (a test checks it): they
are Okabe and Ito's colours, then Tol's, with the lightness moved into that range and the hue kept. Quiet families
(unrelated texts, memory from before the session, forgotten tokens) are neutral and let the page shine through.

Ink, grid and hover label are the only colours that follow the reader's colour scheme. They stand in the layout's
template (`layout.font`, `layout.hoverlabel`, the axes) and in traces tagged `meta={"ink": True}`, whose lines,
markers and text are drawn in ink. A page recolours exactly these; `recolour` does the same in Python.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core.trace import BEFORE, Trace

TOLD = (
    "#0072b2",  # blue
    "#d55e00",  # vermilion
    "#009e73",  # bluish green
    "#c474a0",  # reddish purple
    "#bd8200",  # orange
    "#4695c2",  # sky blue
    "#944f6c",  # wine (from here on Tol's)
    "#117733",  # green
    "#645e99",  # indigo
    "#cc6677",  # rose
    "#929230",  # olive
    "#3e9c8d",  # teal
)
"""Told contexts, by their order among the told ones; after twelve they begin again."""
UNRELATED = ("rgba(150,134,112,0.66)", "rgba(150,134,112,0.48)")
"""Unrelated contexts: warm stone, two shades in turn so that neighbouring layers of text stay apart."""
UNRELATED_LINE = "#968670"
BEFORE_FILL = "rgba(125,133,145,0.30)"
"""Memory from before the session: cool and faint, what the rest is written over."""
BEFORE_LINE = "#7d8591"
FORGOTTEN = "rgba(127,127,127,0.07)"
"""Forgotten tokens: a hole in the page."""
BAND = "rgba(127,127,127,0.17)"
"""Intervals of a theory, under its ink line."""
ACCENT = "#b5483c"
"""The one accent: measured quantities that belong to no single text."""
QUANTITY = ("rgba(181,72,60,0.62)", "rgba(181,72,60,0.26)")
"""Counts that belong to no single source: the accent, full and light."""
AGES = ("#e8c547", "#c98f4e", "#a2626c", "#6f4a86", "#3f4a9a")
"""Ages, from new (bright) to old."""

SANS = "system-ui, -apple-system, 'Segoe UI', sans-serif"
SERIF = "Lora, Georgia, serif"
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, monospace"


@dataclass(frozen=True)
class Theme:
    """The colours that follow the reader's colour scheme."""

    paper: str
    ink: str
    quiet: str  # secondary text
    grid: str
    label: str  # background of the hover label


LIGHT = Theme(paper="#faf6ee", ink="#1f1c18", quiet="#635c52", grid="rgba(31,28,24,0.11)", label="#fffdf8")
DARK = Theme(paper="#16171b", ink="#e9e2d4", quiet="#a49c8e", grid="rgba(233,226,212,0.13)", label="#23252b")


def told_order(trace: Trace) -> dict[int, int]:
    """Context index -> its place among the told contexts, from 0."""
    return {c.index: place for place, c in enumerate(c for c in trace.contexts if c.kind == "told")}


def colours(trace: Trace) -> list[str]:
    """One fill colour per context, in the order of `trace.contexts`."""
    order = told_order(trace)
    return [
        TOLD[order[c.index] % len(TOLD)] if c.index in order else UNRELATED[c.index % len(UNRELATED)]
        for c in trace.contexts
    ]


def colour(trace: Trace, context: int) -> str:
    """The colour of one context as a line or as text; BEFORE included."""
    if context == BEFORE:
        return BEFORE_LINE
    place = told_order(trace).get(context)
    return UNRELATED_LINE if place is None else TOLD[place % len(TOLD)]


def names(trace: Trace) -> list[str]:
    """One short name per context: told ones count 1, 2, 3 among themselves, unrelated ones u1, u2, u3."""
    order, unrelated, found = told_order(trace), 0, []
    for c in trace.contexts:
        unrelated += c.index not in order
        found.append(str(order[c.index] + 1) if c.index in order else f"u{unrelated}")
    return found


def faded(value: str, opacity: float = 0.16) -> str:
    """The same colour, stepping back behind a selection."""
    if value.startswith("rgba"):
        red, green, blue, alpha = value[5:-1].split(",")
        return f"rgba({red},{green},{blue},{float(alpha) * opacity * 2:.3f})"
    red, green, blue = (str(int(value[i : i + 2], 16)) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def template(theme: Theme = LIGHT) -> go.layout.Template:
    """Transparent paper, hairline grid, serif titles, sans text, no legend."""
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "tickcolor": theme.grid,
        "zeroline": False,
        "showgrid": False,
        "automargin": True,
        "ticks": "",
        "title": {"standoff": 8, "font": {"size": 12}},
        "tickfont": {"size": 11},
    }
    return go.layout.Template(
        layout={
            "font": {"family": SANS, "size": 12, "color": theme.ink},
            "title": {
                "font": {"family": SERIF, "size": 17},
                "subtitle": {"font": {"family": SANS, "size": 12}},
                "x": 0,
                "xanchor": "left",
                "y": 1,
                "yanchor": "top",
                "yref": "container",
                "pad": {"l": 4, "t": 12},
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 12, "t": 74, "b": 8},
            "showlegend": False,
            "hoverlabel": {
                "bgcolor": theme.label,
                "bordercolor": theme.grid,
                "font": {"family": SANS, "size": 12, "color": theme.ink},
                "align": "left",
            },
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def recolour(figure: go.Figure, theme: Theme) -> go.Figure:
    """The figure in another colour scheme; what a page does in its script when the reader's scheme changes."""
    copy = go.Figure(figure)
    copy.update_layout(template=template(theme))
    for trace in copy.data:
        if isinstance(trace.meta, dict) and trace.meta.get("ink"):
            if trace.type in ("scatter", "bar"):
                trace.update(marker={"color": theme.ink}, textfont={"color": theme.ink})
            if trace.type == "scatter":
                trace.update(line={"color": theme.ink})
    return copy
