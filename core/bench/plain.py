"""The original's way over the same weights: memory is concatenated, projected and scored anew for every prompt, every
pass copies what came before, and injecting computes logits that nobody reads.

A layer is written with the parts that transformers' Llama has (norm, rotary embedding, eager attention over repeated
key heads; on a GPU its sdpa, because the original runs with a fused kernel there), and the two adapters stand beside
the weights and are multiplied apart. It gives the same numbers as `core.model.reading` and `writing` (tests compare
them); only benchmarks use it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb, repeat_kv

from core.memory import long_term, short_term
from core.memory.parts import joined
from core.memory.retriever import by_age
from core.memory.state import MemoryState
from core.model.adapters import PROJECTIONS, Adapter, Projection
from core.model.attention import causal_mask
from core.model.checkpoint import blank
from core.model.llama import MemoryLayer, MemoryLlama, retriever_rows
from core.model.writing import written


class PlainReading(NamedTuple):
    """Logits [n, V], and keys and values of everything read, per layer [1, Hkv, T, hd] each."""

    logits: Tensor
    pasts: list[tuple[Tensor, Tensor]]


class LowRank(NamedTuple):
    """One adapter of a projection, scale included: W + up @ down."""

    down: Tensor  # [r, in]
    up: Tensor  # [out, r]


class Unfolded(Projection):
    """A projection whose adapters are not folded: `weight` is the base, one adapter is added on every pass."""

    def __init__(self, base: Tensor, adapters: dict[Adapter, LowRank]) -> None:
        nn.Module.__init__(self)
        self.weight = nn.Parameter(base, requires_grad=False)
        self.adapters = adapters

    def forward(self, rows: Tensor, adapter: Adapter = "read") -> Tensor:  # type: ignore[override]
        down, up = self.adapters[adapter]
        return F.linear(rows, self.weight) + F.linear(F.linear(rows, down), up)


def unfolded(network: MemoryLlama) -> MemoryLlama:
    """The same model in the original's layout: weights row by row, its adapters apart.

    The write correction of a folded projection is (write, -read) in a row; the base is what is left without the
    read adapter.
    """
    other = blank(network.config)
    other.load_state_dict({name: value.contiguous() for name, value in network.state_dict().items()}, assign=True)
    if network.config.tie_word_embeddings:
        other.lm_head.weight = other.embed_tokens.weight
    other.rotary_to(network.embed_tokens.weight.device)
    other.set_backend(network.layers[0].backend)
    other.eval().requires_grad_(False)
    if network.config.lora is None or not network.config.lora.read_adapter:
        return other
    rank = network.config.lora.rank
    for layer in other.layers:
        for name in PROJECTIONS:
            folded = getattr(layer, name)
            if folded.down is None:
                continue
            write = LowRank(folded.down[:rank], folded.up[:, :rank])
            reading = LowRank(folded.down[rank:], -folded.up[:, rank:])
            base = folded.weight - reading.up @ reading.down
            setattr(layer, name, Unfolded(base, {"write": write, "read": reading}))
    return other


class LayerOutput(NamedTuple):
    """The rows [n, d] that go on, and keys and values of all rows [1, Hkv, T, hd]."""

    hidden: Tensor
    keys: Tensor
    values: Tensor


def run_layer(
    network: MemoryLlama,
    layer: MemoryLayer,
    hidden: Tensor,
    prefix: Tensor,
    adapter: Adapter,
    past: tuple[Tensor, Tensor] | None = None,
) -> LayerOutput:
    """One layer over [past][prefix][hidden].

    Args:
        hidden: [n, d], rows that go on. prefix: [P, d], rows that only give keys and values.
    """
    rows, count = torch.cat((prefix, hidden)), hidden.shape[0]
    before = past[0].shape[2] if past else 0
    cos, sin = network.rotary(torch.arange(before, before + rows.shape[0], device=rows.device)[None])
    normed = norm(rows, layer.input_layernorm)
    queries = _heads(layer.q_proj(normed[-count:], adapter), layer.head_dim)
    keys = _heads(layer.k_proj(normed, adapter), layer.head_dim)
    values = _heads(layer.v_proj(normed, adapter), layer.head_dim)
    queries, _ = apply_rotary_pos_emb(queries, queries[:, :0], cos[:, -count:], sin[:, -count:])
    _, keys = apply_rotary_pos_emb(keys[:, :0], keys, cos, sin)
    if past:
        keys, values = torch.cat((past[0], keys), dim=2), torch.cat((past[1], values), dim=2)
    mask = causal_mask(count, keys.shape[2], rows.device)
    groups = queries.shape[1] // keys.shape[1]
    all_keys, all_values = repeat_kv(keys, groups), repeat_kv(values, groups)
    if rows.is_cuda:
        attended = F.scaled_dot_product_attention(queries, all_keys, all_values, attn_mask=mask)
    else:
        scores = torch.matmul(queries, all_keys.transpose(2, 3)) * layer.head_dim**-0.5
        if mask is not None:
            scores = scores + torch.zeros_like(mask, dtype=scores.dtype).masked_fill(~mask, float("-inf"))
        weights = F.softmax(scores, dim=-1, dtype=torch.float32).to(queries.dtype)
        attended = torch.matmul(weights, all_values)
    hidden = hidden + layer.o_proj(attended.transpose(1, 2).flatten(2)[0], adapter)
    normed = norm(hidden, layer.post_attention_layernorm)
    gated = F.silu(layer.gate_proj(normed, adapter)) * layer.up_proj(normed, adapter)
    return LayerOutput(hidden + layer.down_proj(gated, adapter), keys, values)


def norm(rows: Tensor, module: nn.RMSNorm) -> Tensor:
    """Root-mean-square norm in float32, as Llama's."""
    wide = rows.float()
    scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + (module.eps or 0.0))
    return module.weight * (wide * scale).to(rows.dtype)


