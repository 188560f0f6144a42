"""Fixtures: small random models with a byte-level tokenizer; no weights are needed."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import pytest
import torch

from core.config import LongTermConfig, MemoryConfig, ModelConfig
from core.model.checkpoint import LoadedModel
from tests.models import random_model

torch.set_num_threads(1)  # the models here are tiny: more threads only wait for each other

HERE = Path(__file__).parent
GOLDENS = HERE / "goldens"


@pytest.fixture(scope="session")
def mplus() -> LoadedModel:
    """A random M+ model: 3 layers, K 8, N 32, R 16."""
    return random_model(mplus_config())


@pytest.fixture(scope="session")
def memoryllm() -> LoadedModel:
    """A random MemoryLLM model without long-term memory."""
    return random_model(memoryllm_config())


def mplus_config(**changes: object) -> ModelConfig:
    return _config(LongTermConfig(2, 40, 2, 10, 1, 8, 2), **changes)


def memoryllm_config(**changes: object) -> ModelConfig:
    return _config(None, **changes)


def _config(long_term: LongTermConfig | None, **changes: object) -> ModelConfig:
    sizes: dict = {
        "vocab_size": 300,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_layers": 3,
        "num_heads": 4,
        "num_kv_heads": 2,
        "head_dim": 8,
        "memory": MemoryConfig(8, 4, chunk_length=24, long_term=long_term),
        "rope_theta": 10000.0,
        "eos_token_ids": (1,),
    }
    return ModelConfig(**(sizes | changes))
