"""How long a fact lasts: python -m core.evaluation.retention --model tiny --mode mplus --samples 200

Every sample tells one context made of words that training never saw, then unrelated contexts, and asks one question
about the first at each distance (contexts told since). It also asks what it was never told. Samples follow from the
seed alone.
"""

import argparse
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import torch

import core
from core.errors import EvaluationError
from core.evaluation import reporting
from core.evaluation.asking import Outcome, ask, tell
from core.evaluation.drawing import fresh_world, sample_seed, unrelated
from core.evaluation.statistics import counted, mean, ratio
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.training.drafts import UNKNOWN, Context, Question

Mode = Literal["mplus", "memoryllm", "none"]
NEVER_TOLD_AFTER = 8
"""Contexts that are told before a question about a stranger."""

LOST = 0.05
"""A context counts as lost from the pool when less of it survives."""

RESAMPLES = 1000


@dataclass(frozen=True)
class Sample:
    """A context to tell, the question asked about it, and what is told in between.

    stranger: a question about somebody or something that is never told.
    left_open: a question about the context that it does not answer, if there is one.
    """

    context: Context
    question: Question
    between: tuple[str, ...]
    seed: int
    stranger: Question
    left_open: Question | None


def samples(count: int, seed: int, between: int) -> Iterator[Sample]:
    """Draw samples, each with `between` contexts to tell after the first."""
    return (sample(number, seed, between) for number in range(count))


def sample(number: int, seed: int, between: int) -> Sample:
    """Sample `number` of a seed. With more contexts in between, it stays the same but for those."""
    world = fresh_world(seed, number)
    context = world.context()
    question = world.rng.choice(context.questions)
    left_open = world.rng.choice(context.absent) if context.absent else None
    (other,) = unrelated(world, 1, [context])
    stranger = replace(world.rng.choice(other.questions), answer=UNKNOWN)
    told = unrelated(world, between, [context, other])
    return Sample(context, question, tuple(c.text for c in told), sample_seed(seed, number), stranger, left_open)


def run(model: LoadedModel, sample: Sample, mode: Mode, distances: Sequence[int]) -> Iterator[Outcome]:
    """Tell and ask one sample. In mode "none" nothing is told."""
    memory, serials = _told(model, _start(model, sample, mode), sample.context.text, mode)
    for distance in range(max(distances) + 1):
        if distance:
            memory, _ = _told(model, memory, sample.between[distance - 1], mode)
        if distance in distances:
            yield ask(model, memory, sample.question, serials, distance)


def never_told(model: LoadedModel, sample: Sample, mode: Mode) -> dict[str, Outcome]:
    """Ask what was never told: about a stranger, after unrelated contexts, and what the context itself leaves open."""
    memory = _start(model, sample, mode)
    for text in sample.between[:NEVER_TOLD_AFTER]:
        memory, _ = _told(model, memory, text, mode)
    nothing = torch.empty(0, dtype=torch.int64)
    outcomes = {"stranger": ask(model, memory, sample.stranger, nothing)}
    if sample.left_open:
        memory, _ = _told(model, _start(model, sample, mode), sample.context.text, mode)
        outcomes["left_open"] = ask(model, memory, sample.left_open, nothing)
    return outcomes


def _start(model: LoadedModel, sample: Sample, mode: Mode) -> MemoryState:
    """The model's own memory, with the sample's course of drops ahead."""
    memory = model.memory.seeded(sample.seed)
    return memory.without_long_term() if mode == "memoryllm" else memory


def _told(model: LoadedModel, memory: MemoryState, text: str, mode: Mode) -> tuple[MemoryState, torch.Tensor]:
    return tell(model, memory, text) if mode != "none" else (memory, torch.empty(0, dtype=torch.int64))


def summary(outcomes: Sequence[Outcome], distances: Sequence[int], intervals: bool = True) -> list[dict[str, Any]]:
    """One row per distance.

    Survival and its theory are shares of the context's rows. The theory is (1 - K/N)^t, t counting injections: a long
    context takes several. Precision, recall and lift are means over layers, with the layers' own values beside them.
    Lift is precision over chance, the share of the context's rows among those searched; its 95 % interval comes from
    drawing the samples again (not without `intervals`). What has nothing to be counted from is None.
    """
    return [_row([o for o in outcomes if o.distance == distance], distance, intervals) for distance in distances]


def _row(here: Sequence[Outcome], distance: int, intervals: bool) -> dict[str, Any]:
    counts = torch.tensor([[o.relevant, o.retrieved, o.stored, o.candidates] for o in here], dtype=torch.float64)
    layers = rates(counts.sum(0))
    written = sum(o.written for o in here)
    low, high = _lift_interval(counts) if intervals else (None, None)
    return {
        "distance": distance,
        "samples": len(here),
        "accuracy": counted(o.verdict == "right" for o in here),
        "abstained": counted(o.verdict == "abstained" for o in here),
        "wrong": counted(o.verdict == "wrong" for o in here),
        "injections": ratio(sum(o.injections for o in here), len(here)),
        "survival": ratio(sum(sum(o.alive) / len(o.alive) for o in here), written),
        "theory": ratio(sum(o.expected * o.written for o in here), written),
        **{name: mean(values) for name, values in layers.items()},
        "lift_low": low,
        "lift_high": high,
        "layers": layers,
    }


