"""Evidence: where the answer's attention went."""

from __future__ import annotations

from visualize import figures
from visualize.panels.plot import Plot
from visualize.panels.views import Views

TAB = "evidence"


def build() -> Plot:
    """Lay the panel out in the current tab."""
    return Plot("attention-mass", "Attention of each answer token by source", "clamp(420px, 100vh - 286px, 720px)")


def show(panel: Plot, views: Views) -> None:
    """What the panel shows of the session."""
    views.plot(panel, TAB, lambda trace, choice: figures.attention_mass(trace, question=choice.question))
