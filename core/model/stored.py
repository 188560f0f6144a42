"""What reading makes of long-term rows, keys before rotation and values, kept on the host beside their vectors.

A question fetches them instead: with grouped key heads they are half as many bytes as the vectors are, on a bus that a
first token on a GPU waits for most of the time, and need not be projected again. They only follow from vectors and
weights. Rounding depends on how many rows a product has, so it always has `BLOCK`: rows are the same bits whether they
were dropped now or come from a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from core.memory.parts import Parts, on_host
from core.memory.state import LongTermLayer, MemoryState
from core.model.pieces import in_pieces
from core.model.room import free_bytes

if TYPE_CHECKING:
    from core.model.llama import MemoryLayer, MemoryLlama

BLOCK = 256
"""Rows that are projected at a time."""

SHARE = 0.5
"""Part of the host's free memory that may be taken for it at once."""


def read_rows(layer: MemoryLayer, rows: Tensor) -> Tensor:
    """Keys before rotation and values of rows [S, d] on any device: [S, 2 * Hkv * hd], where the layer computes."""
    device = layer.input_layernorm.weight.device
    found = [_block(layer, block.to(device)) for block in rows.split(BLOCK)]
    return torch.cat(found) if found else rows.new_empty(0)


def _block(layer: MemoryLayer, rows: Tensor) -> Tensor:
    keys, values = layer.keys_and_values(F.pad(rows, (0, 0, 0, BLOCK - len(rows))) if len(rows) < BLOCK else rows)
    both = torch.cat((keys, values)).transpose(0, 1).flatten(1)
    return both[: len(rows)]


@torch.inference_mode()
def with_read_rows(network: MemoryLlama, memory: MemoryState) -> MemoryState:
    """The same memory with this kept beside its long-term vectors, where prompts are read in pieces and the host has
    room for it.
    """
    stored = memory.long_term
    if stored is None or not in_pieces(network):
        return memory
    config, count = network.config, sum(map(len, (*stored.store, *stored.pending)))
    width = 2 * config.num_kv_heads * config.head_dim
    size = width * count * network.embed_tokens.weight.element_size()
    if width > config.hidden_size or size > SHARE * free_bytes(torch.device("cpu")):
        return memory

    def kept(layers: Sequence[LongTermLayer]) -> tuple[LongTermLayer, ...]:
        return tuple(replace(some, read_parts=_read(network, i, some.token_parts)) for i, some in enumerate(layers))

    return replace(memory, long_term=replace(stored, store=kept(stored.store), pending=kept(stored.pending)))


def _read(network: MemoryLlama, index: int, parts: Parts) -> Parts:
    width = 2 * network.config.num_kv_heads * network.config.head_dim
    tensors = tuple(on_host(read_rows(network.layers[index], rows)) for rows in parts.tensors if len(rows))
    return Parts(tensors or (parts.tensors[0].new_empty(0, width),))


def are_kept(layers: Sequence[LongTermLayer]) -> bool:
    """Whether all of these layers' rows have it."""
    return all(layer.read_parts is not None for layer in layers)
