"""Evidence: where the answer's attention went."""

from __future__ import annotations

from visualize import figures
from visualize.panels.parts import Part
from visualize.panels.plot import plot
from visualize.panels.views import Views

TAB = "evidence"


def build() -> Part:
    """Lay the panel out in the current tab."""
    return plot("attention-mass", "Attention of each answer token by source", "clamp(420px, 100vh - 316px, 720px)")


def show(panel: Part, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel, TAB, figures.attention_mass)
