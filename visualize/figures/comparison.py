"""The same question under several kinds of memory: what was measured, side by side."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from core.findings import Comparison, Run
from core.trace import BEFORE, Trace
from visualize import palette
from visualize.figures.evidence import SEQUENCE
from visualize.figures.frame import empty, frame, label
from visualize.prepare import escape
from visualize.prepare.words import shorten

KEY, TITLE = "comparison", "What each kind of memory costs and gives"
HOW = (
    "One row is the same stream and question under one kind of memory. Time is until the first answer token; memory "
    "is what this memory occupies beside the model; attention is what the answer gave to memory; probability is the "
    "model's own for its whole answer, not whether it is right."
)
GAP = 0.035


def comparison(trace: Trace, found: Comparison | None) -> go.Figure:
    """Small multiples: first-token latency, memory, share of attention to memory, answer probability."""
    if found is None or not found.runs:
        return empty(KEY, TITLE, HOW, "Run the comparison: the same texts are told to every kind of memory.")
    runs = found.runs
    rows = np.arange(len(runs))
    most = max(run.memory_bytes for run in runs)
    unit, size = _unit(most)
    panels = (
        ("first token, s", [run.first_token if _ran(run) else math.nan for run in runs], ".2f"),
        (f"memory, {unit}", [run.memory_bytes / size if _ran(run) else math.nan for run in runs], ",.3g"),
        ("attention to memory, %", [_memory_share(run) for run in runs], ".3g"),
        ("probability of the answer, %", [100 * run.probability for run in runs], ".3g"),
    )
    figure = frame(KEY, TITLE, HOW, f"“{escape(shorten(found.question, 60))}”")
    width = (1 - GAP * (len(panels) - 1)) / len(panels)
    colours = [palette.ACCENT, *[palette.UNRELATED_LINE] * (len(runs) - 1)]
    names = ["<br>".join(_lines(escape(run.name))) for run in runs]
    for place, (title, values, form) in enumerate(panels):
        number = "" if place == 0 else str(place + 1)
        figure.add_bar(
            x=np.array(values, float),
            y=rows,
            xaxis=f"x{number}",
            yaxis=f"y{number}",
            orientation="h",
            width=0.66,
            marker={"color": colours, "line_width": 0},
            name=title,
            text=[escape(run.name) + (f"<br>{escape(shorten(run.note, 60))}" if run.note else "") for run in runs],
            textposition="none",
            customdata=np.full(rows.size, BEFORE),
            meta={"columns": ["context"]},
            hovertemplate=f"%{{text}}<br>{title}: %{{x:{form}}}<extra></extra>",
        )
        top = max([value for value in values if not math.isnan(value)], default=1.0) or 1.0
        for row, (value, run) in enumerate(zip(values, runs, strict=True)):
            words = f"{value:{form}}" if not math.isnan(value) else "not run" if not _ran(run) else "none"
            figure.add_annotation(
                label(
                    words,
                    x=0 if math.isnan(value) else value,
                    y=row,
                    xref=f"x{number}",
                    yref=f"y{number}",
                    xanchor="left",
                    xshift=5,
                )
            )
        start = place * (width + GAP)
        figure.update_layout(
            {
                f"xaxis{number}": {
                    "domain": [start, min(start + width, 1)],
                    "anchor": f"y{number}",
                    "title_text": title,
                    "range": [0, 1.45 * top],
                    "nticks": 4,
                    "showticklabels": False,
                },
                f"yaxis{number}": {
                    "anchor": f"x{number}",
                    "range": [len(runs) - 0.5, -0.5],
                    "tickvals": rows,
                    "ticktext": names,
                    "showticklabels": place == 0,
                    "title_text": "kind of memory" if place == 0 else "",
                },
            }
        )
    return figure


def _ran(run: Run) -> bool:
    return not math.isnan(run.first_token) and bool(run.answer_tokens or run.first_token > 0)


def _memory_share(run: Run) -> float:
    """Percent of attention that went to memory, mean over answer tokens and layers."""
    if run.asked is None or not run.asked.mass.size:
        return math.nan
    there = [column for column, source in enumerate(run.asked.sources) if source.kind not in SEQUENCE]
    return 100 * float(np.nan_to_num(run.asked.mass[:, :, there]).sum(axis=2).mean())


def _unit(most: int) -> tuple[str, float]:
    return next(((name, size) for name, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)) if most >= size), ("B", 1.0))


def _lines(name: str) -> list[str]:
    """A name in lines that fit beside the bars."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) > 15:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
