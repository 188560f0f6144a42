"""One training step of reading and writing: tell, age, ask, and learn from the answers."""

import random
from collections import defaultdict
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training.ageing import aged_pool, draw_ages
from core.training.batches import IGNORED, Corpus, Item, Pack, Told, current, drill, pack, stack
from core.training.forward import Retrieve, Runner, read, write
from core.training.memories import Memories
from core.training.optimiser import Optimiser
from core.training.preset import Phase

PACK_WIDTH = 96
OLD_WEIGHT = 0.7
RESET_SHARE = 0.01
DRILL_VOCABULARY = 2048  # the rarest merges are left out
BLOCKS = 2  # contexts told per step, with gradient from the second to the first


@dataclass(frozen=True)
class Result:
    """Loss of a step and, by kind of question, how many were answered exactly: (right, asked)."""

    loss: float
    recall: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Lesson:
    """What a step tells and asks. `contexts` holds what each memory will remember per block, None for drills."""

    blocks: list[Tensor]  # J of [B, n]
    contexts: list[list[Told | None]]
    pack: Pack


def optimiser(model: MemoryLlama) -> Optimiser:
    """For everything but the retriever: Muon on the layers' matrices, AdamW on embeddings, norms and memory vectors."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in model.named_parameters():
        if ".selector." not in name:
            (matrices if name.startswith("layers.") and parameter.dim() == 2 else others).append(parameter)
    return Optimiser(matrices, others)


def train_step(
    model: MemoryLlama,
    memories: Memories,
    corpus: Corpus,
    phase: Phase,
    rng: random.Random,
    generator: torch.Generator,
    runner: Runner,
) -> Result:
    """One step on short-term memory alone."""
    lesson = prepare(phase, corpus, memories, model.config.memory.chunk_length, rng)
    return step(model, memories, lesson, phase, generator, runner)


def prepare(phase: Phase, corpus: Corpus, memories: Memories, chunk: int, rng: random.Random) -> Lesson:
    """Choose contexts and questions for one step.

    Every question about a fresh context is asked, as long as nothing newer contradicts it, and one about an older
    context.
    """
    batch = len(memories.history)
    long = rng.random() < phase.long
    if long:
        contexts = corpus.draw(rng, batch, long=True)
        blocks = [stack(contexts, 0, chunk), stack(contexts, chunk)]
        told: list[list[Told | None]] = [[None] * batch, list(contexts)]
    else:
        drawn = [corpus.draw(rng, batch) for _ in range(BLOCKS)]
        blocks = [stack(contexts) for contexts in drawn]
        told = [list(contexts) for contexts in drawn]
    drilled = 0 if long else int(batch * phase.drills)
    rows = []
    for row in range(batch):
        if row < drilled:
            rows.append(_drill(row, blocks, told, rng))
        else:
            rows.append(_questions(row, told, memories.history[row], phase.reach, rng))
    return Lesson(blocks, told, pack(rows, PACK_WIDTH))


def _drill(row: int, blocks: list[Tensor], told: list[list[Told | None]], rng: random.Random) -> list[Item]:
    """Replace what a memory is told by random tokens."""
    items = []
    for block, contexts in zip(blocks, told, strict=True):
        contexts[row] = None
        if block.shape[1] > 4:
            tokens, item = drill(rng, block.shape[1], DRILL_VOCABULARY)
            block[row] = torch.tensor(tokens)
            items.append(item)
    return items


def _questions(
    row: int, told: list[list[Told | None]], history: list[Told], reach: int, rng: random.Random
) -> list[Item]:
    fresh = [contexts[row] or Told((), ()) for contexts in told]
    reachable = history[-reach:]
    valid = current([*reachable, *fresh])
    items = []
    for back, questions in enumerate(reversed(valid[len(reachable) :])):
        items += [Item(f"fresh{len(fresh) - 1 - back}", q.prompt, q.answer) for q in questions]
    rng.shuffle(items)
    old = [questions for questions in valid[: len(reachable)] if questions]
    if old:
        question = rng.choice(rng.choice(old))
        items.insert(0, Item("old", question.prompt, question.answer, OLD_WEIGHT))
    return items


def step(
    model: MemoryLlama,
    memories: Memories,
    lesson: Lesson,
    phase: Phase,
    generator: torch.Generator,
    runner: Runner,
    retrieve: Retrieve | None = None,
) -> Result:
    """Tell, age, ask; leaves the gradients in the parameters and the fresh rows in the memories."""
    kept, device = model.config.memory.num_tokens, model.embed_tokens.weight.device
    recent, fresh = memories.recent(kept), []
    for ids in lesson.blocks:
        recent = write(model, recent, ids.to(device), runner)
        fresh.append(recent)
    ages = draw_ages(len(fresh), len(memories.history), phase.aged, phase.oldest, generator)
    pool = aged_pool(memories.pool.tokens, fresh, ages, generator)
    asked = lesson.pack.to(device)
    hidden, _ = read(model, pool, asked.ids, asked.positions, asked.mask, retrieve, runner)
    answered = asked.labels != IGNORED
    logits, labels, weights = model.lm_head(hidden[answered]), asked.labels[answered], asked.weights[answered]
    losses = F.cross_entropy(logits, labels, reduction="none")
    loss = (losses * weights).sum() / weights.sum()
    loss.backward()
    for rows, ids, contexts in zip(fresh, lesson.blocks, lesson.contexts, strict=True):
        memories.update(rows.detach(), ids.shape[1], generator)
        memories.remember(contexts, phase.reach)
    if not phase.store:
        memories.reset(torch.rand(len(memories.history), generator=generator) < RESET_SHARE)
    right = torch.zeros_like(answered)
    right[answered] = logits.argmax(-1) == labels
    return Result(loss.item(), _recall(asked, right, ages))


def exact(asked: Pack, right: Tensor) -> list[bool]:
    """Whether all tokens of each span are right, from [B, S] token by token."""
    return [bool(right[s.row, s.first : s.end].all()) for s in asked.spans]


def _recall(asked: Pack, right: Tensor, ages: Tensor) -> dict[str, tuple[int, int]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for span, hit in zip(asked.spans, exact(asked, right), strict=True):
        name = span.tag
        if name.startswith("fresh"):
            age = int(ages[int(name.removeprefix("fresh")), span.row])
            name = "age 0" if age == 0 else "age 1" if age == 1 else "age 2-5" if age <= 5 else "age 6+"
        counts[name][0] += hit
        counts[name][1] += 1
    return {name: (right, total) for name, (right, total) in counts.items()}


@torch.no_grad()
def probe(model: MemoryLlama, corpus: Corpus, batch: int, seed: int, runner: Runner) -> tuple[int, int]:
    """Exact match right after one injection into pools of held-out contexts: (right, asked)."""
    memory, device = model.config.memory, model.embed_tokens.weight.device
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    memories = Memories(model.config.num_layers, batch, memory.pool_size, model.config.hidden_size, device)
    contexts: list[Told] = []
    for _ in range(memory.num_blocks + 3):
        contexts = corpus.draw(rng, batch)
        ids = stack(contexts).to(device)
        memories.update(write(model, memories.recent(memory.num_tokens), ids, runner), ids.shape[1], generator)
    rows = [[Item("fresh0", q.prompt, q.answer) for q in told.asked] for told in contexts]
    asked = pack(rows, PACK_WIDTH).to(device)
    hidden, _ = read(model, memories.pool.tokens, asked.ids, asked.positions, asked.mask, None, runner)
    hits = exact(asked, model.lm_head(hidden).argmax(-1) == asked.labels)
    return sum(hits), len(hits)
