"""A Llama decoder whose layers read a memory prefix.

At every layer the sequence is [prefix rows][current rows]. The prefix is that layer's own memory (a bos vector,
retrieved long-term tokens, the short-term pool); it gives keys and values only and is not carried to the next
layer. Which rows stand there, and at which positions, is decided by `reading.py` and `writing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from core.config import LoraConfig, ModelConfig
from core.model.adapters import Adapter, Projection
from core.model.attention import Backend, added, attend, causal_mask
from core.model.past import Past, Pasts, Place
from core.model.prepared import Prepared
from core.model.recorded import Recordings
from core.model.rows import RMSNorm, rotate
from core.model.turns import Turns

MOVING = ("dynamic", "longrope")
"""Kinds of rotary embedding whose angles depend on how many positions there are."""

ANGLES = 512
"""Positions whose angles are computed at least."""


class LayerOutput(NamedTuple):
    """What one layer computed; keys and queries are already rotated. After several pasts, `keys` and `values` are
    those of the new rows only.
    """

    hidden: Tensor  # [B, n, d]
    queries: Tensor  # [B, H, n, hd]
    keys: Tensor  # [B, Hkv, T, hd]
    values: Tensor  # [B, Hkv, T, hd]
    past: Past | Pasts | Place | None  # all of these, to go on from; None if there was no past


class Fused(NamedTuple):
    """Weights of projections that take the same rows, below each other; the projections' own are parts of them. Only
    for passes without gradients.
    """

    attention: Tensor  # [(H + 2 Hkv) * hd, d]: queries, keys, values
    mlp: Tensor  # [2 * ff, d]: gate, up


class Selector(nn.Module):
    """M+'s retriever of one layer: maps normed rows to queries and keys of width h."""

    def __init__(self, hidden_size: int, dim: int, layers: Literal[1, 2] | int) -> None:
        super().__init__()
        self.query = _projector(hidden_size, dim, layers)
        self.key = _projector(hidden_size, dim, layers)


