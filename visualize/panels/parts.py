"""Small custom components whose content is data: a value is a JSON text, and the scripts write it with textContent.

Templates are constant. Text of a person never enters a template, where it would be run as code.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Literal, TypeAlias

import gradio as gr

from visualize.panels import assets

Tone = Literal["quiet", "good", "warn", "bad", "waiting"]


Part: TypeAlias = gr.HTML
_numbers = itertools.count()


def part(scripts: str | tuple[str, ...], template: str, value: str = "", **options: Any) -> Part:
    """A component drawn by scripts in assets/style from a JSON value; its events are named in them.

    A function, since gradio writes a stub file beside every module that subclasses a component.
    """
    named = (scripts,) if isinstance(scripts, str) else scripts
    return gr.HTML(
        value=value,
        html_template=template,
        js_on_load="".join(assets.text(name) for name in ("page.js", *named)),
        apply_default_css=False,
        **options,
    )


def line(elem_id: str, said: str = "", tone: Tone = "quiet") -> Part:
    """One line of text that changes."""
    return part("line.js", '<p class="line" role="status"></p>', say(said, tone), elem_id=elem_id)


def say(text: str, tone: Tone = "quiet", share: float | None = None) -> str:
    """The value of a line or of the notice; `share` (0..1) draws a progress bar."""
    return anew({"text": text, "tone": tone, "share": share})


def anew(value: dict[str, Any]) -> str:
    """A value that is drawn even if it says what the last one said: the page ignores one that is equal."""
    return json.dumps({**value, "number": next(_numbers)})


def switch(elem_id: str, label: str, options: tuple[tuple[str, Any], ...], chosen: int = 0) -> Any:
    """A choice between few, in a quiet row; the one at place `chosen` is chosen at first."""
    return gr.Radio(
        list(options),
        value=options[chosen][1],
        show_label=False,
        label=label,
        container=False,
        elem_id=elem_id,
        elem_classes="switch",
    )
