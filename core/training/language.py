"""Reading and writing: tell, age, ask, and learn from the answers."""

from collections import defaultdict
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training.ageing import aged_pool
from core.training.batches import IGNORED, Pack
from core.training.forward import Runner, read, write
from core.training.lessons import Lesson
from core.training.memories import Memories, either
from core.training.optimiser import Group, Optimiser
from core.training.preset import Phase

RESET_SHARE = 0.01
BEST_GUESS = 0.3  # of the loss of a wrong answer's first token that still pulls towards the right one
HISTORY = 64  # contexts each memory keeps note of
MUON_RATE = 0.007


@dataclass(frozen=True)
class Result:
    """Loss of a step and, by kind of question, how many were answered exactly: (right, asked)."""

    loss: float
    recall: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Aged:
    """What was told in a step, some injections later.

    fresh: J blocks [L, B, K, d]. lost: [J, L, B, K], rows the pool has dropped. pool: [L, B, N, d].
    """

    fresh: list[Tensor]
    lost: Tensor
    pool: Tensor


@dataclass(frozen=True)
class Answers:
    """loss: of the answers' tokens, with gradient. By span of the pack: whether all tokens are right (`exact`), and
    whether it begins as `unknown` does (`admitted`).
    """

    loss: Tensor
    exact: list[bool]
    admitted: list[bool]


def groups(model: MemoryLlama) -> tuple[list[Group], list[Tensor]]:
    """Everything but the retriever: the layers' matrices for Muon; embeddings, norms and memory vectors for AdamW."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in model.named_parameters():
        if ".selector." not in name:
            (matrices if name.startswith("layers.") and parameter.dim() == 2 else others).append(parameter)
    return [Group(matrices, MUON_RATE)], others


def optimiser(model: MemoryLlama, dtype: torch.dtype = torch.float32) -> Optimiser:
    """For everything but the retriever."""
    return Optimiser(*groups(model), dtype=dtype)


def train_step(
    model: MemoryLlama,
    memories: Memories,
    lesson: Lesson,
    phase: Phase,
    generator: torch.Generator,
    runner: Runner,
) -> Result:
    """One step on short-term memory alone; leaves gradients in the parameters and the fresh rows in the memories."""
    aged = tell(model, memories, lesson, generator, runner)
    asked = lesson.pack.to(aged.pool.device)
    hidden, _ = read(model, aged.pool, asked.ids, asked.positions, asked.mask, None, runner)
    answers = answer(model, hidden, asked, lesson.unknown, phase.doubt)
    answers.loss.backward()
    remember(memories, lesson, aged, generator)
    memories.reset(torch.rand(len(memories.history), generator=generator) < RESET_SHARE)
    return Result(answers.loss.item(), recall(asked, answers, lesson.ages))


def tell(model: MemoryLlama, memories: Memories, lesson: Lesson, generator: torch.Generator, runner: Runner) -> Aged:
    """Write the lesson's blocks, with gradient, and let them age.

    A block is written after the one before it or, if others came between, after what the memory held until then.
    """
    before = memories.recent(model.config.memory.num_tokens)
    fresh: list[Tensor] = []
    for ids, parted in zip(lesson.blocks, lesson.parted.to(before.device), strict=True):
        recent = torch.where(parted[None, :, None, None], before, fresh[-1]) if fresh else before
        fresh.append(write(model, recent, ids.to(before.device), runner))
    pool, lost = aged_pool(memories.pool.tokens, fresh, lesson.ages, generator)
    return Aged(fresh, lost, pool)


def answer(model: MemoryLlama, hidden: Tensor, asked: Pack, unknown: tuple[int, ...], doubt: float) -> Answers:
    """Cross-entropy of the answers, and of admitting that an answer is lost.

    Whoever would answer a question wrongly should say so: the first token of such an answer is pulled towards the one
    that begins `unknown` by `doubt`, and less towards the right one. What is expected thus follows what the model can
    still make out, not how much of a context is left. The best guess counts for this, not an admission itself.

    Args:
        hidden: [B, S, d] last hidden rows.
        unknown: tokens of "I do not know."
    """
    answered = asked.labels != IGNORED
    logits, labels, weights = model.lm_head(hidden[answered]).float(), asked.labels[answered], asked.weights[answered]
    losses = F.cross_entropy(logits, labels, reduction="none")
    # flat number of every answered place
    place = answered.flatten().cumsum(0).sub(1).view_as(answered).cpu()
    best = logits.argmax(-1)
    hits = (best == labels).cpu()
    spans = [slice(int(place[s.row, s.first]), int(place[s.row, s.end - 1]) + 1) for s in asked.spans]
    exact = [bool(hits[span].all()) for span in spans]
    admitted = (best[[span.start for span in spans]] == unknown[0]).tolist()
    if doubt:
        told = [span for span, s in zip(spans, asked.spans, strict=True) if s.tag not in ("unknown", "drill")]
        firsts = torch.tensor([span.start for span in told], dtype=torch.long)
        guesses = logits.detach()[firsts].index_fill(1, torch.tensor(unknown[0], device=logits.device), float("-inf"))
        guessed = (guesses.argmax(-1) == labels[firsts]).cpu()
        wrong = [not g or not bool(hits[s.start + 1 : s.stop].all()) for g, s in zip(guessed, told, strict=True)]
        lost = firsts[torch.tensor(wrong, dtype=torch.bool)].to(losses.device)
        towards = F.cross_entropy(logits[lost], torch.full_like(labels[lost], unknown[0]), reduction="none")
        losses = losses.index_add(0, lost, doubt * towards + (BEST_GUESS - 1) * losses[lost])
    return Answers((losses * weights).sum() / weights.sum().clamp(min=1e-6), exact, admitted)


def remember(memories: Memories, lesson: Lesson, aged: Aged, generator: torch.Generator) -> None:
    """Inject what was told into the memories that the next steps go on with."""
    count = aged.fresh[0].shape[2]
    until_now = memories.pool.newest(count)
    for rows, ids, contexts, parted in zip(aged.fresh, lesson.blocks, lesson.contexts, lesson.parted, strict=True):
        before = either(parted, until_now, memories.pool.newest(count))
        memories.update(rows.detach(), ids.shape[1], generator, before)
        memories.remember(contexts, HISTORY)


def recall(asked: Pack, answers: Answers, ages: Tensor) -> dict[str, tuple[int, int]]:
    """(right, asked) by the age of what is asked about; "two hops" and "admitted" count over all ages, the latter
    those who say so among all that could not answer.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for span, hit, admitted in zip(asked.spans, answers.exact, answers.admitted, strict=True):
        name = span.tag
        if name.startswith(("old", "fresh")) and not hit:
            counts["admitted"][0] += admitted
            counts["admitted"][1] += 1
        if span.item.hops == 2:
            counts["two hops"][0] += hit
            counts["two hops"][1] += 1
        if name.startswith("fresh"):
            age = int(ages[int(name.removeprefix("fresh")), span.row])
            name = "age 0" if age == 0 else "age 1" if age == 1 else "age 2-5" if age <= 5 else "age 6+"
        counts[name][0] += hit
        counts[name][1] += 1
    return {name: (right, total) for name, (right, total) in counts.items()}
