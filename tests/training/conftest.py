"""A miniature of the embedded model and its tokenizer."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from core.config import LongTermConfig, MemoryConfig, ModelConfig
from core.training.batches import Corpus
from core.training.tokenizer import train

SMALL = ModelConfig(
    vocab_size=640,
    hidden_size=128,
    intermediate_size=64,
    num_layers=4,
    num_heads=4,
    num_kv_heads=4,
    head_dim=32,
    rms_norm_eps=1e-6,
    rope_theta=500_000.0,
    max_position_embeddings=1024,
    tie_word_embeddings=True,
    bos_token_id=0,
    eos_token_ids=(1,),
    memory=MemoryConfig(
        num_tokens=16, num_blocks=4, chunk_length=32, long_term=LongTermConfig(2, 64, 4, 50.0, 1.0, 16, 2)
    ),
)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return train(SMALL.vocab_size, 1000, seed=3)


@pytest.fixture(scope="session")
def corpus(tokenizer: Tokenizer) -> Corpus:
    return Corpus(tokenizer, 4, 400, SMALL.memory.chunk_length)
