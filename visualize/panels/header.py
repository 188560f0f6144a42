"""Header: the name, one sentence, and which model this is and what it can know."""

from __future__ import annotations

import json

from core.trace import ModelInfo
from visualize.panels.desk import About
from visualize.panels.parts import Part, part
from visualize.panels.views import Views

SENTENCE = "Type something in, watch where it goes, ask about it, see which memory tokens answered, and watch it fade."
WORLD = (
    "Not a general language model: it was trained on short English facts about people, places and things (who likes, "
    "owns, lives in, works as, met, gave …), with real and made-up names. It knows only what you tell it."
)
CHECKPOINT = "A released research checkpoint: what it says may be wrong."

_TEMPLATE = """
<header class="masthead">
  <div class="masthead-title">
    <h1>Palimpsest</h1>
    <p class="masthead-sentence">${sentence}</p>
  </div>
  <p class="masthead-model"></p>
  <p class="masthead-world"></p>
  <div class="masthead-tools">
    <button class="show-models quiet-button" type="button">Models</button>
    <button class="show-lesson quiet-button" type="button">Lesson</button>
    <button class="show-keys quiet-button" type="button">Keys</button>
    <button class="scheme quiet-button" type="button" aria-label="Switch between light and dark">Dark</button>
  </div>
</header>
"""


def build() -> Part:
    """Lay the header out. The sentence is our own words; what is said of the model travels as data."""
    return part("header.js", _TEMPLATE.replace("${sentence}", SENTENCE), elem_id="masthead")


def show(panel: Part, views: Views) -> None:
    """What the header says of the model that the page works on."""
    about = views.desk.about
    views.add(panel, lambda session, _: said(about(session), session.trace.model))


def said(about: About, model: ModelInfo) -> str:
    """The value of the header."""
    return json.dumps({"facts": facts(about, model), "world": WORLD if about.embedded else CHECKPOINT})


def facts(about: About, model: ModelInfo) -> str:
    """The line of facts: model, device, attention, sizes."""
    long_term = (
        f"R {model.retrieved:,} read from long-term memory for a question" if model.retrieved else "no long-term memory"
    )
    return " · ".join(
        (
            f"{about.name} ({'M+' if model.retrieved else 'MemoryLLM'})",
            f"{about.device}, {about.dtype}",
            f"attention {about.backend}",
            f"{model.num_layers} layers",
            f"in each: N {model.pool_size:,} short-term tokens",
            f"K {model.num_tokens:,} written per chunk of text",
            long_term,
        )
    )
