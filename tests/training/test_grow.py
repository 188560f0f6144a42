"""A finished model in a wider network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

import core
from core.config import ModelConfig
from core.errors import InputError
from core.model.llama import MemoryLlama
from core.model.reading import read
from core.model.writing import inject
from core.training import grow, preset
from core.training.export import export, first_memory
from core.training.grow import grown
from core.training.structured_init import initialise
from tests.training.conftest import SMALL

WIDE = replace(SMALL, hidden_size=192, intermediate_size=160, num_heads=6, num_kv_heads=6)


@pytest.fixture
def small() -> MemoryLlama:
    """Random, norms too."""
    model = MemoryLlama(SMALL)
    initialise(model, 0)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.mul_(1 + 0.3 * torch.rand(weight.shape, generator=generator))
    return model.eval()


def answer(network: MemoryLlama, tokenizer: Tokenizer) -> torch.Tensor:
    """Logits behind a memory that the network wrote, long-term rows included."""
    memory = first_memory(network, tokenizer)
    memory = inject(network, memory, torch.tensor(tokenizer.encode("Mia likes the old harbour.").ids)).memory
    return read(network, memory, torch.tensor(tokenizer.encode("What does Mia like?").ids)).logits


def test_a_wider_network_computes_the_same(small: MemoryLlama, tokenizer: Tokenizer) -> None:
    wide = grown(small, WIDE).eval()
    assert wide.config == WIDE
    wanted = answer(small, tokenizer)
    assert wanted.std() > 0.1
    torch.testing.assert_close(answer(wide, tokenizer), wanted, rtol=1e-3, atol=1e-3)


def test_what_is_new_can_learn(small: MemoryLlama) -> None:
    wide = grown(small, WIDE).train()
    ids = torch.arange(3, 20)
    rate = 0.05
    for step in range(2):  # what reads learns as soon as something is written
        hidden = wide.embed_tokens(ids)[None]
        cos, sin = wide.rotary(torch.arange(len(ids))[None])
        for layer in wide.layers:
            hidden = layer(hidden, None, cos, sin, None).hidden
        loss = torch.nn.functional.cross_entropy(wide.lm_head(wide.norm(hidden))[0, :-1], ids[1:])
        wide.zero_grad()
        loss.backward()
        layer = wide.layers[1]
        writes = [layer.o_proj.weight, layer.down_proj.weight]
        reads = [layer.q_proj.weight, layer.gate_proj.weight]
        for old, weight in zip((SMALL.num_heads * SMALL.head_dim, SMALL.intermediate_size), writes, strict=True):
            assert weight.grad is not None
            assert weight.grad[: SMALL.hidden_size, old:].abs().sum() > 0
            assert weight.grad[SMALL.hidden_size :].abs().sum() > 0
        for weight in reads:
            assert weight.grad is not None
            assert (weight.grad[:, SMALL.hidden_size :].abs().sum() > 0) == (step > 0)
        with torch.no_grad():
            for weight in wide.parameters():
                if weight.grad is not None:
                    weight.sub_(rate * weight.grad)


@pytest.mark.parametrize(
    "other",
    [
        replace(WIDE, hidden_size=96),
        replace(WIDE, vocab_size=700),
        replace(WIDE, num_layers=5),
        replace(WIDE, num_kv_heads=3),
        replace(WIDE, memory=replace(WIDE.memory, num_tokens=8)),
    ],
    ids=["narrower", "other words", "deeper", "shared heads", "another memory"],
)
def test_what_cannot_be_grown_is_refused(small: MemoryLlama, other: ModelConfig) -> None:
    with pytest.raises(InputError):
        grown(small, other)


def test_the_command(small: MemoryLlama, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grow, "TINY", WIDE)
    export(small, tokenizer, tmp_path / "small")
    grow.main([str(tmp_path / "small"), "--out", str(tmp_path / "wide")])
    wide = core.load(tmp_path / "wide")
    assert wide.config == WIDE
    wanted, got = (answer(core.load(tmp_path / name).network, tokenizer) for name in ("small", "wide"))
    # both are in eight bits, where what is new is rounded to as few steps as what is not
    assert (got - wanted).norm() < 0.04 * wanted.norm()


def test_the_preset_is_wide_enough_for_its_circuit() -> None:
    """As many heads as there are parts of a token, and one more for the echo."""
    assert preset.TINY.num_heads > -(-preset.TINY.hidden_size // 2 // preset.TINY.head_dim)
