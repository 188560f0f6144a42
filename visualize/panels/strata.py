"""Strata and flow: how texts settle in memory over time, and where everything that was ever written is now."""

from __future__ import annotations

from dataclasses import dataclass

from visualize import figures
from visualize.panels.parts import Part
from visualize.panels.plot import plot
from visualize.panels.views import Views

TAB = "strata"


@dataclass(frozen=True)
class Strata:
    """The panel's components."""

    strata: Part
    flow: Part


def build() -> Strata:
    """Lay the panel out in the current tab."""
    return Strata(
        plot("strata", "Strata: short-term memory by text, over time", "clamp(300px, 54vh - 120px, 460px)"),
        plot("flow", "Flow: where the memory tokens of every text are", "clamp(280px, 48vh - 110px, 420px)"),
    )


def show(panel: Strata, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.strata, TAB, figures.strata)
    views.figure(panel.flow, TAB, figures.flow)
