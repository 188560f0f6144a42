"""Token space: memory tokens of a layer as points. PCA at once, UMAP on request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from plotly.graph_objects import Figure

from core.errors import PalimpsestError
from core.trace import Trace
from visualize import figures, palette
from visualize.figures.frame import empty
from visualize.panels import long_work
from visualize.panels.choice import Choice, picked, seen, whole
from visualize.panels.desk import Desk, message_of
from visualize.panels.found import state_of
from visualize.panels.parts import Part, part, say, switch
from visualize.panels.plot import plot
from visualize.panels.views import Views
from visualize.panels.wiring import QUIET, Values, Wiring, key_of

if TYPE_CHECKING:
    from core.session import Session

TAB = "space"
METHODS = (("PCA", "pca"), ("UMAP", "umap"))
DIMENSIONS = (("2-D", 2), ("3-D", 3))
COLOURS = (("source", "source"), ("age", "age"), ("memory", "place"))
NONE = "Draw a loop around points in the plane: the texts that they come from are listed here."
LOOP = "loop"
MOST = 60
"""Texts listed of a loop."""


@dataclass(frozen=True)
class Space:
    """The panel's components."""

    method: Any
    dimensions: Any
    colour_by: Any
    umap: long_work.LongWork
    plot: Part
    inside: Part


def build() -> Space:
    """Lay the panel out in the current tab."""
    with gr.Row(elem_classes="switches"):
        method = switch("space-method", "Method", METHODS)
        dimensions = switch("space-dimensions", "Dimensions", DIMENSIONS)
        colour_by = switch("space-colours", "Colour by", COLOURS)
    with gr.Row(elem_classes="work-row", elem_id="umap-row"):
        umap = long_work.build("Compute UMAP", "umap", "UMAP takes some seconds for each layer and step.")
    drawn = plot("token-space", "Memory tokens of one layer as points", "clamp(380px, 100vh - 372px, 680px)")
    inside = part("rows.js", '<h3 class="part-title">Inside the loop</h3><ul class="rows"></ul>', elem_id="inside")
    return Space(method, dimensions, colour_by, umap, drawn, inside)


def show(panel: Space, views: Views) -> None:
    """What the panel shows of the session."""
    views.plot(panel.plot, TAB, lambda session, choice: space(views.desk, session, choice))
    views.add(panel.inside, lambda session, _: looped(views.desk, session), TAB)


def layer_of(trace: Trace, choice: Choice) -> int:
    """The layer that is laid out: the chosen one, else that of the pinned token, else the last."""
    if choice.layer is not None:
        return int(choice.layer)
    return int(choice.token[0]) if choice.token is not None else trace.model.num_layers - 1


def space(desk: Desk, session: Session, choice: Choice) -> Figure:
    """The layer's tokens, laid out; UMAP only where it was computed."""
    trace, layer = session.trace, layer_of(session.trace, choice)
    key, state = ("space", choice.method, layer), state_of(trace, choice.step)
    try:
        if choice.method == "umap":
            found = desk.found.get(session, key, state)
            if found is None:
                remedy = f"Press “Compute UMAP”: the memory tokens of layer {layer} are then laid out at this step."
                return empty("token-space", "Which memory tokens are alike", "", remedy)
        else:
            found = desk.found.once(
                session, key, state, lambda: desk.analyses.space(session, layer, "pca", step=choice.step)
            )
    except PalimpsestError as error:
        return empty("token-space", "Which memory tokens are alike", "", str(error))
    figure = seen(figures.token_space, trace, choice, found=found, colour_by=choice.space_by, step=None)
    if choice.dimensions == 2:
        figure.update_layout(dragmode="lasso")
    return figure


def bind(panel: Space, wiring: Wiring) -> None:
    """Connect the panel."""
    desk = wiring.desk
    wiring.switches(panel.method, "method", METHODS)
    wiring.switches(panel.dimensions, "dimensions", DIMENSIONS)
    wiring.switches(panel.colour_by, "space_by", COLOURS)

    def compute(session: Session, choice: Choice) -> long_work.Job:
        layer, state = layer_of(session.trace, choice), state_of(session.trace, choice.step)

        def work(progress: Any, cancelled: Any) -> Any:
            how = {"step": choice.step, "progress": progress, "cancelled": cancelled}
            return desk.analyses.space(session, layer, "umap", **how)

        def keep(found: Any) -> str:
            desk.found.put(session, ("space", "umap", layer), state, found)
            return f"UMAP of layer {layer} is there: choose it above." if choice.method != "umap" else ""

        return long_work.Job(work, keep)

    long_work.bind(panel.umap, wiring, compute, in_turn=False)

    def lasso(request: gr.Request, event: gr.EventData) -> Values:
        try:
            session = desk.session(key_of(request))
            desk.found.put(session, LOOP, state_of(session.trace), (event.contexts, event.points))
            return {panel.inside: looped(desk, session)}
        except Exception as error:
            return {wiring.notice: say(message_of(error), "bad")}

    panel.plot.lasso(lasso, None, [panel.inside, wiring.notice], concurrency_limit=None, **QUIET)
    wiring.looks(panel.inside.pick, lambda choice, event: picked(choice, {"context": event.context}))


def looped(desk: Desk, session: Session) -> str:
    """The value of the list: the texts inside the last loop, until the memory changes."""
    return inside(session.trace, *(desk.found.get(session, LOOP, state_of(session.trace)) or ((), {})))


def inside(trace: Trace, contexts: Any, points: Any) -> str:
    """The value of the list of texts inside the loop; `points` counts points by context, as text keys."""
    counts = {int(k): whole(v) or 0 for k, v in points.items()} if isinstance(points, dict) else {}
    chosen: Sequence[Any] = contexts if isinstance(contexts, list) else ()
    known = [c for c in (whole(one) for one in chosen) if c is not None and c < len(trace.contexts)]
    names = palette.names(trace)
    rows = [
        {
            "context": c,
            "name": names[c],
            "colour": palette.colour(trace, c),
            "text": trace.contexts[c].text[:200],
            "note": f"{counts.get(c, 0):,} tokens",
        }
        for c in sorted(known, key=lambda c: -counts.get(c, 0))[:MOST]
    ]
    before = counts.get(-1, 0)
    none = f"Only memory from before the session: {before:,} tokens." if before else NONE
    return json.dumps({"rows": rows, "none": none})
