"""What a person looks at: one selection, shared by everything on the page. Kept per page, not in the session."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from plotly.graph_objects import Figure

from core.trace import Asked, Trace
from visualize.prepare import at


class Choice(NamedTuple):
    """The parts of it; on the page each is held by a component, so they are named but not typed."""

    tab: Any = "map"
    selected: Any = None  # number of a context
    colour_by: Any = "source"
    question: Any = -1  # place among the trace's questions; -1: the last one by then
    step: Any = None  # injections so far; None: now
    layer: Any = None
    token: Any = None  # (layer, serial) of a memory token
    answer_token: Any = None  # place among the answer's tokens
    measure: Any = "count"  # of the retriever's hits
    method: Any = "pca"  # of the token space
    dimensions: Any = 2
    space_by: Any = "source"  # colours of the token space
    lesson: Any = None  # step of the lesson, from 0; None: it is closed
    models: Any = False  # whether the model picker is open


NOTHING: dict[str, Any] = {"selected": None, "question": -1, "layer": None, "token": None, "answer_token": None}
"""Nothing chosen; the tab, the colours and the time stay."""


def valid(trace: Trace, choice: Choice) -> Choice:
    """The choice as far as it exists in this trace; what does not falls back to none."""
    model = trace.model
    if choice.selected is not None and not 0 <= choice.selected < len(trace.contexts):
        choice = choice._replace(selected=None)
    if not 0 <= choice.question < len(trace.questions):
        choice = choice._replace(question=-1)
    if choice.step is not None and choice.question >= 0:  # a question is looked at when it had been asked
        choice = choice._replace(step=max(choice.step, trace.questions[choice.question].step))
    if choice.step is not None and not 0 <= choice.step < trace.step:
        choice = choice._replace(step=None)
    if choice.layer is not None and not 0 <= choice.layer < model.num_layers:
        choice = choice._replace(layer=None)
    if choice.token is not None:
        layer, serial = choice.token
        if not (0 <= layer < model.num_layers and 0 <= serial < written(trace)):
            choice = choice._replace(token=None)
    asked = question_shown(trace, choice)
    if choice.answer_token is not None and (asked is None or not 0 <= choice.answer_token < len(asked.answer_tokens)):
        choice = choice._replace(answer_token=None)
    return choice


def written(trace: Trace) -> int:
    """Serials given out so far."""
    last = trace.injections[-1] if trace.step else None
    if last is None:
        return trace.start.next_serial
    return last.first_serial + (trace.model.num_tokens if last.dropped.size else trace.model.pool_size)


def question_place(trace: Trace, choice: Choice) -> int:
    """Place of the question that is looked at: the chosen one, else the last that was asked by then; -1: none."""
    asked = trace.questions
    if 0 <= choice.question < len(asked):
        return int(choice.question)
    by_then = [i for i, event in enumerate(asked) if choice.step is None or event.step <= choice.step]
    return by_then[-1] if by_then else -1


def question_shown(trace: Trace, choice: Choice) -> Asked | None:
    """The question that is looked at."""
    place = question_place(trace, choice)
    return trace.questions[place] if place >= 0 else None


def seen(figure: Callable[..., Figure], trace: Trace, choice: Choice, **more: Any) -> Figure:
    """A figure of what is looked at: it gets the parts of the choice that it knows by name.

    One that knows no steps is drawn from the trace as it was then.
    """
    known = _keywords(figure)
    wanted: dict[str, Any] = {**choice._asdict(), "question": question_place(trace, choice), **more}
    if "step" not in known:
        trace = at(trace, choice.step)
    if wanted["question"] < 0:
        wanted["question"] = -1  # the last one by then: there is none, and the figure says so
        trace = at(trace, choice.step)
    if choice.selected is not None and choice.selected >= len(trace.contexts):
        wanted["selected"] = None
    return figure(trace, **{name: value for name, value in wanted.items() if name in known})


@cache
def _keywords(figure: Callable[..., Figure]) -> frozenset[str]:
    return frozenset(inspect.signature(figure).parameters) - {"trace"}


def picked(choice: Choice, data: Mapping[str, Any]) -> Choice:
    """The choice after a click on something that belongs to a context, a layer or a memory token.

    What was chosen already is let go by a second click; a click on nothing lets all of it go.
    """
    context, layer, serial = (whole(data.get(name)) for name in ("context", "layer", "serial"))
    if serial is not None and layer is not None:
        if (layer, serial) == choice.token:
            return choice._replace(token=None, selected=None)
        return choice._replace(token=(layer, serial), selected=context)
    if context is None:
        return choice._replace(selected=None, token=None)
    return choice._replace(selected=None if context == choice.selected else context, token=None)


def whole(value: Any) -> int | None:
    """A number from the browser, if it is one that can name something."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
