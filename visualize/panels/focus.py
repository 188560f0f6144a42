"""What is chosen, in one line: the layer, the text, the memory token, the word of the answer; each can be let go."""

from __future__ import annotations

import json
from typing import Any

from core.trace import BEFORE, Trace, origin
from visualize import palette
from visualize.panels.choice import NOTHING, Choice, question_shown, whole
from visualize.panels.parts import Part, part
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

_TEMPLATE = """
<div class="focus" role="group" aria-label="What is selected">
  <label class="focus-layer">Layer <select class="focus-layers"></select></label>
  <p class="focus-hint"></p>
  <ul class="focus-chips"></ul>
  <button type="button" class="focus-clear quiet-button" hidden>Clear</button>
</div>
"""
HINT = "Click a text, a cell or a bar: it is highlighted everywhere."
CLEARED = frozenset({"selected", "question", "layer", "token", "answer_token"})


def build() -> Part:
    """Lay the line out in the current column."""
    return part("focus.js", _TEMPLATE, elem_id="focus")


def show(panel: Part, views: Views) -> None:
    """What the line shows."""
    views.add(panel, lambda session, choice: chosen(session.trace, choice))


def bind(panel: Part, wiring: Wiring) -> None:
    """Connect the line."""
    wiring.looks(panel.layer, lambda choice, event: choice._replace(layer=whole(event.layer)))
    wiring.looks(panel.release, lambda choice, event: released(choice, event.part))


def released(choice: Choice, part: Any) -> Choice:
    """The choice without one of its parts, or without any."""
    if part in CLEARED:
        return choice._replace(**{part: NOTHING[part]})
    return choice._replace(**NOTHING)


def chosen(trace: Trace, choice: Choice) -> str:
    """The value of the line."""
    chips = []
    if choice.selected is not None:
        text = trace.contexts[choice.selected].text
        colour, name = palette.colour(trace, choice.selected), palette.names(trace)[choice.selected]
        chips.append({"part": "selected", "text": text[:60], "name": name, "colour": colour, "what": f"text {name}"})
    if choice.token is not None:
        layer, _ = choice.token
        said = f"{token_words(trace, choice.token)}, layer {layer}"
        chips.append({"part": "token", "text": said, "what": "the memory token"})
    if choice.question >= 0:
        asked = trace.questions[choice.question]
        chips.append({"part": "question", "text": asked.question[:60], "name": "?", "what": "the question"})
    if choice.answer_token is not None:
        event = question_shown(trace, choice)
        word = event.answer_tokens[choice.answer_token] if event else ""
        chips.append({"part": "answer_token", "text": f"answer token “{word.strip()}”", "what": "the answer token"})
    return json.dumps({"layers": trace.model.num_layers, "layer": choice.layer, "chips": chips, "hint": HINT})


def token_words(trace: Trace, token: tuple[int, int]) -> str:
    """A memory token by the word that it was written from."""
    _, serial = token
    born = origin(trace)
    context, position = int(born.context[serial]), int(born.position[serial])
    if context == BEFORE:
        return "token from before the session"
    if position < 0:
        return "rewritten older row"
    start, end = trace.contexts[context].spans[position]
    return f"token “{trace.contexts[context].text[start:end].strip()}”"
