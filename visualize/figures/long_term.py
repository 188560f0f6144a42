"""The long-term memory itself: how large it is, and how old what it holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import empty, frame, swatch, untold
from visualize.prepare import Sizes, at, holdings, life, sizes

NONE = "This model has no long-term memory: what is dropped from the pool is lost."
SIZE = (
    "long-term-size",
    "How large long-term memory is",
    "Dropped tokens wait (light) until a merge stores them (solid); a merge also evicts the oldest. "
    "Mean over layers; the dotted line is how many tokens one question reads.",
)
AGE = (
    "long-term-ages",
    "How old long-term memory is",
    "Everything in long-term memory now, all layers, by the injections since it was written and by its source.",
)
TOLD = 10
"""Told contexts with their own colour in the ages; the rest is put together."""


def long_term_size(trace: Trace, *, step: int | None = None, layer: int | None = None) -> go.Figure:
    """Stored and pending tokens per layer after every injection, mean over layers or of one `layer`, merges and
    evictions marked."""
    key, title, how = SIZE
    whole, trace = trace, at(trace, step)
    if not trace.model.retrieved:
        return empty(key, title, how, NONE)
    if not trace.step:
        remedy = "Tell the model something: from then on the size is drawn after every injection."
        return empty(key, title, how, untold(whole, trace, remedy))
    found = sizes(life(trace))
    if layer is not None and 0 <= layer < trace.model.num_layers:
        how = how.replace("Mean over layers", f"Layer {layer}")
        found = replace(found, store=found.store[:, [layer]], pending=found.pending[:, [layer]])
    store, pending = found.store.mean(axis=1), found.pending.mean(axis=1)
    steps = np.arange(len(store))
    total = found.store + found.pending
    words = [f"{store[-1]:,.0f} stored", f"{pending[-1]:,.0f} waiting"]
    looks = list(zip(palette.QUANTITY, words, strict=True))
    figure = frame(key, title, how, "&nbsp; ".join(swatch(*look) for look in looks) + _marks(found))
    spans = np.column_stack((np.full(steps.size, BEFORE), total.min(axis=1), total.max(axis=1)))
    for values, (colour, words_now) in zip((store, pending), looks, strict=True):
        figure.add_scatter(
            x=steps,
            y=values.round(1),
            stackgroup="size",
            mode="lines",
            line={"width": 0, "color": colour, "shape": "hv"},
            fillcolor=colour,
            customdata=spans,
            name=words_now.split()[1],
            meta={"columns": ["context", "smallest layer, both", "largest layer, both"]},
            hovertemplate=f"%{{y:,.0f}} {words_now.split()[1]} after %{{x}} injections"
            "<br>both: %{customdata[1]:,} to %{customdata[2]:,} by layer<extra></extra>",
        )
    top = 1.18 * max(float(total.mean(axis=1).max()), trace.model.retrieved)
    _mark_merges(figure, found.merges, found.evictions, 0.96 * top)
    figure.add_hline(y=trace.model.retrieved, line={"dash": "dot", "width": 1, "color": palette.BEFORE_LINE})
    figure.add_annotation(
        text=f"{trace.model.retrieved:,} read per layer", x=0, xref="paper", xanchor="left", xshift=4,
        y=trace.model.retrieved, yanchor="bottom", showarrow=False, font_size=11,
    )  # fmt: skip
    figure.update_xaxes(title_text="injections", range=[0, max(trace.step, 1)], dtick=1 if trace.step < 9 else None)
    figure.update_yaxes(title_text="tokens per layer", range=[0, top], showgrid=True, nticks=5)
    return figure


def _marks(found: Sizes) -> str:
    """What the marks at the top mean, as far as there are any."""
    loud = found.evictions[found.merges] > 0
    return ("&nbsp; ▾ merge" if (~loud).any() else "") + ("&nbsp; ✕ merge and eviction" if loud.any() else "")


def _mark_merges(figure: go.Figure, merges: np.ndarray, evictions: np.ndarray, height: float) -> None:
    quiet = merges[evictions[merges] == 0] if merges.size else merges
    loud = merges[evictions[merges] > 0] if merges.size else merges
    marks = (
        (quiet, "triangle-down", "merge: waiting tokens are stored"),
        (loud, "x", "merge: %{customdata[1]:,} tokens evicted, all layers"),
    )
    for where, symbol, text in marks:
        if where.size:
            figure.add_scatter(
                x=where,
                y=np.full(where.size, round(height, 1)),
                mode="markers",
                marker={"symbol": symbol, "size": 6, "color": palette.LIGHT.ink},
                customdata=np.column_stack((np.full(where.size, BEFORE), evictions[where])),
                name="merge",
                meta={"ink": True, "columns": ["context", "tokens evicted, all layers"]},
                hovertemplate=f"injection %{{x}}<br>{text}<extra></extra>",
                cliponaxis=False,
            )


def long_term_ages(
    trace: Trace, selected: int | None = None, *, step: int | None = None, layer: int | None = None
) -> go.Figure:
    """Ages of what is in long-term memory, store and pending rows of all layers or of one `layer`, stacked by source.

    A `selected` context keeps its colour while the others step back.
    """
    key, title, how = AGE
    whole, trace = trace, at(trace, step)
    layer = layer if layer is not None and 0 <= layer < trace.model.num_layers else None
    if not trace.model.retrieved:
        return empty(key, title, how, NONE)
    found = holdings(life(trace), layer=layer)
    if not found.counts.sum():
        remedy = "Long-term memory is still empty: it fills with what later texts push out."
        return empty(key, title, how, untold(whole, trace, remedy))
    where = "all layers" if layer is None else f"layer {layer}"
    how = how.replace("all layers", where)
    figure = frame(key, title, how, _subtitle(trace, found.counts))
    stack_by_source(figure, trace, found.edges, found.counts, selected, "tokens")
    figure.update_yaxes(title_text=f"tokens, {where}", showgrid=True, nticks=5, rangemode="tozero")
    return figure


def stack_by_source(
    figure: go.Figure, trace: Trace, edges: np.ndarray, counts: np.ndarray, selected: int | None, what: str
) -> np.ndarray:
    """Bars over ages [B + 1 edges], stacked by the texts [C + 1, B] that tokens came from; the bars' middles."""
    width = float(edges[1] - edges[0])
    middle = edges[:-1] + width / 2
    for rows, colour, name in sources(trace, counts, selected):
        here = counts[rows].sum(axis=0)
        mine = selected is None or rows == [selected + 1]
        if here.any():
            figure.add_bar(
                x=middle,
                y=here,
                width=0.9 * width,
                marker={"color": colour if mine else palette.faded(colour, 0.3), "line_width": 0},
                name=name.replace("<b>", "").replace("</b>", ""),
                customdata=np.full(middle.size, rows[0] - 1 if len(rows) == 1 else -2),
                meta={"columns": ["context"]},
                hovertemplate=f"{name}<br>%{{y:,}} {what}, about %{{x:.0f}} injections old<extra></extra>",
            )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(title_text="age, injections", rangemode="tozero")
    return middle


