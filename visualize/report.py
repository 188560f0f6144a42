"""A whole session as one page that opens offline: what was told and asked, every figure, and how each is read."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go

from core.findings import Comparison, Lens, Space, Worth
from core.trace import Trace
from visualize import figures, palette
from visualize.export import page, plot
from visualize.prepare import half_life, life, remaining

Finding = Worth | Lens | Space | Comparison

QUESTIONS = 12
"""Questions with figures of their own, the last ones."""
UNRELATED = 12
"""Unrelated texts printed in full; the rest is counted."""


def report(trace: Trace, findings: Sequence[Finding] = ()) -> str:
    """The session as one HTML text. Text of a person is data in it: escaped everywhere, run nowhere."""
    asked = len(trace.questions)
    parts = [
        "<h1>A session with a latent memory</h1>",
        f'<p class="quiet">{html.escape(trace.model.name)} · {len(trace.contexts)} texts · {trace.step} injections · '
        f"{asked} {'question' if asked == 1 else 'questions'}</p>",
        _section("The model", _model(trace)),
        _section("What was told", _told(trace)),
        _section("What was asked", _asked(trace)),
        _section("Short-term memory", _figures(_short_term(trace))),
        _section("Long-term memory", _figures(_long_term(trace))),
        *_questions(trace),
    ]
    if findings:
        parts.append(_section("Found out on request", _figures([_finding(trace, found) for found in findings])))
    return page("A session with a latent memory", f"<main>{''.join(parts)}</main>")


def _section(title: str, body: str) -> str:
    return f"<section><h2>{html.escape(title)}</h2>{body}</section>"


def _figures(shown: Sequence[go.Figure]) -> str:
    """Figures with a line on how to read each; an empty one is a line that says what it would need."""
    found = []
    for figure in shown:
        meta = figure.layout.meta
        if "empty" in meta:
            title = html.escape(str(figure.layout.title.text))
            found.append(f'<p class="quiet"><b>{title}:</b> {html.escape(meta["empty"])}</p>')
        else:
            found.append(f'{plot(figure)}<p class="how">{html.escape(meta["how_to_read"])}</p>')
    return "".join(found)


def _short_term(trace: Trace) -> list[go.Figure]:
    return [
        figures.memory_map(trace),
        figures.memory_map(trace, colour_by="age"),
        figures.strata(trace),
        figures.flow(trace),
        figures.survival(trace),
        figures.drop_ages(trace),
        figures.drop_fit(trace),
    ]


def _long_term(trace: Trace) -> list[go.Figure]:
    if not trace.model.retrieved:
        return [figures.long_term_size(trace)]
    return [
        figures.long_term_size(trace),
        figures.long_term_ages(trace),
        figures.memory_map(trace, colour_by="retrieved"),
    ]


def _questions(trace: Trace) -> list[str]:
    count, found = len(trace.questions), []
    first = max(count - QUESTIONS, 0)
    if first:
        found.append(
            f'<p class="quiet">Figures of the last {QUESTIONS} questions follow; {first} earlier have none.</p>'
        )
    for question in range(first, count):
        shown = [
            figures.attention_mass(trace, question),
            figures.attention_by_layer(trace, question),
            figures.strongest_tokens(trace, question),
        ]
        if trace.model.retrieved:
            shown += [
                figures.retriever_hits(trace, question),
                figures.retriever_hits(trace, question, measure="lift"),
                figures.score_distributions(trace, question),
                figures.hit_ages(trace, question),
                figures.hit_overlap(trace, question),
            ]
        found.append(_section(f"Question {question + 1}: {trace.questions[question].question}", _figures(shown)))
    return found


def _finding(trace: Trace, found: Finding) -> go.Figure:
    if isinstance(found, Worth):
        return figures.worth(trace, found)
    if isinstance(found, Lens):
        return figures.lens(trace, found)
    if isinstance(found, Space):
        return figures.token_space(trace, found)
    return figures.comparison(trace, found)


def _model(trace: Trace) -> str:
    model = trace.model
    facts = [
        ("model", model.name),
        ("layers", f"{model.num_layers:,}"),
        ("short-term memory", f"{model.pool_size:,} tokens per layer"),
        ("written and dropped per injection", f"{model.num_tokens:,} tokens per layer"),
        ("half-life of a text in short-term memory", f"{half_life(model):.3g} injections"),
        ("longest text written at once", f"{model.chunk_length:,} tokens"),
        (
            "long-term memory",
            f"{model.retrieved:,} tokens per layer are read for a question" if model.retrieved else "none",
        ),
    ]
    return _table(facts)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"


def _told(trace: Trace) -> str:
    if not trace.contexts:
        return '<p class="quiet">Nothing was told.</p>'
    left, names, alive = remaining(life(trace)), palette.names(trace), life(trace)
    found, unrelated = [], 0
    for context in trace.contexts:
        unrelated += context.kind == "unrelated"
        if context.kind == "unrelated" and unrelated > UNRELATED:
            continue
        place = context.index
        state = f"{100 * left.share[place]:.0f} % left in short-term memory" if place < len(left.written) else ""
        if trace.model.retrieved:
            state += f", {left.long_term[place]:,} tokens in long-term memory"
        if place in alive.forgets:
            state = "forgotten on request"
        kind = "" if context.kind == "told" else "unrelated · "
        found.append(
            f'<h3><span style="color:{palette.colour(trace, place)}">■</span> {html.escape(names[place])}</h3>'
            f"<blockquote>{html.escape(context.text)}</blockquote>"
            f'<p class="quiet">{kind}{html.escape(state)}</p>'
        )
    if unrelated > UNRELATED:
        found.append(f'<p class="quiet">{unrelated - UNRELATED} more unrelated texts are not printed.</p>')
    return "".join(found)


def _asked(trace: Trace) -> str:
    if not trace.questions:
        return '<p class="quiet">Nothing was asked.</p>'
    found = []
    for place, asked in enumerate(trace.questions, start=1):
        sure = ", ".join(
            f"{token.strip() or '␣'} {100 * float(p):.0f} %"
            for token, p in zip(asked.answer_tokens, asked.probabilities, strict=False)
        )
        found.append(
            f"<h3>{place}. {html.escape(asked.question)}</h3><blockquote>{html.escape(asked.answer)}</blockquote>"
            f'<p class="quiet">after {asked.step} injections · {html.escape(sure)}</p>'
        )
    return "".join(found)