class MemoryLayer(nn.Module):
    """One decoder layer: grouped-query attention over prefix and current rows, then a gated MLP."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d, ff = config.hidden_size, config.intermediate_size
        q_width, kv_width = config.num_heads * config.head_dim, config.num_kv_heads * config.head_dim
        self.head_dim = config.head_dim
        self.backend: Backend = "sdpa"
        self.fused: Fused | None = None

        def projection(name: str, rows_in: int, rows_out: int) -> Projection:
            return Projection(rows_in, rows_out, _write_rank(config.lora, name))

        self.input_layernorm = RMSNorm(d, eps=config.rms_norm_eps)
        self.q_proj = projection("q_proj", d, q_width)
        self.k_proj = projection("k_proj", d, kv_width)
        self.v_proj = projection("v_proj", d, kv_width)
        self.o_proj = projection("o_proj", q_width, d)
        self.post_attention_layernorm = RMSNorm(d, eps=config.rms_norm_eps)
        self.gate_proj = projection("gate_proj", d, ff)
        self.up_proj = projection("up_proj", d, ff)
        self.down_proj = projection("down_proj", ff, d)
        long_term = config.memory.long_term
        self.selector = Selector(d, long_term.selector_dim, long_term.selector_layers) if long_term else None

    def forward(
        self,
        rows: Tensor,
        prefix: int,
        cos: Tensor,
        sin: Tensor,
        mask: Tensor | None,
        adapter: Adapter = "read",
        past: Past | Pasts | Place | None = None,
    ) -> LayerOutput:
        """Run the layer on rows of which the last n go on to the next layer, looking at past and rows in that order.

        Args:
            rows: [B, P + n, d].
            prefix: P, how many of the first rows only give keys and values here.
            cos, sin: [B or 1, P + n, hd], rotary angles of the rows at their positions.
            mask: bool, broadcastable to [B, H, n, past + P + n], True = may look; see `attention.attend`, and
                `Past.attend` where there is a past.
            adapter: which LoRA adapter is on.
            past: keys and values from before the rows, e.g. while decoding; one for each of the B rows where they
                belong to several readings (n = 1, no mask).

        Returns:
            keys and values of all rows, past included.
        """
        normed = self.input_layernorm(rows)
        fused = self.fused if adapter == "read" and not torch.is_grad_enabled() else None
        if fused is not None and prefix == 0:
            heads = self._heads(F.linear(normed, fused.attention))
            grouped = self.k_proj.out_features // self.head_dim
            turned, values = heads[:, :-grouped], heads[:, -grouped:]
            turned = rotate(turned, cos[:, None], sin[:, None])
            queries, keys = turned[:, :-grouped], turned[:, -grouped:]
        else:
            queries = self._heads(self.q_proj(normed[:, prefix:], adapter))
            keys = self._heads(self.k_proj(normed, adapter))
            values = self._heads(self.v_proj(normed, adapter))
            queries = rotate(queries, cos[:, None, prefix:], sin[:, None, prefix:])
            keys = rotate(keys, cos[:, None], sin[:, None])
        if past is None:
            attended = attend(queries, keys, values, mask, self.backend)
        else:
            past = past.append(keys, values)
            attended = past.attend(queries, mask, self.backend)
            if isinstance(past, Past):
                keys, values = past.keys, past.values
        hidden = rows[:, prefix:] + self.o_proj(attended, adapter)
        normed = self.post_attention_layernorm(hidden)
        if fused is not None:
            gate, up = F.linear(normed, fused.mlp).chunk(2, dim=-1)
            gated = F.silu(gate).mul_(up)
        else:
            gate, up = self.gate_proj(normed, adapter), self.up_proj(normed, adapter)
            gated = F.silu(gate) * up if gate.requires_grad else F.silu(gate, inplace=True).mul_(up)
        return LayerOutput(hidden + self.down_proj(gated, adapter), queries, keys, values, past)

    def keys_and_values(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Keys before rotation, and values, of memory rows that are read: [T, d] -> [Hkv, T, hd] each."""
        norm = self.input_layernorm.weight
        normed = self.input_layernorm(rows if norm.is_meta else rows.to(norm.device))[None]
        if self.fused is not None and not torch.is_grad_enabled():
            both = self._heads(F.linear(normed, self.fused.attention[self.q_proj.out_features :]))[0]
            grouped = both.shape[0] // 2
            return both[:grouped], both[grouped:]
        return self._heads(self.k_proj(normed))[0], self._heads(self.v_proj(normed))[0]

    def fuse(self) -> None:
        """Lay weights that take the same rows below each other, where that saves a GPU starting many small kernels;
        plain ones in one place only. Nothing is kept twice.
        """
        self.fused = Fused(
            _below_each_other((self.q_proj, self.k_proj, self.v_proj)),
            _below_each_other((self.gate_proj, self.up_proj)),
        )

    def asks(self, rows: Tensor) -> Tensor:
        """Retriever queries of prompt rows: [n, d] -> [n, h]."""
        return retriever_rows(self, rows, "query")

    def _heads(self, rows: Tensor) -> Tensor:
        return rows.unflatten(-1, (-1, self.head_dim)).transpose(1, 2)


