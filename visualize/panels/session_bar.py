"""The session: undo, redo, start over, save to a file, go on from one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import SnapshotError
from visualize.panels import export
from visualize.panels.choice import NOTHING
from visualize.panels.desk import Desk
from visualize.panels.downloads import Kept, fresh_folder, keeps
from visualize.panels.parts import Part
from visualize.panels.views import Views, usable
from visualize.panels.wiring import Done, Wiring

if TYPE_CHECKING:
    from core.session import Session

SUFFIX = ".palimpsest"


@dataclass(frozen=True)
class SessionBar:
    """The panel's components."""

    undo: Any
    redo: Any
    reset: Any
    save: Any
    load: Any
    export: Part


def build() -> SessionBar:
    """Lay the bar out in the current row."""
    with gr.Row(elem_id="session-bar"):
        undo = gr.Button("Undo", size="sm", interactive=False, elem_id="undo-button")
        redo = gr.Button("Redo", size="sm", interactive=False, elem_id="redo-button")
        reset = gr.Button("Reset", size="sm", elem_id="reset-button")
        save = gr.Button("Save", size="sm", elem_id="save-button")
        load = gr.UploadButton("Load", size="sm", file_count="single", elem_id="load-button")
        exports = export.build()
    return SessionBar(undo, redo, reset, save, load, exports)


def show(panel: SessionBar, views: Views) -> None:
    """Which buttons can be pressed."""
    views.add(panel.undo, lambda session, _: usable(session.can_undo))
    views.add(panel.redo, lambda session, _: usable(session.can_redo))


def bind(panel: SessionBar, wiring: Wiring, kept: Kept) -> None:
    """Connect the bar."""
    desk = wiring.desk
    wiring.computes(panel.undo.click, lambda session: Done(f"Taken back: {session.undo()}."))
    wiring.computes(panel.redo.click, lambda session: Done(f"Done again: {session.redo()}."))
    wiring.computes(panel.reset.click, reset)
    keeps(kept, panel.save.click, wiring, lambda session, _, folder: saved(session, folder))

    def load(now: Session, uploaded: str | None) -> Session:
        if not uploaded:
            raise SnapshotError("No file arrived: choose a session saved from this page.")
        return desk.restore(now, Path(uploaded))

    export.bind(panel.export, wiring, kept)
    wiring.replaces(panel.load.upload, load, "Loaded: the session goes on where it was saved.", [panel.load])


def reset(session: Session) -> Done:
    """Back to the checkpoint's own memory."""
    session.reset()
    return Done("Memory is as the model brought it. Undo takes this back.", choice=NOTHING)


def saved(session: Session, folder: Path) -> Path:
    """The session as a file in a folder."""
    path = folder / f"session{SUFFIX}"
    session.save(path)
    return path


def file_of(desk: Desk, key: str) -> Path:
    """The session as a file in a fresh temporary folder."""
    folder = fresh_folder()
    try:
        return saved(desk.session(key), folder)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
