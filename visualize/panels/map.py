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


@dataclass(frozen=True)
class Map:
    """The panel's components."""

    plot: Part
    colour_by: Any


def build() -> Map:
    """Lay the panel out in the current tab."""
    colour_by = gr.Radio(
        [("source", "source"), ("age", "age"), ("attention", "attention")],
        value="source",
        show_label=False,
        label="Colour",
        container=False,
        elem_id="colour-by",
    )
    return Map(plot("memory-map", "Memory map", "clamp(400px, 100vh - 286px, 720px)"), colour_by)


def show(panel: Map, views: Views) -> None:
    """What the panel shows of the session."""
    views.plot(
        panel.plot,
        TAB,
        lambda trace, choice: figures.memory_map(
            trace, colour_by=choice.colour_by, selected=choice.selected, question=choice.question
        ),
    )


def bind(panel: Map, wiring: Wiring) -> None:
    """Connect the panel."""
    wiring.looks(panel.colour_by.input, lambda choice, _: choice, tab_only=True)
