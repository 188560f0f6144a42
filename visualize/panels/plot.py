"""A Plotly figure that is updated in place: zoom, selection and DOM node survive, a click reaches Python.

Every plot can fill the screen and be saved: as a picture by the browser, as a page or a table by the server.
"""

from __future__ import annotations

from typing import Any

from plotly.graph_objects import Figure

from visualize.panels import assets
from visualize.panels.parts import Part, part

_TEMPLATE = """
<figure class="plot" style="--plot-height: {height}" data-name="{name}">
  <div class="plot-stage" role="img" aria-label="{label}"></div>
  <div class="plot-foot">
    <figcaption class="plot-reading"></figcaption>
    <div class="plot-menu" role="group" aria-label="{label}: larger, save">
      <button type="button" class="plot-whole">Full screen</button>
      <button type="button" class="plot-save" aria-expanded="false">Save</button>
      <span class="plot-formats" hidden>
        <button type="button" data-format="png" title="A picture, twice the size on the screen">PNG</button>
        <button type="button" data-format="svg" title="A drawing that stays sharp">SVG</button>
        <button type="button" data-format="html" title="A page of its own that can be zoomed">HTML</button>
        <button type="button" data-format="csv" title="The numbers that are drawn">CSV</button>
      </span>
    </div>
  </div>
</figure>
"""


def plot(elem_id: str, label: str, height: str, **options: Any) -> Part:
    """A place for a figure; `height` in CSS, `label` our own words.

    Its `pick` event carries the context, layer and serial that were clicked, as far as there are such; its `save`
    event a format that the server writes.
    """
    return part(
        ("plot_menu.js", "plot.js"),
        _TEMPLATE.format(height=height, label=label, name=elem_id),
        elem_id=elem_id,
        head=assets.plotly_script(),
        **options,
    )


def drawn(figure: Figure) -> str:
    """The value of a plot."""
    text = figure.to_json(validate=False)
    assert isinstance(text, str)
    return text
