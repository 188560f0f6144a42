"""What a checkpoint is: the decoder's sizes and the layout of its memory.

Field names follow the papers (MemoryLLM arXiv 2402.04624, M+ arXiv 2502.00592); `from_dict` reads the
`config.json` of the released checkpoints, whose names are given in the comments where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import CheckpointError

TRAINED_MINIMUM = 16
"""Contexts in training had at least this many tokens; shorter ones disturb the memory."""


@dataclass(frozen=True)
class LongTermConfig:
    """M+ only: the store of dropped tokens and the retriever that searches it."""

    num_blocks: int  # num_ltm_blocks; R = num_blocks * K tokens are retrieved per layer
    initial_size: int | None  # ltm_initial_size; None: whatever the checkpoint holds
    update_frequency: int  # update_ltm_frequency: merge once in so many injections
    initial_recall_frequency: float  # initial_rf_when_moving_stm_to_ltm
    decay: float  # decay_frequency, subtracted at every merge
    selector_dim: int  # selector_hidden_dim, width of the retriever's queries and keys
    selector_layers: int  # num_selector_layers, 1 or 2


@dataclass(frozen=True)
class LoraConfig:
    """Low-rank adapters: one for writing and, when `read_adapter`, another for reading."""

    rank: int
    alpha: float
    targets: tuple[str, ...]
    read_adapter: bool  # add_decoder_lora


@dataclass(frozen=True)
class MemoryConfig:
    """The latent memory of one layer; all layers have the same."""

    num_tokens: int  # K, written and dropped per injection
    num_blocks: int  # blocks of the short-term pool (upstream's M+ count less its LTM blocks)
    add_bos: bool = True  # add_bos_embedding
    drop_per_layer: bool = True  # else one random choice serves all layers
    chunk_length: int = 512  # longest context written at once, in tokens
    long_term: LongTermConfig | None = None

    @property
    def pool_size(self) -> int:
        """N, short-term memory tokens per layer."""
        return self.num_blocks * self.num_tokens

    @property
    def retrieved(self) -> int:
        """R, long-term memory tokens read per layer (0 without a long-term memory)."""
        return self.long_term.num_blocks * self.num_tokens if self.long_term else 0


@dataclass(frozen=True)
class ModelConfig:
    """A Llama decoder and its memory."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    memory: MemoryConfig
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0
    rope_scaling: Mapping[str, Any] | None = None
    max_position_embeddings: int = 2048
    tie_word_embeddings: bool = False
    bos_token_id: int | None = None
    eos_token_ids: tuple[int, ...] = ()
    lora: LoraConfig | None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> ModelConfig:
        """Read a `config.json` of the released layout.

        Raises:
            CheckpointError: a field that the memory needs is missing or contradictory.
        """
        needed = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
        missing = [name for name in (*needed, "num_tokens", "num_blocks") if not isinstance(raw.get(name), int)]
        if missing:
            raise CheckpointError(
                f"This config.json is not one of a MemoryLLM or M+ checkpoint: it lacks numbers for "
                f"{', '.join(missing)}. "
                "Give a folder or Hub id of such a checkpoint, or 'tiny' for the embedded one."
            )
        heads = raw["num_attention_heads"]
        eos = raw.get("eos_token_id")
        return cls(
            vocab_size=raw["vocab_size"],
            hidden_size=raw["hidden_size"],
            intermediate_size=raw["intermediate_size"],
            num_layers=raw["num_hidden_layers"],
            num_heads=heads,
            num_kv_heads=raw.get("num_key_value_heads") or heads,
            head_dim=raw.get("head_dim") or raw["hidden_size"] // heads,
            memory=_memory(raw),
            rms_norm_eps=raw.get("rms_norm_eps", 1e-5),
            **_rope(raw),
            max_position_embeddings=raw.get("max_position_embeddings", 2048),
            tie_word_embeddings=raw.get("tie_word_embeddings", False),
            bos_token_id=raw.get("bos_token_id"),
            eos_token_ids=tuple(eos) if isinstance(eos, list) else () if eos is None else (eos,),
            lora=_lora(raw),
        )

    def to_dict(self) -> dict[str, Any]:
        """The `config.json` that `from_dict` reads back, in upstream's names."""
        memory, long_term = self.memory, self.memory.long_term
        raw: dict[str, Any] = {
            "architectures": ["MPlus" if long_term else "MemoryLLM"],
            "model_type": "llama",
            "vocab_size": self.vocab_size,
            "hidden_size": self.hidden_size,
            "intermediate_size": self.intermediate_size,
            "num_hidden_layers": self.num_layers,
            "num_attention_heads": self.num_heads,
            "num_key_value_heads": self.num_kv_heads,
            "head_dim": self.head_dim,
            "hidden_act": "silu",
            "rms_norm_eps": self.rms_norm_eps,
            "rope_theta": self.rope_theta,
            "rope_scaling": dict(self.rope_scaling) if self.rope_scaling else None,
            "max_position_embeddings": self.max_position_embeddings,
            "tie_word_embeddings": self.tie_word_embeddings,
            "bos_token_id": self.bos_token_id,
            "eos_token_id": self.eos_token_ids[0] if len(self.eos_token_ids) == 1 else list(self.eos_token_ids),
            "num_tokens": memory.num_tokens,
            "num_blocks": memory.num_blocks + (long_term.num_blocks if long_term else 0),
            "add_bos_embedding": memory.add_bos,
            "drop_memory_per_layer": memory.drop_per_layer,
            "chunk_length": memory.chunk_length,
            "add_decoder_lora": bool(self.lora and self.lora.read_adapter),
        }
        if self.lora:
            raw["lora_config"] = {
                "r": self.lora.rank,
                "lora_alpha": self.lora.alpha,
                "target_modules": list(self.lora.targets),
            }
        if long_term:
            raw |= {
                "num_ltm_blocks": long_term.num_blocks,
                "ltm_initial_size": long_term.initial_size,
                "update_ltm_mode": "immediate",
                "update_ltm_frequency": long_term.update_frequency,
                "initial_rf_when_moving_stm_to_ltm": long_term.initial_recall_frequency,
                "decay_frequency": long_term.decay,
                "selector_hidden_dim": long_term.selector_dim,
                "num_selector_layers": long_term.selector_layers,
                "add_selector": True,
            }
        return raw


