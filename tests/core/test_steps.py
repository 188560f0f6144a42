"""Attention over whole buffers and the repeated pass, as a GPU has them, on the CPU."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from weakref import ref

import pytest
import torch

from core.bench import plain
from core.memory.forgetting import mask
from core.model import past as past_module
from core.model.attention import attend, attend_all, causal_mask, unwritten
from core.model.checkpoint import LoadedModel, assemble
from core.model.pieces import Pieces
from core.model.reading import Decoded, _repeated, decode, read
from core.model.recorded import Recordings
from core.model.steps import Step
from core.model.writing import Writing, inject, new_tokens
from tests.core.test_fast import agree, ids, model
from tests.models import random_tensors

__all__ = ["model"]


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_module, "WHOLE", {"cpu"})


@pytest.mark.parametrize(("count", "length"), [(1, 1), (1, 300), (5, 256), (24, 700), (256, 257)])
def test_unwritten_rows_change_nothing(count: int, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the queries are taken in parts."""
    generator = torch.Generator().manual_seed(length)
    queries = torch.randn(1, 8, count, 16, generator=generator)
    keys, values = (torch.randn(1, 2, 1024, 16, generator=generator) for _ in range(2))
    seen = unwritten(torch.arange(length - count, length), 1024, torch.float32)
    wanted = attend(
        queries, keys[:, :, :length], values[:, :, :length], causal_mask(count, length, keys.device), "sdpa"
    )
    assert torch.allclose(attend_all(queries, keys, values, seen), wanted, atol=1e-5)
    monkeypatch.setattr("core.model.attention.AT_ONCE", 8 * 1024 * 3)
    assert torch.allclose(attend_all(queries, keys, values, seen), wanted, atol=1e-5)


