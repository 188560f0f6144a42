"""The mean of two models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

import core
from core.training.mean import main
from tests.training.test_export import ROOT

TINY = ROOT / "assets" / "tiny"


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(core.load(folder).network.state_dict())


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The embedded model with one weight changed."""
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "other"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(TINY / name, folder / name)
    tensors = load_file(TINY / "model.safetensors")
    tensors["model.norm.weight"] = tensors["model.norm.weight"] + 1
    save_file(tensors, folder / "model.safetensors")
    return folder


def test_a_mean_lies_between_and_writes_a_memory_of_its_own(other: Path, tmp_path: Path) -> None:
    main([str(TINY), str(other), "--share", "0.25", "--out", str(tmp_path / "mean")])
    one, two, mixed = weights(TINY), weights(other), weights(tmp_path / "mean")
    for name, tensor in mixed.items():
        wanted = 0.75 * one[name] + 0.25 * two[name]
        step = wanted.abs().amax(dim=-1, keepdim=True) / (127 if wanted.dim() == 2 else 1000)
        assert ((tensor - wanted).abs() <= 0.51 * step).all()
    memory = core.load(tmp_path / "mean").memory
    assert memory.initialized
    assert not memory.short_term.tokens.isnan().any()


def test_other_words_are_refused(other: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = other / "tokenizer.json"
    words.write_bytes(words.read_bytes() + b"\n")
    with pytest.raises(SystemExit):
        main([str(TINY), str(other), "--out", str(tmp_path / "mean")])
    assert "different tokenizers" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="nowhere"):
        main([str(TINY), str(tmp_path / "nowhere"), "--out", str(tmp_path / "mean")])
    with pytest.raises(SystemExit):
        main([str(TINY), str(other), "--share", "2", "--out", str(tmp_path / "mean")])
    assert "from 0 to 1" in capsys.readouterr().err
