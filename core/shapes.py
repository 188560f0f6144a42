"""Sizes of the released models and of a middling one: what they need is known before anything is downloaded, and
benchmarks run on random weights of these shapes.

Sources: the papers and the key lists in tests/goldens; what those leave open (the starting size of M+'s store) is
taken from the paper.
"""

from __future__ import annotations

from dataclasses import replace

from core.config import LongTermConfig, LoraConfig, MemoryConfig, ModelConfig

_LORA = LoraConfig(
    rank=16,
    alpha=32.0,
    targets=("q_proj", "k_proj", "v_proj", "up_proj", "down_proj", "gate_proj"),
    read_adapter=True,
)

MEMORYLLM_7B = ModelConfig(
    vocab_size=32_000,
    hidden_size=4096,
    intermediate_size=11_008,
    num_layers=32,
    num_heads=32,
    num_kv_heads=32,
    head_dim=128,
    max_position_embeddings=4096,
    memory=MemoryConfig(num_tokens=256, num_blocks=30, drop_per_layer=False),
)
MEMORYLLM_8B = ModelConfig(
    vocab_size=128_256,
    hidden_size=4096,
    intermediate_size=14_336,
    num_layers=32,
    num_heads=32,
    num_kv_heads=8,
    head_dim=128,
    rope_theta=500_000.0,
    max_position_embeddings=8192,
    lora=_LORA,
    memory=MemoryConfig(num_tokens=256, num_blocks=50),
)
MPLUS_8B = replace(
    MEMORYLLM_8B,
    max_position_embeddings=131_072,
    rope_scaling={
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
    memory=MemoryConfig(
        num_tokens=256,
        num_blocks=40,
        long_term=LongTermConfig(
            num_blocks=10,
            initial_size=5120,
            update_frequency=60,
            initial_recall_frequency=10.0,
            decay=1.0,
            selector_dim=256,
            selector_layers=2,
        ),
    ),
)
MID = ModelConfig(
    vocab_size=8192,
    hidden_size=512,
    intermediate_size=1536,
    num_layers=8,
    num_heads=8,
    num_kv_heads=4,
    head_dim=64,
    rope_theta=500_000.0,
    max_position_embeddings=32_768,
    lora=_LORA,
    memory=MemoryConfig(
        num_tokens=64,
        num_blocks=16,  # 20 with the long-term ones, as upstream counts
        long_term=LongTermConfig(
            num_blocks=4,
            initial_size=20_000,
            update_frequency=4,
            initial_recall_frequency=1000.0,
            decay=1.0,
            selector_dim=64,
            selector_layers=2,
        ),
    ),
)

RELEASED: dict[str, ModelConfig] = {
    "memoryllm-7b": MEMORYLLM_7B,
    "memoryllm-8b": MEMORYLLM_8B,
    "memoryllm-8b-chat": MEMORYLLM_8B,
    "mplus-8b": MPLUS_8B,
}
"""By the short names that `core.load` takes."""
