"""Loading: what fits is placed, what does not is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import core
from core.errors import CheckpointError, InputError
from core.memory.snapshot import same_memory
from core.model.checkpoint import LoadedModel, place, save
from core.model.reading import read
from core.model.weights import in_eight_bits
from core.model.writing import inject
from tests.conftest import GOLDENS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "model"
    target.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(GOLDENS / "mplus-tiny" / name, target / name)
    return target


def change(folder: Path, **config: object) -> None:
    raw = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(raw | config))


def test_missing_unknown_and_misshapen_keys_are_named(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.norm.weight"]
    tensors["model.layers.0.surprise"] = torch.zeros(1)
    tensors["bos_embedding"] = torch.zeros(3, 2, 64)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(CheckpointError) as error:
        core.load(folder)
    for part in ("missing: model.norm.weight", "unknown: model.layers.0.surprise", "bos_embedding is [3, 2, 64]"):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"num_tokens": None}, "lacks numbers for num_tokens"),
        ({"num_blocks": 2}, "no short-term memory"),
        ({"update_ltm_mode": "later"}, "immediate"),
        ({"num_hidden_layers": "many"}, "lacks numbers for num_hidden_layers"),
    ],
)
def test_wrong_configurations(folder: Path, config: dict, says: str) -> None:
    change(folder, **config)
    with pytest.raises(CheckpointError, match=says):
        core.load(folder)


def test_folders_that_are_not_checkpoints(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        core.load(tmp_path)
    (folder / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(CheckpointError, match="damaged"):
        core.load(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"no model\.safetensors"):
        core.load(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(CheckpointError, match="cannot be used"):
        core.load(folder)
    with pytest.raises(CheckpointError, match="No checkpoint 'tinny'"):
        core.load("tinny")


def test_the_hub_out_of_reach_is_one_clear_error() -> None:
    with pytest.raises(CheckpointError, match="YuWangX/mplus-8b could not be had from the Hub"):
        core.load("mplus-8b")


def test_wrong_settings(folder: Path) -> None:
    wrongs: list[dict[str, Any]] = [{"attention": "magic"}, {"dtype": "int8"}, {"device": "toaster"}]
    for wrong in (*wrongs, {"attention": "flash_attention_2"}):
        with pytest.raises(InputError):
            core.load(folder, **wrong)


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_no_cuda_here(folder: Path) -> None:
    with pytest.raises(InputError, match="No CUDA"):
        core.load(folder, device="cuda")


def test_shards_and_bin_give_the_same_model(folder: Path, tmp_path: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    half = len(tensors) // 2
    shards = {"model-1.safetensors": dict(list(tensors.items())[:half])}
    shards["model-2.safetensors"] = dict(list(tensors.items())[half:])
    sharded, binary = tmp_path / "sharded", tmp_path / "binary"
    for target in (sharded, binary):
        target.mkdir()
        shutil.copy(folder / "config.json", target)
    for name, content in shards.items():
        save_file(content, sharded / name)
    weight_map = {key: name for name, content in shards.items() for key in content}
    (sharded / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    torch.save(tensors, binary / "pytorch_model.bin")
    ids = torch.arange(3, 12)
    whole = core.load(folder)
    wanted = read(whole.network, whole.memory, ids).logits
    for source in (sharded, binary):
        other = core.load(source)
        assert torch.equal(read(other.network, other.memory, ids).logits, wanted)
        assert other.fingerprint == whole.fingerprint


def test_save_and_load_round_trip(mplus: LoadedModel, tmp_path: Path) -> None:
    memory = inject(mplus.network, mplus.memory, torch.arange(3, 30)).memory
    save(mplus.network, memory, tmp_path / "saved")
    loaded = core.load(tmp_path / "saved")
    assert torch.equal(loaded.memory.short_term.tokens, memory.short_term.tokens)
    ids = torch.arange(5, 15)
    fresh = place(loaded.memory, torch.device("cpu"), torch.float32)
    assert same_memory(fresh, loaded.memory)
    assert torch.equal(inject(loaded.network, loaded.memory, ids).delta, inject(mplus.network, memory, ids).delta), (
        "injection does not depend on ages"
    )


def test_matrices_in_eight_bits(mplus: LoadedModel, tmp_path: Path) -> None:
    save(mplus.network, mplus.memory, tmp_path, eight_bits=True)
    stored = load_file(tmp_path / "model.safetensors")
    assert stored["model.embed_tokens.weight"].dtype == torch.int8
    loaded, was = core.load(tmp_path).network.state_dict(), mplus.network.state_dict()
    for name, value in loaded.items():
        if value.dim() != 2:
            assert torch.equal(value, was[name])
            continue
        step = was[name].abs().amax(dim=1, keepdim=True) / 127
        assert ((value - was[name]).abs() <= 0.501 * step).all()
        assert not torch.equal(value, was[name])


def test_eight_bits_without_their_scales_are_refused(mplus: LoadedModel, tmp_path: Path) -> None:
    save(mplus.network, mplus.memory, tmp_path, eight_bits=True)
    stored = load_file(tmp_path / "model.safetensors")
    del stored["model.embed_tokens.weight.scale"]
    save_file(stored, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"embed_tokens.*scale"):
        core.load(tmp_path)


def test_a_row_of_zeros_in_eight_bits() -> None:
    numbers, scales = in_eight_bits(torch.tensor([[0.0, 0.0], [1.0, -2.0]]))
    assert torch.equal(numbers, torch.tensor([[0, 0], [64, -127]], dtype=torch.int8))
    torch.testing.assert_close(numbers * scales, torch.tensor([[0.0, 0.0], [64 * 2 / 127, -2.0]]))


def test_adapters_cannot_be_saved(tmp_path: Path) -> None:
    model = core.load(GOLDENS / "mplus-tiny")
    with pytest.raises(CheckpointError, match="folded"):
        save(model.network, model.memory, tmp_path)


def test_bfloat16_runs_and_keeps_rotary_frequencies_exact() -> None:
    full, half = core.load(GOLDENS / "mplus-tiny"), core.load(GOLDENS / "mplus-tiny", dtype="bfloat16")
    assert half.dtype == torch.bfloat16
    assert torch.equal(half.network._rotary.inv_freq, full.network._rotary.inv_freq)
    ids = torch.arange(3, 40)
    wanted, got = (inject(model.network, model.memory, ids).delta.float() for model in (full, half))
    assert (wanted - got).abs().mean() < 0.05 * wanted.abs().mean()
    assert read(half.network, half.memory, ids).logits.dtype == torch.bfloat16


def test_ages_of_a_bfloat16_model_are_exact() -> None:
    half = core.load(GOLDENS / "mplus-tiny", dtype="bfloat16")
    full = core.load(GOLDENS / "mplus-tiny")
    assert half.memory.long_term is not None
    assert full.memory.long_term is not None
    for one, two in zip(half.memory.long_term.store, full.memory.long_term.store, strict=True):
        assert torch.equal(one.ages, two.ages)
