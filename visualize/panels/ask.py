"""Ask: a question, its answer token by token, and the questions asked before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import InputError
from core.trace import Asked, Trace
from visualize import palette
from visualize.panels.choice import Choice, question_place, whole
from visualize.panels.parts import Part, part
from visualize.panels.views import Views, usable
from visualize.panels.wiring import QUIET, Done, Wiring, key_of

if TYPE_CHECKING:
    from core.session import Session

LONGEST = 256
"""Most tokens of an answer that the page lets one ask for."""

UNTOLD = "Nothing had been told before this question: the answer is made up, or from before the session"

FINISHES = {
    "end": "complete",
    "sentence": "complete",
    "line": "complete",
    "question": "complete",
    "length": "cut at the longest length",
    "stopped": "stopped",
}


@dataclass(frozen=True)
class Ask:
    """The panel's components."""

    question: Any
    ask: Any
    stop: Any
    answers: Part
    settings: tuple[Any, ...]  # max_new_tokens, temperature, top_p, seed


def build() -> Ask:
    """Lay the panel out in the current column."""
    with gr.Column(elem_classes="panel", elem_id="ask"):
        gr.HTML('<h2 class="panel-title">Ask</h2>', padding=False)
        with gr.Row(elem_classes="actions"):
            question = gr.Textbox(
                label="Question",
                show_label=False,
                placeholder="A question about what you told …",
                lines=1,
                max_lines=4,
                container=False,
                elem_id="ask-text",
            )
            stop = gr.Button("Stop", interactive=False, elem_id="stop-button")
            ask = gr.Button("Ask", variant="primary", elem_id="ask-button")
        with gr.Accordion("Sampling", open=False, elem_id="sampling"):
            settings = (
                gr.Slider(1, LONGEST, 48, step=1, label="Longest answer (tokens)"),
                gr.Slider(0, 2, 0, step=0.1, label="Temperature (0: always the likeliest token)"),
                gr.Slider(0.05, 1, 1, step=0.05, label="Top-p"),
                gr.Number(0, label="Seed", precision=0),
            )
        answers = part(
            "answers.js",
            '<div class="answers"><div class="answer-now" aria-live="polite"></div>'
            '<ol class="answers-before" aria-label="Questions asked"></ol></div>',
            elem_id="answers",
        )
    return Ask(question, ask, stop, answers, settings)


def show(panel: Ask, views: Views) -> None:
    """What the panel shows of the session."""
    views.add(panel.answers, lambda session, choice: answered(session.trace, choice))


def bind(panel: Ask, wiring: Wiring) -> None:
    """Connect the panel."""
    desk = wiring.desk

    def ask(session: Session, question: str, *settings: Any) -> Iterator[dict[Any, Any] | Done]:
        decoding = desk.decoding(*checked(*settings))
        desk.stopping.discard(session)
        yield {panel.stop: usable(True)}
        with closing(session.ask(question or "", decoding)) as stream:
            for answer in stream:
                if answer.finish is not None or session in desk.stopping:
                    break
                yield {panel.answers: writing(question, answer.tokens)}
        desk.stopping.discard(session)
        yield Done("", values={panel.stop: usable(False)}, choice={"question": -1, "answer_token": None})

    wiring.streams(
        [panel.ask.click, panel.question.submit],
        ask,
        [panel.question, *panel.settings],
        [panel.stop, panel.answers],
        on_error={panel.stop: usable(False)},
    )

    def stop(request: gr.Request) -> None:
        desk.stopping.add(desk.session(key_of(request)))

    panel.stop.click(stop, None, None, queue=False, **QUIET)
    wiring.looks(panel.answers.look, lambda choice, event: looked(choice, event.question))
    wiring.looks(panel.answers.word, lambda choice, event: worded(choice, event.word))


def looked(choice: Choice, question: Any) -> Choice:
    """The choice after a click on a question."""
    place = whole(question)
    return choice._replace(question=-1 if place is None else place, answer_token=None)


def worded(choice: Choice, word: Any) -> Choice:
    """The choice after a click on a token of the answer; a second click lets it go."""
    place = whole(word)
    return choice._replace(answer_token=None if place == choice.answer_token else place)


