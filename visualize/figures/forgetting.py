"""Forgetting: how much of each context the pool still holds, beside the law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.frame import INK, empty, frame, spread, swatch, untold
from visualize.prepare import Survival, at, band, escape, half_life, law, life, measured_half_life
from visualize.prepare import survival as survivals
from visualize.prepare.survival import independent
from visualize.prepare.words import plain, shorten

LINES = 10
"""Told contexts with a line of their own; older ones beyond them are only drawn when selected."""
_PERCENT = [0, 25, 50, 75, 100]
ROOM = 13
"""Characters of a label that the margin beside the lines holds."""
FEW = 3
"""Up to this many unrelated contexts are drawn one by one."""

SURVIVAL = (
    "survival",
    "How long a text stays in short-term memory",
    "Each line is one told text: the share of its memory tokens that is still in the pool, mean over layers. "
    "Dashed: what dropping K of N tokens at random predicts. The band holds a text at any one moment in 95 % of cases; "
    "over a long session a good third leave it at some time.",
)


def survival(
    trace: Trace, selected: int | None = None, *, step: int | None = None, layer: int | None = None
) -> go.Figure:
    """Measured survival per context over the injections since each of its chunks was written, beside (1 - K/N)^t.

    Told contexts have a line each; unrelated ones are drawn as their mean and range. A selected context also shows
    its layers, the others step back; with a `layer` every line is that layer's. Where a context was forgotten its line
    ends in a cross.
    """
    key, title, how = SURVIVAL
    whole, trace = trace, at(trace, step)
    alive = life(trace)
    measured = survivals(alive)
    if not measured:
        remedy = untold(whole, trace, "Tell the model something: its survival is drawn from then on.")
        return empty(key, title, how, remedy)
    if layer is not None and 0 <= layer < alive.layers:
        how = how.replace("mean over layers", f"in layer {layer}")
        measured = [replace(item, layers=item.layers[layer : layer + 1], mean=item.layers[layer]) for item in measured]
    else:
        layer = None
    tokens = independent(trace) if layer is None else trace.model.num_tokens
    half = half_life(trace.model)
    reach = max(len(item.mean) - 1 for item in measured)
    end = int(max(reach, np.ceil(1.15 * half), 4))
    unrelated = [m for m in measured if trace.contexts[m.context].kind == "unrelated" and m.context != selected]
    told = [m for m in measured if trace.contexts[m.context].kind == "told" or m.context == selected]
    shown = [m for m in told if m.context == selected] + [m for m in told if m.context != selected][-LINES:]
    parts = [f"{len(told)} told, {len(unrelated)} unrelated" + _hidden(len(told) - len(shown))]
    parts += [f"layer {layer}"] if layer is not None else []
    parts += [_read_off([item for item in measured if selected in (None, item.context)] or measured, half)]
    figure = frame(key, title, how, " · ".join(part for part in parts if part))
    ends = [(float(end), _draw_law(figure, trace, end, half, tokens), "┄ (1 − K/N)<sup>t</sup>")]
    if len(unrelated) > FEW:
        ends.append(_draw_together(figure, unrelated))
    else:
        ends += [_draw_one(figure, trace, item, palette.UNRELATED_LINE, 1.2, None) for item in unrelated]
    for item in reversed(shown):  # the selected one last, on top
        if item.context == selected and layer is None:
            _draw_layers(figure, trace, item)
        ends.append(_draw_one(figure, trace, item, palette.colour(trace, item.context), 2.4, selected))
    _label_ends(figure, ends, end)
    figure.update_xaxes(title_text="injections since it was told", range=[0, end])
    figure.update_yaxes(
        title_text="still in the pool",
        range=[0, 104],
        showgrid=True,
        tickvals=_PERCENT,
        ticktext=[f"{p} %" for p in _PERCENT],
    )
    figure.update_layout(margin_r=92)
    return figure


def _hidden(count: int) -> str:
    return f" · the {count} oldest told are not drawn" if count else ""


def _read_off(items: list[Survival], half: float) -> str:
    """The half-life that was measured beside the law's, in injections."""
    if not half:
        return ""
    measured = measured_half_life(items)
    if measured is None:
        return f"half-life {half:.3g} by the law, not reached yet"
    return f"half-life {measured:.3g} measured, {half:.3g} by the law"


