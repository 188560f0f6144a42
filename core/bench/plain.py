"""The original's way over the same network: memory is concatenated, projected and scored anew for every prompt,
every pass copies what came before, and injecting computes logits that nobody reads.

Its two adapters stand beside the weights and are multiplied apart, as the original's are. It gives the same numbers as
`core.model.reading` and `writing` (tests compare them); only benchmarks use it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.memory import long_term, short_term
from core.memory.retriever import _by_age, _tokens
from core.memory.state import MemoryState
from core.model.adapters import PROJECTIONS, Adapter, Projection
from core.model.attention import causal_mask
from core.model.checkpoint import blank
from core.model.llama import MemoryLlama
from core.model.past import Past
from core.model.reading import retriever_rows
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
    """The same model with its adapters apart.

    The write correction of a folded projection is (write, -read) in a row; the base is what is left without the
    read adapter.
    """
    if network.config.lora is None or not network.config.lora.read_adapter:
        return network
    other = blank(network.config)
    other.load_state_dict(network.state_dict(), assign=True)
    if network.config.tie_word_embeddings:
        other.lm_head.weight = other.embed_tokens.weight
    other.rotary_to(network.embed_tokens.weight.device)
    rank = network.config.lora.rank
    for layer in other.layers:
        layer.backend = network.layers[0].backend
        for name in PROJECTIONS:
            folded = getattr(layer, name)
            if folded.down is None:
                continue
            write = LowRank(folded.down[:rank], folded.up[:, :rank])
            reading = LowRank(folded.down[rank:], -folded.up[:, rank:])
            base = folded.weight - reading.up @ reading.down
            setattr(layer, name, Unfolded(base, {"write": write, "read": reading}))
    return other.eval().requires_grad_(False)


@torch.inference_mode()
def read(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> PlainReading:
    """A prompt pass."""
    hidden, pasts = network.embed_tokens(input_ids)[None], []
    for index, layer in enumerate(network.layers):
        parts = [network.bos_embedding[index]] if network.bos_embedding is not None else []
        if memory.long_term is not None:
            store, pending = memory.long_term.store[index], memory.long_term.pending[index]
            queries = retriever_rows(layer, hidden[0], "query")
            scores = torch.sigmoid((queries @ torch.cat((store.keys, pending.keys)).T).float()).mean(dim=0)
            chosen = scores.topk(network.config.memory.retrieved).indices.sort().values.cpu()
            order = _by_age(chosen, torch.cat((store.ages, pending.ages)))
            parts.append(_tokens(store, pending, order).to(hidden.device))
        prefix = torch.cat((*parts, memory.short_term.tokens[index]))
        rows, count = prefix.shape[0] + hidden.shape[1], hidden.shape[1]
        cos, sin = network.rotary(torch.arange(rows, device=hidden.device)[None])
        mask = causal_mask(count, rows, hidden.device)
        output = layer(hidden, prefix[None], cos, sin, mask, "read")
        hidden = output.hidden
        pasts.append((output.keys, output.values))
    return PlainReading(network.lm_head(network.norm(hidden[0])), pasts)


@torch.inference_mode()
def decode(network: MemoryLlama, reading: PlainReading, input_ids: Tensor) -> PlainReading:
    """More tokens after what was read."""
    hidden, pasts = network.embed_tokens(input_ids)[None], []
    first = reading.pasts[0][0].shape[2]
    positions = torch.arange(first, first + input_ids.shape[0], device=hidden.device)
    cos, sin = network.rotary(positions[None])
    for layer, (keys, values) in zip(network.layers, reading.pasts, strict=True):
        past = Past.of([keys[0]], [values[0]], input_ids.shape[0])  # a copy, as a concatenation is
        output = layer(hidden, None, cos, sin, None, "read", past)
        hidden = output.hidden
        pasts.append((output.keys, output.values))
    return PlainReading(network.lm_head(network.norm(hidden[0])), pasts)


@torch.inference_mode()
def inject(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> MemoryState:
    """Write a context of at least K tokens, every layer in full."""
    config = network.config.memory
    kept, count = config.num_tokens, input_ids.shape[0]
    hidden, delta = network.embed_tokens(input_ids), []
    for index, layer in enumerate(network.layers):
        prefix = memory.short_term.tokens[index, -kept:]
        if network.bos_embedding is not None:
            prefix = torch.cat((network.bos_embedding[index], prefix))
        rows = torch.cat((hidden[:-kept], hidden[-kept:] + network.new_memory_positional_emb[0]))
        length = prefix.shape[0] + count
        cos, sin = network.rotary(torch.arange(length, device=rows.device)[None])
        output = layer(rows[None], prefix[None], cos, sin, causal_mask(count, length, rows.device), "write")
        hidden = output.hidden[0]
        delta.append(hidden[-kept:])
    network.lm_head(network.norm(hidden))
    drops = short_term.choose_drops(
        len(delta), config.pool_size, kept, seed=memory.seed, step=memory.step + 1, per_layer=config.drop_per_layer
    )
    pool, dropped = short_term.write(memory.short_term, torch.stack(delta), drops, memory.next_serial)
    absorbed = None
    if memory.long_term is not None and config.long_term is not None:
        projected = zip(network.layers, dropped.tokens, strict=True)
        keys = torch.stack([retriever_rows(layer, rows, "key") for layer, rows in projected])
        absorbed = long_term.absorb(memory.long_term, dropped, keys, kept, config.long_term, config.retrieved)
    return written(memory, pool, absorbed.memory if absorbed else None, kept)
