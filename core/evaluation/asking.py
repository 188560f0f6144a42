"""Telling and asking through the model's own writing, reading and decoding, and what came of it."""

import re
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from core.answering import Draft, write_answer
from core.memory.retriever import Retrieval
from core.memory.state import LongTerm, MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.prompts import encode_context, encode_question
from core.model.reading import Prefix
from core.model.taps import Listener
from core.model.writing import inject
from core.training.drafts import Question

Verdict = Literal["right", "stale", "abstained", "wrong"]
LONGEST = 24
"""Most tokens of an answer."""

_UNKNOWN = re.compile(r"(i )?(do not|don't|dont|did not|didn't) know( that| this| it| yet)?")


@dataclass(frozen=True)
class Outcome:
    """One answer, and what was left of the context it is about. Tuples count rows, one number per layer.

    written: rows that the context left in each layer.
    injections: injections since its last one. expected: share of its rows that random drops leave alive by then.
    alive: its rows in the pool.
    retrieved, relevant: rows read from long-term memory, and those of the context among them.
    candidates, stored: rows that lie in long-term memory, and those of the context among them.
    """

    distance: int
    question: str
    wanted: str
    answer: str
    written: int
    injections: int
    expected: float
    alive: tuple[int, ...]
    retrieved: tuple[int, ...]
    relevant: tuple[int, ...]
    candidates: tuple[int, ...]
    stored: tuple[int, ...]

    @property
    def verdict(self) -> Verdict:
        return judge(self.answer, self.wanted)

    @property
    def right(self) -> bool:
        return self.verdict == "right"


def abstains(text: str) -> bool:
    """Whether an answer says that it does not know, whatever its case and punctuation."""
    words = re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'"))
    return _UNKNOWN.fullmatch(" ".join(words.split())) is not None


def judge(answer: str, wanted: str, old: str | None = None) -> Verdict:
    """What an answer is worth. Where nothing was told, `wanted` abstains, and so does a right answer.

    old: what was true before and no longer is.
    """
    if abstains(answer):
        return "right" if abstains(wanted) else "abstained"
    if answer == wanted:
        return "right"
    return "stale" if answer == old else "wrong"


def tell(model: LoadedModel, memory: MemoryState, text: str) -> tuple[MemoryState, Tensor]:
    """Inject a text in chunks; also the serials [n] of the rows that stand for its own tokens."""
    config = model.config.memory
    encoded = encode_context(model.tokenizer, text)
    serials = []
    for part in encoded.chunks(config.chunk_length):
        ids = torch.tensor(encoded.ids[part.start : part.stop], device=model.device)
        memory = inject(model.network, memory, ids).memory
        own = min(len(part), config.num_tokens)
        serials.append(torch.arange(memory.next_serial - own, memory.next_serial))
    return memory, torch.cat(serials)


def answer(model: LoadedModel, memory: MemoryState, question: str, listener: Listener = lambda *_: None) -> str:
    """The greedy answer; `listener` sees the passes."""
    draft = Draft(model)
    prompt = encode_question(model.tokenizer, question)
    for _ in write_answer(draft, memory, prompt, Decoding(max_new_tokens=LONGEST), listener):
        pass
    return draft.text


def ask(model: LoadedModel, memory: MemoryState, question: Question, serials: Tensor, distance: int = 0) -> Outcome:
    """Ask, and count what is left of the context whose rows are `serials`, and what the retriever found of it."""
    config = model.config.memory
    found: dict[int, Tensor] = {}

    def listen(name: str, layer: int, value: object) -> None:
        if name == "prefix" and isinstance(value, Prefix) and isinstance(value.retrieval, Retrieval):
            found[layer] = value.retrieval.serials.cpu()

    def own(rows: Tensor) -> int:
        return int(torch.isin(rows, serials).sum())

    text = answer(model, memory, question.text, listen)
    nothing = torch.empty(0, dtype=torch.int64)
    layers = range(model.config.num_layers)
    kept = [_searched(memory.long_term, layer) for layer in layers]
    read = [found.get(layer, nothing) for layer in layers]
    # every injection gives its K new rows the next K serials
    since = (memory.next_serial - 1 - serials) // config.num_tokens
    alive = (1 - config.num_tokens / config.pool_size) ** since.double()
    return Outcome(
        distance=distance,
        question=question.text,
        wanted=question.answer,
        answer=text,
        written=len(serials),
        injections=int(since.min()) if len(serials) else 0,
        expected=float(alive.mean()) if len(serials) else 0.0,
        alive=tuple(map(own, memory.short_term.serials)),
        retrieved=tuple(map(len, read)),
        relevant=tuple(map(own, read)),
        candidates=tuple(map(len, kept)),
        stored=tuple(map(own, kept)),
    )


def _searched(memory: LongTerm | None, layer: int) -> Tensor:
    """Serials of the rows that the retriever searches in one layer."""
    if memory is None:
        return torch.empty(0, dtype=torch.int64)
    return torch.cat((memory.store[layer].serials, memory.pending[layer].serials))
