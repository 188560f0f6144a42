"""Forgetting: what survives of each context beside the theory, at which age tokens are dropped, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

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
    fit: Part


def build() -> Forgetting:
    """Lay the panel out in the current tab."""
    half = "clamp(250px, 42vh - 90px, 360px)"
    survival = plot("survival", "Survival of each context", "clamp(300px, 52vh - 110px, 440px)")
    with gr.Row(elem_classes="pair"):
        ages = plot("drop-ages", "Ages at drop", half)
        fit = plot("drop-fit", "Whether dropping is random, by layer", half)
    return Forgetting(survival, ages, fit)


def show(panel: Forgetting, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.survival, TAB, figures.survival)
    views.figure(panel.ages, TAB, figures.drop_ages)
    views.figure(panel.fit, TAB, figures.drop_fit)
