"""Files for the browser to keep: made in a fresh folder, handed over by one hidden button, without leaving the page."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import InputError
from visualize.export import to_csv, to_html
from visualize.panels.choice import Choice
from visualize.panels.desk import message_of
from visualize.panels.parts import say
from visualize.panels.views import Plot
from visualize.panels.wiring import QUIET, Values, Wiring, key_of

KEPT = "Saved: the browser keeps the file with its downloads."
PREFIX, LONG = "palimpsest-file-", 3600.0
"""Folders of files on their way to the browser, and the seconds after which they are surely there."""
PRESS = "() => setTimeout(() => document.querySelector('#download')?.click(), 150)"


@dataclass(frozen=True)
class Kept:
    """Where files for the browser pass through."""

    file: Any


def fresh_folder() -> Path:
    """A folder for one file; those of files that the browser has long had are removed."""
    there = Path(tempfile.gettempdir())
    for folder in there.glob(f"{PREFIX}*"):
        try:
            old = time.time() - folder.stat().st_mtime > LONG
        except OSError:  # somebody else removed it
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def build() -> Kept:
    """The hidden button, in the current row."""
    return Kept(gr.DownloadButton("Download", elem_id="download", elem_classes="unseen"))


def keeps(kept: Kept, trigger: Any, wiring: Wiring, make: Callable[..., Path], takes_event: bool = False) -> None:
    """On an event, write a file with `make(session, choice, folder, event)` and let the browser keep it."""
    desk, notice = wiring.desk, wiring.notice

    def run(key: str, *event: Any) -> Values:
        folder = fresh_folder()
        try:
            path = make(desk.session(key), wiring.views.looking.get(key), folder, *event)
            return {kept.file: str(path), notice: say(KEPT, "good")}
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            return {kept.file: None, notice: say(message_of(error), "bad")}

    def handle(request: gr.Request) -> Values:
        return run(key_of(request))

    def handle_event(request: gr.Request, event: gr.EventData) -> Values:
        return run(key_of(request), event)

    made = trigger(handle_event if takes_event else handle, None, [kept.file, notice], concurrency_limit=2, **QUIET)
    made.success(None, None, None, js=PRESS, **QUIET)


def plots(kept: Kept, wiring: Wiring) -> None:
    """Every plot can be kept as a page or as a table."""
    for plot in wiring.views.plots:
        keeps(kept, plot.component.save, wiring, _of(plot), takes_event=True)


def _of(plot: Plot) -> Callable[..., Path]:
    def make(session: Any, choice: Choice, folder: Path, event: Any) -> Path:
        form = str(event.format)
        if form not in ("html", "csv"):
            raise InputError("This plot could not be made into a picture here: try SVG, or save it as HTML.")
        figure = plot.figure(session, choice)
        path = folder / f"palimpsest-{plot.component.elem_id}.{form}"
        path.write_text(to_html(figure) if form == "html" else to_csv(figure), encoding="utf-8")
        return path

    return make