class MemoryLlama(nn.Module):
    """The weights: shared by everyone, never changed by reading or writing memory."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.hidden_size
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, d)
        layers = nn.ModuleList(MemoryLayer(config) for _ in range(config.num_layers))
        self.layers = cast("Sequence[MemoryLayer]", layers)
        self.norm = RMSNorm(d, eps=config.rms_norm_eps)
        self.lm_head = Projection(d, config.vocab_size)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.embed_tokens.weight
        bos = torch.zeros(config.num_layers, 1, d) if config.memory.add_bos else None
        self.bos_embedding = nn.Parameter(bos) if bos is not None else None
        self.new_memory_positional_emb = nn.Parameter(torch.zeros(1, 1, d))
        self.make_rotary()
        self.turns: Turns[Any, Any] = Turns()
        self._forget()

    def make_rotary(self) -> None:
        """Rotary frequencies, which no checkpoint holds."""
        self._rotary = LlamaRotaryEmbedding(llama_config(self.config))

    def rotary_to(self, device: torch.device) -> None:
        """Move the rotary frequencies; they are float32 in every dtype."""
        self._rotary.to(device)

    def rotary(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines [B, T, hd] in the model's dtype for integer positions [B, T].

        Angles are computed in float32 whatever the dtype (upstream's M+ rounds the frequencies to bfloat16).
        """
        return self._rotary(self.new_memory_positional_emb, positions)

    def angles(self, first: int, end: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """`rotary` of the positions from `first` up to `end`, [1, end - first, hd] each, from a table where it can be.
        Only for passes without gradients.

        Args:
            device: where they are wanted; layers may be elsewhere than the embedding.
        """
        if self._rotary.rope_type in MOVING:
            return self._computed(first, end, device)
        table = self._angles.get(device)
        if table is None or table[0].shape[1] < end:
            table = self._angles[device] = self._computed(0, max(ANGLES, 2 ** (end - 1).bit_length()), device)
        cos, sin = table
        return cos[:, first:end], sin[:, first:end]

    def _computed(self, first: int, end: int, device: torch.device) -> tuple[Tensor, Tensor]:
        cos, sin = self.rotary(torch.arange(first, end, device=self.new_memory_positional_emb.device)[None])
        return cos.to(device), sin.to(device)

    def mask(self, queries: int, rows: int, like: Tensor) -> Tensor | None:
        """What is added to the scores for causal order; None for a kernel that takes no other order anyway."""
        if self.layers[0].backend == "flash_attention_2":
            return None
        return added(causal_mask(queries, rows, like.device), like.dtype)

    def set_backend(self, backend: Backend) -> None:
        """Choose the attention kernel of every layer; what another one made is forgotten."""
        self._forget()
        for layer in self.layers:
            layer.backend = backend

    def _apply(self, *args: Any, **others: Any) -> MemoryLlama:
        """What moves or converts the weights goes through here: what was made of them no longer holds."""
        self._forget()
        for layer in self.layers:
            layer.fused = None
        return super()._apply(*args, **others)

    def _forget(self) -> None:
        self.prepared = Prepared()
        self._angles: dict[torch.device, tuple[Tensor, Tensor]] = {}
        self.steps: Recordings[Any] = Recordings()  # decoding a token
        self.prompts: Recordings[Any] = Recordings()  # a question's pass
        self.writings: Recordings[Any] = Recordings()  # the new tokens of an injection


def retriever_rows(layer: MemoryLayer, rows: Tensor, kind: Literal["query", "key"]) -> Tensor:
    """Retriever queries (of prompt rows) or keys (of memory tokens): [..., d] -> [..., h], on the layer's device."""
    assert layer.selector is not None
    norm = layer.input_layernorm.weight
    if not norm.is_meta:  # a layer that waits on the host fetches rows itself
        rows = rows.to(norm.device)
    projector = layer.selector.query if kind == "query" else layer.selector.key
    return cast(Tensor, projector(layer.input_layernorm(rows)))


def _below_each_other(projections: Sequence[Projection]) -> Tensor:
    whole = torch.cat([projection.weight.detach() for projection in projections])
    parts = whole.split([projection.out_features for projection in projections])
    for projection, part in zip(projections, parts, strict=True):
        projection.weight = nn.Parameter(part, requires_grad=False)
    return whole


def llama_config(config: ModelConfig) -> LlamaConfig:
    """The same sizes for the parts that come from transformers (rotary embedding, tokenizer classes)."""
    scaling = dict(config.rope_scaling) if config.rope_scaling else {"rope_type": "default"}
    scaling.setdefault("rope_type", scaling.pop("type", "default"))
    return LlamaConfig(
        hidden_size=config.hidden_size,
        num_attention_heads=config.num_heads,
        num_key_value_heads=config.num_kv_heads,
        head_dim=config.head_dim,
        max_position_embeddings=config.max_position_embeddings,
        rope_parameters={"rope_theta": config.rope_theta, **scaling},
    )


def _write_rank(lora: LoraConfig | None, name: str) -> int:
    """Rank of the write correction: both adapters' ranks together (see `adapters.py`)."""
    return 2 * lora.rank if lora and lora.read_adapter and name in lora.targets else 0


def _projector(hidden_size: int, dim: int, layers: int) -> nn.Module:
    if layers == 1:
        return nn.Linear(hidden_size, dim, bias=False)
    return nn.Sequential(nn.Linear(hidden_size, 2 * dim, bias=False), nn.SiLU(), nn.Linear(2 * dim, dim, bias=False))
