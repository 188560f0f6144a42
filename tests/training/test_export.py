"""A finished checkpoint loads, and brings a memory to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

import core
from core.errors import InputError
from core.model.llama import MemoryLlama
from core.model.reading import read
from core.training.command import first_weights, main
from core.training.export import export
from core.training.structured_init import initialise
from tests.training.conftest import SMALL

ROOT = Path(__file__).resolve().parents[2]


def test_training_goes_on_from_a_finished_model() -> None:
    first = first_weights(ROOT / "assets" / "tiny", seed=0)
    shipped = core.load("tiny").network.state_dict()
    assert first.training
    assert all(torch.equal(tensor, shipped[name]) for name, tensor in first.state_dict().items())


def test_training_does_not_go_on_in_another_network(tokenizer: Tokenizer, tmp_path: Path) -> None:
    other = MemoryLlama(SMALL)
    initialise(other, 0)
    export(other, tokenizer, tmp_path)
    with pytest.raises(InputError, match=r"core\.training\.grow"):
        first_weights(tmp_path, seed=0)


@pytest.mark.parametrize("start", ["other", "missing"])
def test_the_command_says_what_it_cannot_begin_with(tokenizer: Tokenizer, tmp_path: Path, start: str) -> None:
    """In one line, and leaves nothing behind."""
    other = MemoryLlama(SMALL)
    initialise(other, 0)
    export(other, tokenizer, tmp_path / "other")
    with pytest.raises(SystemExit) as refused:
        main(["--start", str(tmp_path / start), "--folder", str(tmp_path / "train")])
    assert start in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "train").exists()


def test_export_loads_with_its_own_memory(tokenizer: Tokenizer, tmp_path: Path) -> None:
    model = MemoryLlama(SMALL)
    initialise(model, 0)
    export(model, tokenizer, tmp_path)
    loaded = core.load(tmp_path)
    assert loaded.config == SMALL
    assert loaded.tokenizer is not None
    assert loaded.memory.initialized
    assert loaded.memory.long_term is not None
    assert [len(store) for store in loaded.memory.long_term.store] == [64] * SMALL.num_layers
    assert loaded.memory.short_term.tokens.abs().sum() > 0
    ids = torch.tensor(loaded.tokenizer("What does Mia like?")["input_ids"])
    wanted = read(model, loaded.memory, ids).logits
    torch.testing.assert_close(read(loaded.network, loaded.memory, ids).logits, wanted, atol=0.05, rtol=0.05)