def _draw_law(figure: go.Figure, trace: Trace, end: int, half: float, tokens: int) -> float:
    """The law, its band and its half-life; the height at which it ends, in percent."""
    steps = np.arange(end + 1)
    chance = law(trace.model, steps)
    low, high = band(tokens, chance)
    figure.add_scatter(
        x=np.concatenate((steps, steps[::-1])),
        y=100 * np.round(np.concatenate((high, low[::-1])), 4),
        fill="toself",
        fillcolor=palette.BAND,
        line_width=0,
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=steps,
        y=100 * np.round(chance, 4),
        mode="lines",
        line={"dash": "dash", "width": 1.4, "color": palette.LIGHT.ink},
        meta={**INK, "columns": ["context", "low, %", "high, %"]},
        customdata=np.column_stack((np.full(steps.size, BEFORE), 100 * np.round(low, 3), 100 * np.round(high, 3))),
        name="(1 - K/N)^t",
        hovertemplate="the law: %{y:.0f} % after %{x} injections<br>"
        "95 % band %{customdata[1]:.0f} to %{customdata[2]:.0f} %<extra></extra>",
    )
    if half:
        figure.add_scatter(
            x=[half, half, 0],
            y=[0, 50, 50],
            mode="lines",
            line={"dash": "dot", "width": 1, "color": palette.LIGHT.ink},
            opacity=0.55,
            meta=INK,
            hoverinfo="skip",
        )
        figure.add_annotation(
            text=f"half-life {half:.3g}",
            x=half,
            y=50,
            xanchor="left",
            yanchor="bottom",
            xshift=6,
            showarrow=False,
            font_size=11,
        )
    return 100 * float(chance[-1])


def _draw_together(figure: go.Figure, items: list[Survival]) -> tuple[float, float, str]:
    """Mean and range of many contexts; the number of them shrinks with t, as the later ones are younger."""
    table = np.full((len(items), max(len(item.mean) for item in items)), np.nan)
    for row, item in zip(table, items, strict=True):
        row[: len(item.mean)] = item.mean
    count, steps = (~np.isnan(table)).sum(axis=0), np.arange(table.shape[1])
    steps, table, count = steps[count > 0], 100 * table[:, count > 0], count[count > 0]
    low, mean, high = np.nanmin(table, axis=0), np.nanmean(table, axis=0), np.nanmax(table, axis=0)
    fill = palette.faded(palette.UNRELATED_LINE, 0.30)
    figure.add_scatter(
        x=np.concatenate((steps, steps[::-1])),
        y=np.round(np.concatenate((high, low[::-1])), 1),
        fill="toself",
        fillcolor=fill,
        line_width=0,
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=steps,
        y=np.round(mean, 2),
        mode="lines",
        line={"width": 1.4, "color": palette.UNRELATED_LINE},
        customdata=np.column_stack((np.full(steps.size, BEFORE), count, low, high)).round(1),
        meta={"columns": ["context", "texts", "low, %", "high, %"]},
        name="unrelated",
        hovertemplate="unrelated: %{y:.0f} % left after %{x} injections<br>mean of %{customdata[1]:.0f}, "
        "range %{customdata[2]:.0f} to %{customdata[3]:.0f} %<extra></extra>",
    )
    return float(steps[-1]), float(mean[-1]), swatch(palette.UNRELATED_LINE, "unrelated")


