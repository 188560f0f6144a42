"""The lesson: ten steps, each with one action that runs on the session and one question to think about.

Every action first does what it needs, so that a step can be opened by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.trace import ModelInfo, forgotten_contexts, pool_at
from visualize.panels import evidence
from visualize.panels.tell import EXAMPLES, unrelated, what_happened
from visualize.panels.wiring import Done

if TYPE_CHECKING:
    from core.session import Session
    from visualize.panels.desk import Desk

(PICNIC, ABOUT_PICNIC), (HOME, ABOUT_HOME), (CODE, ABOUT_CODE) = (example[1:] for example in EXAMPLES[:3])
SHORT = "Hugo likes tea."
MOVED = "In the meantime, Maria moved to Oslo, as all of her old neighbours know."
NEVER_TOLD = "What does Agnes collect?"
FEW, MANY = 8, 40


@dataclass(frozen=True)
class Step:
    """One step. Texts may name the model's sizes: {k}, {n}, {r}, {layers}, {survives}, {half}."""

    title: str
    body: str
    action: str
    act: Callable[[Desk, Session], Done]
    tab: str  # name of the view that the action opens
    look: str
    question: str
    thought: str


def sizes(model: ModelInfo) -> dict[str, str]:
    """What the texts say of the model."""
    survives = 1 - model.num_tokens / model.pool_size
    half = math.log(2) / -math.log(survives) if survives > 0 else 0.0
    return {
        "k": f"{model.num_tokens:,}",
        "n": f"{model.pool_size:,}",
        "r": f"{model.retrieved:,}",
        "layers": str(model.num_layers),
        "survives": f"{100 * survives:.4g} %",
        "half": f"{half:.1f}",
    }


# -- actions -----------------------------------------------------------------------------------------------------------


def pin(_: Desk, session: Session) -> Done:
    """Choose the newest token of a middle layer."""
    layer = session.trace.model.num_layers // 2
    if not pool_at(session.trace).serials.size:  # a model that brings no memory of its own
        known(session, PICNIC)
    serial = int(pool_at(session.trace).serials[layer, -1])
    return Done("One memory token is pinned: its card is below the map.", choice={"token": (layer, serial)})


def write(_: Desk, session: Session) -> Done:
    told = session.inject(PICNIC)
    return Done(*what_happened(told, session.trace.model), choice=chosen(told.contexts[-1]))


def write_little(_: Desk, session: Session) -> Done:
    told = session.inject(SHORT)
    return Done(*what_happened(told, session.trace.model), choice=chosen(told.contexts[-1]))


def push(desk: Desk, session: Session) -> Done:
    return crowded(desk, session, FEW)


def push_more(desk: Desk, session: Session) -> Done:
    return crowded(desk, session, MANY)


def recall(desk: Desk, session: Session) -> Done:
    context = known(session, PICNIC)
    told_at = max(event.step for event in session.trace.injections if event.context == context)
    if session.trace.step < told_at + FEW:  # before, little of it has come to long-term memory
        crowded(desk, session, FEW)
    return Done(f"The answer: {asked(desk, session, ABOUT_PICNIC)}", choice=chosen(context))


def read(desk: Desk, session: Session) -> Done:
    known(session, CODE)
    return Done(f"The answer: {asked(desk, session, ABOUT_CODE)}", choice={**chosen(None), "answer_token": 0})


def mask(desk: Desk, session: Session) -> Done:
    """What the newest answer about the code becomes when its text cannot be read."""
    context = known(session, CODE)
    newest = session.trace.questions[-1] if session.trace.questions else None
    if newest is None or (newest.question, newest.step) != (ABOUT_CODE, session.trace.step):
        asked(desk, session, ABOUT_CODE)
    place, event = len(session.trace.questions) - 1, session.trace.questions[-1]
    without = desk.analyses.without(session, place, (context,))
    desk.found.put(session, evidence.left_out(place, context), event, without)
    desk.found.put(session, evidence.weighed(place), event, desk.analyses.worth(session, place))
    said = f"With its text: {sentence(event.answer)} Without it: {sentence(without.text or '(no words)')}"
    return Done(said, choice=chosen(context))


