"""Memory map: every layer's memory by age, coloured by source, age, attention or reads; below it one pinned token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from plotly.graph_objects import Figure

from core.errors import PalimpsestError
from visualize import figures
from visualize.figures.frame import empty
from visualize.panels.choice import Choice, seen
from visualize.panels.desk import Desk
from visualize.panels.parts import Part, switch
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

if TYPE_CHECKING:
    from core.session import Session

TAB = "map"
COLOURS = (("source", "source"), ("age", "age"), ("attention", "attention"), ("times read", "retrieved"))


@dataclass(frozen=True)
class Map:
    """The panel's components."""

    plot: Part
    colour_by: Any
    life: Part
    lens: Part


def build() -> Map:
    """Lay the panel out in the current tab."""
    colour_by = switch("colour-by", "Colour by", COLOURS)
    mapped = plot("memory-map", "Memory map", "clamp(380px, 100vh - 292px, 720px)")
    half = "clamp(240px, 38vh - 70px, 330px)"
    with gr.Row(elem_classes="pair", elem_id="token-card"):  # seen while a token is pinned
        life = plot("token-life", "Life of the pinned memory token", half)
        lens = plot("token-lens", "Logit lens on the pinned memory token, and its neighbours", half)
    return Map(mapped, colour_by, life, lens)


def show(panel: Map, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.plot, TAB, figures.memory_map)
    views.plot(panel.life, TAB, life)
    views.plot(panel.lens, TAB, lambda session, choice: lens(views.desk, session, choice))


def life(session: Session, choice: Choice) -> Figure:
    """Everything that happened to the pinned token."""
    layer, serial = choice.token or (None, None)
    return seen(figures.token_life, session.trace, choice, layer=layer, serial=serial)


def lens(desk: Desk, session: Session, choice: Choice) -> Figure:
    """What the pinned token's vector says, and what is like it."""
    if choice.token is None:
        return figures.lens(session.trace, None)
    trace, (layer, serial) = session.trace, choice.token
    try:
        found = desk.found.once(
            session,
            ("lens", layer, serial, choice.step),
            trace,
            lambda: desk.analyses.lens(session, layer, serial, choice.step),
        )
    except PalimpsestError as error:
        return empty("token-lens", "What the pinned token says", "", str(error))
    return figures.lens(trace, found, choice.selected)


def bind(panel: Map, wiring: Wiring) -> None:
    """Connect the panel."""
    wiring.switches(panel.colour_by, "colour_by", COLOURS)