def _draw_one(
    figure: go.Figure, trace: Trace, item: Survival, colour: str, width: float, selected: int | None
) -> tuple[float, float, str]:
    name = palette.names(trace)[item.context]
    text = escape(shorten(trace.contexts[item.context].text, 48))
    chunks = f", {item.chunks} chunks" if item.chunks > 1 else ""
    shares = 100 * item.mean
    steps = np.arange(len(shares))
    spans = 100 * np.stack((item.layers.min(axis=0), item.layers.max(axis=0)), axis=1)
    figure.add_scatter(
        x=steps,
        y=shares.round(2),
        mode="lines+markers" if len(shares) < 3 else "lines",
        line={"width": width, "color": colour},
        marker={"size": 6, "color": colour},
        opacity=1.0 if selected in (None, item.context) else 0.25,
        customdata=np.column_stack((np.full(len(shares), item.context), spans.round(1))),
        meta={"columns": ["context", "lowest layer, %", "highest layer, %"]},
        name=name,
        hovertemplate=f"<b>{name}</b> {text}{chunks}<br>%{{y:.0f}} % left after %{{x}} injections<br>"
        "layers: %{customdata[1]:.0f} to %{customdata[2]:.0f} %<extra></extra>",
    )
    if item.forgotten is not None:
        figure.add_scatter(
            x=[item.forgotten],
            y=[shares[-1]],
            mode="markers",
            marker={"symbol": "x", "size": 9, "color": colour},
            customdata=[[item.context]],
            hovertemplate=f"<b>{name}</b> forgotten here<extra></extra>",
        )
    return (
        float(steps[-1]),
        float(shares[-1]),
        swatch(colour, f"{name} forgotten" if item.forgotten is not None else name),
    )


def _draw_layers(figure: go.Figure, trace: Trace, item: Survival) -> None:
    """One hair per layer behind the mean, in a single trace with gaps."""
    layers, count = item.layers.shape
    gap = np.full((layers, 1), np.nan)
    figure.add_scatter(
        x=np.concatenate((np.tile(np.arange(count), (layers, 1)), gap), axis=1).ravel(),
        y=100 * np.round(np.concatenate((item.layers, gap), axis=1), 4).ravel(),
        mode="lines",
        line={"width": 0.8, "color": palette.colour(trace, item.context)},
        opacity=0.45,
        customdata=np.stack(
            (
                np.full((layers, count + 1), item.context),
                np.broadcast_to(np.arange(layers)[:, None], (layers, count + 1)),
            ),
            axis=-1,
        ).reshape(-1, 2),
        meta={"columns": ["context", "layer"]},
        name=f"{palette.names(trace)[item.context]} by layer",
        hovertemplate="layer %{customdata[1]}: %{y:.0f} % left after %{x} injections<extra></extra>",
    )


def _label_ends(figure: go.Figure, ends: list[tuple[float, float, str]], end: int) -> None:
    """Names where the lines end, in columns: one for lines that end close together, the last in the margin."""
    groups: list[list[tuple[float, float, str]]] = []
    for label in sorted(ends):
        if not groups or label[0] - groups[-1][-1][0] > 0.12 * end:
            groups.append([])
        groups[-1].append(label)
    for group in map(_joined, groups):
        right = max(x for x, _, _ in group)
        outside = right > 0.88 * end
        places = spread([y for _, y, _ in group], 6.5, 2, 102)
        for (_, _, text), place in zip(group, places, strict=True):
            figure.add_annotation(
                text=text,
                x=1 if outside else right,
                xref="paper" if outside else "x",
                xanchor="left",
                xshift=6,
                y=place,
                showarrow=False,
            )


def _joined(group: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Lines that end at the same height share a label, as far as the margin has room."""
    found: list[tuple[float, float, str]] = []
    for x, y, text in sorted(group, key=lambda label: (-label[1], label[2].split("■")[-1])):
        if (
            found
            and found[-1][1] - y < 0.5
            and len(plain(text)) + len(plain(found[-1][2])) < ROOM
            and "┄" not in text + found[-1][2]
        ):
            found[-1] = (max(x, found[-1][0]), y, f"{found[-1][2]}&nbsp; {text}")
        else:
            found.append((x, y, text))
    return found
