"""Evidence: where the answer's attention went, which memory tokens it looked at, what each text was worth to it."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from plotly.graph_objects import Figure

from core.errors import InputError
from core.trace import Asked, Trace
from visualize import figures, palette
from visualize.panels import ask, long_work
from visualize.panels.choice import Choice, picked, question_place, question_shown, whole
from visualize.panels.desk import Desk
from visualize.panels.parts import Part, part
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Done, Wiring
from visualize.prepare import at

if TYPE_CHECKING:
    from core.session import Session

TAB = "evidence"
MOST = 14
"""Texts that can be left out one by one; the newest."""
_WITHOUT = '<h3 class="part-title">The same question without one text</h3><ul class="rows"></ul>'
_WORDS = '<div class="words" role="group" aria-label="Tokens of the answer"></div>'


@dataclass(frozen=True)
class Evidence:
    """The panel's components."""

    words: Part
    mass: Part
    layers: Part
    strongest: Part
    weigh: long_work.LongWork
    worth: Part
    without: Part


def build() -> Evidence:
    """Lay the panel out in the current tab."""
    half = "clamp(260px, 44vh - 90px, 400px)"
    tall = "clamp(340px, 58vh - 100px, 460px)"
    words = part("words.js", _WORDS, elem_id="words")
    mass = plot("attention-mass", "Attention of each answer token by source", "clamp(400px, 70vh - 120px, 620px)")
    with gr.Row(elem_classes="pair"):
        strongest = plot("strongest-tokens", "Memory tokens that the answer looked at most", tall)
        layers = plot("attention-by-layer", "Attention to the memory of each text by layer", tall)
    with gr.Row(elem_classes="work-row"):
        weigh = long_work.build("Weigh every text", "weigh", "What each text was worth to this answer.")
    worth = plot("worth", "What each text was worth to the answer", half)
    without = part("rows.js", _WITHOUT, elem_id="without")
    return Evidence(words, mass, layers, strongest, weigh, worth, without)


def show(panel: Evidence, views: Views) -> None:
    """What the panel shows of the session."""
    views.add(panel.words, lambda session, choice: words(session.trace, choice), TAB)
    views.figure(panel.mass, TAB, figures.attention_mass)
    views.figure(panel.layers, TAB, figures.attention_by_layer)
    views.figure(panel.strongest, TAB, figures.strongest_tokens)
    views.plot(panel.worth, TAB, lambda session, choice: worth(views.desk, session, choice))
    views.add(panel.without, lambda session, choice: without(views.desk, session, choice), TAB)


def weighed(question: int) -> Hashable:
    """By what is kept what each text was worth to a question, by its place in the trace."""
    return "worth", question


def left_out(question: int, context: int) -> Hashable:
    """By what is kept what the answer to a question would have been without a text."""
    return "without", question, context


def words(trace: Trace, choice: Choice) -> str:
    """The value of the answer's tokens as chips."""
    event = question_shown(trace, choice)
    if event is None:
        return json.dumps({"question": "", "tokens": [], "chosen": None})
    return json.dumps({"question": event.question, "tokens": ask.tinted(trace, event), "chosen": choice.answer_token})


def worth(desk: Desk, session: Session, choice: Choice) -> Figure:
    """What each text was worth, as far as it has been asked for."""
    trace = session.trace
    event = question_shown(trace, choice)
    key = weighed(question_place(trace, choice))
    found = desk.found.get(session, key, event) if event is not None else None
    return figures.worth(trace, found, choice.selected)


def without(desk: Desk, session: Session, choice: Choice) -> str:
    """The value of the list of texts that can be left out, with the answers that were given without them."""
    trace = session.trace
    event = question_shown(trace, choice)
    if event is None:
        return json.dumps({"rows": [], "none": "Ask a question first."})
    names = palette.names(trace)
    known = at(trace, event.step).contexts
    shown = [c for c in known if c.kind == "told" or c.index == choice.selected][-MOST:]
    rows = []
    for context in reversed(shown):
        answer = desk.found.get(session, left_out(question_place(trace, choice), context.index), event)
        rows.append(
            {
                "context": context.index,
                "name": names[context.index],
                "colour": palette.colour(trace, context.index),
                "text": context.text[:200],
                "selected": context.index == choice.selected,
                "action": "Answer without it",
                "result": None if answer is None else answer.text or "(no words)",
                "same": answer is not None and answer.text == event.answer,
            }
        )
    return json.dumps({"rows": rows, "none": "Nothing had been told before this question."})


def bind(panel: Evidence, wiring: Wiring) -> None:
    """Connect the panel."""
    desk = wiring.desk
    wiring.looks(panel.words.word, lambda choice, event: ask.worded(choice, event.word))
    wiring.looks(panel.without.pick, lambda choice, event: picked(choice, {"context": event.context}))

    def weigh(session: Session, choice: Choice) -> long_work.Job:
        place, event = asked(session.trace, choice)

        def keep(found: Any) -> str:
            desk.found.put(session, weighed(place), event, found)
            return "Weighed: each text was masked in turn."

        return long_work.Job(lambda *how: desk.analyses.worth(session, place, *how), keep)

    long_work.bind(panel.weigh, wiring, weigh)

    def leave_out(session: Session, key: str, event: Any) -> Done:
        place, question = asked(session.trace, wiring.views.looking.get(key))
        context = whole(event.context)
        if context is None:
            raise InputError("Choose the text to leave out.")
        answer = desk.analyses.without(session, place, (context,))
        desk.found.put(session, left_out(place, context), question, answer)
        name = palette.names(session.trace)[context]
        return Done(f"Without text {name} the answer is: {answer.text or '(no words)'}", stays=True)

    wiring.computes(panel.without.act, leave_out, takes_event=True, takes_key=True)


def asked(trace: Trace, choice: Choice) -> tuple[int, Asked]:
    """The question that is looked at and its place."""
    place = question_place(trace, choice)
    if place < 0:
        raise InputError("Ask a question first, or move on to a time when one had been asked.")
    return place, trace.questions[place]
