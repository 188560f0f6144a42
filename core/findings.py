"""What is found out about a session on request, as numpy: figures and panels read these. Imports no torch.

A trace holds what was observed while somebody told and asked; these are the answers to questions that take more
computing, made by `core/analysis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation.statistics import wilson
from core.trace import Asked, Floats, Ints, Serials

Place = Literal["short_term", "long_term"]
Method = Literal["pca", "umap"]


@dataclass(frozen=True)
class Worth:
    """What each context was worth to a given answer: its log-probability with all memory, and with one masked.

    The answer's own tokens are fed back (teacher forcing); natural logarithms. A = answer tokens, and one more at
    the end, for ending there, when the answer ended by the model's end token.
    """

    question: int  # place among the trace's questions
    contexts: Ints  # [C], those with anything left in memory when the question was asked
    whole: Floats  # [A], log-probability of each answer token with all memory
    without: Floats  # [C, A], the same with one context masked in short- and long-term memory
    nothing: Floats  # [A], with every told context masked; memory from before the session stays

    @property
    def worth(self) -> Floats:
        """[C], nats by which a context raised (negative: lowered) the answer's log-probability."""
        return np.asarray(self.whole.sum() - self.without.sum(axis=1), np.float32)


@dataclass(frozen=True)
class Lens:
    """Logit lens on one memory token: what its vector would predict if the model ended at its layer."""

    layer: int
    serial: int
    place: Place | None  # None: it is in neither memory any more
    words: tuple[str, ...]  # likeliest first
    probabilities: Floats
    neighbours: Serials  # nearest tokens of the same layer, short-term and long-term, by cosine; nearest first
    cosines: Floats


@dataclass(frozen=True)
class Space:
    """Memory tokens of one layer in few dimensions."""

    method: Method
    layer: int
    step: int
    serials: Serials  # [n]
    places: NDArray[np.int8]  # [n], 0 short-term, 1 long-term
    coordinates: Floats  # [n, 3]; UMAP has its own run for two dimensions
    flat: Floats  # [n, 2]
    explained: Floats | None  # [3], shares of variance of PCA
    total: int  # tokens there are; n are shown
    seed: int

    @property
    def shown(self) -> int:
        return len(self.serials)


@dataclass(frozen=True)
class Run:
    """The same stream and question under one kind of memory."""

    name: str  # "No memory", "MemoryLLM", "M+", "Full context in the prompt", "Another drop seed"
    note: str  # what was changed, or why it could not be run
    answer: str
    answer_tokens: tuple[str, ...]
    probability: float  # of the whole answer, by the model; NaN when there is none or it was not run
    first_token: float  # seconds from the question to the first answer token, or to the end when there is none
    prompt_tokens: int
    memory_bytes: int  # tensors of this run's memory; 0 without one
    asked: Asked | None  # with attention, retrieval; None where there is no memory or it was not run


@dataclass(frozen=True)
class Comparison:
    """Runs side by side, this session's own first."""

    question: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Retained:
    """How long facts lasted in one kind of memory. D distances: unrelated contexts told since.

    Survival and theory are shares of a context's memory tokens in the pool, mean over layers; the theory is
    (1 - K/N)^t for the t injections that these contexts took.
    """

    name: str  # "M+" or "MemoryLLM"
    right: Ints  # [D], of the samples so far
    abstained: Ints  # [D], said that it does not know
    survival: Floats  # [D]
    theory: Floats  # [D]
    injections: Floats  # [D], since the context was told, mean
    lift: Floats  # [D], of the retriever over a blind draw; NaN where nothing is searched

    def interval(self, samples: int) -> Floats:
        """[2, D], the 95 % Wilson interval of the share that was right."""
        bounds = [wilson(int(right), samples) for right in self.right]
        return np.array([[one.low for one in bounds], [one.high for one in bounds]], np.float32)


@dataclass(frozen=True)
class Retention:
    """An experiment as far as it is: facts told to fresh memories, and asked for after so many other contexts."""

    distances: Ints  # [D]
    samples: int  # done so far
    wanted: int
    seed: int
    tokens: int  # N, the pool's size
    written: int  # K
    kinds: tuple[Retained, ...]
