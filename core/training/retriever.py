"""Training the retriever, and reading with it.

A layer's selector should give the rows that carry the asked-about context a high score. It learns by binary cross-
entropy against who wrote each row, with the rest of the model frozen; then the model learns to read what is
retrieved.
"""

import random
from collections import defaultdict

import torch
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training import language
from core.training.batches import Corpus, Item, Pack, Span, current, pack, stack
from core.training.forward import Retrieve, Runner, read, write
from core.training.language import PACK_WIDTH, Result
from core.training.memories import NOBODY, Memories, Rows
from core.training.optimiser import Optimiser
from core.training.preset import Phase

POSITIVE_WEIGHT = 20.0  # a context's rows are few among all
TELLINGS = 2  # contexts told per step
QUESTIONS = 6  # per memory and step
CANDIDATES = 640  # rows scored per step


def optimiser(model: MemoryLlama) -> Optimiser:
    """For the selectors only."""
    return Optimiser([p for name, p in model.named_parameters() if ".selector." in name], [], muon_rate=0.03)


def train_step(
    model: MemoryLlama,
    memories: Memories,
    corpus: Corpus,
    phase: Phase,
    rng: random.Random,
    generator: torch.Generator,
    runner: Runner,
) -> Result:
    """One step of the selectors; leaves their gradients."""
    while True:
        tell(model, memories, corpus, phase, rng, generator, runner)
        if memories.told >= phase.reach and memories.told % TELLINGS == 0:
            break
    asked, owners = questions(memories, rng)
    with torch.no_grad():
        retrieve = reader(model, memories.store, asked) if phase.reads_store else None
        _, entered = read(model, memories.pool.tokens, asked.ids, asked.positions, asked.mask, retrieve, runner)
    prompts = prompt_means(asked, QUESTIONS)
    rows = candidates(memories, generator)
    total, found = torch.zeros((), device=rows.tokens.device), [0, 0]
    for index in range(len(model.layers)):
        scores = score(model, index, entered[index], rows.tokens[index], prompts).clamp(1e-5, 1 - 1e-5)
        wanted = (rows.owners[index][:, None] == owners[..., None]).float()  # [B, G, M]
        losses = -(POSITIVE_WEIGHT * wanted * scores.log() + (1 - wanted) * (1 - scores).log())
        real = (owners != NOBODY)[..., None] & (rows.serials[index] != NOBODY)[:, None]
        total = total + (losses * real).sum() / real.sum()
        right, possible = _recall(memories, scores.detach(), wanted, model.config.memory.retrieved)
        found = [found[0] + right, found[1] + possible]
    (total / len(model.layers)).backward()
    return Result(total.item() / len(model.layers), {"retrieved": (found[0], found[1])})


def joint_step(
    model: MemoryLlama,
    memories: Memories,
    corpus: Corpus,
    phase: Phase,
    rng: random.Random,
    generator: torch.Generator,
    runner: Runner,
) -> Result:
    """One step of reading and writing with long-term rows in the prefix, retrieved for each pack's first question."""
    while memories.told < phase.reach:
        tell(model, memories, corpus, phase, rng, generator, runner)
    lesson = language.prepare(phase, corpus, memories, model.config.memory.chunk_length, rng)
    retrieve = reader(model, memories.store, lesson.pack.to(memories.pool.tokens.device))
    return language.step(model, memories, lesson, phase, generator, runner, retrieve)


@torch.no_grad()
def tell(
    model: MemoryLlama,
    memories: Memories,
    corpus: Corpus,
    phase: Phase,
    rng: random.Random,
    generator: torch.Generator,
    runner: Runner,
) -> None:
    """One context into every memory, without gradient."""
    contexts = corpus.draw(rng, len(memories.history))
    ids = stack(contexts).to(memories.pool.tokens.device)
    fresh = write(model, memories.recent(model.config.memory.num_tokens), ids, runner)
    memories.update(fresh, ids.shape[1], generator)
    memories.remember(list(contexts), phase.reach)


