"""How long facts last in a model's memory: an experiment on fresh memories, a sample at a time.

The samples are those of `core.evaluation.retention` with the same seed, so an experiment on the page gives the
numbers of that command. Nothing of a session is read or changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.analysis.work import Cancelled, Progress, Work
from core.errors import InputError
from core.evaluation.asking import Outcome
from core.evaluation.retention import Mode, run, sample, summary
from core.findings import Retained, Retention
from core.model.checkpoint import LoadedModel

MOST_SAMPLES = 500
FARTHEST = 256
KINDS: tuple[tuple[str, Mode], ...] = (("M+", "mplus"), ("MemoryLLM", "memoryllm"))


def retention(
    model: LoadedModel,
    samples: int = 20,
    farthest: int = 32,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[Retention]:
    """Tell a fact to a fresh memory, then other contexts, and ask for it in between; with long-term memory if the model
    has one, and without.

    Args:
        samples: facts to tell; each has a world of its own, of words that the embedded model's training never saw.
        farthest: contexts told after the fact; it is asked for after 0, 1, 2, 4, 8 ... of them, and after the last.
        seed: of the samples.

    Returns:
        An iterator over the experiment so far, after every sample.

    Raises:
        InputError: at once, for numbers out of range.
        CancelledError: while it runs, when `cancelled` says so.
    """
    for name, value, least, most in (
        ("The number of samples", samples, 1, MOST_SAMPLES),
        ("The farthest distance", farthest, 0, FARTHEST),
        ("The seed", seed, 0, 2**31),
    ):
        if not least <= value <= most:
            raise InputError(f"{name} is {value:,}: give {least:,} to {most:,}.")
    return _samples(model, samples, farthest, seed, Work(samples, progress, cancelled))


def distances_to(farthest: int) -> list[int]:
    """0, 1, 2, 4, 8 ... and the farthest itself."""
    return sorted({0, farthest, *(2**power for power in range(farthest.bit_length()))} & set(range(farthest + 1)))


def _samples(model: LoadedModel, samples: int, farthest: int, seed: int, work: Work) -> Iterator[Retention]:
    distances = distances_to(farthest)
    kinds = [kind for kind in KINDS if kind[1] != "mplus" or model.memory.long_term is not None]
    found: dict[str, list[Outcome]] = {name: [] for name, _ in kinds}
    config = model.config.memory
    for number in range(samples):
        drawn = sample(number, seed, farthest)
        for name, mode in kinds:
            for outcome in run(model, drawn, mode, distances):
                work.check()
                found[name].append(outcome)
        work.step()
        yield Retention(
            distances=np.array(distances, np.int32),
            samples=number + 1,
            wanted=samples,
            seed=seed,
            tokens=config.pool_size,
            written=config.num_tokens,
            kinds=tuple(_kind(name, outcomes, distances) for name, outcomes in found.items()),
        )


def _kind(name: str, outcomes: Sequence[Outcome], distances: Sequence[int]) -> Retained:
    rows = summary(outcomes, distances, intervals=False)

    def shares(column: str) -> np.ndarray:
        return np.array([np.nan if row[column] is None else row[column] for row in rows], np.float32)

    return Retained(
        name=name,
        right=np.array([row["accuracy"]["count"] for row in rows], np.int32),
        abstained=np.array([row["abstained"]["count"] for row in rows], np.int32),
        survival=shares("survival"),
        theory=shares("theory"),
        injections=shares("injections"),
        lift=shares("lift"),
    )
