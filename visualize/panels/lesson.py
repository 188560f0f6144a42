"""The lesson on the page: a band that can be opened, one step at a time; a link can open a step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.trace import Trace
from visualize.panels.choice import Choice, whole
from visualize.panels.lesson_steps import STEPS, sizes
from visualize.panels.parts import Part, part
from visualize.panels.views import Views
from visualize.panels.wiring import Done, Wiring

if TYPE_CHECKING:
    from core.session import Session

PARAMETER = "lesson"
"""Of the page's address: number of the step to open, from 1."""

_TEMPLATE = """
<section class="lesson" aria-label="Lesson" hidden>
  <div class="lesson-what">
    <p class="lesson-count"></p>
    <h2 class="lesson-title panel-title"></h2>
    <p class="lesson-body"></p>
  </div>
  <div class="lesson-do">
    <button type="button" class="lesson-act"></button>
    <p class="lesson-look"></p>
  </div>
  <div class="lesson-think">
    <p class="lesson-question"></p>
    <details class="lesson-answer"><summary>A thought</summary><p class="lesson-thought"></p></details>
  </div>
  <nav class="lesson-ways" aria-label="Steps of the lesson">
    <button type="button" class="lesson-back quiet-button">Back</button>
    <button type="button" class="lesson-next quiet-button">Next step</button>
    <a class="lesson-link quiet-button" target="_blank" rel="noopener">Link to this step</a>
    <button type="button" class="lesson-close quiet-button">Close the lesson</button>
  </nav>
</section>
"""


def build() -> Part:
    """Lay the band out, closed."""
    return part("lesson.js", _TEMPLATE, elem_id="lesson")


def show(panel: Part, views: Views) -> None:
    """What the band shows."""
    views.add(panel, lambda session, choice: shown(session.trace, choice))


def bind(panel: Part, wiring: Wiring) -> None:
    """Connect the band."""
    desk = wiring.desk
    wiring.looks(panel.go, lambda choice, event: choice._replace(lesson=valid(whole(event.step))))

    def act(session: Session, key: str, _: Any) -> Done:
        step = valid(wiring.views.looking.get(key).lesson)
        return STEPS[step or 0].act(desk, session)

    wiring.computes(panel.act, act, takes_event=True, takes_key=True)


def valid(step: int | None) -> int | None:
    """The step, if there is one with this number, from 0."""
    return step if step is not None and 0 <= step < len(STEPS) else None


def linked(text: str | None) -> int | None:
    """The step that an address names, from 0; None if it names none."""
    return valid(int(text) - 1) if text and text.isascii() and text.isdigit() and len(text) < 4 else None


def shown(trace: Trace, choice: Choice) -> str:
    """The value of the band."""
    number = valid(choice.lesson)
    if number is None:
        return json.dumps({"step": None})
    step, names = STEPS[number], sizes(trace.model)
    texts = {name: getattr(step, name).format(**names) for name in ("title", "body", "look", "question", "thought")}
    return json.dumps({"step": number, "steps": len(STEPS), "action": step.action, "tab": step.tab, **texts})
