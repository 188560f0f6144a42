"""Reading and writing: tell, age, ask, and learn from the answers."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training.ageing import aged_pool
from core.training.forward import Runner, read, write
from core.training.lessons import Lesson
from core.training.memories import HISTORY, Memories, either
from core.training.optimiser import Group, Optimiser
from core.training.packs import KINDS, Pack, sent
from core.training.preset import Phase

BEST_GUESS = 0.3  # of the loss of a wrong answer's first token that still pulls towards the right one
MUON_RATE = 0.007


COUNTED = ("age 0", "age 1", "age 2-5", "age 6+", "old", "unknown", "drill", "two hops", "admitted")
"""What answers are counted by: first the age of what is asked about. "two hops" and "admitted" count over all ages, the
latter those who say so among all that could not answer.
"""
AGES = (1, 2, 6)  # where the next of the ages begins


@dataclass(frozen=True)
class Result:
    """Loss of a step, and right and asked answers by kind; where the model is, so that nobody waits for them."""

    loss: Tensor
    recall: dict[str, Tensor]  # [2] each


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
    """loss: of the answers' tokens, with gradient. By question of the pack, bool [n]: whether all tokens are right
    (`exact`), and whether it begins as `unknown` does (`admitted`).
    """

    loss: Tensor
    exact: Tensor
    admitted: Tensor


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
    return Result(answers.loss.detach(), recall(asked, answers, lesson.ages))


def tell(model: MemoryLlama, memories: Memories, lesson: Lesson, generator: torch.Generator, runner: Runner) -> Aged:
    """Write the lesson's blocks, with gradient, and let them age.

    A block is written after the one before it or, if others came between, after what the memory held until then.
    """
    before = memories.recent(model.config.memory.num_tokens)
    fresh: list[Tensor] = []
    for ids, parted in zip(lesson.blocks, sent(lesson.parted, before.device), strict=True):
        recent = torch.where(parted[None, :, None, None], before, fresh[-1]) if fresh else before
        fresh.append(write(model, recent, sent(ids, before.device), runner))
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
    known, device = asked.questions, hidden.device
    lengths = known.end - known.first
    of = torch.arange(len(known)).repeat_interleave(lengths)  # question of every answered place
    heads = lengths.cumsum(0) - lengths  # its first one
    places = (known.row * asked.ids.shape[1] + known.first - heads)[of] + torch.arange(len(of))
    told = ((known.kind != KINDS.index("unknown")) & (known.kind != KINDS.index("drill"))).nonzero()[:, 0]
    of, heads, places, told = (sent(index, device) for index in (of, heads, places, told))
    logits = model.lm_head(hidden.flatten(0, 1).index_select(0, places)).float()
    labels, weights = asked.labels.flatten()[places], asked.weights.flatten()[places]
    losses = F.cross_entropy(logits, labels, reduction="none")
    best = logits.argmax(-1)
    missed = (best != labels).long()
    misses = torch.zeros_like(heads).index_add_(0, of, missed)
    if doubt:
        firsts = heads[told]
        begun, first_labels = logits.index_select(0, firsts), labels[firsts]
        guesses = begun.detach().index_fill(1, torch.full((1,), unknown[0], device=device), float("-inf"))
        rest = misses[told] - missed[firsts]
        wrong = (guesses.argmax(-1) != first_labels) | (rest > 0)
        towards = F.cross_entropy(begun, torch.full_like(first_labels, unknown[0]), reduction="none")
        pulled = doubt * towards + (BEST_GUESS - 1) * losses.index_select(0, firsts)
        losses = losses.index_add(0, firsts, pulled * wrong)
    loss = (losses * weights).sum() / weights.sum().clamp(min=1e-6)
    return Answers(loss, misses == 0, best[heads] == unknown[0])


def remember(memories: Memories, lesson: Lesson, aged: Aged, generator: torch.Generator) -> None:
    """Inject what was told into the memories that the next steps go on with, and blank those that begin anew."""
    count = aged.fresh[0].shape[2]
    until_now = memories.pool.newest(count)
    parted = sent(lesson.parted, aged.pool.device)
    for number, (rows, ids) in enumerate(zip(aged.fresh, lesson.blocks, strict=True)):
        before = either(parted[number], until_now, memories.pool.newest(count))
        memories.update(rows.detach(), ids.shape[1], generator, before)
    for contexts in lesson.contexts:
        memories.remember(contexts, HISTORY)
    if lesson.pickled:
        memories.remember_pickled(lesson.pickled, HISTORY)
    if lesson.blanked.any():
        memories.reset(lesson.blanked)


def recall(asked: Pack, answers: Answers, ages: Tensor) -> dict[str, Tensor]:
    """Right and asked answers by kind, int64 [2] each; see `COUNTED`."""
    known, device = asked.questions, answers.exact.device
    block = known.kind - KINDS.index("fresh0")
    age = torch.bucketize(ages[block.clamp(min=0), known.row].long(), torch.tensor(AGES), right=True)
    others = [COUNTED.index(name) for name in ("unknown", "drill", "old")]
    place = torch.where(block >= 0, age, torch.tensor([*others, len(COUNTED)])[known.kind.clamp(max=len(others))])
    place = torch.where(known.kind >= 0, place, len(COUNTED))  # others are not counted
    masks = [(place == number) for number in range(COUNTED.index("two hops"))]
    counted = sent(torch.stack([*masks, known.hops == 2, known.kind >= KINDS.index("old")]).long(), device)
    right = counted * answers.exact
    lost = counted[-1] * ~answers.exact  # of what was told
    right = torch.cat((right[:-1].sum(1), (lost * answers.admitted).sum()[None]))
    total = torch.cat((counted[:-1].sum(1), lost.sum()[None]))
    return dict(zip(COUNTED, torch.stack((right, total), dim=1), strict=True))
