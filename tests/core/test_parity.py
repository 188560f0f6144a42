"""The fast implementation against the plain one (tests/reference.py), on random configurations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from core.config import ModelConfig
from core.memory.state import MemoryState
from core.model.attention import Backend
from core.model.checkpoint import LoadedModel, assemble
from core.model.llama import MemoryLlama
from core.model.reading import decode, read
from core.model.writing import inject
from tests.models import random_tensors
from tests.reference import Reference

TOLERANCE = 2e-4
TARGETS = ["q_proj", "k_proj", "v_proj", "up_proj", "down_proj", "gate_proj"]


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """A config.json of either class, in upstream's names."""
    kv_heads, groups, head = draw(st.sampled_from([(1, 1, 8), (1, 3, 4), (2, 1, 6), (2, 2, 8)]))
    mplus = draw(st.booleans())
    raw: dict[str, Any] = {
        "vocab_size": 40,
        "hidden_size": kv_heads * groups * head,
        "intermediate_size": draw(st.sampled_from([12, 20])),
        "num_hidden_layers": draw(st.integers(1, 3)),
        "num_attention_heads": kv_heads * groups,
        "num_key_value_heads": kv_heads,
        "head_dim": head,
        "rms_norm_eps": draw(st.sampled_from([1e-5, 1e-6])),
        "rope_theta": draw(st.sampled_from([10000.0, 500000.0])),
        "rope_scaling": None,
        "tie_word_embeddings": draw(st.booleans()),
        "num_tokens": draw(st.integers(2, 6)),
        "num_blocks": draw(st.integers(2, 4)),
        "add_bos_embedding": draw(st.booleans()),
        "drop_memory_per_layer": True,
        "add_decoder_lora": draw(st.booleans()),
        "lora_config": draw(st.sampled_from([None, {"r": 2, "lora_alpha": 3, "target_modules": TARGETS}])),
    }
    if mplus:
        raw["rope_scaling"] = draw(
            st.sampled_from(
                [
                    None,
                    {
                        "rope_type": "llama3",
                        "factor": 4.0,
                        "low_freq_factor": 1.0,
                        "high_freq_factor": 4.0,
                        "original_max_position_embeddings": 32,
                    },
                ]
            )
        )
        raw |= {
            "num_ltm_blocks": draw(st.integers(1, 2)),
            "ltm_initial_size": draw(st.integers(1, 20)),
            "selector_hidden_dim": draw(st.integers(3, 6)),
            "num_selector_layers": draw(st.integers(1, 2)),
            "update_ltm_frequency": draw(st.integers(1, 3)),
            "initial_rf_when_moving_stm_to_ltm": draw(st.integers(1, 3)),
            "decay_frequency": 1,
        }
        raw["num_blocks"] += raw["num_ltm_blocks"]
    return raw


@dataclass
class Pair:
    """The same model twice."""

    fast: MemoryLlama
    memory: MemoryState
    plain: Reference


def build(raw: dict[str, Any], seed: int, initialized: bool) -> Pair:
    config = ModelConfig.from_dict(raw)
    tensors = random_tensors(config, seed, initialized)
    network, memory = assemble(config, tensors, "test")
    return Pair(network.eval().requires_grad_(False), memory, Reference(raw, tensors))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    raw=configurations(),
    seed=st.integers(0, 10_000),
    initialized=st.booleans(),
    lengths=st.lists(st.integers(1, 14), min_size=1, max_size=4),
)
def test_fast_and_plain_agree(raw: dict[str, Any], seed: int, initialized: bool, lengths: list[int]) -> None:
    pair = build(raw, seed, initialized)
    generator = torch.Generator().manual_seed(seed + 1)
    memory = pair.memory
    check_reading(pair, memory, generator)
    for length in lengths:
        ids = torch.randint(0, 40, (length,), generator=generator)
        result = inject(pair.fast, memory, ids)
        before, memory = memory, result.memory
        left = torch.stack(
            [~torch.isin(a, b) for a, b in zip(before.short_term.serials, memory.short_term.serials, strict=True)]
        )
        drops = left.nonzero()[:, 1].view(len(left), -1)
        close(result.delta, pair.plain.inject(ids, drops))
        close(memory.short_term.tokens, pair.plain.memory)
        if result.dropped is not None:  # ages of a freshly filled pool are ours alone; upstream's MemoryLLM has none
            assert before.initialized
        if pair.plain.R:
            assert torch.equal(memory.short_term.ages.long(), pair.plain.ages)
            check_long_term(pair, memory)
        check_reading(pair, memory, generator)


def check_reading(pair: Pair, memory: MemoryState, generator: torch.Generator) -> None:
    prompt, more = torch.randint(0, 40, (2, 4), generator=generator)
    reading = read(pair.fast, memory, prompt)
    close(reading.logits, pair.plain.read(prompt))
    after = decode(pair.fast, decode(pair.fast, reading.cache, more[:1]).cache, more[1:])
    close(after.logits, pair.plain.read_and_continue(prompt, more)[-3:])


def check_long_term(pair: Pair, memory: MemoryState) -> None:
    assert memory.long_term is not None
    for place in ("store", "pending"):
        for ours, plain in zip(getattr(memory.long_term, place), getattr(pair.plain, place), strict=True):
            close(ours.tokens, plain[0])
            close(ours.keys, plain[1])
            assert torch.equal(ours.ages.long(), plain[2])
            assert torch.equal(ours.recall_frequencies, plain[3])


def close(ours: Tensor, plain: Tensor) -> None:
    assert ours.shape == plain.shape
    assert torch.allclose(ours, plain, atol=TOLERANCE, rtol=TOLERANCE), (ours - plain).abs().max()


@pytest.mark.parametrize("backend", ["sdpa", "eager"])
def test_backends_agree(mplus: LoadedModel, backend: Backend) -> None:
    network = mplus.network
    ids = torch.arange(3, 30)
    network.set_backend("eager")
    wanted = inject(network, mplus.memory, ids).delta, read(network, mplus.memory, ids).logits
    network.set_backend(backend)
    try:
        close(inject(network, mplus.memory, ids).delta, wanted[0])
        close(read(network, mplus.memory, ids).logits, wanted[1])
    finally:
        network.set_backend("sdpa")
