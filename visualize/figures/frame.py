"""What all figures share: the frame with its words, the empty sheet, direct labels that keep apart.

`figure.layout.meta` holds words that a page prints beside the plot: `how_to_read` always, and `empty` (what to do)
when there is nothing to draw yet; the sentence then stands in the figure too, as its only annotation.

A click selects: the first (or only) number of a point's `customdata` is the context it belongs to, negative where it
belongs to none (-1, memory from before the session or no memory at all) or to several (-2). A point that is one memory
token carries (context, layer, serial), and says so in its trace's meta.

A trace's `meta` may hold: `ink` (drawn in ink, see `palette`), `columns` (names of the numbers in `customdata`, for
tables), `code` (its z only chooses colours and is no quantity), `token` (its points are memory tokens).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.trace import Asked, Trace
from visualize import palette
from visualize.prepare import escape
from visualize.prepare.words import shorten


def frame(key: str, title: str, how_to_read: str, subtitle: str = "") -> go.Figure:
    """A figure without content. `key` names the view: a reader's zoom is kept while it stays the same."""
    figure = go.Figure()
    figure.update_layout(
        template=palette.template(),
        title={"text": title, "subtitle": {"text": subtitle}},
        meta={"how_to_read": how_to_read},
        uirevision=key,
    )
    return figure


def empty(key: str, title: str, how_to_read: str, remedy: str) -> go.Figure:
    """The sheet before there is anything to draw; `remedy` says what to do."""
    figure = frame(key, title, how_to_read)
    figure.update_layout(meta={"how_to_read": how_to_read, "empty": remedy})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        text="<br>".join(_wrapped(remedy, 38)), x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font_size=13
    )
    return figure


TOKEN: dict[str, Any] = {"token": True, "columns": ["context", "layer", "serial"]}
"""Meta of a trace whose points are memory tokens."""
INK: dict[str, Any] = {"ink": True}
"""Meta of a trace that is drawn in ink."""


def unasked(whole: Trace, then: Trace, what: str) -> str:
    """What to do when no question can be shown: ask one, or move on to a step at which it had been asked."""
    if len(whole.questions) > len(then.questions):
        return "This question had not been asked yet at this step: move on to a later step."
    return f"Ask a question: {what}"


def untold(whole: Trace, then: Trace, remedy: str) -> str:
    """What to do before anything was told; at the very beginning of a session that has more, move on."""
    return "Nothing had been told yet at this step: move on to a later step." if whole.step > then.step else remedy


def layer_ticks(layers: int, most: int = 12) -> list[int]:
    """Layers that carry a tick."""
    return list(range(0, layers, max(1, -(-layers // most))))


def label(text: str, **place: Any) -> dict[str, Any]:
    """An annotation without an arrow."""
    return {"text": text, "showarrow": False, "font_size": 11, **place}


def question_of(trace: Trace, question: int | None) -> Asked | None:
    """The question by its place among the questions, from the end if negative; None when there is no such."""
    questions = trace.questions
    place = -1 if question is None else question
    return questions[place] if -len(questions) <= place < len(questions) else None


def quoted(asked: Asked, length: int = 44) -> str:
    """The question as a subtitle."""
    return f"“{escape(shorten(asked.question, length))}”"


def swatch(colour: str, text: str) -> str:
    """A direct label: ink text behind a square of the data's colour, readable on any paper."""
    return f'<span style="color:{colour}">■</span> {text}'


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places nearest to the wanted ones that are at least `gap` apart, within low..high if there is room."""
    order = np.argsort(np.asarray(wanted, float), kind="stable")
    places = np.clip(np.asarray(wanted, float)[order], low, high)
    gap = min(gap, (high - low) / max(len(places) - 1, 1)) if len(places) > 1 else gap
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + gap)
    if len(places):
        places[-1] = min(places[-1], high)
    for index in range(len(places) - 2, -1, -1):
        places[index] = min(places[index], places[index + 1] - gap)
    found = np.empty(len(places))
    found[order] = places
    return [float(place) for place in found]


def counted(count: int, what: str) -> str:
    """A number of things in words."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters: plotly does not wrap."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
