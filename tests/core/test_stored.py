"""Keys and values that are kept beside the vectors of long-term memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from core.bench.models import model_of
from core.memory.forgetting import forget
from core.memory.state import LongTermLayer, MemoryState
from core.model import stored as stored_module
from core.model import writing
from core.model.checkpoint import LoadedModel
from core.model.llama import MemoryLayer
from core.model.packed import packed
from core.model.projected import BLOCKS, read_rows, split_rows
from core.model.reading import read
from core.model.recorded import Recordings
from core.model.stored import are_kept, with_read_rows
from core.model.writing import inject
from tests.core.test_fast import agree, ids, model
from tests.core.test_prompts import course, recording
from tests.core.test_steps import whole

__all__ = ["model", "recording", "whole"]


def told(model: LoadedModel, memory: MemoryState) -> Iterator[MemoryState]:
    """A memory as it grows, is merged, and loses rows."""
    start = memory.long_term
    for step in range(7):
        memory = inject(model.network, memory, ids(step, 20)).memory
        yield memory
    assert start is not None
    assert memory.long_term is not None
    assert len(memory.long_term.store[0]) > len(start.store[0]), "nothing was merged"
    yield forget(memory, memory.long_term.store[0].serials[:3].numpy())


def merging_often(model: LoadedModel) -> MemoryState:
    """The model's memory with what is read of it kept; every third injection merges."""
    config = model.config.memory
    assert config.long_term is not None
    often = replace(config, long_term=replace(config.long_term, update_frequency=3))
    model.network.config = replace(model.config, memory=often)
    memory = with_read_rows(model.network, model.memory)
    assert are_kept(layers(memory))
    return memory


def layers(memory: MemoryState) -> tuple[LongTermLayer, ...]:
    assert memory.long_term is not None
    return (*memory.long_term.store, *memory.long_term.pending)


def check_rows(model: LoadedModel, memory: MemoryState) -> None:
    """What followed the vectors is, to the bit, what is made of them now."""
    for before, now in zip(layers(memory), layers(with_read_rows(model.network, memory)), strict=True):
        assert before.read_parts is not None
        assert now.read_parts is not None
        assert len(before) == len(before.read_parts)
        assert torch.equal(before.read_parts.whole, now.read_parts.whole)


def test_a_question_takes_them_in_pieces(
    model: LoadedModel, recording: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, start = model.network, merging_often(model)
    for step, memory in enumerate(told(model, start)):
        agree(model, memory, ids(100 + step))
        agree(model, memory, ids(200 + step))
        check_rows(model, memory)
    assert recording
    replaced = replace(model, memory=start)
    ours = course(replaced)
    monkeypatch.setattr(Recordings, "of", lambda *_: None)
    network.set_backend("sdpa")
    assert all(map(torch.equal, ours, course(replaced)))


def test_a_question_takes_them_layer_by_layer(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a CPU; vectors are not projected again."""
    start = merging_often(model)
    projected: list[int] = []
    found = model.network.layers[0].keys_and_values

    def noted(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        projected.append(len(rows))
        return found(rows)

    for step, memory in enumerate(told(model, start)):
        agree(model, memory, ids(100 + step))
        monkeypatch.setattr(model.network.layers[0], "keys_and_values", noted)
        again = [read(model.network, memory, ids(200 + step)).logits for _ in range(2)]
        monkeypatch.undo()
        assert torch.equal(*again)
        agree(model, memory, ids(200 + step))
        check_rows(model, memory)
    assert not projected


def test_what_leaves_a_pool_that_was_asked_is_known(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is projected for the long-term memory only where nobody has read that pool."""
    network, projected = model.network, list[int]()

    def counted(layer: MemoryLayer, rows: torch.Tensor) -> torch.Tensor:
        projected.append(len(rows))
        return read_rows(layer, rows)

    monkeypatch.setattr(writing, "read_rows", counted)
    memory = inject(network, merging_often(model), ids(1, 20)).memory
    assert len(projected) == model.config.num_layers
    read(network, memory, ids(2))
    projected.clear()
    memory = inject(network, memory, ids(3, 20)).memory
    assert not projected
    check_rows(model, memory)


def test_rows_are_the_same_bits_wherever_they_are_projected() -> None:
    """Also with packed weights, which are multiplied in other ways."""
    layer = model_of("mid", torch.device("cpu"), torch.float32, stored=300).network.layers[0]
    assert layer.k_proj.weight.is_mkldnn == (packed(torch.zeros(256, 512)).is_mkldnn)
    rows = torch.randn(3 * BLOCKS["cpu"] + 5, 512)
    together = read_rows(layer, rows)
    assert torch.equal(together, torch.cat([read_rows(layer, row) for row in rows.split(7)]))
    keys, values = layer.keys_and_values(rows)
    assert torch.allclose(split_rows(layer, together)[0], keys, atol=1e-5)
    assert torch.allclose(split_rows(layer, together)[1], values, atol=1e-5)


def test_they_are_not_kept_where_there_is_no_room(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_module, "free_bytes", lambda _: 100)
    assert with_read_rows(model.network, model.memory) is model.memory


def test_they_are_not_kept_where_layers_are_moved_about(model: LoadedModel) -> None:
    model.network.layers[1]._hf_hook = object()  # type: ignore[assignment]
    assert with_read_rows(model.network, model.memory) is model.memory
