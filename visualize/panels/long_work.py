"""Long work on a panel: a button that starts it, one that stops it, and a line that says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import CancelledError
from visualize.panels.background import Far, Pace, background
from visualize.panels.parts import Part, line, say
from visualize.panels.views import usable
from visualize.panels.wiring import QUIET, Done, Values, Wiring, key_of

if TYPE_CHECKING:
    from core.session import Session

DRAWN = 0.5
"""Seconds between two drawings of parts: a browser draws fewer a second than fast work finds, and would still be
drawing long after a stop."""


@dataclass(frozen=True)
class LongWork:
    """The components."""

    start: Any
    stop: Any
    line: Part
    said: str  # what the line says while nothing runs


@dataclass(frozen=True)
class Job:
    """What is to be done."""

    work: Callable[[Callable[[int, int], None], Callable[[], bool]], Any]  # progress, cancelled
    keep: Callable[[Any], str]  # keeps a result, or one part of several; returns a message


def build(name: str, elem_id: str, said: str) -> LongWork:
    """Lay the row's components out in the current row."""
    start = gr.Button(name, elem_id=f"{elem_id}-start", elem_classes="plain-button")
    stop = gr.Button("Stop", interactive=False, elem_id=f"{elem_id}-stop", elem_classes="plain-button")
    return LongWork(start, stop, line(f"{elem_id}-line", said), said)


def bind(
    row: LongWork,
    wiring: Wiring,
    begin: Callable[..., Job],
    inputs: Sequence[Any] = (),
    in_turn: bool = True,
) -> None:
    """Connect the row: `begin(session, choice, *inputs)` says what is to be done."""
    desk = wiring.desk
    idle: Values = {row.stop: usable(False), row.line: say(row.said)}

    def run(session: Session, key: str, *own: Any) -> Iterator[Values | Done]:
        job = begin(session, wiring.views.looking.get(key), *own)
        desk.stopping.discard(session)
        yield {row.stop: usable(True), row.line: say("Beginning …", share=0)}
        message, pace, undrawn = "Stopped.", Pace(DRAWN), False
        try:
            with closing(background(job.work, lambda: session in desk.stopping)) as reports:
                for report in reports:
                    if undrawn and pace.due():  # not at once: the last part is drawn by the end
                        undrawn = False
                        yield Done("", stays=True)
                    if isinstance(report, Far):
                        far = f"{report.done:,} of {report.total:,} …"
                        yield {row.line: say(far, "quiet", report.share)}
                    else:
                        message, undrawn = job.keep(report.value), True
        except CancelledError:
            message = "Stopped."
        except Exception:
            if undrawn:
                yield Done("", stays=True)
            raise
        desk.stopping.discard(session)
        yield Done(message, values=idle, stays=True)

    wiring.streams(row.start.click, run, inputs, [row.stop, row.line], on_error=idle, takes_key=True, in_turn=in_turn)

    def stop(request: gr.Request) -> None:
        desk.stopping.add(desk.session(key_of(request)))

    row.stop.click(stop, None, None, queue=False, **QUIET)