def checked(
    tokens: float | None, temperature: float | None, top_p: float | None, seed: float | None
) -> tuple[Any, ...]:
    """Sampling settings as given, or a message of what is wanted."""
    if tokens is None or not 1 <= tokens <= LONGEST:
        raise InputError(f"The longest answer must be between 1 and {LONGEST} tokens; got {tokens}.")
    if temperature is None or not 0 <= temperature <= 2:
        raise InputError(f"The temperature must be between 0 and 2; got {temperature}.")
    if top_p is None or not 0 < top_p <= 1:
        raise InputError(f"Top-p must be above 0 and at most 1; got {top_p}.")
    if seed is None or not 0 <= seed < 2**63:
        raise InputError(f"The seed must be a whole number that is not negative; got {seed}.")
    return int(tokens), float(temperature), float(top_p), int(seed)


def writing(question: str, tokens: tuple[str, ...]) -> str:
    """The value of the answers while one is being written."""
    words = [{"text": token} for token in tokens]
    return json.dumps({"question": question, "tokens": words, "note": "…", "before": [], "running": True, "word": None})


def answered(trace: Trace, choice: Choice) -> str:
    """The value of the answers: the chosen question with its tokens tinted, and the others as a list, newest first."""
    asked, shown = trace.questions, question_place(trace, choice)
    if shown < 0:
        before = [{"index": i, "question": e.question, "answer": e.answer, "shown": False} for i, e in enumerate(asked)]
        none = "Nothing had been asked by then." if asked else ""
        return json.dumps(
            {"question": "", "tokens": [], "note": none, "before": before[::-1], "running": False, "word": None}
        )
    event = asked[shown]
    note = FINISHES.get(event.finish, event.finish)
    if event.probabilities.size:
        note += f" · {_probability(event)}"
    if event.step == 0:
        note = f"{UNTOLD} · {note}"
    before = [
        {"index": i, "question": e.question, "answer": e.answer, "shown": i == shown} for i, e in enumerate(asked)
    ]
    return json.dumps(
        {
            "question": event.question,
            "tokens": tinted(trace, event),
            "note": note,
            "before": before[::-1] if len(asked) > 1 else [],
            "running": False,
            "word": choice.answer_token,
        }
    )


def tinted(trace: Trace, event: Asked) -> list[dict[str, Any]]:
    """Answer tokens with the memory that each one attended to most, and how much of its attention that was.

    Every told text is a candidate, and so are all unrelated texts together and all memory from before the session.
    """
    mass = event.mass.mean(axis=1)  # [A, sources]
    columns: dict[int | str, list[int]] = {}
    for column, source in enumerate(event.sources):
        if source.kind in ("long_term", "short_term"):
            columns.setdefault(_memory(trace, source.context), []).append(column)
    names = palette.names(trace)
    tokens: list[dict[str, Any]] = []
    for row, text in enumerate(event.answer_tokens):
        token: dict[str, Any] = {"text": text if row else text.lstrip()}
        if columns:
            shares = {memory: float(mass[row, where].sum()) for memory, where in columns.items()}
            best = max(shares, key=lambda memory: shares[memory])
            token["share"] = round(shares[best], 3)
            if isinstance(best, int):
                token |= {"colour": palette.colour(trace, best), "memory": f"text {names[best]}"}
            else:
                token |= {"colour": _QUIET[best], "memory": best}
        tokens.append(token)
    return tokens


_UNRELATED, _BEFORE = "unrelated texts", "memory from before the session"
_QUIET = {_UNRELATED: palette.UNRELATED_LINE, _BEFORE: palette.BEFORE_LINE}


def _memory(trace: Trace, context: int) -> int | str:
    """Which memory a source belongs to: a told text by its number, else a group by its name."""
    if context < 0:
        return _BEFORE
    return context if trace.contexts[context].kind == "told" else _UNRELATED


def _probability(event: Asked) -> str:
    """How sure the model was of its tokens."""
    low, high = (f"{100 * float(p):.0f} %" for p in (event.probabilities.min(), event.probabilities.max()))
    return f"probability {low}" if low == high else f"token probabilities {low} to {high}"
