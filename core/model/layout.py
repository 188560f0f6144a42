"""The released layout: upstream's key names, their shapes, and where each tensor belongs here.

`memory`, `bos_embedding`, `new_memory_positional_emb`; `model.layers.N...` with peft's `base_layer`, `lora_A.NAME`
and `lora_B.NAME`; per layer `ltm.N`, `ltm_keys.N`, `ltm_ages.N`, `ltm_recall_frequencies.N`. (peft itself is not
used: from 0.19 on it silently drops the second adapter.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from core.config import ModelConfig
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model.adapters import ATTENTION, PROJECTIONS, fold, write_correction
from core.model.weights import Shapes

_STORE = ("ltm", "ltm_keys", "ltm_ages", "ltm_recall_frequencies")


def expected_shapes(config: ModelConfig, found: Shapes) -> dict[str, tuple[int, ...]]:
    """Upstream's key names and their shapes. What the configuration leaves open (the size of the long-term store, an
    own output matrix, the key projection of training) is as it is `found`.
    """
    d, memory, lora = config.hidden_size, config.memory, config.lora
    shapes: dict[str, tuple[int, ...]] = {
        "memory": (config.num_layers, memory.pool_size, d),
        "new_memory_positional_emb": (1, 1, d),
        "model.embed_tokens.weight": (config.vocab_size, d),
        "model.norm.weight": (d,),
    }
    if memory.add_bos:
        shapes["bos_embedding"] = (config.num_layers, 1, d)
    if memory.long_term is None:
        shapes["initialized"] = ()
    if not config.tie_word_embeddings or "lm_head.weight" in found:
        shapes["lm_head.weight"] = (config.vocab_size, d)
    heads, kv_heads = config.num_heads * config.head_dim, config.num_kv_heads * config.head_dim
    ff = config.intermediate_size
    widths = {"q_proj": (heads, d), "k_proj": (kv_heads, d), "v_proj": (kv_heads, d), "o_proj": (d, heads)}
    widths |= {"gate_proj": (ff, d), "up_proj": (ff, d), "down_proj": (d, ff)}
    for index in range(config.num_layers):
        prefix = f"model.layers.{index}."
        shapes[prefix + "input_layernorm.weight"] = (d,)
        shapes[prefix + "post_attention_layernorm.weight"] = (d,)
        for name, (rows_out, rows_in) in widths.items():
            key = _projection_key(index, name)
            if lora is None or name not in lora.targets:
                shapes[key + ".weight"] = (rows_out, rows_in)
                continue
            shapes[key + ".base_layer.weight"] = (rows_out, rows_in)
            for adapter in _adapters(config):
                shapes[f"{key}.lora_A.{adapter}.weight"] = (lora.rank, rows_in)
                shapes[f"{key}.lora_B.{adapter}.weight"] = (rows_out, lora.rank)
        if memory.long_term is None:
            continue
        h = memory.long_term.selector_dim
        for kind in ("query_proj", "key_proj", "encoder_query_proj"):
            key = f"{prefix}self_attn.{kind}"
            one, two = {key + ".weight": (h, d)}, {key + ".0.weight": (2 * h, d), key + ".2.weight": (h, 2 * h)}
            chosen = one if memory.long_term.selector_layers == 1 else two
            if kind != "encoder_query_proj" or chosen.keys() & found.keys():  # the third is for training only
                shapes |= chosen
        size = found[f"ltm.{index}"][0] if f"ltm.{index}" in found else memory.long_term.initial_size or 0
        for name, tail in zip(_STORE, ((d,), (h,), (), ()), strict=True):
            shapes[f"{name}.{index}"] = (size, *tail)
    return shapes


def network_tensors(config: ModelConfig, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Upstream's tensors under the network's own names, adapters folded."""
    yield "new_memory_positional_emb", tensors["new_memory_positional_emb"]
    yield "embed_tokens.weight", tensors["model.embed_tokens.weight"]
    yield "norm.weight", tensors["model.norm.weight"]
    if not config.tie_word_embeddings:
        yield "lm_head.weight", tensors["lm_head.weight"]
    if config.memory.add_bos:
        yield "bos_embedding", tensors["bos_embedding"]
    for index in range(config.num_layers):
        upstream, ours = f"model.layers.{index}.", f"layers.{index}."
        for name in ("input_layernorm", "post_attention_layernorm"):
            yield f"{ours}{name}.weight", tensors[f"{upstream}{name}.weight"]
        for name in PROJECTIONS:
            yield from _projection(config, tensors, _projection_key(index, name), ours + name)
        if config.memory.long_term is not None:
            for kind in ("query", "key"):
                for part in ("",) if config.memory.long_term.selector_layers == 1 else (".0", ".2"):
                    value = tensors[f"{upstream}self_attn.{kind}_proj{part}.weight"]
                    yield f"{ours}selector.{kind}{part}.weight", value


