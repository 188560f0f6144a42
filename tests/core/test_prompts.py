"""A question's pass in pieces, as a GPU repeats them, on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.bench import plain
from core.memory.retriever import by_age, oldest_first
from core.memory.state import MemoryState
from core.model import past as past_module
from core.model import pieces as pieces_module
from core.model.checkpoint import LoadedModel, assemble
from core.model.pieces import LENGTHS, Piece
from core.model.reading import Reading, decode, read
from core.model.recorded import Recordings
from core.model.writing import inject
from core.shapes import MEMORYLLM_8B
from tests.core.test_fast import agree, ids, model
from tests.core.test_shelf import small
from tests.core.test_steps import whole
from tests.models import random_tensors

__all__ = ["model", "whole"]


def as_graphs(acts: Sequence[Callable[[], Piece]], _: object = None) -> list[Callable[[], Piece]]:
    """Each gives its results in the same tensors again, as a CUDA graph does."""
    places: dict[int, Piece] = {}

    def repeat(index: int) -> Piece:
        made = acts[index]()
        if index not in places:
            places[index] = Piece(*(None if part is None else part.clone() for part in made))  # type: ignore[arg-type]
        for place, part in zip(places[index], made, strict=True):
            if place is not None and part is not None:
                place.copy_(part)
        return places[index]

    return [lambda i=index: repeat(i) for index in range(len(acts))]  # type: ignore[misc]


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch, whole: None) -> list[int]:
    """Passes are repeated as if they were recorded; how many pieces each recording has."""
    made: list[int] = []

    def recorded(acts: Sequence[Callable[[], Piece]], device: torch.device) -> list[Callable[[], Piece]]:
        made.append(len(acts))
        return as_graphs(acts)

    monkeypatch.setattr(pieces_module, "can_be_recorded", lambda _: True)
    monkeypatch.setattr(pieces_module, "recorded_in_turn", recorded)
    return made


def course(model: LoadedModel) -> list[Tensor]:
    """Logits of questions and answers to them, of one memory and of others."""
    network, memory, found = model.network, model.memory, []
    for step in range(5):
        memory = inject(network, memory, ids(step, 9 + step)).memory
        for seed, count in ((100 + step, 9), (200 + step, 30), (100 + step, 9), (7, 40)):
            reading = read(network, memory, ids(seed, count))
            found.append(reading.logits)
            for token in (5, 6):
                reading = decode(network, reading.cache, torch.tensor([token]))
                found.append(reading.logits)
            del reading
    return found


def test_recorded_pieces_give_the_same_bits(
    model: LoadedModel, recording: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = course(model)
    assert recording, "nothing was recorded"
    assert set(recording) == {1 + len(model.network.layers)}
    monkeypatch.setattr(Recordings, "of", lambda *_: None)
    model.network.set_backend("sdpa")  # what was made is forgotten
    theirs = course(model)
    assert all(map(torch.equal, ours, theirs))


def test_recorded_pieces_agree_with_the_plain_way(model: LoadedModel, recording: list[int]) -> None:
    """Of all lengths, after injections, without long-term memory, and while another answer goes on."""
    memory = model.memory
    for step in range(4):
        memory = inject(model.network, memory, ids(step, 20)).memory
        for count in (1, LENGTHS[0], LENGTHS[0] + 1, LENGTHS[-1], LENGTHS[-1] + 1):
            agree(model, memory, ids(100 + step, count))
            agree(model, memory, ids(200 + step, count))
    for seed in range(3):
        agree(model, memory.without_long_term(), ids(seed))
    assert recording
    held = [read(model.network, memory, ids(seed)) for seed in (1, 2, 1, 1)]
    assert torch.equal(held[0].logits, held[2].logits)
    agree(model, memory, ids(1))
    assert torch.equal(_next(model, held[0]), _next(model, held[3]))
    assert torch.allclose(_next(model, held[1]), plainly(model, memory, ids(2)), atol=2e-4)


def _next(model: LoadedModel, reading: Reading) -> Tensor:
    return decode(model.network, reading.cache, torch.tensor([7])).logits


def plainly(model: LoadedModel, memory: MemoryState, prompt: Tensor) -> Tensor:
    reading = plain.read(model.network, memory, prompt)
    return plain.decode(model.network, reading, torch.tensor([7])).logits


@pytest.mark.parametrize("bos", [True, False])
def test_without_rows_before_the_pool(recording: list[int], bos: bool) -> None:
    """MemoryLLM, with and without a bos vector."""
    config = small(MEMORYLLM_8B)
    config = replace(config, memory=replace(config.memory, add_bos=bos))
    network, memory = assemble(config, random_tensors(config, 3), "random")
    network.eval().requires_grad_(False)
    model = LoadedModel("random", network, None, memory, "sdpa", "random")
    memory = inject(network, inject(network, memory, ids(1)).memory, ids(2)).memory
    for seed in (3, 4, 5):
        agree(model, memory, ids(seed))
    assert recording


def test_a_store_too_short_to_be_scored(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = model.memory.long_term
    assert stored is not None
    few = tuple(layer.take(torch.arange(len(layer)) < 2) for layer in stored.store)
    memory = replace(model.memory, long_term=replace(stored, store=few))
    wanted = read(model.network, memory, ids(3)).logits
    monkeypatch.setattr(past_module, "WHOLE", {"cpu"})
    model.network.set_backend("sdpa")
    for _ in range(3):
        assert torch.allclose(read(model.network, memory, ids(3)).logits, wanted, atol=2e-4)


def test_one_sort_orders_as_two_do() -> None:
    """Ages that are equal, none and negative ones; indices in any order."""
    generator = torch.Generator().manual_seed(1)
    selected = torch.randperm(5000, generator=generator)[:700]
    ages = torch.randint(-3, 40, (700,), generator=generator, dtype=torch.int32)
    order, sorted_ages = oldest_first(selected, ages)
    ascending, places = selected.sort()
    wanted = by_age(ages[places])
    assert torch.equal(order, ascending[wanted])
    assert torch.equal(sorted_ages, ages[places][wanted])
    assert sorted_ages.dtype == torch.int32


def test_recording_fails(model: LoadedModel, recording: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The pass is then made as before."""

    def fails(*_: object) -> list[Callable[[], Piece]]:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(pieces_module, "recorded_in_turn", fails)
    memory = inject(model.network, model.memory, ids(1)).memory
    for seed in range(4):
        agree(model, memory, ids(seed))
