"""A Plotly figure that is updated in place: zoom, selection and DOM node survive, a click reaches Python."""

from __future__ import annotations

from typing import Any

from plotly.graph_objects import Figure

from visualize.panels import assets
from visualize.panels.parts import Part, part

_TEMPLATE = """
<figure class="plot" style="--plot-height: {height}">
  <div class="plot-stage" role="img" aria-label="{label}"></div>
  <p class="plot-empty" hidden></p>
  <figcaption class="plot-reading"></figcaption>
</figure>
"""


def plot(elem_id: str, label: str, height: str, **options: Any) -> Part:
    """A place for a figure; `height` in CSS. Its `pick` event carries the context that was clicked, or none."""
    return part(
        "plot.js",
        _TEMPLATE.format(height=height, label=label),
        elem_id=elem_id,
        head=assets.plotly_script(),
        **options,
    )


def drawn(figure: Figure) -> str:
    """The value of a plot."""
    text = figure.to_json(validate=False)
    assert isinstance(text, str)
    return text