def rates(counts: torch.Tensor) -> dict[str, list[float | None]]:
    """Precision, recall and lift of every layer.

    Args:
        counts: [4, layers], relevant, retrieved, stored and candidate rows.
    """
    rows = counts.T.tolist()
    return {
        "precision": [ratio(relevant, retrieved) for relevant, retrieved, _, _ in rows],
        "recall": [ratio(relevant, stored) for relevant, _, stored, _ in rows],
        "lift": [ratio(relevant * candidates, retrieved * stored) for relevant, retrieved, stored, candidates in rows],
    }


def _lift_interval(counts: torch.Tensor) -> tuple[float | None, float | None]:
    """95 % of the mean lifts that samples drawn again with replacement give. counts: [samples, 4, layers]."""
    if not counts[:, 2].any():
        return None, None
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(len(counts), (RESAMPLES, len(counts)), generator=generator)
    sums = torch.stack([counts[rows].sum(0) for rows in drawn])
    relevant, retrieved, stored, candidates = sums.unbind(1)
    lifts = (relevant * candidates / (retrieved * stored)).nanmean(1)
    low, high = lifts[lifts.isfinite()].quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    return low, high


def measure(given: argparse.Namespace) -> None:
    """The command."""
    distances = sorted(set(given.distances))
    if distances[0] < 0:
        raise EvaluationError(f"A distance is {distances[0]}; give 0 or more.")
    model = core.load(given.model, quantise=given.quantise)
    if given.mode == "mplus" and model.memory.long_term is None:
        raise EvaluationError(f"{model.name} has no long-term memory: give --mode memoryllm.")
    between = max(NEVER_TOLD_AFTER, *distances)

    def one(number: int) -> dict[str, Any]:
        drawn = sample(number, given.seed, between)
        return {
            "context": drawn.context.text,
            "told": [asdict(outcome) for outcome in run(model, drawn, given.mode, distances)],
            "never_told": {name: asdict(o) for name, o in never_told(model, drawn, given.mode).items()},
        }

    settings = {
        "model": model.fingerprint,
        "quantise": given.quantise,
        "mode": given.mode,
        "distances": distances,
        "samples": given.samples,
        "seed": given.seed,
        "drawn": zlib.crc32(repr(sample(0, given.seed, between)).encode()),  # another world draws other samples
    }
    found = reporting.collect(range(given.samples), one, settings, given.json, given.restart, given.mode)
    told = [_outcome(values) for each in found for values in each["told"]]
    untold = {
        name: [_outcome(each["never_told"][name]) for each in found if name in each["never_told"]]
        for name in ("stranger", "left_open")
    }
    report = {
        **settings,
        "table": summary(told, distances),
        "never_told": {
            name: {"abstained": counted(o.right for o in asked), "wrong": counted(not o.right for o in asked)}
            for name, asked in untold.items()
        },
    }
    print(printed(report))
    if given.json:
        answers = {"told": told, **untold}
        listed = {name: [{**asdict(o), "verdict": o.verdict} for o in asked] for name, asked in answers.items()}
        contexts = (each["context"] for each in found if "left_open" in each["never_told"])
        for each, context in zip(listed["left_open"], contexts, strict=True):
            each["context"] = context  # what leaves it open
        reporting.write(given.json, {**report, "answers": listed})


def _outcome(values: dict[str, Any]) -> Outcome:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Outcome(**fields)


def printed(report: dict[str, Any]) -> str:
    """The report as tables; shares in percent."""
    rows = report["table"]
    header = ["distance", "asked", "right", "abstained", "wrong", "injections", "survival", "theory"]
    lines = [
        [
            row["distance"],
            row["samples"],
            *(reporting.interval(row[name]) for name in ("accuracy", "abstained", "wrong")),
            f"{row['injections']:.1f}",
            *(reporting.percent(row[name]) for name in ("survival", "theory", "precision", "recall")),
            _lift(row),
        ]
        for row in rows
    ]
    parts = [reporting.table([*header, "precision", "recall", "lift"], lines)]
    lost = [row["distance"] for row in rows if row["survival"] is not None and row["survival"] < LOST]
    if lost:
        parts.append(f"Less than {LOST:.0%} of the context's rows are in the pool from distance {lost[0]} on.")
    if any(row["lift"] is not None for row in rows):
        lifts = [[row["distance"], *map(reporting.number, row["layers"]["lift"])] for row in rows]
        parts.append(reporting.table(["lift", *(f"layer {i}" for i in range(len(lifts[0]) - 1))], lifts))
    untold = [
        [name.replace("_", " "), block["wrong"]["of"], *map(reporting.interval, block.values())]
        for name, block in report["never_told"].items()
    ]
    parts.append(reporting.table(["never told", "asked", "abstained", "wrong"], untold))
    return "\n\n".join(parts)


def _lift(row: dict[str, Any]) -> str:
    if row["lift"] is None:
        return "-"
    return f"{row['lift']:.2f} [{row['lift_low']:.2f}, {row['lift_high']:.2f}]"


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = reporting.options("python -m core.evaluation.retention", __doc__)
    parser.add_argument("--mode", choices=("mplus", "memoryllm", "none"), default="mplus")
    parser.add_argument("--distances", type=int, nargs="+", default=[0, 1, 2, 4, 8, 16, 32, 64, 128])
    reporting.command_line(measure, parser.parse_args(arguments))


if __name__ == "__main__":
    main()