def contradict(desk: Desk, session: Session) -> Done:
    known(session, HOME)
    newer = session.inject(MOVED).contexts[-1]
    return Done(f"The answer: {asked(desk, session, ABOUT_HOME)}", choice=chosen(newer))


def ask_unknown(desk: Desk, session: Session) -> Done:
    return Done(f"The answer: {asked(desk, session, NEVER_TOLD)}", choice=chosen(None))


def chosen(context: int | None) -> dict[str, Any]:
    """The choice of one text, and of nothing else."""
    return {"selected": context, "token": None, "layer": None, "question": -1, "answer_token": None}


def known(session: Session, text: str) -> int:
    """Number of the context with this text; it is told if it has not been, or was forgotten on purpose."""
    forgotten = forgotten_contexts(session.trace)
    found = [c.index for c in session.trace.contexts if c.text == text and c.index not in forgotten]
    return found[-1] if found else session.inject(text).contexts[-1]


def crowded(desk: Desk, session: Session, count: int) -> Done:
    """Unrelated texts, after the picnic."""
    context = known(session, PICNIC)
    session.inject_all(unrelated(desk, session, count), "unrelated")
    return Done(f"{count} unrelated texts told.", choice=chosen(context))


def asked(desk: Desk, session: Session, question: str) -> str:
    """The answer, as a sentence."""
    return sentence(session.answer(question, desk.decoding()).text)


def sentence(answer: str) -> str:
    """An answer as a sentence of its own."""
    answer = answer.strip()
    return answer if answer.endswith((".", "!", "?")) else f"{answer}."


# -- texts -------------------------------------------------------------------------------------------------------------

