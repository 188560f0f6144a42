"""The life of one memory token: written, kept, dropped, stored, read, lost."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, TOKEN, counted, empty, frame, label
from visualize.prepare import Biography, at, biography, escape, life, snippet
from visualize.prepare.words import shorten

KEY, TITLE = "token-life", "The life of one memory token"
HOW = (
    "The line is the token, from the injection that wrote it; it falls to long-term memory when it is dropped. "
    "A filled mark is a question that read it, a hollow one a question that did not. Pale: waiting to be stored."
)
LANES = {"short-term": 2, "long-term": 1, "gone": 0}


def token_life(trace: Trace, layer: int | None, serial: int | None, *, step: int | None = None) -> go.Figure:
    """Everything that happened to the token `serial` of `layer` until `step` (default: now)."""
    whole, trace = trace, at(trace, step)
    if layer is None or serial is None:
        return empty(KEY, TITLE, HOW, "Click a memory token in the map: its whole life is drawn here.")
    found = biography(life(trace), layer, serial)
    if found is None:
        known = step is not None and biography(life(whole), layer, serial) is not None
        remedy = "This token had not been written yet at this step: move on to a later step."
        return empty(KEY, TITLE, HOW, remedy if known else "There is no such memory token: pick one in the map.")
    long_term, now = trace.model.retrieved > 0, trace.step
    colour = palette.colour(trace, found.context)
    figure = frame(KEY, TITLE, HOW, _who(trace, found))
    gone = _gone(found, long_term)
    stays = min(found.left if found.left else now, now if gone is None else gone)
    parts = [] if found.from_store else [(found.written, stays, "short-term", 1.0)]
    if found.left is not None and long_term and not (gone is not None and gone <= found.left):
        end = now if gone is None else gone
        stored = found.left if found.from_store else (found.stored if found.stored is not None else end)
        parts += [(found.left, stored, "long-term", 0.45), (stored, end, "long-term", 1.0)]
    if gone is not None:
        parts.append((gone, now, "gone", 0.0))
    for begin, end, lane, opacity in parts:
        if opacity and end >= begin:
            _segment(figure, found, begin, max(end, begin), LANES[lane], colour, opacity)
    drawn = [part for part in parts if part[3]]
    for (_, end, lane, _), (_, _, after, _) in zip(drawn, parts[1:], strict=False):
        if lane != after:
            figure.add_shape(
                type="line", x0=end, x1=end, y0=LANES[lane], y1=LANES[after], line={"width": 1.5, "color": colour}
            )
    _mark_questions(figure, trace, found)
    for x, lane, text, side in _happenings(found, gone, now, long_term):
        figure.add_annotation(label(text, x=x, y=LANES[lane], yshift=-15, xanchor=side))
    shift = 0.02 * max(now, 1)
    figure.update_xaxes(title_text="injections", range=[-shift, max(now, 1) + shift], dtick=1 if now < 9 else None)
    figure.update_yaxes(
        title_text="where it is",
        range=[-0.55, 2.55],
        tickvals=list(LANES.values()),
        ticktext=["short-term", "long-term" if long_term else "(no long-term)", "lost"],
        showgrid=True,
    )
    return figure


def _who(trace: Trace, found: Biography) -> str:
    """The token in its text, and where it is."""
    place = f"layer {found.layer} · written by injection {found.written}" if found.written else f"layer {found.layer}"
    if found.context == BEFORE:
        return f"{place} · from before the session"
    source = trace.contexts[found.context]
    words = (
        snippet(source, found.position)
        if found.position >= 0
        else f"{escape(shorten(source.text, 40))} (a rewritten row)"
    )
    name = palette.names(trace)[found.context]
    read = sum(reading.read for reading in found.readings)
    return (
        f'<span style="color:{palette.colour(trace, found.context)}">■</span> {name}&nbsp; {words}<br>'
        f"{place} · read by {read} of {counted(len(found.readings), 'question')}"
    )


def _gone(found: Biography, long_term: bool) -> int | None:
    """The step at which it was lost."""
    if found.left is None:
        return found.forgotten
    if not long_term:
        return found.left if found.forgotten is None else min(found.left, found.forgotten)
    ends = [end for end in (found.evicted, found.forgotten) if end is not None]
    return min(ends) if ends else None


def _segment(
    figure: go.Figure, found: Biography, begin: int, end: int, height: int, colour: str, opacity: float
) -> None:
    place = {2: "short-term", 1: "waiting for the long-term store" if opacity < 1 else "long-term"}[height]
    figure.add_scatter(
        x=[begin, end],
        y=[height, height],
        mode="lines+markers" if begin == end else "lines",
        line={"width": 9, "color": colour},
        marker={"size": 9, "color": colour},
        opacity=opacity,
        name=place,
        customdata=np.tile([found.context, found.layer, found.serial], (2, 1)),
        meta=TOKEN,
        hovertemplate=f"{place}: injections {begin} to {end}<extra></extra>",
    )


def _mark_questions(figure: go.Figure, trace: Trace, found: Biography) -> None:
    for read in (True, False):
        mine = [r for r in found.readings if r.read == read]
        if not mine:
            continue
        texts = []
        for reading in mine:
            asked = trace.questions[reading.question]
            line = f"“{escape(shorten(asked.question, 44))}”<br>"
            line += {"short-term": "in short-term memory", "long-term": "retrieved" if read else "not retrieved"}.get(
                reading.place, "it was lost by then"
            )
            if not math.isnan(reading.attention):
                line += f", {100 * reading.attention:.2g} % of the answer's attention"
            if not math.isnan(reading.score):
                line += f", retriever score {reading.score:.2f}"
            texts.append(line)
        figure.add_scatter(
            x=[r.step for r in mine],
            y=[LANES[r.place] + 0.22 for r in mine],
            mode="markers",
            name="read by a question" if read else "not read by a question",
            marker={"symbol": "diamond" if read else "diamond-open", "size": 10, "color": palette.LIGHT.ink},
            text=texts,
            customdata=[[found.context, found.layer, found.serial, r.question, r.attention] for r in mine],
            meta={**TOKEN, **INK, "columns": [*TOKEN["columns"], "question", "attention"]},
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )


def _happenings(found: Biography, gone: int | None, now: int, long_term: bool) -> list[tuple[int, str, str, str]]:
    """Words under the line: x, lane, text, the side of the word that stands at x."""
    words: list[tuple[int, str, str, str]] = []

    def say(x: int, lane: str, text: str) -> None:
        words.append((x, lane, text, "left" if x < 0.5 * max(now, 1) else "right"))

    if found.from_store:
        say(0, "long-term", "there before the session")
    elif found.written == 0:
        say(0, "short-term", "there before the session")
    if found.left:
        age = counted(found.left - found.written, "injection")
        say(found.left, "long-term" if long_term and gone != found.left else "gone", f"dropped {age} old")
    if gone is not None and gone != found.left:
        why = "forgotten" if found.forgotten == gone else "evicted"
        say(gone, "gone", f"{why} after injection {gone}")
    elif gone is None and found.left is None and now > found.written:
        say(now, "short-term", "still there")
    return words
