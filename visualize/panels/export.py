"""Export: the session as a report, as data for other programs, or as a link that does everything in it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import InputError
from visualize.panels import compare, evidence
from visualize.panels.choice import Choice
from visualize.panels.desk import Desk, message_of
from visualize.panels.downloads import Kept, keeps
from visualize.panels.parts import Part, anew, part, say
from visualize.panels.wiring import QUIET, Values, Wiring, key_of
from visualize.report import report

if TYPE_CHECKING:
    from core.session import Session

FORMS: tuple[tuple[str, str, str], ...] = (
    ("report", "Report", "a page with every figure, to read and print"),
    ("json", "Trace, JSON", "everything that was recorded, in one file"),
    ("parquet", "Trace, Parquet", "tables for pandas, R, DuckDB, zipped"),
    ("link", "Link", "opens the page and does everything again"),
)
"""Name in the script, name on the button, what it is."""

_TEMPLATE = """
<div class="export">
  <button type="button" class="export-open" aria-haspopup="dialog">Export</button>
  <dialog class="sheet export-sheet" aria-labelledby="export-title">
    <h2 id="export-title" class="panel-title">Export this session</h2>
    <ul>{forms}</ul>
    <div class="export-link" hidden>
      <input class="export-address" type="text" readonly aria-label="Link to this session">
      <button type="button" class="export-copy">Copy</button>
      <p>Whoever has the link can read the texts in it.</p>
    </div>
    <button type="button" class="export-close quiet-button">Close</button>
  </dialog>
</div>
"""
PARAMETER = "session"
"""In the page's address: the link."""


def build() -> Part:
    """Lay the button out in the current row."""
    forms = "".join(
        f'<li><button type="button" data-form="{form}">{name}</button> <span>{what}</span></li>'
        for form, name, what in FORMS
    )
    return part("export.js", _TEMPLATE.format(forms=forms), elem_id="export")


def bind(panel: Part, wiring: Wiring, kept: Kept) -> None:
    """Connect it."""
    desk = wiring.desk
    keeps(kept, panel.save, wiring, lambda *about: written(desk, *about), takes_event=True)

    def link(request: gr.Request) -> Values:
        try:
            return {panel: anew({"link": desk.links.write(desk.session(key_of(request)))})}
        except Exception as error:
            return {panel: anew({"link": ""}), wiring.notice: say(message_of(error), "bad")}

    panel.link(link, None, [panel, wiring.notice], concurrency_limit=2, **QUIET)


def written(desk: Desk, session: Session, _: Choice, folder: Path, event: Any) -> Path:
    """The session in one of the forms, as a file in a folder."""
    form, trace = event.form, session.trace
    if form == "report":
        path = folder / "palimpsest-report.html"
        path.write_text(report(trace, findings(desk, session)), encoding="utf-8")
        return path
    if form == "json":
        path = folder / "palimpsest-trace.json"
        path.write_text(desk.tables.json(trace), encoding="utf-8")
        return path
    if form == "parquet":
        return desk.tables.parquet(trace, folder / "palimpsest-trace.zip")
    raise InputError("Choose a report, JSON, Parquet or a link.")


def findings(desk: Desk, session: Session) -> list[Any]:
    """What was found out on request about this session's questions, for the report, as far as it still holds."""
    trace = session.trace
    found = [desk.found.get(session, evidence.weighed(place), event) for place, event in enumerate(trace.questions)]
    kept = desk.found.get(session, compare.KEY, None)
    compared = kept.found if kept and not compare.outdated(kept, trace) else None
    return [one for one in (*found, compared) if one is not None]
