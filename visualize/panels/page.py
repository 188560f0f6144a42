"""The whole page: header, Tell, Ask and the told list on the left, the views of the memory on the right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from visualize.panels import (
    ask,
    assets,
    compare,
    downloads,
    endpoints,
    evidence,
    experiment,
    export,
    focus,
    forgetting,
    header,
    keys,
    lesson,
    long_term,
    map,
    models,
    scrubber,
    session_bar,
    space,
    strata,
    tell,
    told,
)
from visualize.panels.choice import Choice, picked
from visualize.panels.desk import ENGINE, Desk
from visualize.panels.parts import part, say
from visualize.panels.views import Views
from visualize.panels.wiring import QUIET, Wiring, key_of

WAITING = 32
"""Requests that may wait for their turn."""
OPENED = "Opened from the link: the session is as it was when the link was made."
LARGEST_UPLOAD, LARGEST_UPLOAD_8B = "2gb", "16gb"
"""A saved session holds its whole pool and long-term memory: some GiB of an 8B model."""
TIDY = (3600, 86400)
"""Seconds after which files that were saved or loaded are looked for, and their age when they are deleted."""

TABS: dict[str, tuple[str, Any]] = {
    map.TAB: ("Memory map", map),
    strata.TAB: ("Strata", strata),
    forgetting.TAB: ("Forgetting", forgetting),
    long_term.TAB: ("Long-term", long_term),
    evidence.TAB: ("Evidence", evidence),
    space.TAB: ("Token space", space),
    compare.TAB: ("Compare", compare),
    experiment.TAB: ("Experiment", experiment),
}
"""The views of the memory, in their order: name and the module that builds, shows and, if it can be used, binds it."""


def shows(tab: str, choice: Choice, _: Any) -> Choice:
    """The choice after a tab was opened."""
    return choice._replace(tab=tab)


def clicked(choice: Choice, event: Any) -> Choice:
    """The choice after a click in a plot."""
    return picked(choice, {"context": event.context, "layer": event.layer, "serial": event.serial})


def build(desk: Desk) -> gr.Blocks:
    """The page over a desk.

    Raises:
        AssetError: a style, a script or plotly.js is missing.
    """
    assets.check()
    gr.set_static_paths(list(assets.SERVED))
    with gr.Blocks(title="Palimpsest", analytics_enabled=False, fill_width=True, delete_cache=TIDY) as page:
        with gr.Row(elem_id="top"):
            masthead = header.build()
            bar = session_bar.build()
            kept = downloads.build()
        picker = models.build()
        steps = lesson.build()
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", scale=0, min_width=320):
                telling = tell.build()
                asking = ask.build()
                list_of_told = told.build()
            with gr.Column(elem_id="right", scale=1, min_width=320):
                time = scrubber.build()
                chosen = focus.build()
                opened, panels = {}, {}
                with gr.Tabs(elem_id="views"):
                    for name, (title, module) in TABS.items():
                        with gr.Tab(title) as opened[name]:
                            panels[name] = module.build()
        notice = part("notice.js", '<div class="notice" role="status" hidden></div>', elem_id="notice")
        keys.build()

        views = Views(desk)
        header.show(masthead, views)
        models.show(picker, views)
        lesson.show(steps, views)
        scrubber.show(time, views)
        focus.show(chosen, views)
        ask.show(asking, views)
        told.show(list_of_told, views)
        session_bar.show(bar, views)
        for name, (_, module) in TABS.items():
            module.show(panels[name], views)

        wiring = Wiring(desk, views, notice)  # from here on the views are complete
        models.bind(picker, wiring)
        lesson.bind(steps, wiring)
        scrubber.bind(time, wiring)
        focus.bind(chosen, wiring)
        tell.bind(telling, wiring, asking.question)
        ask.bind(asking, wiring)
        told.bind(list_of_told, wiring)
        session_bar.bind(bar, wiring, kept)
        downloads.plots(kept, wiring)
        for name, (_, module) in TABS.items():
            if hasattr(module, "bind"):
                module.bind(panels[name], wiring)
            wiring.looks(opened[name].select, partial(shows, name), tab_only=True)
        for plot in views.plots:
            wiring.looks(plot.component.pick, clicked)

        def opening(request: gr.Request) -> Iterator[dict[Any, Any]]:
            key = key_of(request)
            address = request.query_params if request.request else {}
            step = lesson.linked(address.get(lesson.PARAMETER))
            choice = views.looking.get(key)
            yield views.render(key, desk.session(key), choice if step is None else choice._replace(lesson=step))
            link = address.get(export.PARAMETER)
            if not link:
                return

            def replay() -> Iterator[dict[Any, Any]]:
                yield {notice: say("Opening the session in the link: everything in it is done again …", "waiting")}
                session = desk.links.open(link)
                desk.store.put(key, session)
                yield {**views.render(key, session, views.looking.get(key)), notice: say(OPENED, "good")}

            yield from wiring.in_turn(replay)

        def closing(request: gr.Request) -> None:
            # not dropped: a broken connection looks like a closed page, and the page goes on with the same key
            desk.store.leave(key_of(request))

        page.load(opening, None, [*views.outputs, notice], **QUIET, **ENGINE)
        page.unload(closing)
        endpoints.build(desk)
    page.queue(max_size=WAITING, default_concurrency_limit=4)
    return page
