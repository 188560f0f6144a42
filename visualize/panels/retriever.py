"""Retriever: which contexts each layer read back from long-term memory, and how large and old that memory is."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from visualize import figures
from visualize.panels.parts import Part
from visualize.panels.plot import plot
from visualize.panels.views import Views

TAB = "retriever"


@dataclass(frozen=True)
class Retriever:
    """The panel's components."""

    hits: Part
    size: Part
    ages: Part


def build() -> Retriever:
    """Lay the panel out in the current tab."""
    hits = plot("retriever-hits", "Retriever hits by layer and context", "clamp(300px, 52vh - 110px, 440px)")
    with gr.Row(elem_classes="pair"):
        size = plot("long-term-size", "Size of the long-term memory", "clamp(240px, 46vh - 150px, 360px)")
        ages = plot("long-term-ages", "Ages in the long-term memory", "clamp(240px, 46vh - 150px, 360px)")
    return Retriever(hits, size, ages)


def show(panel: Retriever, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.hits, TAB, figures.retriever_hits)
    views.figure(panel.size, TAB, figures.long_term_size)
    views.figure(panel.ages, TAB, figures.long_term_ages)
