"""The whole page: header, Tell, Ask and the told list on the left, the views of the memory on the right."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from visualize.panels import (
    ask,
    assets,
    endpoints,
    evidence,
    forgetting,
    header,
    map,
    retriever,
    session_bar,
    tell,
    told,
)
from visualize.panels.desk import Desk
from visualize.panels.parts import part
from visualize.panels.views import Choice, Views
from visualize.panels.wiring import QUIET, Wiring, key_of

WAITING = 32
"""Requests that may wait for their turn."""
LARGEST_UPLOAD = "2gb"
"""A saved session of an 8B model holds its whole pool."""


def shows(tab: str, choice: Choice, _: Any) -> Choice:
    """The choice after a tab was opened."""
    return choice._replace(tab=tab)


def build(desk: Desk) -> gr.Blocks:
    """The page over a desk.

    Raises:
        AssetError: a style, a script or plotly.js is missing.
    """
    assets.check()
    gr.set_static_paths(list(assets.SERVED))
    model = desk.session("nobody").trace.model
    desk.store.drop("nobody")
    with gr.Blocks(title="Palimpsest", analytics_enabled=False, fill_width=True) as page:
        start = Choice()
        tab, selected, question = gr.State(start.tab), gr.State(start.selected), gr.State(start.question)
        with gr.Row(elem_id="top"):
            header.build(desk.about, model)
            bar = session_bar.build()
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", scale=0, min_width=320):
                telling = tell.build()
                asking = ask.build()
                list_of_told = told.build()
            with gr.Column(elem_id="right", scale=1, min_width=320):
                notice = part("notice.js", '<div class="notice" role="status" hidden></div>', elem_id="notice")
                with gr.Tabs(elem_id="views"):
                    with gr.Tab("Memory map") as map_tab:
                        mapped = map.build()
                    with gr.Tab("Forgetting") as forgetting_tab:
                        forgot = forgetting.build()
                    with gr.Tab("Retriever") as retriever_tab:
                        retrieved = retriever.build()
                    with gr.Tab("Evidence") as evidence_tab:
                        evident = evidence.build()

        views = Views(Choice(tab, selected, mapped.colour_by, question))
        ask.show(asking, views)
        told.show(list_of_told, views)
        map.show(mapped, views)
        forgetting.show(forgot, views)
        retriever.show(retrieved, views)
        evidence.show(evident, views)
        session_bar.show(bar, views)

        wiring = Wiring(desk, views, notice)  # from here on the views are complete
        tell.bind(telling, wiring, asking.question)
        ask.bind(asking, wiring)
        told.bind(list_of_told, wiring)
        map.bind(mapped, wiring)
        session_bar.bind(bar, wiring)
        for plot in views.plots:
            wiring.looks(plot.pick, lambda choice, event: told.picked(choice, event.context))

        tabs = {
            map.TAB: map_tab,
            forgetting.TAB: forgetting_tab,
            retriever.TAB: retriever_tab,
            evidence.TAB: evidence_tab,
        }
        for name, opened in tabs.items():
            wiring.looks(opened.select, partial(shows, name), tab_only=True)

        def opening(request: gr.Request, *choice: Any) -> dict[Any, Any]:
            return views.render(desk.session(key_of(request)), Choice(*choice))

        def closing(request: gr.Request) -> None:
            desk.store.drop(key_of(request))

        page.load(opening, list(views.choice), views.outputs, **QUIET)
        page.unload(closing)
        endpoints.build(desk)
    page.queue(max_size=WAITING, default_concurrency_limit=4)
    return page
