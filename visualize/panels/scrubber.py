"""Time: a slider over the session's steps. Every view shows the step that is chosen here."""

from __future__ import annotations

import json
from typing import Any

from core.trace import Injected, Trace
from visualize import palette
from visualize.panels.choice import Choice, whole
from visualize.panels.parts import Part, part
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

MOST_MARKS = 400
"""Marks of told texts that are drawn; more could not be told apart."""

_TEMPLATE = """
<div class="scrubber" role="group" aria-label="Time: steps of this session">
  <button type="button" class="scrub-play quiet-button">Play</button>
  <div class="scrub-rail">
    <div class="scrub-marks" aria-hidden="true"></div>
    <input class="scrub-slider" type="range" min="0" max="1" value="1" step="1" aria-label="Step of the session">
  </div>
  <p class="scrub-where"></p>
  <button type="button" class="scrub-now quiet-button">Now</button>
</div>
"""


def build() -> Part:
    """Lay the slider out in the current column."""
    return part("scrubber.js", _TEMPLATE, elem_id="scrubber")


def show(panel: Part, views: Views) -> None:
    """What the slider shows of the session."""
    views.add(panel, lambda session, choice: steps(session.trace, choice))


def bind(panel: Part, wiring: Wiring) -> None:
    """Connect the slider."""
    wiring.looks(panel.seek, lambda choice, event: sought(choice, event.step))


def sought(choice: Choice, step: Any) -> Choice:
    """The choice at another time; `None` is now. The question shown is then the last one asked by that time."""
    return choice._replace(step=whole(step), question=-1, answer_token=None)


def steps(trace: Trace, choice: Choice) -> str:
    """The value of the slider: where it stands, and marks of what happened when."""
    last = trace.step
    step = last if choice.step is None else choice.step
    told: dict[int, str] = {}  # context -> colour, at the step of its first chunk
    marks = []
    for event in trace.events:
        if isinstance(event, Injected) and event.context not in told:
            told[event.context] = palette.colour(trace, event.context)
            if trace.contexts[event.context].kind == "told":
                marks.append({"step": event.step, "colour": told[event.context]})
    return json.dumps(
        {
            "step": step,
            "steps": last,
            "now": choice.step is None,
            "told": marks[-MOST_MARKS:],
            "asked": sorted({event.step for event in trace.questions}),
            "where": where(step, last, now=choice.step is None),
        }
    )


def where(step: int, last: int, now: bool) -> str:
    """Which moment it is, in words; or why there is nothing to go through."""
    if last == 0:
        return "Time starts when you tell something."
    if last == 1:
        return "One step so far; with the next one you can go back in time."
    if now:
        return f"Now: after {last:,} steps"
    return "Before anything was told" if step == 0 else f"After step {step:,} of {last:,}"
