"""What each text was worth to an answer: its log-probability with and without."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.findings import Worth
from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, empty, frame, label, question_of, quoted
from visualize.prepare import escape
from visualize.prepare.words import shorten

KEY, TITLE = "worth", "What each text was worth to the answer"
HOW = (
    "How much less likely the same answer becomes, in nats, when the memory of one text is masked: to the right the "
    "text helped, to the left it was in the way; 0.7 nats are a factor of two. Last: all told texts masked at once."
)
MOST = 16
"""Texts drawn; those worth least are left out and counted."""
WORDS = 8
"""Answer tokens in the breakdown, those that changed most."""


def worth(trace: Trace, found: Worth | None, selected: int | None = None) -> go.Figure:
    """Bars with signs, one per context that had anything in memory, the most important first, and their total."""
    if found is None:
        return empty(KEY, TITLE, HOW, "Ask a question and have its texts weighed: each is then masked in turn.")
    asked = question_of(trace, found.question) if found.question >= 0 else None
    if asked is None:
        return empty(KEY, TITLE, HOW, "The question that this was found for is not part of this session.")
    if not found.contexts.size:
        return empty(KEY, TITLE, HOW, "Nothing that was told was left in memory when the question was asked.")
    values = found.whole[None] - found.without  # [C, A]
    total = found.whole - found.nothing  # [A]
    sums = values.sum(axis=1).astype(np.float64)
    order = np.argsort(-np.abs(sums), kind="stable")
    order = (
        order[:MOST]
        if selected is None
        else np.array([i for place, i in enumerate(order) if place < MOST or found.contexts[i] == selected], np.int64)
    )
    hidden = len(found.contexts) - len(order)
    rest = f" · {hidden} worth less not drawn" if hidden else ""
    figure = frame(
        KEY, TITLE, HOW, f"{quoted(asked, 30)} · all told texts together {float(total.sum()):+.2f} nats{rest}"
    )
    names = palette.names(trace)
    words = (*asked.answer_tokens, "(end)")
    contexts = [int(found.contexts[i]) for i in order]
    fills = [palette.colour(trace, c) for c in contexts]
    if selected is not None:
        fills = [fill if c == selected else palette.faded(fill, 0.35) for fill, c in zip(fills, contexts, strict=True)]
    rows = np.arange(len(order))
    figure.add_bar(
        x=sums[order].round(5),
        y=rows,
        orientation="h",
        width=0.7,
        marker={"color": fills, "line_width": 0},
        name="one text masked",
        text=[
            f"<b>{names[c]}</b> {escape(shorten(trace.contexts[c].text, 44))}<br>{_breakdown(values[i], words)}"
            for c, i in zip(contexts, order, strict=True)
        ],
        textposition="none",
        customdata=np.column_stack((contexts, np.exp(np.clip(sums[order], -60, 60)))),
        meta={"columns": ["context", "times likelier with it"]},
        hovertemplate="%{text}<extra></extra>",
    )
    last = rows.size + 0.3
    figure.add_bar(
        x=[round(float(total.sum()), 5)],
        y=[last],
        orientation="h",
        width=0.7,
        marker={"color": palette.LIGHT.ink, "line_width": 0},
        opacity=0.75,
        name="all told texts masked",
        text=[f"<b>all told texts</b><br>{_breakdown(total, words)}"],
        textposition="none",
        customdata=[[BEFORE, float(np.exp(np.clip(total.sum(), -60, 60)))]],
        meta={**INK, "columns": ["context", "times likelier with it"]},
        hovertemplate="%{text}<extra></extra>",
    )
    low, high = float(min(sums.min(), total.sum(), 0)), float(max(sums.max(), total.sum(), 0))
    room = 0.16 * max(high - low, 1e-6)
    for y, value in [*zip(rows.tolist(), sums[order].tolist(), strict=True), (last, float(total.sum()))]:
        side = "left" if value >= 0 else "right"
        figure.add_annotation(label(f"{value:+.2f}", x=value, y=y, xanchor=side, xshift=4 if value >= 0 else -4))
    figure.add_vline(x=0, line={"width": 1, "color": palette.BEFORE_LINE})
    figure.update_xaxes(
        title_text="worth, nats of the answer's log-probability",
        range=[low - (room if low < 0 else 0), high + room],
        showgrid=True,
    )
    figure.update_yaxes(
        title_text="text that was masked",
        tickvals=[*rows.tolist(), last],
        ticktext=[
            *(f"{escape(shorten(trace.contexts[c].text, 18))}&nbsp; <b>{names[c]}</b>" for c in contexts),
            "<b>all told</b>",
        ],
        range=[last + 0.6, -0.6],
    )
    return figure


def _breakdown(values: np.ndarray, words: tuple[str, ...]) -> str:
    """The answer tokens that changed most, in their order."""
    best = np.sort(np.argsort(-np.abs(values), kind="stable")[:WORDS])
    shown = [f"{escape(shorten(words[i], 12)) or '␣'} {float(values[i]):+.2f}" for i in best.tolist() if i < len(words)]
    more = f"<br>{len(values) - len(best)} more answer tokens changed less" if len(values) > len(best) else ""
    return f"{float(values.sum()):+.2f} nats in all, by answer token:<br>" + "<br>".join(shown) + more
