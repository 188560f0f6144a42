"""Lessons drawn from a small world, and memories that were told some of it."""

from __future__ import annotations

import random
from dataclasses import replace

import torch

from core.training.batches import Corpus
from core.training.memories import Memories
from core.training.preset import PHASES
from tests.training.conftest import SMALL

MEMORY = SMALL.memory  # chunks of 32, 16 rows each
JOINT = replace(next(p for p in PHASES if p.name == "honest"), batch=6, store=96, reach=4, aged=1.0, oldest=30)


def memories_that_were_told(corpus: Corpus, contexts: int, batch: int = 6) -> Memories:
    """Random rows, real histories."""
    torch.manual_seed(1)
    memories = Memories(SMALL.num_layers, batch, 64, SMALL.hidden_size, torch.device("cpu"), store=96)
    rng, generator = random.Random(2), torch.Generator().manual_seed(3)
    for _ in range(contexts):
        told = corpus.draw(rng, batch)
        fresh = torch.randn(SMALL.num_layers, batch, 16, SMALL.hidden_size)
        memories.update(fresh, len(told[0].tokens), generator)
        memories.remember(list(told), 64)
    return memories