def _heads(rows: Tensor, size: int) -> Tensor:
    return rows.view(1, rows.shape[0], -1, size).transpose(1, 2)


@torch.inference_mode()
def read(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> PlainReading:
    """A prompt pass."""
    hidden, pasts = network.embed_tokens(input_ids), []
    for index, layer in enumerate(network.layers):
        parts = [network.bos_embedding[index]] if network.bos_embedding is not None else []
        if memory.long_term is not None:
            store, pending = memory.long_term.store[index], memory.long_term.pending[index]
            queries = retriever_rows(layer, hidden, "query")
            scores = torch.sigmoid((queries @ torch.cat((store.keys, pending.keys)).T).float()).mean(dim=0)
            chosen = scores.topk(network.config.memory.retrieved).indices.sort().values.cpu()
            order = chosen[by_age(torch.cat((store.ages, pending.ages))[chosen])]
            parts.append(joined((store.token_parts, pending.token_parts)).pick(order).to(hidden.device))
        prefix = torch.cat((*parts, memory.short_term.tokens[index]))
        hidden, keys, values = run_layer(network, layer, hidden, prefix, "read")
        pasts.append((keys, values))
    return PlainReading(network.lm_head(norm(hidden, network.norm)), pasts)


@torch.inference_mode()
def decode(network: MemoryLlama, reading: PlainReading, input_ids: Tensor) -> PlainReading:
    """More tokens after what was read."""
    hidden, pasts = network.embed_tokens(input_ids), []
    for layer, past in zip(network.layers, reading.pasts, strict=True):
        hidden, keys, values = run_layer(network, layer, hidden, hidden[:0], "read", past)
        pasts.append((keys, values))
    return PlainReading(network.lm_head(norm(hidden, network.norm)), pasts)


@torch.inference_mode()
def inject(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> MemoryState:
    """Write a context of at least K tokens, every layer in full."""
    config = network.config.memory
    kept = config.num_tokens
    hidden, delta = network.embed_tokens(input_ids), []
    for index, layer in enumerate(network.layers):
        prefix = memory.short_term.tokens[index, -kept:]
        if network.bos_embedding is not None:
            prefix = torch.cat((network.bos_embedding[index], prefix))
        rows = torch.cat((hidden[:-kept], hidden[-kept:] + network.new_memory_positional_emb[0]))
        hidden = run_layer(network, layer, rows, prefix, "write").hidden
        delta.append(hidden[-kept:])
    network.lm_head(norm(hidden, network.norm))
    drops = short_term.choose_drops(
        len(delta), config.pool_size, kept, seed=memory.seed, step=memory.step + 1, per_layer=config.drop_per_layer
    )
    pool, dropped = short_term.write(memory.short_term, torch.stack(delta), drops, memory.next_serial)
    absorbed = None
    if memory.long_term is not None and config.long_term is not None:
        projected = zip(network.layers, dropped.tokens, strict=True)
        keys = [retriever_rows(layer, rows, "key") for layer, rows in projected]
        absorbed = long_term.absorb(memory.long_term, dropped, keys, kept, config.long_term, config.retrieved)
    return written(memory, pool, absorbed.memory if absorbed else None, kept)