STEPS: tuple[Step, ...] = (
    Step(
        "A memory token is not a word",
        "Each of the {layers} layers has a pool of {n} memory tokens. Each is a vector, as wide as the model's hidden "
        "states, that the layer's attention can read as if it stood before the prompt. No text is kept.",
        "Pin one",
        pin,
        "Memory map",
        "One cell is one memory token; each row of cells is a layer, the oldest on the left. The card below shows the "
        "pinned token's life and the words that its vector is nearest to.",
        "The nearest words seldom spell what the token was written from. Where is the text, then?",
        "In no single token. What a layer keeps is made for that layer's attention, spread over many tokens and "
        "layers; only a part of it points at a word of the vocabulary.",
    ),
    Step(
        "Writing",
        "A text passes through the model once, together with the newest memory tokens. In every layer, the hidden "
        "states of the last {k} places are appended to the pool. The text is then thrown away.",
        "Tell the picnic",
        write,
        "Memory map",
        "{k} cells at the right end of every layer take the text's colour. Hover them: the word each was written from "
        "is marked; the leftmost ones are older tokens, written again to fill the {k}.",
        "One text has 20 tokens, another 2 chunks. Which of the two gets more memory?",
        "The second: each chunk is an injection of its own and writes {k} tokens per layer. Within a chunk the length "
        "does not matter; a short text fills its {k} places with older tokens, written again.",
    ),
    Step(
        "The 16-token minimum",
        "Every injection writes {k} tokens per layer, however short the text is. What the text does not fill is older "
        "memory, rewritten. MemoryLLM was trained on texts of 16 tokens and more; its authors write that shorter ones "
        "disturb the memory.",
        "Tell three words",
        write_little,
        "Memory map",
        "All {k} new cells take the new colour, but hover them: only the last few were written from a word of it, the "
        "others are older tokens, rewritten.",
        "What would ten such texts in a row do to all that was told before?",
        "As much harm as ten long ones: each pushes {k} tokens out of every layer, and brings little in return.",
    ),
    Step(
        "Dropping",
        "The pool never grows. For {k} new tokens, {k} others go: drawn at random in every layer, whatever their age "
        "and whatever they are worth.",
        f"Tell {FEW} unrelated texts",
        push,
        "Memory map",
        "The picnic's cells thin out and move to the left, in every layer in a different way. Drag the time slider to "
        "see it happen.",
        "Why at random, and not the oldest first?",
        "Oldest first, a text would be gone as a whole after N/K injections. At random it fades: some of its tokens "
        "stay very long, and the layers seldom lose the same ones.",
    ),
    Step(
        "The law of forgetting",
        "A token survives an injection with probability 1 − K/N = {survives}, so (1 − K/N)^t after t of them: the "
        "half-life is {half} injections. Nothing about the text changes that.",
        f"Tell {MANY} more",
        push_more,
        "Forgetting",
        "The picnic's curve keeps near the theory's line: at any one moment it is inside the band in 95 of 100 cases, "
        "and may leave it for a while. The ages at drop follow the geometric law.",
        "The 8B model of the first paper has K = 256 and N = 12,800. What is its half-life?",
        "ln 2 / −ln(1 − 256/12,800) = 34 injections: a larger pool forgets more slowly, but by the same law.",
    ),
    Step(
        "Long-term memory and its retriever",
        "M+ keeps what the pool drops. For every question, each layer's retriever compares the question with every "
        "long-term token, and the {r} best are read beside the pool.",
        "Ask about the picnic",
        recall,
        "Long-term",
        "The picnic's column: how many of the {r} tokens read in each layer came from it. “Lift” compares that with "
        "drawing tokens at random. A model without long-term memory reads none, and answers from its pool alone.",
        "Is a layer's share of the picnic more than chance would bring, and is the answer still right? Undo, and ask "
        "sooner. Does every layer have to find it?",
        "No. Layers do different work; a few that bring the right tokens can be enough for the answer, and a few "
        "right tokens can also be too little.",
    ),
    Step(
        "Evidence",
        "While it answers, the model reads memory by attention. Attention is recorded for every answer token, layer "
        "and memory token: nothing of this is guessed afterwards.",
        "Tell a code, ask for it",
        read,
        "Evidence",
        "The first token of the answer is chosen: where its attention went, by text, by layer, and the memory tokens "
        "it read most.",
        "Is the text with the most attention the reason for the answer?",
        "Not surely. Attention says where the model looked. To know what an answer hangs on, take something away and "
        "look again: the next step does.",
    ),
    Step(
        "Masking: what an answer hangs on",
        "A text's memory tokens can be hidden from a question, in both memories. If the answer becomes less likely, "
        "the text was worth something to it. The memory itself stays as it is.",
        "Hide the code's text",
        mask,
        "Evidence",
        "Further down, the bars of worth: positive where the answer needed a text, negative where it would have been "
        "likelier without. Below, the answer without the text.",
        "May a text that gets much attention be worth nothing?",
        "Yes. Attention also rests where it does no harm; and what a text says may be known from another one.",
    ),
    Step(
        "Contradiction",
        "Memory tokens are never corrected. Whoever moves has then two homes in memory, and the model must know which "
        "one is newer.",
        "Let Maria move, ask",
        contradict,
        "Evidence",
        "Which of the two texts got the attention, and in which layers.",
        "Both are in memory. By what could the model tell the newer one?",
        "By order: tokens are read oldest first, so a newer one stands nearer to the question. Long-term tokens "
        "are put in front of the pool, ordered by age, too.",
    ),
    Step(
        "What it cannot do",
        "A memory like this has no list of what it holds, and none of what it has lost. The embedded model was taught "
        "to say that it does not know; released models were not, and tend to make something up.",
        "Ask what nobody told",
        ask_unknown,
        "Evidence",
        "An answer always has some attention behind it, a made-up one too.",
        "Before you trust such a memory with something: what would you measure?",
        "How often it is right after n other texts, how often it is wrong instead of admitting it, and both for texts "
        "like yours. The model's card has these figures for the embedded model.",
    ),
)
