"""Loading: full-size key lists on the meta device, room, progress, quantisation and several devices."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import core
from core.config import ModelConfig
from core.errors import CheckpointError, InputError, RoomError
from core.memory.snapshot import same_memory
from core.model import placement, room
from core.model.checkpoint import assemble, blank
from core.model.layout import network_tensors
from core.model.quantising import check
from core.model.reading import decode, read
from core.model.weights import Weights
from core.model.writing import inject
from tests.conftest import GOLDENS

RELEASED = ("memoryllm_7b", "memoryllm_8b", "mplus_8b")
STORE = 5120
IDS = torch.arange(3, 40)


class Listed(Mapping[str, Tensor]):
    """The tensors of a key list, on the meta device; notes which were asked for."""

    def __init__(self, listed: dict[str, Any], store: int) -> None:
        self.shapes = {
            key: tuple(store if size == "ltm_initial_size" else size for size in shape)
            for key, (shape, _) in listed.items()
        }
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Tensor:
        self.read.add(key)
        if key == "initialized":
            return torch.tensor(1, dtype=torch.uint8)
        return torch.empty(self.shapes[key], device="meta")

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)


def released(name: str) -> dict[str, Any]:
    return json.loads((GOLDENS / f"state_dict_keys_{name}.json").read_text())


@pytest.mark.parametrize("name", RELEASED)
@pytest.mark.parametrize("store", [STORE, 150_000])
def test_released_key_lists_are_placed_whole(name: str, store: int) -> None:
    found = released(name)
    tensors = Listed(found["state_dict"], store)
    assert len(tensors) == found["num_keys"]
    config = ModelConfig.from_dict(found["config"])
    network, memory = assemble(config, tensors, name, shapes=tensors.shapes)
    unused = {key for key in tensors if key not in tensors.read}
    assert all(".encoder_query_proj." in key for key in unused), "only the training's own query projection is left"
    given = {id(parameter) for parameter in network.parameters()}
    assert len(given) == len(dict(network_tensors(config, tensors)))
    assert memory.short_term.tokens.shape == tensors.shapes["memory"]
    if memory.long_term is None:
        assert name.startswith("memoryllm")
    else:
        assert {len(layer) for layer in memory.long_term.store} == {store}
    parameters: int = found["num_parameters" if "num_parameters" in found else "num_parameters_without_ltm"]
    counted = sum(torch.Size(shape).numel() for key, shape in tensors.shapes.items() if not key.startswith("ltm"))
    assert counted == parameters


def test_one_key_too_many_or_too_few_is_refused() -> None:
    found = released("mplus_8b")
    tensors = Listed(found["state_dict"], STORE)
    config = ModelConfig.from_dict(found["config"])
    shapes = dict(tensors.shapes)
    del shapes["model.layers.31.mlp.up_proj.lora_B.default.weight"]
    shapes["model.layers.32.mlp.up_proj.weight"] = (1, 1)
    with pytest.raises(CheckpointError) as error:
        assemble(config, tensors, "it", shapes=shapes)
    assert "missing: model.layers.31.mlp.up_proj.lora_B.default.weight" in str(error.value)
    assert "unknown: model.layers.32.mlp.up_proj.weight" in str(error.value)
    assert not tensors.read


def test_what_the_released_models_need() -> None:
    found = released("mplus_8b")
    tensors = Listed(found["state_dict"], 150_000)
    config = ModelConfig.from_dict(found["config"])

    def needed(quantise: room.Quantisation | None) -> room.Needs:
        return room.needs(config, tensors.shapes, torch.bfloat16, quantise)

    whole, eight, four = needed(None), needed("int8"), needed("int4")
    assert whole.store == 32 * 150_000 * 4096 * 2
    assert 16.5e9 < whole.weights < 16.8e9
    pool = 2 * 32 * 10_240 * 4096
    assert whole.memory == 2 * pool + 2 * 32 * 150_000 * 256, "the checkpoint's pool, a session's, and keys"
    assert whole.working > pool + 6 * pool / 4, "another while one is written; keys and values, a quarter as wide"
    assert four.weights < eight.weights < 0.65 * whole.weights
    assert (whole.memory, whole.working) == (eight.memory, eight.working)


@pytest.fixture
def small() -> Path:
    return GOLDENS / "mplus-tiny"


def test_what_does_not_fit_is_refused_before_anything_is_read(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda _: 50_000)
    monkeypatch.setattr(Weights, "__getitem__", lambda *_: pytest.fail("a tensor was read"))
    with pytest.raises(RoomError) as error:
        core.load(small)
    message = str(error.value)
    assert "in float32 does not fit here" in message
    assert "dtype bfloat16 (" in message
    assert "quantise int8 (" in message


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_CGROUP", tmp_path)
    host = torch.device("cpu")
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert room.free_bytes(host) > 10**6
    (tmp_path / "memory.max").write_text("1500\n")
    assert room.free_bytes(host) == 500


def test_progress_counts_to_the_end(small: Path) -> None:
    said: list[tuple[int, int]] = []
    model = core.load(small, progress=lambda done, total: said.append((done, total)))
    total = sum(parameter.numel() for parameter in model.network.parameters())
    assert said[-1] == (total, total)
    assert [done for done, _ in said] == sorted(done for done, _ in said)
    assert len(said) > 20


def test_a_damaged_index_is_one_clear_error(small: Path, tmp_path: Path) -> None:
    shutil.copy(small / "config.json", tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text('{"weight_map": []}')
    with pytest.raises(CheckpointError, match=r"index\.json is damaged"):
        core.load(tmp_path)


@pytest.mark.parametrize("content", [b"not tensors", b""])
def test_a_damaged_bin_is_one_clear_error(small: Path, tmp_path: Path, content: bytes) -> None:
    shutil.copy(small / "config.json", tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged"):
        core.load(tmp_path)


def test_a_bin_that_would_run_code_is_refused(small: Path, tmp_path: Path) -> None:
    shutil.copy(small / "config.json", tmp_path)
    torch.save({"memory": Path("x")}, tmp_path / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="damaged"):
        core.load(tmp_path)


# -- quantisation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "bound"), [("int8", 0.03), ("int4", 0.35)])
def test_quantised_projections_and_nothing_else(small: Path, kind: str, bound: float) -> None:
    pytest.importorskip("torchao", reason="needs torchao")
    full, less = core.load(small), core.load(small, quantise=kind)
    assert same_memory(full.memory, less.memory)
    for layer in less.network.layers:
        assert type(layer.q_proj.weight.data) is not Tensor
        assert layer.selector is not None
        assert all(type(part.data) is Tensor for part in layer.selector.parameters())
    assert type(less.network.embed_tokens.weight.data) is Tensor
    wanted, got = (inject(model.network, model.memory, IDS).delta for model in (full, less))
    assert (wanted - got).norm() < bound * wanted.norm()
    assert not torch.equal(wanted, got)


def test_unknown_quantisation(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="'int8', 'int4' or None"):
        core.load(small, quantise="int3")
    monkeypatch.setattr("core.model.quantising.find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install torchao"):
        core.load(small, quantise="int8")
    assert check(None) is None
    assert check("none") is None


# -- several devices ---------------------------------------------------------------------------------------------------


def test_layers_stay_whole_and_in_order() -> None:
    found = released("mplus_8b")
    network = blank(ModelConfig.from_dict(found["config"]))
    parts = placement.plan(network, torch.bfloat16, {0: 8 * 10**9, 1: 8 * 10**9, "cpu": 10**11})
    layers = [str(placement.device_of(f"layers.{i}.q_proj.weight", parts)) for i in range(32)]
    assert layers == sorted(layers, key=["cuda:0", "cuda:1", "cpu"].index)
    assert len(set(layers)) == 3
    for index, device in enumerate(layers):
        named = {
            str(placement.device_of(f"layers.{index}.{n}", parts)) for n, _ in network.layers[0].named_parameters()
        }
        assert named == {device}


def test_a_map_on_one_device_changes_nothing(small: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("needs a machine without CUDA")
    plain, mapped = core.load(small), core.load(small, device_map="auto")
    assert torch.equal(read(plain.network, plain.memory, IDS).logits, read(mapped.network, mapped.memory, IDS).logits)
    with pytest.raises(InputError, match="device_map"):
        core.load(small, device_map="everywhere")


def test_layers_that_wait_elsewhere_answer_alike(small: Path) -> None:
    """Half of the layers are fetched whenever they are needed; here from the disk, with a GPU from the host."""
    plain, parted = core.load(small), core.load(small)
    count = len(parted.network.layers)
    parts: dict[str, str | int | torch.device] = {name: "cpu" for name, _ in parted.network.named_children()}
    del parts["layers"]
    parts |= {name: "cpu" for name, _ in parted.network.named_parameters() if "." not in name}
    parts |= {f"layers.{i}": "disk" if i >= count // 2 else "cpu" for i in range(count)}
    placement.carry_out(parted.network, parts)
    assert parted.network.layers[-1].q_proj.weight.is_meta
    one, two = (inject(model.network, model.memory, IDS) for model in (plain, parted))
    assert same_memory(one.memory, two.memory)
    first, second = (read(model.network, told.memory, IDS) for model, told in ((plain, one), (parted, two)))
    assert torch.equal(first.logits, second.logits)
    following = torch.tensor([7])
    wanted, got = (
        decode(model.network, reading.cache, following).logits for model, reading in ((plain, first), (parted, second))
    )
    assert torch.allclose(wanted, got, atol=1e-5)  # kernels depend on where in memory a matrix lies
