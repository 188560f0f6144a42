"""Memory map: every layer's short-term memory by age, coloured by source, age or attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from visualize import figures
from visualize.panels.parts import Part
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

TAB = "map"
COLOURS = ("source", "age", "attention")


@dataclass(frozen=True)
class Map:
    """The panel's components."""

    plot: Part
    colour_by: Any


def build() -> Map:
    """Lay the panel out in the current tab."""
    colour_by = gr.Radio(
        list(COLOURS),
        value=COLOURS[0],
        show_label=False,
        label="Colour by",
        container=False,
        elem_id="colour-by",
        elem_classes="switch",
    )
    return Map(plot("memory-map", "Memory map", "clamp(380px, 100vh - 316px, 720px)"), colour_by)


def show(panel: Map, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.plot, TAB, figures.memory_map)


def bind(panel: Map, wiring: Wiring) -> None:
    """Connect the panel."""
    wiring.looks(
        panel.colour_by.input,
        lambda choice, _, colour: choice._replace(colour_by=colour if colour in COLOURS else COLOURS[0]),
        [panel.colour_by],
        tab_only=True,
    )
