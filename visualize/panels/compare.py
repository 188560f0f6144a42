"""Compare: the same texts and question under other kinds of memory, side by side, on request."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from plotly.graph_objects import Figure

from core.errors import InputError
from visualize import figures
from visualize.panels import long_work
from visualize.panels.choice import Choice, question_shown
from visualize.panels.desk import Desk
from visualize.panels.found import state_of
from visualize.panels.parts import Part, part
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

if TYPE_CHECKING:
    from core.findings import Comparison
    from core.session import Session
    from core.trace import Trace

TAB = "compare"
KEY = "comparison"
SAID = "The texts of this session are told again to each kind of memory."


class Kept(NamedTuple):
    """A comparison and the memory that it was made with."""

    found: Comparison
    step: int
    state: Any  # see `state_of`


@dataclass(frozen=True)
class Compare:
    """The panel's components."""

    question: Any
    work: long_work.LongWork
    runs: Part
    plot: Part


def build() -> Compare:
    """Lay the panel out in the current tab."""
    with gr.Row(elem_classes="work-row"):
        question = gr.Textbox(
            label="Question to compare",
            show_label=False,
            placeholder="The question; empty: the one that is looked at",
            lines=1,
            container=False,
            elem_id="compare-text",
        )
        work = long_work.build("Compare", "compare", SAID)
    runs = part("runs.js", '<ol class="runs" aria-label="Answers side by side"></ol>', elem_id="runs")
    return Compare(question, work, runs, plot("comparison", "Kinds of memory compared", "clamp(280px, 44vh, 420px)"))


def show(panel: Compare, views: Views) -> None:
    """What the panel shows."""
    views.add(panel.runs, lambda session, _: side_by_side(views.desk, session), TAB)
    views.plot(panel.plot, TAB, lambda session, _: drawn(views.desk, session))


def side_by_side(desk: Desk, session: Session) -> str:
    """The value of the answers side by side."""
    kept = desk.found.get(session, KEY, None)
    if kept is None:
        return json.dumps({"question": "", "note": "", "runs": []})
    return json.dumps(
        {
            "question": kept.found.question,
            "note": outdated(kept, session.trace),
            "runs": [
                {
                    "name": run.name,
                    "answer": run.answer,
                    "ran": not math.isnan(run.first_token),
                    "note": run.note,
                    "numbers": numbers(run),
                }
                for run in kept.found.runs
            ],
        }
    )


def outdated(kept: Kept, trace: Trace) -> str:
    """What to say of a comparison made with another memory than today's; nothing of one that still holds."""
    if kept.state is state_of(trace):
        return ""
    if kept.step == trace.step:
        return "Compared before the memory changed: other texts were in it."
    return f"Compared after step {kept.step:,}; the session is at {trace.step:,} now."


def numbers(run: Any) -> str:
    """A run's numbers in words."""
    if math.isnan(run.first_token):
        return ""
    parts = [f"first token after {run.first_token:.2f} s", f"{run.prompt_tokens:,} prompt tokens"]
    if not math.isnan(run.probability):
        parts.insert(0, f"probability {100 * run.probability:.0f} %")
    return " · ".join(parts)


def drawn(desk: Desk, session: Session) -> Figure:
    """The comparison as a figure."""
    kept = desk.found.get(session, KEY, None)
    return figures.comparison(session.trace, kept.found if kept else None)


def bind(panel: Compare, wiring: Wiring) -> None:
    """Connect the panel."""
    desk = wiring.desk

    def begin(session: Session, choice: Choice, text: str, *settings: Any) -> long_work.Job:
        event = question_shown(session.trace, choice)
        question = (text or "").strip() or (event.question if event else "")
        if not question:
            raise InputError("Type a question to compare, or ask one first.")
        trace = session.trace

        def keep(found: Any) -> str:
            desk.found.put(session, KEY, None, Kept(found, trace.step, state_of(trace)))
            return f"Compared {len(found.runs)} kinds of memory."

        def work(progress: Any, cancelled: Any) -> Any:
            return desk.analyses.compare(session, question, progress=progress, cancelled=cancelled)

        return long_work.Job(work, keep)

    long_work.bind(panel.work, wiring, begin, [panel.question])
