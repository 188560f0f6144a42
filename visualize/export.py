"""A figure as a file that needs nothing else: a page that opens offline, or a tidy table.

>>> Path(file_name(figure, "html")).write_text(to_html(figure), encoding="utf-8")
"""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from visualize import palette
from visualize.prepare.words import plain

Row = dict[str, Any]

# Nothing may be fetched: not by the page, not by what stands in it. plotly compiles drawing code, hence unsafe-eval.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)


def to_html(figure: go.Figure) -> str:
    """A page with this figure alone, plotly.js inside, light or dark as its reader prefers."""
    title = plain(_title(figure))
    reading = str((figure.layout.meta or {}).get("how_to_read", ""))
    body = f"<main>{plot(figure)}<p class='how'>{html.escape(reading)}</p></main>"
    return page(title, body)


def plot(figure: go.Figure, height: int = 460) -> str:
    """The place of a figure in a `page`. Figures are data: `<` cannot end the element that holds them."""
    text = figure.to_json(validate=False)
    assert isinstance(text, str)
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return (
        f'<div class="plot" style="height:{height}px"></div>'
        f'<script type="application/json" class="figure">{safe}</script>'
    )


def page(title: str, body: str) -> str:
    """A self-contained page around `body`, whose text must already be escaped."""
    themes = json.dumps({"light": vars(palette.LIGHT), "dark": vars(palette.DARK)})
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n<body>{body}\n"
        f"<script>{get_plotlyjs()}</script>\n<script>const themes = {themes};{_SCRIPT}</script></body></html>\n"
    )


def to_csv(figure: go.Figure) -> str:
    """One row per point or cell; columns are named by the axes and by what the figure says its numbers are.

    Areas that only decorate (bands under a line whose own row has the numbers) are left out. Numbers are those of the
    figure, in full.
    """
    rows = [row for trace in figure.data for row in _rows(figure, trace)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    if columns:
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def file_name(figure: go.Figure, suffix: str) -> str:
    """A name from the figure's title that every file system takes."""
    words = re.sub(r"[^a-z0-9]+", "-", plain(_title(figure)).lower()).strip("-")[:60].strip("-")
    return f"{words or 'figure'}.{re.sub(r'[^a-z0-9]', '', suffix.lower())}"


def values(data: Any) -> np.ndarray:
    """An array of a figure, whether it is kept as numbers or as plotly's typed array."""
    if isinstance(data, dict) and "bdata" in data:
        raw = data["bdata"]
        flat = np.frombuffer(base64.b64decode(raw) if isinstance(raw, str) else raw, np.dtype(data["dtype"]))
        return flat.reshape([int(n) for n in str(data["shape"]).split(",")]) if "shape" in data else flat
    return np.asarray(data)


def _title(figure: go.Figure) -> str:
    return str(figure.layout.title.text or "")


def _cell(value: Any) -> Any:
    """A number in full, a text that a spreadsheet does not take for a formula, nothing for what is not there."""
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else int(value) if float(value).is_integer() else repr(float(value))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return "'" + value
    return value


def _rows(figure: go.Figure, trace: Any) -> Iterator[Row]:
    meta = trace.meta if isinstance(trace.meta, dict) else {}
    if trace.type == "sankey":
        yield from _links(trace)
        return
    if trace.hoverinfo == "skip" and "columns" not in meta and not meta.get("ink"):
        return
    if getattr(trace, "mode", None) == "text":  # numbers written on cells that have rows of their own
        return
    names = meta.get("columns", [])
    z_name = str(meta.get("value", "value"))
    if trace.type == "heatmap":
        yield from _cells(figure, trace, names, z_name, coded=bool(meta.get("code")))
        return
    axes = _axes(figure, trace)
    points = [values(getattr(trace, letter)) for letter in axes]
    extra = values(trace.customdata) if trace.customdata is not None else None
    text = trace.text if trace.text is not None and not isinstance(trace.text, str) else None
    for place in range(min((len(array) for array in points), default=0)):
        row: Row = {"series": plain(str(trace.name or ""))}
        row.update(zip(axes.values(), (array[place] for array in points), strict=True))
        row.update(_extra(extra[place] if extra is not None else None, names))
        if text is not None:
            row["text"] = plain(str(text[place]))
        if not all(_missing(array[place]) for array in points):
            yield row


def _cells(figure: go.Figure, trace: Any, names: list[str], z_name: str, *, coded: bool) -> Iterator[Row]:
    z = values(trace.z)
    axes = _axes(figure, trace)
    extra = values(trace.customdata) if trace.customdata is not None else None
    text = values(trace.text) if trace.text is not None else None
    x = values(trace.x) if trace.x is not None else (trace.x0 or 0) + np.arange(z.shape[1]) * (trace.dx or 1)
    y = values(trace.y) if trace.y is not None else np.arange(z.shape[0])
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            row: Row = {axes["y"]: y[i], axes["x"]: x[j]}
            if not coded:
                row[z_name] = z[i, j]
            row.update(_extra(extra[i, j] if extra is not None else None, names))
            if text is not None and isinstance(text[i, j], str):
                row["text"] = plain(text[i, j])
            yield row


def _links(trace: Any) -> Iterator[Row]:
    labels = [re.sub(r": [\d,]+$", "", plain(str(label))) for label in trace.node.label]
    for source, target, count in zip(trace.link.source, trace.link.target, trace.link.value, strict=True):
        yield {"from": labels[int(source)], "to": labels[int(target)], "tokens": count}


def _axes(figure: go.Figure, trace: Any) -> dict[str, str]:
    """Letter of each axis -> its title, in words."""
    if trace.type == "scatter3d":
        scene = figure.layout.scene
        return {letter: plain(str(scene[f"{letter}axis"].title.text or letter)) for letter in "xyz"}
    found, named = {}, trace.meta.get("axes", {}) if isinstance(trace.meta, dict) else {}
    for letter in "xy":
        number = str(getattr(trace, f"{letter}axis", None) or letter)[1:]
        title = figure.layout[f"{letter}axis{number}"].title.text
        found[letter] = str(named.get(letter) or plain(str(title or letter)))
    if found["x"] == found["y"]:
        found = {letter: f"{name} ({letter})" for letter, name in found.items()}
    return found


def _extra(data: Any, names: list[str]) -> Row:
    numbers = np.atleast_1d(data) if data is not None else np.empty(0)
    return dict(zip(names, numbers.tolist(), strict=False))


def _missing(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))


