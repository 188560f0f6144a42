"""The same stream and question under other kinds of memory, side by side.

What was told is told again from the session's log, so every run has the drops of its own seed and nothing of the
session is touched. Published comparisons of this kind: MemoryLLM (arXiv 2402.04624), section 4; M+ (arXiv
2502.00592), section 4.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal, get_args

from core.analysis.work import Cancelled, Progress, Work
from core.answering import Asking, question_prompt
from core.errors import CancelledError, InputError
from core.findings import Comparison, Run
from core.history import Moment
from core.memory.snapshot import pack_memory
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.prompts import encode_context, encode_question, is_chat
from core.session import Session
from core.trace import Trace, forgotten_contexts

Name = Literal["M+", "MemoryLLM", "No memory", "Full context in the prompt", "Another drop seed"]
NAMES: tuple[Name, ...] = get_args(Name)

LONGEST_PROMPT = 16_384
"""Tokens of a prompt with the full context; a longer one takes too much memory in one pass."""


@dataclass(frozen=True)
class _Setting:
    """One kind of memory, ready to be asked."""

    model: LoadedModel
    memory: MemoryState
    trace: Trace
    note: str
    prompt: list[int] | None = None


def compare(
    session: Session,
    question: str,
    decoding: Decoding | None = None,
    names: Collection[Name] = NAMES,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[Comparison]:
    """Ask one question of this session's memory, then of every other kind that was asked for.

    Args:
        names: which kinds besides this session's own.

    Returns:
        An iterator of comparisons, each with one run more. It ends early, without an error, when `cancelled` says so.

    Raises:
        InputError: at once, when the question cannot be used or a name is unknown.
    """
    if unknown := sorted(set(names) - set(NAMES)):
        raise InputError(f"Unknown kinds of memory {', '.join(unknown)}: give {', '.join(NAMES)}.")
    question_prompt(session.model, question)
    return _runs(session.model, session.present, question, decoding or Decoding(), names, progress, cancelled)


def _runs(
    model: LoadedModel,
    now: Moment,
    question: str,
    decoding: Decoding,
    names: Collection[Name],
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Iterator[Comparison]:
    own: Name = "M+" if now.memory.long_term is not None else "MemoryLLM"
    wanted = [name for name in NAMES if name in names and name != own]
    telling = [operation for operation in now.log if operation["op"] != "ask"]
    texts = sum(len(operation["texts"]) for operation in telling if operation["op"] == "inject")
    replayed = sum(name in ("MemoryLLM", "Another drop seed") for name in wanted)
    work = Work(1 + len(wanted) + replayed * texts, progress, cancelled)

    def told_again(model: LoadedModel, seed: int, note: str) -> _Setting:
        other = Session.replay(model, telling, seed, lambda *_: work.step())
        return _Setting(other.model, other.memory, other.trace, note)

    def setting(name: Name) -> _Setting | str:
        seed = now.memory.seed
        if name == own:
            return _Setting(model, now.memory, now.trace, "This session's own memory.")
        if name == "M+":
            return "Not run: this model has no long-term memory and no retriever; both are trained into a checkpoint."
        if name == "MemoryLLM":
            bare = replace(model, memory=model.memory.without_long_term())
            return told_again(bare, seed, "The same texts told again; what is dropped is gone. The same drop seed.")
        if name == "Another drop seed":
            return told_again(model, seed + 1, f"The same texts told again with drop seed {seed + 1}, not {seed}.")
        fresh = Session(model, seed).present
        if name == "No memory":
            return _Setting(model, fresh.memory, fresh.trace, "Nothing told: only the checkpoint's own memory.")
        return _full_context(model, fresh, now.trace, question, decoding)

    runs: tuple[Run, ...] = ()
    try:
        for name in (own, *wanted):
            found = setting(name)
            run = _not_run(name, found) if isinstance(found, str) else _asked(name, found, question, decoding, work)
            runs = (*runs, run)
            work.step()
            yield Comparison(question, runs)
    except CancelledError:
        return


def _asked(name: Name, setting: _Setting, question: str, decoding: Decoding, work: Work) -> Run:
    start = perf_counter()
    asking = Asking(setting.model, setting.memory, setting.trace, question, setting.prompt)
    first = math.nan
    for _ in asking.answer(decoding):
        first = perf_counter() - start if math.isnan(first) else first
        work.check()
    event = asking.event()
    if math.isnan(first):  # it ended before the first token
        first = perf_counter() - start
    return Run(
        name=name,
        note=setting.note,
        answer=event.answer,
        answer_tokens=event.answer_tokens,
        probability=math.prod(event.probabilities.tolist()) if event.answer_tokens else math.nan,
        first_token=first,
        prompt_tokens=len(asking.prompt),
        memory_bytes=sum(tensor.nbytes for tensor in pack_memory(setting.memory).tensors.values()),
        asked=event,
    )


def _not_run(name: Name, why: str, prompt_tokens: int = 0) -> Run:
    return Run(name, why, "", (), math.nan, math.nan, prompt_tokens, 0, None)


def _full_context(model: LoadedModel, fresh: Moment, told: Trace, question: str, decoding: Decoding) -> _Setting | str:
    """Everything told and not forgotten, then the question, as one prompt; or why it cannot be read."""
    forgotten = forgotten_contexts(told)
    text = " ".join(context.text.strip() for context in told.contexts if context.index not in forgotten)
    assert model.tokenizer is not None  # the question was encoded
    if is_chat(model.tokenizer):
        prompt = encode_question(model.tokenizer, f"{text}\n\n{question.strip()}".strip())
    else:
        prompt = encode_context(model.tokenizer, text).ids + question_prompt(model, question)
    memory = model.config.memory
    before = memory.pool_size + memory.retrieved + int(memory.add_bos) if fresh.memory.initialized else 0
    longest = model.config.max_position_embeddings
    needed = before + len(prompt) + decoding.max_new_tokens
    if needed > longest:
        return (
            f"Not run: the prompt has {len(prompt):,} tokens; with the memory before it and the answer after it that "
            f"makes {needed:,} positions, and this model has {longest:,}."
        )
    if len(prompt) > LONGEST_PROMPT:
        return f"Not run: the prompt has {len(prompt):,} tokens; at most {LONGEST_PROMPT:,} are read in one pass."
    note = "Everything told stands in the prompt; only the checkpoint's own memory."
    if len(prompt) > memory.chunk_length:
        note += (
            f" The prompt has {len(prompt):,} tokens, more than the {memory.chunk_length:,} of a chunk, the longest "
            "text this model was made to take at once: it may read this badly."
        )
    return _Setting(model, fresh.memory, fresh.trace, note, prompt)
