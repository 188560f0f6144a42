"""Experiment: how long facts last in this model's memory, measured live on fresh memories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import InputError
from visualize import figures
from visualize.panels import long_work
from visualize.panels.choice import Choice
from visualize.panels.desk import Desk
from visualize.panels.parts import Part, switch
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import Wiring

if TYPE_CHECKING:
    from core.findings import Retention
    from core.session import Session

TAB = "experiment"
KEY = "retention"
SAID = "Fresh memories: this session stays as it is."
FACTS, SEED = 20, 0
FAR = (("up to 8 contexts later", 8), ("32", 32), ("128", 128))


@dataclass(frozen=True)
class Experiment:
    """The panel's components."""

    facts: Any
    seed: Any
    far: Any
    work: long_work.LongWork
    retention: Part
    papers: Part


def build() -> Experiment:
    """Lay the panel out in the current tab."""
    with gr.Row(elem_classes="switches"):
        facts = _number("Facts", FACTS, "experiment-facts")
        seed = _number("Seed", SEED, "experiment-seed")
        far = switch("experiment-far", "Asked for", FAR, chosen=1)
    with gr.Row(elem_classes="work-row"):
        work = long_work.build("Run", "experiment", SAID)
    retention = plot("retention", "Right answers by contexts told since", "clamp(300px, 52vh - 110px, 460px)")
    papers = plot("papers", "The experiment beside published curves", "clamp(280px, 46vh - 90px, 420px)")
    return Experiment(facts, seed, far, work, retention, papers)


def _number(label: str, value: int, elem_id: str) -> Any:
    return gr.Number(value=value, precision=0, minimum=0, label=label, elem_id=elem_id, elem_classes="inline-number")


def show(panel: Experiment, views: Views) -> None:
    """What the panel shows."""
    views.plot(panel.retention, TAB, lambda session, _: figures.retention(latest(views.desk, session)))
    views.plot(panel.papers, TAB, lambda session, _: figures.papers(latest(views.desk, session)))


def latest(desk: Desk, session: Session) -> Retention | None:
    """The session's last experiment, as far as it went, if it was made with the model that the session is on."""
    found: Retention | None = desk.found.get(session, KEY, session.model)
    return found


def bind(panel: Experiment, wiring: Wiring) -> None:
    """Connect the panel."""
    desk = wiring.desk

    def begin(session: Session, choice: Choice, facts: float | None, seed: float | None, far: float) -> long_work.Job:
        if facts is None or seed is None:
            raise InputError("Facts or seed is empty: give two whole numbers.")

        def keep(found: Any) -> str:
            desk.found.put(session, KEY, session.model, found)
            return f"Told {found.samples:,} facts and asked for each at {len(found.distances)} distances."

        def work(progress: Any, cancelled: Any) -> Any:
            numbers = int(facts), int(far), int(seed)
            return _in_turns(
                desk, desk.analyses.retention(session.model, *numbers, progress=progress, cancelled=cancelled)
            )

        return long_work.Job(work, keep)

    long_work.bind(panel.work, wiring, begin, [panel.facts, panel.seed, panel.far], in_turn=False)


def _in_turns(desk: Desk, found: Iterator[Retention]) -> Iterator[Retention]:
    """A fact at a time, each in a turn of its own: others do not wait for the end of the experiment."""
    while True:
        with desk.working():
            one = next(found, None)
        if one is None:
            return
        yield one
