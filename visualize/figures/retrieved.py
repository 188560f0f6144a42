"""What a question's view has in common: the question itself, or the words for why there is none."""

from __future__ import annotations

import plotly.graph_objects as go

from core.trace import Asked, Trace
from visualize.figures.frame import empty, question_of, unasked
from visualize.prepare import at


def reading(
    key: str, title: str, how: str, trace: Trace, question: int, step: int | None, what: str
) -> tuple[Trace, Asked] | go.Figure:
    """The trace as it stood and a question that retrieved something; else the empty sheet that says what to do."""
    whole, trace = trace, at(trace, step)
    if not trace.model.retrieved:
        return empty(key, title, how, "This model has no long-term memory, so nothing is retrieved.")
    asked = question_of(trace, question)
    if asked is None:
        return empty(key, title, how, unasked(whole, trace, what))
    if not asked.searched:
        return empty(key, title, how, "Nothing was retrieved for this question: the long-term memory was still empty.")
    return trace, asked


def chosen(trace: Trace, layer: int | None) -> int | None:
    """The layer, if the model has it."""
    return layer if layer is not None and 0 <= layer < trace.model.num_layers else None


def where(layer: int | None) -> str:
    """The layers of a figure in words."""
    return "all layers" if layer is None else f"layer {layer}"
