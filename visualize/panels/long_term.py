"""Long-term memory: what each layer read back for a question, how well, and how large and old that memory is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from plotly.graph_objects import Figure

from visualize import figures
from visualize.panels.choice import Choice, seen
from visualize.panels.parts import Part, switch
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

TAB = "long-term"
MEASURES = (("counts", "count"), ("lift over chance", "lift"))


@dataclass(frozen=True)
class LongTerm:
    """The panel's components."""

    measure: Any
    hits: Part
    scores: Part
    read_ages: Part
    quality: Part
    overlap: Part
    size: Part
    ages: Part


def build() -> LongTerm:
    """Lay the panel out in the current tab."""
    half = "clamp(250px, 40vh - 90px, 360px)"
    measure = switch("measure", "Show hits as", MEASURES)
    hits = plot("retriever-hits", "Retriever hits by layer and context", "clamp(300px, 52vh - 110px, 440px)")
    with gr.Row(elem_classes="pair"):
        quality = plot("precision-recall", "Precision and recall of the retriever by layer", half)
        scores = plot("score-distributions", "Retriever scores, selected and rejected", half)
    with gr.Row(elem_classes="pair"):
        read_ages = plot("hit-ages", "Ages of what was retrieved", half)
        overlap = plot("hit-overlap", "Overlap of what the layers retrieved", half)
    with gr.Row(elem_classes="pair"):
        size = plot("long-term-size", "Size of the long-term memory", half)
        ages = plot("long-term-ages", "Ages in the long-term memory", half)
    return LongTerm(measure, hits, scores, read_ages, quality, overlap, size, ages)


def show(panel: LongTerm, views: Views) -> None:
    """What the panel shows of the session."""
    views.figure(panel.hits, TAB, figures.retriever_hits)
    views.figure(panel.scores, TAB, figures.score_distributions)
    views.figure(panel.read_ages, TAB, figures.hit_ages)
    views.plot(panel.quality, TAB, quality)
    views.figure(panel.overlap, TAB, figures.hit_overlap)
    views.figure(panel.size, TAB, figures.long_term_size)
    views.figure(panel.ages, TAB, figures.long_term_ages)


def quality(session: Any, choice: Choice) -> Figure:
    """Precision and recall; the selected text is taken for the one that holds the answer."""
    right = () if choice.selected is None else (choice.selected,)
    return seen(figures.precision_recall, session.trace, choice, relevant=right)


def bind(panel: LongTerm, wiring: Wiring) -> None:
    """Connect the panel."""
    wiring.switches(panel.measure, "measure", MEASURES)
