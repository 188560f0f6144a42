"""Reading memory: a prompt pass over bos, long-term, short-term and prompt rows, and decoding after it.

Semantics A, F and G of the original: the prefix is built once per prompt and stays in the cache while decoding.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.memory.retriever import Retrieval, retrieve
from core.memory.state import MemoryState
from core.model.attention import causal_mask
from core.model.llama import MemoryLayer, MemoryLlama, Past
from core.model.taps import tap


class Prefix(NamedTuple):
    """The memory rows of one layer, in the order they are read."""

    rows: Tensor  # [P, d]
    positions: Tensor  # [P] int64; rank in the whole memory, so forgotten tokens leave gaps
    bos: int  # 1 if the first row is the bos vector
    retrieval: Retrieval | None  # the R rows after it
    ranks: Tensor  # [P - bos - R] int64, ranks in the pool of the rows after those
    end: int  # position of the first prompt row


class Cache(NamedTuple):
    """Keys and values of everything read so far; `position` is that of the next row."""

    layers: tuple[Past, ...]
    position: int


class Reading(NamedTuple):
    """What the model made of some tokens."""

    logits: Tensor  # [n, V]
    cache: Cache


@torch.inference_mode()
def read(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> Reading:
    """Read a prompt with the memory before it.

    Args:
        input_ids: [n] int64, on the model's device.
    """
    hidden = network.embed_tokens(input_ids)[None]
    count = input_ids.shape[0]
    pasts: list[Past] = []
    position = 0
    for index, layer in enumerate(network.layers):
        tap("hidden", index, hidden[0])
        prefix = build_prefix(network, memory, index, hidden[0])
        tap("prefix", index, prefix)
        position = prefix.end + count
        positions = torch.cat((prefix.positions, torch.arange(prefix.end, position)))
        cos, sin = network.rotary(positions[None].to(hidden.device))
        mask = causal_mask(count, positions.shape[0], hidden.device)
        output = layer(hidden, prefix.rows[None], cos, sin, mask, "read")
        tap("attention", index, output)
        hidden = output.hidden
        pasts.append(Past(output.keys, output.values))
    return Reading(_logits(network, hidden), Cache(tuple(pasts), position))


@torch.inference_mode()
def decode(network: MemoryLlama, cache: Cache, input_ids: Tensor) -> Reading:
    """Read m more tokens after what is in the cache; the memory is not searched again.

    Args:
        input_ids: [m] int64.
    """
    hidden = network.embed_tokens(input_ids)[None]
    count = input_ids.shape[0]
    positions = torch.arange(cache.position, cache.position + count, device=hidden.device)
    cos, sin = network.rotary(positions[None])
    pasts: list[Past] = []
    for index, (layer, past) in enumerate(zip(network.layers, cache.layers, strict=True)):
        tap("hidden", index, hidden[0])
        mask = causal_mask(count, past.keys.shape[2] + count, hidden.device)
        output = layer(hidden, None, cos, sin, mask, "read", past)
        tap("attention", index, output)
        hidden = output.hidden
        pasts.append(Past(output.keys, output.values))
    return Reading(_logits(network, hidden), Cache(tuple(pasts), cache.position + count))


def build_prefix(network: MemoryLlama, memory: MemoryState, index: int, hidden: Tensor) -> Prefix:
    """The memory rows that layer `index` reads for a prompt whose rows [n, d] enter it."""
    nothing = torch.empty(0, dtype=torch.long)
    if not memory.initialized:
        return Prefix(hidden[:0], nothing, 0, None, nothing, 0)
    parts, positions, end = [], [], 0
    if network.bos_embedding is not None:
        parts.append(network.bos_embedding[index].to(hidden.device))
        positions.append(torch.zeros(1, dtype=torch.long))
        end = 1
    bos = end
    retrieval = None
    if memory.long_term is not None:
        retrieval = retrieve(
            retriever_rows(network.layers[index], hidden, "query"),
            memory.long_term.store[index],
            memory.long_term.pending[index],
            network.config.memory.retrieved,
        )
        parts.append(retrieval.tokens.to(hidden.device))
        positions.append(torch.arange(end, end + len(retrieval.order)))
        end += len(retrieval.order)
    pool = memory.short_term
    ranks = (~pool.forgotten[index]).nonzero()[:, 0]
    parts.append(pool.tokens[index][ranks.to(pool.tokens.device)].to(hidden.device))
    positions.append(end + ranks)
    return Prefix(torch.cat(parts), torch.cat(positions), bos, retrieval, ranks, end + pool.tokens.shape[1])


def retriever_rows(layer: MemoryLayer, rows: Tensor, kind: str) -> Tensor:
    """Retriever queries (of prompt rows) or keys (of memory tokens): [..., d] -> [..., h], on the layer's device."""
    assert layer.selector is not None
    norm = layer.input_layernorm.weight
    if not norm.is_meta:  # a layer that waits on the host fetches rows itself
        rows = rows.to(norm.device)
    projector = layer.selector.query if kind == "query" else layer.selector.key
    return projector(layer.input_layernorm(rows))


def _logits(network: MemoryLlama, hidden: Tensor) -> Tensor:
    normed = network.norm(hidden[0])
    tap("hidden", len(network.layers), normed)
    return network.lm_head(normed)