def _memory(raw: Mapping[str, Any]) -> MemoryConfig:
    ltm_blocks = raw.get("num_ltm_blocks") or 0
    long_term = None
    if ltm_blocks:
        mode = raw.get("update_ltm_mode", "immediate")
        if mode != "immediate":
            raise CheckpointError(f"update_ltm_mode is {mode!r}; only 'immediate' is known.")
        long_term = LongTermConfig(
            num_blocks=ltm_blocks,
            initial_size=raw.get("ltm_initial_size"),
            update_frequency=raw.get("update_ltm_frequency", 1),
            initial_recall_frequency=raw.get("initial_rf_when_moving_stm_to_ltm", 10),
            decay=raw.get("decay_frequency", 1),
            selector_dim=raw["selector_hidden_dim"],
            selector_layers=raw.get("num_selector_layers", 1),
        )
    blocks = raw["num_blocks"] - ltm_blocks
    if blocks < 1 or raw["num_tokens"] < 1:
        raise CheckpointError(
            f"num_blocks {raw['num_blocks']} less num_ltm_blocks {ltm_blocks} leaves no short-term memory."
        )
    return MemoryConfig(
        num_tokens=raw["num_tokens"],
        num_blocks=blocks,
        add_bos=raw.get("add_bos_embedding", False),
        # upstream's M+ always drops per layer, whatever its config says
        drop_per_layer=bool(ltm_blocks) or raw.get("drop_memory_per_layer", False),
        chunk_length=raw.get("chunk_length", 512),
        long_term=long_term,
    )


def _lora(raw: Mapping[str, Any]) -> LoraConfig | None:
    lora = raw.get("lora_config")
    if not lora:
        return None
    return LoraConfig(
        rank=lora["r"],
        alpha=lora["lora_alpha"],
        targets=tuple(lora["target_modules"]),
        read_adapter=raw.get("add_decoder_lora", False),
    )


def _rope(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Rotary settings from the legacy fields or from transformers 5's `rope_parameters`."""
    modern = raw.get("rope_parameters")
    if not modern:
        return {"rope_theta": raw.get("rope_theta", 10000.0), "rope_scaling": raw.get("rope_scaling")}
    scaling = {name: value for name, value in modern.items() if name != "rope_theta"}
    plain = scaling.get("rope_type", "default") == "default"
    return {"rope_theta": modern.get("rope_theta", 10000.0), "rope_scaling": None if plain else scaling}