def questions(memories: Memories, rng: random.Random) -> tuple[Pack, Tensor]:
    """Questions about contexts told at any distance, and the owner each asks for [B, G], NOBODY where there is none."""
    rows: list[list[Item]] = []
    for history in memories.history:
        valid = [(index, asked) for index, asked in enumerate(current(history)) if asked]
        chosen = rng.sample(valid, min(QUESTIONS, len(valid)))
        newest = memories.told - len(history)
        rows.append([Item(str(newest + i), q.prompt, q.answer) for i, q in ((i, rng.choice(a)) for i, a in chosen)])
    device = memories.pool.tokens.device
    asked = pack(rows, PACK_WIDTH).to(device)
    owners = torch.full((len(rows), QUESTIONS), NOBODY, device=device)
    for place, span in _numbered(asked):
        owners[span.row, place] = int(span.tag)
    return asked, owners


def prompt_means(asked: Pack, count: int) -> Tensor:
    """Weights [B, G, S] that average over the prompt of each of a row's first G questions; zero where there is none."""
    means = torch.zeros(asked.ids.shape[0], count, asked.ids.shape[1], device=asked.ids.device)
    for place, span in _numbered(asked):
        if place < count:
            means[span.row, place, span.start : span.first + 1] = 1 / (span.first + 1 - span.start)
    return means


def _numbered(asked: Pack) -> list[tuple[int, Span]]:
    """Every span with its number within its row."""
    seen: dict[int, int] = defaultdict(int)
    numbered = []
    for span in asked.spans:
        numbered.append((seen[span.row], span))
        seen[span.row] += 1
    return numbered


def score(model: MemoryLlama, index: int, hidden: Tensor, rows: Tensor, prompts: Tensor) -> Tensor:
    """How well memory rows match questions in one layer: mean over the prompt of sigmoid(query . key).

    Args:
        hidden: [B, S, d], rows entering the layer; rows: [B, M, d]; prompts: [B, G, S].

    Returns:
        [B, G, M].
    """
    layer = model.layers[index]
    assert layer.selector is not None
    queries = layer.selector.query(layer.input_layernorm(hidden))
    keys = layer.selector.key(layer.input_layernorm(rows))
    return prompts @ torch.sigmoid(queries @ keys.mT)


def reader(model: MemoryLlama, store: Rows, asked: Pack) -> Retrieve:
    """Retrieval from the store for the first question of every row, oldest row first."""
    budget = model.config.memory.retrieved
    prompts = prompt_means(asked, 1)

    @torch.no_grad()
    def retrieve(index: int, hidden: Tensor) -> Tensor:
        scores = score(model, index, hidden, store.tokens[index], prompts)[:, 0]
        chosen = scores.masked_fill(store.serials[index] == NOBODY, -1.0).topk(budget, dim=-1).indices
        order = store.serials[index].gather(1, chosen).argsort(-1)
        chosen = chosen.gather(1, order)
        tokens = store.tokens[index]
        return tokens.gather(1, chosen[..., None].expand(*chosen.shape, tokens.shape[-1]))

    return retrieve


def candidates(memories: Memories, generator: torch.Generator) -> Rows:
    """Rows to score in one step: some of store and pool, the same places in every layer and memory."""
    rows = memories.store.append(memories.pool)
    size = rows.owners.shape[2]
    index = torch.randperm(size, generator=generator)[:CANDIDATES].to(rows.owners.device)
    return Rows(rows.tokens[:, :, index], rows.owners[:, :, index], rows.serials[:, :, index])


def _recall(memories: Memories, scores: Tensor, wanted: Tensor, budget: int) -> tuple[int, int]:
    """Of the wanted candidates, how many are among the best, and how many there are.

    The budget shrinks with the candidates, so that the share is about that of a search through all rows.
    """
    size = memories.store.owners.shape[2] + memories.pool.owners.shape[2]
    best = scores.topk(max(1, budget * scores.shape[-1] // size), dim=-1).indices
    return int(wanted.gather(-1, best).sum()), int(wanted.sum())
