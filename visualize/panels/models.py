"""The model picker: a band that lists the models, what each needs, and why one cannot be had here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from visualize.panels.background import Far, background
from visualize.panels.choice import NOTHING, Choice
from visualize.panels.parts import Part, part, say
from visualize.panels.views import Views
from visualize.panels.wiring import Done, Values, Wiring

if TYPE_CHECKING:
    from core.session import Session
    from core.shelf import Offer

_TEMPLATE = """
<section class="models" aria-label="Models" hidden>
  <h2 class="panel-title">Models</h2>
  <ul class="model-rows"></ul>
  <button type="button" class="models-close quiet-button">Close</button>
</section>
"""
STATES = {"loaded": "loaded", "possible": "not loaded", "impossible": "not here"}


def build() -> Part:
    """Lay the band out, closed."""
    return part("models.js", _TEMPLATE, elem_id="models")


def show(panel: Part, views: Views) -> None:
    """What the band lists. Its value depends on whose page it is, so it is rendered with the page's key."""
    views.add_own(panel, lambda key, choice: listed(views.desk.store.offers(key) if choice.models else (), choice))


def bind(panel: Part, wiring: Wiring) -> None:
    """Connect the band."""
    shelf = wiring.desk.store

    def use(key: str, name: str) -> Done:
        shelf.use(key, name)
        return Done(f"This page works on {name} now; each model keeps a session of its own.", choice=NOTHING)

    def chosen(_: Session, key: str, event: Any) -> Iterator[Values | Done]:
        yield use(key, named(event))

    def load(_: Session, key: str, event: Any) -> Iterator[Values | Done]:
        name = named(event)
        yield {wiring.notice: say(f"Loading {name} …", "waiting")}
        with closing(background(lambda progress, _: shelf.load(name, progress))) as reports:
            for report in reports:
                if isinstance(report, Far):
                    yield {wiring.notice: say(f"Loading {name}: {report.share:.0%} …", "waiting", report.share)}
        yield use(key, name)

    def unload(_: Session, key: str, event: Any) -> Iterator[Values | Done]:
        name = named(event)
        shelf.unload(key, name)
        yield Done(f"{name} is unloaded, with what was told to it.", choice=NOTHING)

    wiring.looks(panel.go, lambda choice, event: choice._replace(models=bool(event.open)))
    for trigger, operation in ((panel.choose, chosen), (panel.fetch, load), (panel.release, unload)):
        wiring.streams(trigger, operation, takes_event=True, takes_key=True, in_turn=False)


def named(event: Any) -> str:
    """The model that an event names."""
    name = getattr(event, "name", None)
    if not isinstance(name, str) or not name:
        raise InputError("No model was named: choose one of the list.")
    return name


def listed(offers: tuple[Offer, ...], choice: Choice) -> str:
    """The value of the band."""
    rows = [
        {
            "name": offer.name,
            "kind": offer.kind,
            "state": "in use here" if offer.mine else STATES[offer.state],
            "mine": offer.mine,
            "note": offer.why_not or (f"needs {offer.needs}" if offer.needs else ""),
            "can": [
                *(["use"] if offer.state == "loaded" and not offer.mine else []),
                *(["load"] if offer.state == "possible" else []),
                *(["unload"] if offer.state == "loaded" and not offer.fixed and not offer.others else []),
            ],
        }
        for offer in offers
    ]
    return json.dumps({"open": bool(choice.models), "rows": rows})