def _projection(
    config: ModelConfig, tensors: Mapping[str, Tensor], key: str, ours: str
) -> Iterator[tuple[str, Tensor]]:
    lora = config.lora
    if lora is None or key.rsplit(".", 1)[1] not in lora.targets:
        yield f"{ours}.weight", tensors[f"{key}.weight"]
        return
    adapters = [
        (tensors[f"{key}.lora_A.{name}.weight"], tensors[f"{key}.lora_B.{name}.weight"]) for name in _adapters(config)
    ]
    scale = lora.alpha / lora.rank
    yield f"{ours}.weight", fold(tensors[f"{key}.base_layer.weight"], *adapters[-1], scale)
    if lora.read_adapter:
        down, up = write_correction(adapters[0], adapters[1], scale)
        yield f"{ours}.down", down
        yield f"{ours}.up", up


def _adapters(config: ModelConfig) -> tuple[str, ...]:
    """Upstream's names: the one that writes, then the one that reads (a single one does both)."""
    return ("default", "decoder_adapter") if config.lora and config.lora.read_adapter else ("default",)


def _projection_key(layer: int, name: str) -> str:
    return f"model.layers.{layer}.{'self_attn' if name in ATTENTION else 'mlp'}.{name}"


def upstream_key(key: str) -> str:
    """The released name of a tensor of `MemoryLlama.state_dict()` (without adapters)."""
    parts = key.split(".")
    if parts[0] in ("embed_tokens", "norm"):
        return f"model.{key}"
    if parts[0] != "layers":
        return key
    layer, name = parts[1], parts[2]
    if name == "selector":
        return f"model.layers.{layer}.self_attn.{parts[3]}_proj.{'.'.join(parts[4:])}"
    if name in PROJECTIONS:
        return f"{_projection_key(int(layer), name)}.weight"
    return f"model.{key}"


def initial_memory(config: ModelConfig, tensors: Mapping[str, Tensor]) -> MemoryState:
    """The checkpoint's own memory: serials go to the store's rows first, then to the pool's."""
    layers, size = config.num_layers, config.memory.pool_size
    long_term, first = None, 0
    if config.memory.long_term is not None:
        store = []
        for index in range(layers):
            rows = tensors[f"ltm.{index}"].shape[0]
            first = max(first, rows)
            store.append(
                LongTermLayer.of(
                    tensors[f"ltm.{index}"],
                    tensors[f"ltm_keys.{index}"],
                    tensors[f"ltm_ages.{index}"].to(torch.int32),
                    tensors[f"ltm_recall_frequencies.{index}"].float(),
                    torch.arange(rows),
                )
            )
        long_term = LongTerm(tuple(store), tuple(layer.nothing for layer in store))
    initialized = bool(tensors["initialized"]) if "initialized" in tensors else True
    pool = ShortTerm(
        tokens=tensors["memory"],
        ages=torch.zeros(layers, size, dtype=torch.int32),
        serials=torch.arange(first, first + size).repeat(layers, 1),
        forgotten=torch.zeros(layers, size, dtype=torch.bool),
    )
    return MemoryState(pool, long_term, initialized, next_serial=first + size if initialized else first)
