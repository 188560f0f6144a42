"""The list of what was told: one colour each, what is left of it, and a button to forget it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.trace import Trace
from visualize import palette
from visualize.panels.choice import Choice, picked
from visualize.panels.parts import Part, part
from visualize.panels.remains import Remains, remains
from visualize.panels.views import Views
from visualize.panels.wiring import Done, Wiring
from visualize.prepare import at

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
    wiring.looks(told.pick, lambda choice, event: picked(choice, {"context": event.context}))
    wiring.computes(told.forget, forget, takes_event=True)


def forget(session: Session, event: Any) -> Done:
    """Forget the context that a row's button names."""
    forgot = session.forget(int(event.context))
    short, long = int(forgot.short_term.sum()), int(forgot.long_term.sum())
    return Done(
        f"Forgotten: {short} short-term and {long} long-term memory tokens are overwritten. Undo brings them back."
    )


def listed(trace: Trace, choice: Choice) -> str:
    """The value of the list: what is left at the time that is looked at. What was told later stays listed, faded."""
    items = {item.context.index: item for item in remains(at(trace, choice.step))}
    colours, names = palette.colours(trace), palette.names(trace)
    rows = [
        {
            "context": context.index,
            "name": names[context.index],
            "text": context.text[:400],
            "colour": colours[context.index],
            "selected": context.index == choice.selected,
            "forgotten": context.index in items and items[context.index].forgotten,
            "later": context.index not in items,
            **left([items[context.index]] if context.index in items else []),
        }
        for context in trace.contexts
        if context.kind == "told"
    ]
    unrelated = [context for context in trace.contexts if context.kind == "unrelated"]
    group = None
    if unrelated:
        there = [items[context.index] for context in unrelated if context.index in items]
        selected = next((context for context in unrelated if context.index == choice.selected), None)
        count = len(there) if choice.step is not None else len(unrelated)
        group = {
            "text": f"{count} unrelated context{'' if count == 1 else 's'}"
            + (f" · selected: {names[selected.index]} {selected.text[:200]}" if selected else ""),
            "colour": palette.UNRELATED_LINE,
            "selected": selected is not None,
            "later": not there,
            **left(there),
        }
    return json.dumps(
        {"rows": rows[::-1], "group": group, "longTerm": trace.model.retrieved > 0, "past": choice.step is not None}
    )


def left(items: list[Remains]) -> dict[str, float]:
    """Mean shares of what is left, 0..1."""
    many = max(len(items), 1)
    return {
        "short": round(sum(i.short_term for i in items) / many, 4),
        "long": round(sum(i.long_term for i in items) / many, 4),
    }
