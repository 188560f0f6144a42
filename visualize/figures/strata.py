"""What the pool is made of over the session, and the way of all memory tokens through it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import counted, empty, frame, label, spread, swatch, untold
from visualize.prepare import FATES, at, composition, escape, life
from visualize.prepare import flow as flows
from visualize.prepare.words import shorten

STRATA = (
    "strata",
    "What short-term memory is made of",
    "Each column is the pool after one injection, by the text its tokens came from: new texts lie on top and thin out "
    "while later ones are told.",
)
FLOW = (
    "flow",
    "Where all memory tokens went",
    "Left: the texts whose tokens were in short-term memory. Right: where these tokens are now; the width of a band is "
    "their number. Long-term tokens from before the session are not counted.",
)
TOLD = 10
"""Told contexts with a layer of their own; earlier ones are put together."""
COLUMNS = 160
"""Columns of the strata; a longer session shows every n-th injection and says so."""
NAMES = {
    "short-term": "in short-term memory",
    "waiting": "waiting for long-term memory",
    "stored": "in long-term memory",
    "evicted": "evicted from long-term memory",
    "lost": "dropped and lost",
    "forgotten": "forgotten on request",
}
Group = tuple[list[int], str, str, str]
"""Columns of a table (context + 1), fill, line colour, name."""


def strata(
    trace: Trace, selected: int | None = None, *, step: int | None = None, layer: int | None = None
) -> go.Figure:
    """Share of the pool by context after every injection, mean over layers or of one `layer`, stacked."""
    key, title, how = STRATA
    whole, trace = trace, at(trace, step)
    if not trace.step:
        remedy = "Tell the model something: how it settles in memory is drawn from then on."
        return empty(key, title, how, untold(whole, trace, remedy))
    layer = layer if layer is not None and 0 <= layer < trace.model.num_layers else None
    found = composition(life(trace), layer)
    every = max(1, -(-(trace.step + 1) // COLUMNS))
    shown = np.arange(trace.step, -1, -every)[::-1]
    where = "mean over layers" if layer is None else f"layer {layer}"
    cut = f" · every {every}th injection shown" if every > 1 else ""
    subtitle = f"{found.total:,.0f} tokens per layer, {where}{cut}"
    figure = frame(key, title, how, subtitle)
    ends: list[tuple[float, str]] = []
    faint: list[str] = []
    height = 0.0
    groups = _groups(trace, selected, TOLD)
    if found.counts[:, -1].any():
        groups.insert(0, ([len(trace.contexts) + 1], palette.BAND, palette.BEFORE_LINE, "forgotten"))
    for columns, fill, line, name in groups:
        counts = found.counts[:, columns].sum(axis=1)
        if not counts.any():
            continue
        mine = selected is not None and columns == [selected + 1]
        pick = columns[0] - 1 if _single(trace, columns) else -2
        figure.add_bar(
            x=shown,
            y=(100 * counts / found.total)[shown].round(3),
            width=every,
            name=name,
            marker={"color": fill if selected is None or mine else palette.faded(fill, 0.3), "line_width": 0},
            customdata=np.column_stack((np.full(shown.size, pick), counts[shown].round(2))),
            meta={"columns": ["context", "tokens per layer"]},
            hovertemplate=f"{_title(trace, columns, name)}<br>after %{{x}} injections: %{{y:.1f}} % of the pool, "
            "%{customdata[1]:,.4g} tokens per layer<extra></extra>",
        )
        share = 100 * float(counts[-1]) / found.total
        if share >= 0.4 or mine:
            ends.append((height + share / 2, swatch(line, name)))
        else:
            faint.append(swatch(line, name))
        height += share
    if faint:  # too little is left of them for a label at the end
        named = faint[::-1][:5] + (["…"] if len(faint) > 5 else [])
        figure.update_layout(title_subtitle_text=f"{subtitle}&nbsp; " + "&nbsp; ".join(named))
    for place, (_, text) in zip(spread([y for y, _ in ends], 6.0, 2, 99), ends, strict=True):
        figure.add_annotation(label(text, x=1, xref="paper", xanchor="left", xshift=6, y=place))
    edge = 0.5 * every
    figure.update_layout(barmode="stack", bargap=0, margin_r=92)
    figure.update_xaxes(
        title_text="injections", range=[shown[0] - edge, trace.step + edge], dtick=1 if trace.step < 9 else None
    )
    figure.update_yaxes(title_text="share of the pool", ticksuffix=" %", range=[0, 100], nticks=5)
    return figure


def _single(trace: Trace, columns: list[int]) -> bool:
    return len(columns) == 1 and columns[0] <= len(trace.contexts)


def _title(trace: Trace, columns: list[int], name: str) -> str:
    if _single(trace, columns) and columns[0] > 0:
        return f"<b>{name}</b> {escape(shorten(trace.contexts[columns[0] - 1].text, 44))}"
    return f"<b>{name}</b>"


def _groups(trace: Trace, selected: int | None, most: int) -> list[Group]:
    """Memory from before, unrelated texts, earlier told ones, then the last told ones and the selected alone."""
    names, told = palette.names(trace), list(palette.told_order(trace))
    alone = sorted({*told[-most:], *([selected] if selected is not None and 0 <= selected < len(names) else [])})
    rest = [c for c in told if c not in alone]
    unrelated = [c.index for c in trace.contexts if c.kind == "unrelated" and c.index not in alone]
    found: list[Group] = [([BEFORE + 1], palette.BEFORE_FILL, palette.BEFORE_LINE, "before")]
    if unrelated:
        found.append(([c + 1 for c in unrelated], palette.UNRELATED[0], palette.UNRELATED_LINE, "unrelated"))
    if rest:
        found.append(([c + 1 for c in rest], palette.QUANTITY[1], palette.ACCENT, f"{len(rest)} earlier told"))
    return [*found, *(([c + 1], palette.colour(trace, c), palette.colour(trace, c), names[c]) for c in alone)]


def flow(trace: Trace, selected: int | None = None, *, step: int | None = None, layer: int | None = None) -> go.Figure:
    """Where everything is that ever was in short-term memory, as bands from texts to places, all layers or one.

    A few told contexts have bands of their own; a `selected` one keeps its colour while the others step back.
    """
    key, title, how = FLOW
    whole, trace = trace, at(trace, step)
    if not trace.step:
        remedy = "Tell the model something: where its memory tokens go is drawn from then on."
        return empty(key, title, how, untold(whole, trace, remedy))
    layer = layer if layer is not None and 0 <= layer < trace.model.num_layers else None
    table = flows(life(trace), layer).counts
    groups = [group for group in _groups(trace, selected, 6)[::-1] if table[group[0]].sum()]
    places = [place for place in range(len(FATES)) if table[:, place].sum()]
    total = int(table.sum())
    where = "all layers" if layer is None else f"layer {layer}"
    figure = frame(key, title, how, f"{counted(total, 'token')}, {where}")
    names, colours, picks = [], [], []
    for columns, _, line, name in groups:
        names.append(f"{name}: {int(table[columns].sum()):,}")
        colours.append(line)
        picks.append(columns[0] - 1 if _single(trace, columns) else -2)
    for place in places:
        names.append(f"{NAMES[FATES[place]]}: {int(table[:, place].sum()):,}")
        colours.append(palette.BEFORE_LINE)
        picks.append(-2)
    links = [
        (row, len(groups) + column, int(table[group[0], place].sum()))
        for row, group in enumerate(groups)
        for column, place in enumerate(places)
    ]
    links = [link for link in links if link[2]]
    shades = [palette.faded(colours[a], 0.5 if selected is None or picks[a] == selected else 0.2) for a, _, _ in links]
    heights = [np.array([table[g[0]].sum() for g in groups]), np.array([table[:, place].sum() for place in places])]
    figure.add_sankey(
        arrangement="snap",
        node={
            "x": [0.001] * len(groups) + [0.999] * len(places),
            "y": [y for column in heights for y in _middles(column / total)],
            "label": names,
            "color": colours,
            "customdata": picks,
            "pad": 14,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        link={
            "source": [a for a, _, _ in links],
            "target": [b for _, b, _ in links],
            "value": [count for _, _, count in links],
            "color": shades,
            "customdata": [picks[a] for a, _, _ in links],
            "hovertemplate": "%{value:,} tokens<br>%{source.label}<br>%{target.label}<extra></extra>",
        },
        textfont={"size": 12},
    )
    figure.update_layout(margin={"l": 12, "r": 12, "b": 16})
    return figure


def _middles(shares: np.ndarray) -> list[float]:
    """Heights at which nodes stand in their order, from the top, with room between them."""
    room = 0.03 * (len(shares) - 1)
    ends = shares.cumsum() * (1 - room)
    return [float(np.clip(y, 0.001, 0.999)) for y in ends - shares * (1 - room) / 2 + 0.03 * np.arange(len(shares))]
