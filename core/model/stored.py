"""What reading makes of long-term rows, keys before rotation and values, kept on the host beside their vectors.

A question takes them instead and need not project them again; from the host to a GPU, which a first token waits for
most of the time, with grouped key heads they are half as many bytes as the vectors are. They only follow from vectors
and weights, to the bit (see `projected.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from core.memory.parts import Parts, on_host
from core.memory.state import LongTermLayer, MemoryState
from core.model.pieces import in_pieces
from core.model.projected import read_rows, row_width
from core.model.recorded import stays
from core.model.room import free_bytes

if TYPE_CHECKING:
    from core.model.llama import MemoryLlama

SHARE = 0.5
"""Part of the host's free memory that may be taken for it at once."""


@torch.inference_mode()
def with_read_rows(network: MemoryLlama, memory: MemoryState) -> MemoryState:
    """The same memory with this kept beside its long-term vectors, where it saves time and the host has room for it."""
    stored = memory.long_term
    if stored is None or not _pays(network):
        return memory
    config, count = network.config, sum(map(len, (*stored.store, *stored.pending)))
    width = row_width(config)
    size = width * count * network.embed_tokens.weight.element_size()
    if width > config.hidden_size or size > SHARE * free_bytes(torch.device("cpu")):
        return memory

    def kept(layers: Sequence[LongTermLayer]) -> tuple[LongTermLayer, ...]:
        return tuple(replace(some, read_parts=_read(network, i, some.token_parts)) for i, some in enumerate(layers))

    return replace(memory, long_term=replace(stored, store=kept(stored.store), pending=kept(stored.pending)))


def _pays(network: MemoryLlama) -> bool:
    """Whether all layers stay on a CPU, or where prompts are read in pieces."""
    return in_pieces(network) or (network.embed_tokens.weight.device.type == "cpu" and stays(network))


def _read(network: MemoryLlama, index: int, parts: Parts) -> Parts:
    width = row_width(network.config)
    tensors = tuple(on_host(read_rows(network.layers[index], rows)) for rows in parts.tensors if len(rows))
    return Parts(tensors or (parts.tensors[0].new_empty(0, width),))


def are_kept(layers: Sequence[LongTermLayer]) -> bool:
    """Whether all of these layers' rows have it."""
    return all(layer.read_parts is not None for layer in layers)
