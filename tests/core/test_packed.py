"""Weights packed for the CPU: the same products, and the plain weights wherever those are wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

import core
from core.model import packed
from core.model.adapters import Projection
from core.model.checkpoint import LoadedModel, save
from core.model.reading import read

CAN_PACK = packed.can_pack(torch.float32)
WIDE, HIGH = 256, 520

needs_packing = pytest.mark.skipif(not CAN_PACK, reason="torch has no oneDNN here")


def matrix(dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(HIGH, WIDE, generator=torch.Generator().manual_seed(0)).to(dtype)


@needs_packing
@pytest.mark.parametrize("rows", [0, 1, 2, 9, 40, 600])
def test_a_packed_matrix_multiplies_alike(rows: int) -> None:
    given = torch.randn(2, rows, WIDE)
    weight = packed.packed(matrix())
    assert weight.is_mkldnn
    assert torch.allclose(packed.multiplied(given, weight), F.linear(given, matrix()), atol=1e-4)


@needs_packing
def test_a_part_of_the_rows_is_multiplied_alike() -> None:
    given, weight = torch.randn(2, 9, 2 * WIDE), packed.packed(matrix())
    for part in (given[:, -3:, :WIDE], given[:, ::2, ::2], given.transpose(0, 1)[..., :WIDE]):
        assert torch.allclose(packed.multiplied(part, weight), F.linear(part, matrix()), atol=1e-4)


@pytest.mark.skipif(not packed.can_pack(torch.bfloat16), reason="oneDNN has no bfloat16 on this CPU")
def test_bfloat16_is_packed_too() -> None:
    given = torch.randn(1, 9, WIDE).bfloat16()
    found = packed.multiplied(given, packed.packed(matrix(torch.bfloat16)))
    assert torch.allclose(found.float(), F.linear(given, matrix(torch.bfloat16)).float(), rtol=0.02, atol=0.1)


@needs_packing
def test_packing_is_undone_bit_for_bit() -> None:
    assert torch.equal(packed.unpacked(packed.packed(matrix())), matrix())


def test_small_weights_stay_as_they_are() -> None:
    small = torch.randn(8, 8)
    assert packed.packed(small) is small
    assert packed.unpacked(small) is small


def test_without_the_operations_weights_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "can_pack", lambda _: False)
    weight = matrix()
    assert packed.packed(weight) is weight


@needs_packing
def test_the_state_of_a_packed_projection_is_plain() -> None:
    layer = Projection(WIDE, HIGH)
    layer.weight = torch.nn.Parameter(packed.packed(matrix()), requires_grad=False)
    assert torch.equal(layer.state_dict()["weight"], matrix())
    twin = Projection(WIDE, HIGH)
    twin.load_state_dict(layer.state_dict())
    given = torch.randn(1, 5, WIDE)
    assert torch.allclose(twin(given), layer(given), atol=1e-4)


@needs_packing
def test_a_model_is_saved_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And answers as it does with plain weights."""
    monkeypatch.setattr(packed, "SMALLEST", 2**40)
    plain = core.load("tiny")
    assert not plain.network.layers[0].gate_proj.weight.is_mkldnn
    monkeypatch.setattr(packed, "SMALLEST", 1)
    model = core.load("tiny")
    assert model.network.layers[0].gate_proj.weight.is_mkldnn
    save(model.network, model.memory, tmp_path)
    again: LoadedModel = core.load(tmp_path)
    for (name, one), (_, other) in zip(
        model.network.state_dict().items(), again.network.state_dict().items(), strict=True
    ):
        assert torch.equal(one, other), name
    prompt = torch.arange(3, 20)
    wanted, found = (read(one.network, one.memory, prompt).logits for one in (plain, model))
    assert torch.allclose(found, wanted, atol=1e-3)
