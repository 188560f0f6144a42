"""How long a fact lasts: python -m core.evaluation.retention --model tiny --mode mplus --samples 100

Every sample tells one context made of words that training never saw, then unrelated contexts, and asks one question
about the first at each distance. Everything goes through the model's own writing, reading and decoding. Samples
follow from the seed alone.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import torch
from tqdm import tqdm

import core
from core.answering import Draft, write_answer
from core.evaluation.statistics import wilson
from core.memory.retriever import Retrieval
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.prompts import encode_context, encode_question
from core.model.reading import Prefix
from core.model.writing import inject
from core.training.world import Context, Question, World

Mode = Literal["mplus", "memoryllm", "none"]
EVALUATION_SEED = 1_000_000
"""Added to the seed, so that no world is one that training drew its wordings' order from."""


@dataclass(frozen=True)
class Sample:
    """A context to tell, the question asked about it, and what is told in between."""

    context: Context
    question: Question
    between: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """One answer. Rows are counted over all layers.

    alive: rows of the asked-about context in the pool; written: rows it left when it was told.
    retrieved, relevant, stored: rows read from long-term memory, those of the context among them, and those that
    are there.
    """

    distance: int
    question: str
    wanted: str
    answer: str
    alive: int
    written: int
    retrieved: int
    relevant: int
    stored: int

    @property
    def right(self) -> bool:
        return self.answer == self.wanted


def samples(count: int, seed: int, between: int) -> Iterator[Sample]:
    """Draw samples. What is told in between shares no drawn word with the context."""
    world = World(EVALUATION_SEED + seed, held_out=True)
    rng = random.Random(seed)
    for number in range(count):
        context = world.context()
        taken = {word for phrase in context.drawn for word in phrase.lower().split()}
        others: list[str] = []
        while len(others) < between:
            other = world.context(speaker=False)
            if taken.isdisjoint(word for phrase in other.drawn for word in phrase.lower().split()):
                others.append(other.text)
        yield Sample(context, rng.choice(context.questions), tuple(others), seed * 100_003 + number)


def run(model: LoadedModel, sample: Sample, mode: Mode, distances: Sequence[int]) -> Iterator[Outcome]:
    """Tell and ask one sample."""
    memory = model.memory.seeded(sample.seed)
    if mode == "memoryllm":
        memory = memory.without_long_term()
    serials = torch.empty(0, dtype=torch.int64)
    if mode != "none":
        memory, serials = tell(model, memory, sample.context.text)
    for distance in range(max(distances) + 1):
        if distance and mode != "none":
            memory, _ = tell(model, memory, sample.between[distance - 1])
        if distance in distances:
            yield ask(model, memory, sample.question, serials, distance)


def tell(model: LoadedModel, memory: MemoryState, text: str) -> tuple[MemoryState, torch.Tensor]:
    """Inject a text in chunks; also the serials of the rows that stand for its own tokens."""
    config = model.config.memory
    ids = encode_context(model.tokenizer, text).ids
    serials = []
    for start in range(0, len(ids), config.chunk_length):
        chunk = ids[start : start + config.chunk_length]
        result = inject(model.network, memory, torch.tensor(chunk, device=model.device))
        own = min(len(chunk), config.num_tokens)
        serials.append(torch.arange(result.memory.next_serial - own, result.memory.next_serial))
        memory = result.memory
    return memory, torch.cat(serials)


def ask(model: LoadedModel, memory: MemoryState, question: Question, serials: torch.Tensor, distance: int) -> Outcome:
    """Ask greedily and count what is left of the context and what the retriever found of it."""
    found: list[Retrieval] = []

    def listen(name: str, _layer: int, value: object) -> None:
        if name == "prefix" and isinstance(value, Prefix) and value.retrieval is not None:
            found.append(value.retrieval)

    draft = Draft(model)
    prompt = encode_question(model.tokenizer, question.text)
    for _ in write_answer(draft, memory, prompt, Decoding(max_new_tokens=24), listen):
        pass
    kept = memory.long_term
    stored = [torch.cat((a.serials, b.serials)) for a, b in zip(kept.store, kept.pending, strict=True)] if kept else []
    return Outcome(
        distance=distance,
        question=question.text,
        wanted=question.answer,
        answer=draft.text,
        alive=_count(memory.short_term.serials, serials),
        written=len(serials) * model.config.num_layers,
        retrieved=sum(len(retrieval.serials) for retrieval in found),
        relevant=sum(_count(retrieval.serials, serials) for retrieval in found),
        stored=sum(_count(rows, serials) for rows in stored),
    )


def _count(rows: torch.Tensor, serials: torch.Tensor) -> int:
    return int(torch.isin(rows, serials).sum())


def summary(model: LoadedModel, outcomes: Sequence[Outcome], distances: Sequence[int]) -> list[dict[str, float]]:
    """One row per distance: exact match with its interval, survival beside the theory, precision and recall of the
    retriever.
    """
    memory = model.config.memory
    table = []
    for distance in distances:
        here = [outcome for outcome in outcomes if outcome.distance == distance]
        exact = wilson(sum(outcome.right for outcome in here), len(here))
        written, retrieved, stored = (
            sum(getattr(o, name) for o in here) for name in ("written", "retrieved", "stored")
        )
        relevant = sum(outcome.relevant for outcome in here)
        table.append(
            {
                "distance": distance,
                "samples": len(here),
                "exact": exact.share,
                "low": exact.low,
                "high": exact.high,
                "survival": sum(outcome.alive for outcome in here) / written if written else float("nan"),
                "theory": (1 - memory.num_tokens / memory.pool_size) ** distance,
                "precision": relevant / retrieved if retrieved else float("nan"),
                "recall": relevant / stored if stored else float("nan"),
            }
        )
    return table


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how long facts last in memory.")
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--mode", choices=("mplus", "memoryllm", "none"), default="mplus")
    parser.add_argument("--distances", type=int, nargs="+", default=[0, 1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the table and every answer here")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    model = core.load(args.model)
    distances = sorted(set(args.distances))
    outcomes: list[Outcome] = []
    for sample in tqdm(
        samples(args.samples, args.seed, max(distances)), total=args.samples, desc=args.mode, disable=None
    ):
        outcomes += run(model, sample, args.mode, distances)
    table = summary(model, outcomes, distances)
    for row in table:
        print(
            "  ".join(
                f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items()
            )
        )
    if args.json:
        settings = {"model": model.fingerprint, "mode": args.mode, "samples": args.samples, "seed": args.seed}
        report = {**settings, "table": table, "answers": [{**asdict(o), "right": o.right} for o in outcomes]}
        args.json.write_text(json.dumps(report, indent=1, allow_nan=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
