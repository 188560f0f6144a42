"""A quick look at how much a model in training recalls, on words that training never draws."""

import random

import torch

from core.model.llama import MemoryLlama
from core.training.batches import Corpus, Told, stack
from core.training.forward import read, write
from core.training.language import answer
from core.training.memories import Memories
from core.training.packs import Item, pack
from core.training.preset import PACK_WIDTH


@torch.no_grad()
def probe(model: MemoryLlama, corpus: Corpus, batch: int, seed: int) -> tuple[int, int]:
    """Exact match right after one injection into pools of held-out contexts: (right, asked)."""
    memory, device = model.config.memory, model.embed_tokens.weight.device
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    memories = Memories(model.config.num_layers, batch, memory.pool_size, model.config.hidden_size, device)
    contexts: list[Told] = []
    for _ in range(memory.num_blocks + 3):
        contexts = corpus.draw(rng, batch)
        ids = stack(contexts).to(device)
        memories.update(write(model, memories.recent(memory.num_tokens), ids), ids.shape[1], generator)
    rows = [[Item("fresh0", q.prompt, q.answer) for q in told.asked] for told in contexts]
    asked = pack(rows, PACK_WIDTH).to(device)
    hidden, _ = read(model, memories.pool.tokens, asked.ids, asked.positions, asked.mask)
    exact = answer(model, hidden, asked, corpus.unknown, doubt=0.0).exact
    return int(exact.sum()), len(exact)