def test_whole_buffers_give_the_same(model: LoadedModel, whole: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telling, asking the same and others, forgetting, and going on in a buffer that is full."""
    memory = model.memory
    for step in range(6):
        memory = inject(model.network, memory, ids(step, 5 + 3 * step)).memory
        agree(model, memory, ids(100))
        agree(model, memory, ids(101 + step, 6))
    pool = memory.short_term
    forgotten = mask(memory, pool.serials[0, :3].numpy())
    with_gaps = read(model.network, forgotten, ids(7)).logits
    with monkeypatch.context() as otherwise:
        otherwise.setattr(past_module, "WHOLE", set())
        model.network.set_backend("sdpa")
        assert torch.allclose(read(model.network, forgotten, ids(7)).logits, with_gaps, atol=2e-4)
    model.network.set_backend("sdpa")
    fast, slow = read(model.network, memory, ids(3)), plain.read(model.network, memory, ids(3))
    for step in range(6):
        more = ids(step, 60)
        fast, slow = decode(model.network, fast.cache, more), plain.decode(model.network, slow, more)
        assert torch.allclose(fast.logits, slow.logits, atol=2e-4)


def test_a_repeated_pass_gives_the_same(model: LoadedModel, whole: None) -> None:
    """Token after token, and for another question in the same buffers; taps are shown the same."""
    network, memory = model.network, inject(model.network, model.memory, ids(1)).memory
    step = Step(network, read(network, memory, ids(2)).cache.layers, record=lambda act: act)

    def answer(question: torch.Tensor) -> None:
        reading, wanted = read(network, memory, question), plain.read(network, memory, question)
        for token in (11, 7, 60):
            shown: list[tuple[str, int, Any]] = []
            job = Decoded(reading.cache, torch.tensor([token]), lambda *tapped: shown.append(tapped))  # noqa: B023
            reading, wanted = _repeated(step, job), plain.decode(network, wanted, job.token)
            assert torch.allclose(reading.logits, wanted.logits, atol=2e-4)
            assert [name for name, _, _ in shown] == ["hidden", "attention"] * len(network.layers) + ["hidden"]
            for _, index, output in shown[1::2]:
                assert torch.allclose(output.keys, wanted.pasts[index][0], atol=2e-4)

    answer(ids(2))
    answer(ids(3))  # in the same buffers, which nobody else has any more


def test_fused_weights_give_the_same(model: LoadedModel, whole: None) -> None:
    """Reading, going on and telling; none of them is kept twice, and moving the weights takes them apart."""
    network, memory = model.network, model.memory
    unfused = plain.unfolded(network)
    for layer in network.layers:
        layer.fuse()
        assert layer.fused is not None
        assert layer.v_proj.weight.untyped_storage().data_ptr() == layer.fused.attention.untyped_storage().data_ptr()
    for seed in range(4):
        ours, theirs = inject(network, memory, ids(seed)).memory, plain.inject(unfused, memory, ids(seed, 9))
        if len(ids(seed)) >= model.config.memory.num_tokens:
            assert torch.allclose(ours.short_term.tokens, theirs.short_term.tokens, atol=1e-4)
        memory = ours
        agree(replace(model, network=network), memory, ids(50 + seed))
        fast, slow = read(network, memory, ids(seed)), plain.read(unfused, memory, ids(seed))
        step = Step(network, fast.cache.layers, record=lambda act: act)
        job = Decoded(fast.cache, torch.tensor([5]), None)
        assert torch.allclose(_repeated(step, job).logits, plain.decode(unfused, slow, job.token).logits, atol=2e-4)
    network.to(torch.float64).to(torch.float32)
    assert network.layers[0].fused is None


def test_a_repeated_injection_gives_the_same(model: LoadedModel) -> None:
    """Of another context behind another memory, bit for bit."""
    network, memory = model.network, model.memory
    kept = model.config.memory.num_tokens
    for count in (5, 9, 40):
        writing = Writing(network, memory.short_term.tokens[:, -kept:], ids(1, count), record=lambda act: act)
        other = inject(network, memory, ids(2, 30)).memory
        wanted = new_tokens(network, other, ids(3, count))
        assert torch.equal(writing(other.short_term.tokens[:, -kept:], ids(3, count)), wanted)


def test_what_comes_again_soon_is_recorded() -> None:
    """Two that alternate are both kept, more are not recorded at all; one that cannot be is not tried again."""
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        if number == 9:
            raise RuntimeError("out of memory")
        return number

    def wanted(recordings: Recordings[int], numbers: list[int]) -> list[int | None]:
        made.clear()
        return [recordings.of((number,), lambda n=number: make(n)) for number in numbers]  # type: ignore[misc]

    assert wanted(Recordings(), [1, 1, 1]) == [None, 1, 1]
    assert made == [1]
    assert wanted(Recordings(), [1, 2, 1, 2, 1, 2]) == [None, None, 1, 2, 1, 2]
    assert made == [1, 2]
    assert wanted(Recordings(), [1, 2, 3, 1, 2, 3, 1]) == [None] * 7
    assert wanted(Recordings(), [9, 9, 9]) == [None] * 3
    assert made == [9]


def test_a_recording_does_not_keep_its_network(model: LoadedModel, whole: None) -> None:
    """An unloaded model leaves the GPU at once."""
    network, memory = assemble(model.config, random_tensors(model.config, 3), "random")
    network.eval().requires_grad_(False)
    memory = inject(network, memory, ids(1)).memory

    def frozen(act: Callable[[], Any]) -> Callable[[], Any]:  # as a graph: the act itself is gone
        made = act()
        return lambda: made

    pasts = read(network, memory, ids(2)).cache.layers
    kept = (
        Step(network, pasts, record=frozen),
        Writing(network, memory.short_term.tokens[:, -4:], ids(1), record=frozen),
        Pieces(network, pasts, 1, 32, record=lambda acts: [frozen(act) for act in acts]),
    )
    gone = ref(network)
    gc.disable()
    del network
    assert gone() is None
    gc.enable()
    assert len(kept) == 3
