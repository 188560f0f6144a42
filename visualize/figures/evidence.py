"""Evidence: where an answer's attention went, by layer and by answer token."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.trace import BEFORE, Asked, Trace
from visualize import palette
from visualize.figures.frame import empty, frame, layer_ticks, question_of, quoted, unasked
from visualize.prepare import Mass, at, attention, escape
from visualize.prepare.words import shorten

KEY, TITLE = "attention-mass", "Where the answer looked"
HOW = (
    "Each bar is all attention of the answer, split by what it went to. Above by layer, mean over the answer's tokens; "
    "below by answer token, mean over layers. Hatched: read from long-term memory; of unrelated and other told texts "
    "both memories are drawn as one."
)
SEQUENCE = {
    "prompt": ("rgba(127,127,127,0.42)", "question"),
    "answer": ("rgba(127,127,127,0.24)", "answer so far"),
    "bos": ("rgba(127,127,127,0.10)", "start token"),
}
TOKENS = 60
"""Answer tokens drawn; a longer answer shows its first ones and says so."""


def attention_mass(
    trace: Trace,
    question: int = -1,
    selected: int | None = None,
    answer_token: int | None = None,
    *,
    step: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Attention mass per source of one question (default: the last): bars per layer above, per answer token below.

    With an `answer_token` the upper bars are that token's alone; a `selected` context keeps its colour while all other
    memory steps back; a chosen `layer` is marked.
    """
    whole, trace = trace, at(trace, step)
    asked = question_of(trace, question)
    if asked is None:
        return empty(KEY, TITLE, HOW, unasked(whole, trace, "this shows which texts its answer looked at."))
    if not asked.answer_tokens or not asked.sources:
        return empty(KEY, TITLE, HOW, "This answer has no tokens, so there is no attention to show.")
    one = token_of(asked, answer_token)
    selected = selected if selected is not None and 0 <= selected < len(trace.contexts) else None
    mass = attention(trace, asked, selected, one)
    layers, shown = mass.layers.shape[0], min(len(asked.answer_tokens), TOKENS)
    cut = f" · first {shown} of {len(asked.answer_tokens)} tokens" if shown < len(asked.answer_tokens) else ""
    chosen = f" · above: “{escape(shorten(asked.answer_tokens[one], 12))}”" if one is not None else ""
    how = HOW if one is None else HOW.replace("mean over the answer's tokens", "for the chosen answer token")
    figure = frame(KEY, TITLE, how, quoted(asked, 46 - len(cut + chosen)) + cut + chosen)
    for column in range(len(mass.kind)):
        colour, hatch, name = _look(trace, mass, column)
        if selected is not None and mass.context[column] != selected and mass.kind[column] not in SEQUENCE:
            colour = palette.faded(colour, 0.25)
        for part, (values, unit) in enumerate(
            ((mass.layers[:, column], "layer"), (mass.tokens[:shown, column], "token"))
        ):
            figure.add_bar(
                x=np.arange(values.size),
                y=(100 * values).round(2),
                xaxis="x" if part == 0 else "x2",
                yaxis="y" if part == 0 else "y2",
                marker={"color": colour, "line_width": 0, "pattern": {"shape": hatch, "size": 5, "solidity": 0.45}},
                name=name,
                legendgroup=str(column),
                showlegend=part == 0,
                customdata=np.column_stack((np.full(values.size, _pick(mass.context[column])), np.arange(values.size))),
                meta={"columns": ["context", unit]},
                hovertemplate=f"{name}: %{{y:.1f}} %<br>{unit} %{{x}}<extra></extra>",
            )
    figure.update_layout(barmode="stack", bargap=0.12, showlegend=True, legend=_LEGEND)
    if one is not None and one < shown:
        _outline(figure, one, "2")
    if layer is not None and 0 <= layer < layers:
        _outline(figure, layer, "")
    share = {"ticksuffix": " %", "range": [0, 100], "nticks": 5, "title_text": "attention"}
    figure.update_layout(
        xaxis={
            "anchor": "y",
            "title_text": "layer",
            "tickvals": layer_ticks(layers, 16),
            "range": [-0.5, layers - 0.5],
        },
        yaxis={
            "anchor": "x",
            "domain": [0.56, 1],
            **share,
        },
        xaxis2={
            "anchor": "y2",
            "title_text": "answer token",
            "range": [-0.5, shown - 0.5],
            **_token_ticks(asked.answer_tokens[:shown]),
        },
        yaxis2={
            "anchor": "x2",
            "domain": [0, 0.34],
            **share,
        },
    )
    return figure


def token_of(asked: Asked, answer_token: int | None) -> int | None:
    """The answer token, if the answer has it."""
    return answer_token if answer_token is not None and 0 <= answer_token < len(asked.answer_tokens) else None


def _outline(figure: go.Figure, place: int, axis: str) -> None:
    figure.add_shape(
        type="rect", xref=f"x{axis}", yref=f"y{axis}", x0=place - 0.5, x1=place + 0.5, y0=0, y1=100,
        line={"width": 1.5, "color": palette.ACCENT}, fillcolor="rgba(0,0,0,0)",
    )  # fmt: skip


_LEGEND = {
    "orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom",
    "traceorder": "normal", "font": {"size": 11}, "itemwidth": 30, "bgcolor": "rgba(0,0,0,0)",
}  # fmt: skip


def _look(trace: Trace, mass: Mass, column: int) -> tuple[str, str, str]:
    """Colour, hatch and name of one source."""
    kind, context = mass.kind[column], mass.context[column]
    if kind in SEQUENCE:
        colour, name = SEQUENCE[kind]
        return colour, "", name
    if kind == "others":
        return palette.QUANTITY[1], "", "other told texts"
    if context is None:
        return palette.UNRELATED_LINE, "", "unrelated"
    name = "before" if context == BEFORE else palette.names(trace)[context]
    return (
        palette.colour(trace, context),
        "/" if kind == "long_term" else "",
        name + (" long-term" if kind == "long_term" else ""),
    )


def _pick(context: int | None) -> int:
    """What a click on the bar selects: a context, or -1 for none."""
    return BEFORE if context is None else context


def _token_ticks(tokens: tuple[str, ...]) -> dict[str, object]:
    """The answer under its bars, as far as there is room."""
    every = max(1, -(-len(tokens) // 12))
    places = list(range(0, len(tokens), every))
    return {"tickvals": places, "ticktext": [escape(shorten(tokens[place], 9)) or "␣" for place in places]}