def sources(trace: Trace, counts: np.ndarray, selected: int | None) -> list[tuple[list[int], str, str]]:
    """Rows of the counts, colour and name; told texts at the bottom of the stack, where they can be compared."""
    names = palette.names(trace)
    told = sorted(palette.told_order(trace), key=lambda c: (c != selected, -int(counts[c + 1].sum())))
    own, rest = sorted(told[:TOLD]), told[TOLD:]
    found = [([c + 1], palette.colour(trace, c), f"<b>{names[c]}</b>") for c in own]
    if rest:
        found.append(([c + 1 for c in rest], palette.QUANTITY[1], f"{len(rest)} other told texts"))
    unrelated = [c.index + 1 for c in trace.contexts if c.kind == "unrelated" and c.index != selected]
    if selected is not None and 0 <= selected < len(names) and selected not in told:
        found.append(([selected + 1], palette.colour(trace, selected), f"<b>{names[selected]}</b>"))
    if unrelated:
        found.append((unrelated, palette.UNRELATED[0], "unrelated texts"))
    return [*found, ([BEFORE + 1], palette.BEFORE_FILL.replace("0.30", "0.55"), "from before the session")]


def _subtitle(trace: Trace, counts: np.ndarray) -> str:
    """The sources with their counts: the bars' legend in words."""
    total = counts.sum(axis=1)
    told = [c for c in palette.told_order(trace) if total[c + 1]]
    names = palette.names(trace)
    parts = [swatch(palette.colour(trace, c), f"{names[c]}: {total[c + 1]:,}") for c in told]
    if len(told) > 4:
        parts = [f"told {sum(int(total[c + 1]) for c in told):,}"]
    unrelated = sum(int(total[c.index + 1]) for c in trace.contexts if c.kind == "unrelated")
    parts += [swatch(palette.UNRELATED_LINE, f"unrelated {unrelated:,}")] if unrelated else []
    return "&nbsp; ".join(parts + ([swatch(palette.BEFORE_LINE, f"before {total[0]:,}")] if total[0] else []))
