"""Training reads and writes exactly as inference does."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import torch

from core.memory.parts import Parts
from core.model import reading, writing
from core.model.llama import MemoryLlama, retriever_rows
from core.training.forward import read, write
from core.training.joint import Search
from core.training.language import Aged
from core.training.lessons import Lesson
from core.training.memories import Memories, Rows
from core.training.packs import Item, pack
from tests.models import random_memory, random_network
from tests.training.conftest import SMALL

close = partial(torch.testing.assert_close, atol=5e-5, rtol=5e-5)


@pytest.mark.parametrize("length", [1, 5, 15, 16, 17, 32])
def test_write(length: int) -> None:
    network, memories = random_network(SMALL), [random_memory(SMALL, seed=seed) for seed in (1, 2)]
    ids = torch.randint(3, SMALL.vocab_size, (2, length))
    recent = torch.stack([memory.short_term.tokens[:, -16:] for memory in memories], dim=1)
    fresh = write(network, recent, ids)
    for row, memory in enumerate(memories):
        close(fresh[:, row], writing.new_tokens(network, memory, ids[row]))


def test_read_from_short_term_memory() -> None:
    network, memory = random_network(SMALL), random_memory(SMALL).without_long_term()
    ids = torch.randint(3, SMALL.vocab_size, (9,))
    mask = torch.ones(9, 9, dtype=torch.bool).tril()[None, None]
    hidden, _ = read(network, memory.short_term.tokens[:, None], ids[None], torch.arange(9)[None], mask)
    close(network.lm_head(hidden)[0], reading.read(network, memory, ids).logits)


def test_read_with_retrieval() -> None:
    """The long-term rows that training retrieves for a prompt are those that inference retrieves, in its order."""
    network, memory = random_network(SMALL), random_memory(SMALL, store=60)
    assert memory.long_term is not None
    ages = torch.arange(59, -1, -1, dtype=torch.int32)  # in training the store is in the order of writing
    store = tuple(
        replace(layer, ages_then=ages, key_parts=Parts.of(_keys(network, i, layer.tokens)))
        for i, layer in enumerate(memory.long_term.store)
    )
    memory = replace(memory, long_term=replace(memory.long_term, store=store))
    memories = Memories(SMALL.num_layers, 1, 64, SMALL.hidden_size, torch.device("cpu"), store=60)
    serials = torch.arange(60).expand(SMALL.num_layers, 1, 60)
    memories.store = Rows(torch.stack([layer.tokens for layer in store])[:, None], serials, serials, serials)
    asked = pack([[Item("old", (5, 6, 7, 8), (9,))]], width=4)  # its ids are the prompt alone
    fresh = torch.randn(SMALL.num_layers, 1, 16, SMALL.hidden_size)
    pool = memory.short_term.tokens[:, None]
    kept = torch.zeros(1, SMALL.num_layers, 1, 16, dtype=torch.bool)  # nothing of what was told just now is lost
    aged = Aged([fresh], kept, pool)
    lesson = Lesson([torch.zeros(1, 16)], [[None]], torch.zeros(1, 1), torch.zeros(1) > 0, asked, (1,))
    retrieve = Search(network, memories, lesson, aged, asked).retrieve
    hidden, _ = read(network, pool, asked.ids, asked.positions, asked.mask, retrieve)
    logits = reading.read(network, memory, torch.tensor([5, 6, 7, 8])).logits
    close(network.lm_head(hidden)[0], logits)


def _keys(network: MemoryLlama, layer: int, rows: torch.Tensor) -> torch.Tensor:
    return retriever_rows(network.layers[layer], rows, "key")
