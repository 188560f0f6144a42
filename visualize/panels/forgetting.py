"""Forgetting: what survives of each context beside the theory, and at which age tokens are dropped."""

from __future__ import annotations

from dataclasses import dataclass

from visualize import figures
from visualize.panels.parts import Part
from visualize.panels.plot import plot
from visualize.panels.views import Views

TAB = "forgetting"


@dataclass(frozen=True)
class Forgetting:
    """The panel's components."""

    survival: Part
    ages: Part


def build() -> Forgetting:
    """Lay the panel out in the current tab."""
    return Forgetting(
        plot("survival", "Survival of each context", "clamp(300px, 52vh - 110px, 440px)"),
        plot("drop-ages", "Ages at drop", "clamp(240px, 46vh - 150px, 360px)"),
    )


def show(panel: Forgetting, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.survival, TAB, figures.survival)
    views.figure(panel.ages, TAB, figures.drop_ages)
