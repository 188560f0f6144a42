"""Parity with the original implementation, as recorded (tests/goldens)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from core.replay import main, replay
from tests.conftest import GOLDENS

SCENARIOS = sorted(GOLDENS.glob("*/scenario*.json"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_scenario(path: Path) -> None:
    reports = list(replay(path))
    recorded = json.loads(path.read_text())["ops"]
    assert [report.name for report in reports] == [operation["id"] for operation in recorded]
    assert all(report.passed for report in reports), [str(report) for report in reports if not report.passed]
    for report, operation in zip(reports, recorded, strict=True):
        assert report.errors or operation["op"] == "reset"


def test_nine_scenarios_are_there() -> None:
    assert len(SCENARIOS) == 9


@pytest.mark.parametrize("tensor", ["01_inject.delta_memory", "00_prompt.logits", "01_inject.memory_ages"])
def test_a_changed_number_fails(tmp_path: Path, tensor: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mplus"
    shutil.copytree(GOLDENS / "mplus-tiny", folder)
    for extra in ("scenario_long.json", "scenario_release_ages.json"):
        (folder / extra).unlink()
    tensors = load_file(folder / "tensors.safetensors")
    tensors[tensor].view(-1)[0] += 1
    save_file(tensors, folder / "tensors.safetensors")
    assert main([str(folder)]) == 1
    assert "FAIL" in capsys.readouterr().out


def test_command_line_passes_and_refuses_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOLDENS / "memoryllm-7blike-tiny")]) == 0
    assert "0 failed" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 1
