"""The list of what was told: one colour each, what is left of it, and a button to forget it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.trace import Trace
from visualize import palette
from visualize.panels.parts import Part, part
from visualize.panels.remains import Remains, remains
from visualize.panels.views import Choice, Views
from visualize.panels.wiring import Done, Wiring

if TYPE_CHECKING:
    from core.session import Session

_TEMPLATE = """
<div class="panel told">
  <h2 class="panel-title">Told</h2>
  <p class="told-key" hidden>
    <span class="key-short"></span> short-term <span class="key-long"></span> long-term memory
  </p>
  <ul class="told-rows"></ul>
</div>
"""


def build() -> Part:
    """Lay the list out in the current column."""
    return part("told.js", _TEMPLATE, elem_id="told")


def show(told: Part, views: Views) -> None:
    """What the list shows of the session."""
    views.add(told, lambda session, choice: listed(session.trace, choice))


def bind(told: Part, wiring: Wiring) -> None:
    """Connect the list: a row selects its context everywhere, its button forgets it."""
    wiring.looks(told.pick, lambda choice, event: picked(choice, event.context))
    wiring.computes(told.forget, forget, takes_event=True)


def picked(choice: Choice, context: Any) -> Choice:
    """The choice after a click on a context; on the selected one, or on none, nothing is selected any more."""
    if not isinstance(context, int) or context < 0 or context == choice.selected:
        return choice._replace(selected=None)
    return choice._replace(selected=context)


def forget(session: Session, event: Any) -> Done:
    """Forget the context that a row's button names."""
    forgot = session.forget(int(event.context))
    short, long = int(forgot.short_term.sum()), int(forgot.long_term.sum())
    return Done(
        f"Forgotten: {short} short-term and {long} long-term memory tokens are overwritten. Undo brings them back."
    )


def listed(trace: Trace, choice: Choice) -> str:
    """The value of the list."""
    items = remains(trace)
    colours, names = palette.colours(trace), palette.names(trace)
    rows = [
        {
            "context": item.context.index,
            "name": names[item.context.index],
            "text": item.context.text[:400],
            "colour": colours[item.context.index],
            "selected": item.context.index == choice.selected,
            "forgotten": item.forgotten,
            **left([item]),
        }
        for item in items
        if item.context.kind == "told"
    ]
    unrelated = [item for item in items if item.context.kind == "unrelated"]
    group = None
    if unrelated:
        many = len(unrelated)
        selected = next((i for i in unrelated if i.context.index == choice.selected), None)
        group = {
            "text": f"{many} unrelated context{'s' if many > 1 else ''}"
            + (f" · selected: {names[selected.context.index]} {selected.context.text[:200]}" if selected else ""),
            "colour": palette.UNRELATED_LINE,
            "selected": selected is not None,
            **left(unrelated),
        }
    return json.dumps({"rows": rows[::-1], "group": group, "longTerm": trace.model.retrieved > 0})


def left(items: list[Remains]) -> dict[str, float]:
    """Mean shares of what is left, 0..1."""
    return {
        "short": round(sum(i.short_term for i in items) / len(items), 4),
        "long": round(sum(i.long_term for i in items) / len(items), 4),
    }
