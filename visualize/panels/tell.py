"""Tell: type a text, see how many tokens it has and what that means, write it; or add unrelated texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import InputError
from core.trace import ModelInfo
from visualize.panels.background import Far, background
from visualize.panels.desk import Desk, message_of
from visualize.panels.parts import Part, Tone, line, say
from visualize.panels.wiring import QUIET, Done, Wiring, key_of

if TYPE_CHECKING:
    from core.session import Session, Size, Told

MINIMUM = 16
"""Tokens of the shortest context in training; shorter ones disturb the memory."""
MOST_UNRELATED = 200
LONGEST_FILE = 1_000_000
UNRELATED = "Unrelated texts push it out:"

EXAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "A picnic",
        "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times "
        "that he likes eating apples.",
        "What fruits does David like?",
    ),
    (
        "A new home",
        "Maria moved to Lisbon and she works as a baker. She has a black cat.",
        "Where does Maria live?",
    ),
    (
        "Key and code",
        "The red key was left in the kitchen. The code for the office is 4821.",
        "What is the code for the office?",
    ),
    (
        "Made-up names",
        "The capital of Morvanta is Zulembe. The king of Morvanta is Hugo, who has a grey cat.",
        "What is the capital of Morvanta?",
    ),
)
"""Name, text to tell, question to ask."""


@dataclass(frozen=True)
class Tell:
    """The panel's components."""

    text: Any
    meter: Part
    tell: Any
    file: Any
    count: Any
    add: Any
    progress: Part
    examples: tuple[Any, ...]


def build() -> Tell:
    """Lay the panel out in the current column."""
    with gr.Column(elem_classes="panel", elem_id="tell"):
        with gr.Row(elem_classes="chips"):
            gr.HTML('<h2 class="panel-title">Tell</h2>', padding=False)
            examples = tuple(gr.Button(name, size="sm", elem_classes="chip") for name, _, _ in EXAMPLES)
        text = gr.Textbox(
            label="Text to remember",
            show_label=False,
            placeholder="Something the model has never heard …",
            lines=3,
            max_lines=7,
            container=False,
            elem_id="tell-text",
        )
        with gr.Row(elem_classes="actions"):
            meter = line("meter", "0 tokens")
            file = gr.UploadButton(
                "From a file", size="sm", file_types=["text"], elem_id="tell-file", elem_classes="chip"
            )
            tell = gr.Button("Tell", variant="primary", elem_id="tell-button")
        with gr.Row(elem_classes="actions unrelated"):
            progress = line("unrelated-progress", UNRELATED)
            count = gr.Number(
                20,
                precision=0,
                show_label=False,
                label="How many",
                container=False,
                elem_id="unrelated-count",
            )
            add = gr.Button("Add unrelated", elem_id="unrelated-button")
    return Tell(text, meter, tell, file, count, add, progress, examples)


def bind(panel: Tell, wiring: Wiring, question: Any) -> None:
    """Connect the panel. `question` is the box that an example fills as well."""
    desk = wiring.desk
    for button, (_, text, asked) in zip(panel.examples, EXAMPLES, strict=True):
        button.click(lambda t=text, q=asked: (t, q), None, [panel.text, question], queue=False, **QUIET)

    def count(request: gr.Request, text: str) -> str:
        try:
            session = desk.session(key_of(request))
            return say(*reading(session.measure(text or ""), session.trace.model))
        except Exception as error:
            return say(message_of(error), "bad")

    panel.text.change(count, [panel.text], [panel.meter], trigger_mode="always_last", concurrency_limit=None, **QUIET)

    def tell(session: Session, text: str) -> Done:
        told = session.inject(text or "")
        return Done(*what_happened(told, session.trace.model), values={panel.text: ""})

    wiring.computes(panel.tell.click, tell, [panel.text], [panel.text])

    def from_file(uploaded: str | None) -> dict[Any, Any]:
        try:
            return {
                panel.text: read_text(uploaded),
                wiring.notice: say("The file's text is in the box: tell it.", "good"),
            }
        except Exception as error:
            return {wiring.notice: say(message_of(error), "bad")}

    panel.file.upload(from_file, [panel.file], [panel.text, wiring.notice], concurrency_limit=4, **QUIET)

    def add(session: Session, count: float | None) -> Iterator[dict[Any, Any] | Done]:
        wanted = int(count or 0)
        if not 1 <= wanted <= MOST_UNRELATED:
            raise InputError(f"Choose between 1 and {MOST_UNRELATED} unrelated contexts; {wanted} were asked for.")
        texts = unrelated(desk, session, wanted)
        with closing(background(lambda progress, _: session.inject_all(texts, "unrelated", progress))) as reports:
            for report in reports:
                if isinstance(report, Far):
                    yield {panel.progress: say(f"Writing {report.done} of {wanted} …", "quiet", report.share)}
                    continue
                moved = report.value.chunks * session.trace.model.num_tokens
                yield Done(
                    f"{wanted} unrelated contexts: in every layer {moved:,} memory tokens came in and as many went.",
                    values={panel.progress: say(UNRELATED)},
                )

    wiring.streams(
        panel.add.click,
        add,
        [panel.count],
        [panel.progress],
        on_error={panel.progress: say(UNRELATED)},
    )


def read_text(uploaded: str | None) -> str:
    """The text of a file that was chosen.

    Raises:
        InputError: it is not a text, or longer than a text may be.
    """
    if not uploaded:
        raise InputError("No file arrived: choose a text file.")
    path = Path(uploaded)
    if path.stat().st_size > LONGEST_FILE:
        raise InputError(
            f"That file has {path.stat().st_size:,} bytes; a text may have {LONGEST_FILE:,}. Tell a part of it."
        )
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError("That file is not a text in UTF-8: save it as plain text, then choose it again.") from error


def unrelated(desk: Desk, session: Session, count: int) -> tuple[str, ...]:
    """Texts that share no word with what was told; the same moment gives the same ones."""
    told = " ".join(context.text for context in session.trace.contexts)
    return tuple(desk.unrelated(count, session.trace.step + 1, told))


def reading(size: Size, model: ModelInfo) -> tuple[str, Tone]:
    """What the meter says of a text of that size."""
    tokens, chunks = size
    said = f"{tokens} token{'' if tokens == 1 else 's'}"
    if tokens == 0:
        return said, "quiet"
    if tokens < MINIMUM:
        rest = model.num_tokens - tokens
        return (
            f"{said}, under {MINIMUM}: {rest} of its {model.num_tokens} memory tokens will be old memory, rewritten",
            "warn",
        )
    if chunks > 1:
        return f"{said}: split into {chunks} chunks of at most {model.chunk_length}", "quiet"
    if tokens > model.num_tokens:
        return f"{said}: the last {model.num_tokens} positions are kept, the rest is read", "quiet"
    rest = model.num_tokens - tokens
    older = f", {rest} are older memory, rewritten" if rest else ""
    return f"{said}: {tokens} of {model.num_tokens} new memory tokens in every layer{older}", "quiet"


def what_happened(told: Told, model: ModelInfo) -> tuple[str, Tone]:
    """The message after telling."""
    if told.warnings:
        return " ".join(told.warnings), "warn"
    kept = model.num_tokens * told.chunks
    chunks = "" if told.chunks == 1 else f" in {told.chunks} chunks"
    wrote = f"{kept} memory tokens written in each of {model.num_layers} layers"
    return f"Told: {told.tokens} tokens{chunks}, {wrote}.", "good"