_STYLE = """
:root { color-scheme: light dark; --paper: #faf6ee; --ink: #1f1c18; --quiet: #635c52; --line: rgba(31,28,24,0.16); }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16171b; --ink: #e9e2d4; --quiet: #a49c8e; --line: rgba(233,226,212,0.18); }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { font-family: Lora, Georgia, serif; font-weight: 600; line-height: 1.25; }
.how, .quiet { color: var(--quiet); font-size: 0.875rem; max-width: 46rem; }
.plot { width: 100%; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
table { border-collapse: collapse; } td, th { padding: 0.15rem 1rem 0.15rem 0; text-align: left; vertical-align: top; }
blockquote { margin: 0.5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { section { break-inside: avoid; } }
"""

_SCRIPT = """
const dark = matchMedia("(prefers-color-scheme: dark)");
const inked = (figure) => {
  const theme = themes[dark.matches ? "dark" : "light"], base = figure.layout.template.layout;
  base.font.color = theme.ink;
  base.hoverlabel.bgcolor = theme.label;
  base.hoverlabel.bordercolor = theme.grid;
  base.hoverlabel.font.color = theme.ink;
  for (const axis of ["xaxis", "yaxis"])
    for (const key of ["gridcolor", "linecolor", "tickcolor"]) base[axis][key] = theme.grid;
  for (const trace of figure.data) {
    if (!trace.meta || !trace.meta.ink) continue;
    trace.marker = { ...trace.marker, color: theme.ink };
    trace.textfont = { ...trace.textfont, color: theme.ink };
    if (trace.type === "scatter") trace.line = { ...trace.line, color: theme.ink };
  }
  return figure;
};
const draw = (stage) => {
  const figure = inked(JSON.parse(stage.nextElementSibling.textContent));
  const config = { displaylogo: false, responsive: true, plotlyServerURL: "", topojsonURL: "" };
  Plotly.react(stage, figure.data, figure.layout, config);
  stage.drawn = true;
};
// A figure is drawn when it comes into view: a report of many opens at once.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting && !entry.target.drawn) draw(entry.target);
}, { rootMargin: "600px" });
const stages = [...document.querySelectorAll(".plot")];
stages.forEach((stage) => seen.observe(stage));
dark.addEventListener("change", () => stages.filter((stage) => stage.drawn).forEach(draw));
addEventListener("beforeprint", () => stages.filter((stage) => !stage.drawn).forEach(draw));
"""
