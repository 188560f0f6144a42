"""The fast way gives what the plain way gives, whatever was told, undone, forgotten or asked before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.bench import plain
from core.bench.__main__ import main
from core.bench.models import model_of
from core.bench.profiling import _covered
from core.config import LoraConfig
from core.memory.forgetting import mask
from core.memory.snapshot import same_memory
from core.memory.state import MemoryState
from core.model.attention import QUERIES, Backend, added, attend
from core.model.checkpoint import LoadedModel, assemble
from core.model.llama import MemoryLayer, MemoryLlama
from core.model.past import Lender, Past, Pool, Rows
from core.model.reading import REMEMBERED, Reading, decode, read
from core.model.taps import watching
from core.model.writing import inject
from core.shapes import MPLUS_8B
from tests.core.test_shelf import small
from tests.models import random_memory, random_tensors

CPU = torch.device("cpu")


@pytest.fixture
def model() -> LoadedModel:
    config = replace(small(MPLUS_8B), lora=LoraConfig(2, 4.0, ("q_proj", "v_proj", "up_proj", "down_proj"), True))
    network, memory = assemble(config, random_tensors(config, 3), "random")
    network.eval().requires_grad_(False)
    return LoadedModel("random", network, None, memory, "sdpa", "random")


def ids(seed: int, count: int = 9) -> torch.Tensor:
    return torch.randint(3, 250, (count,), generator=torch.Generator().manual_seed(seed))


def agree(model: LoadedModel, memory: MemoryState, prompt: torch.Tensor) -> None:
    """Prompt and two decoded tokens, fast and plain; the last row alone, too."""
    fast, slow = read(model.network, memory, prompt), plain.read(model.network, memory, prompt)
    assert torch.allclose(fast.logits, slow.logits, atol=2e-4)
    for _ in range(2):
        token = fast.logits[-1].argmax(keepdim=True)
        fast, slow = decode(model.network, fast.cache, token), plain.decode(model.network, slow, token)
        assert torch.allclose(fast.logits, slow.logits, atol=2e-4)
    del fast
    last, wanted = read(model.network, memory, prompt, last_only=True), plain.read(model.network, memory, prompt)
    assert last.logits.shape == wanted.logits[-1:].shape
    assert torch.allclose(last.logits, wanted.logits[-1:], atol=2e-4)
    token = last.logits[-1].argmax(keepdim=True)
    after, slow = decode(model.network, last.cache, token), plain.decode(model.network, wanted, token)
    assert torch.allclose(after.logits, slow.logits, atol=2e-4)


def test_angles_of_a_table_are_those_of_their_positions() -> None:
    for scaling in (None, {"rope_type": "dynamic", "factor": 2.0}):
        network = MemoryLlama(replace(small(MPLUS_8B), rope_scaling=scaling, max_position_embeddings=64))
        for first, end in ((0, 5), (3, 40), (60, 61), (500, 700), (2, 9)):
            wanted = network.rotary(torch.arange(first, end)[None])
            assert all(torch.equal(*pair) for pair in zip(network.angles(first, end, CPU), wanted, strict=True))


def test_a_long_course_of_telling_and_asking(model: LoadedModel) -> None:
    """Asked after none, one and several injections; the same question and others; with old moments in between."""
    memory, moments = model.memory, [model.memory]
    for step in range(14):
        memory = inject(model.network, memory, ids(step, 5 + 3 * step)).memory
        moments.append(memory)
        if step % 3 == 0:
            agree(model, memory, ids(100))
            agree(model, memory, ids(100))
            agree(model, memory, ids(101 + step, 6))
    for moment in (moments[5], moments[14], moments[0], moments[9], moments[9]):
        agree(model, moment, ids(100))
    branch = inject(model.network, moments[5], ids(77)).memory  # the same serials as in the other branch
    agree(model, branch, ids(100))
    agree(model, moments[6], ids(100))


def test_a_question_asked_again_is_not_read_again(model: LoadedModel) -> None:
    """The pass before is shown again, bit for bit, unless its answer goes on or another question came between."""
    network, memory = model.network, inject(model.network, model.memory, ids(1)).memory
    work = Counting(network)

    def seen(prompt: torch.Tensor) -> tuple[list[tuple[str, int, Any]], Reading]:
        shown: list[tuple[str, int, Any]] = []
        with watching(lambda name, layer, value: shown.append((name, layer, _copied(name, value)))):
            reading = read(network, memory, prompt, last_only=True)
        return shown, reading

    first, reading = seen(ids(4))
    first_logits, answer = reading.logits, decode(network, reading.cache, torch.tensor([7])).logits
    assert work.passes == 2
    goes_on = read(network, memory, ids(4), last_only=True)
    assert work.passes == 3, "the first reading is still held"
    del reading, goes_on
    for _ in range(3):
        again, reading = seen(ids(4))
        assert [entry[:2] for entry in again] == [entry[:2] for entry in first]
        assert all(_same(one[2], other[2]) for one, other in zip(again, first, strict=True))
        assert torch.equal(decode(network, reading.cache, torch.tensor([7])).logits, answer)
        del reading
    assert work.passes == 6, "only the answers' tokens"
    assert len(read(network, memory, ids(4)).logits) == len(ids(4)), "all rows, where only the last was wanted before"
    read(network, memory, ids(5))
    agree(model, memory, ids(4))
    masked = mask(memory, memory.short_term.serials[0, 3:9].numpy())
    assert not torch.equal(read(network, masked, ids(4), last_only=True).logits, first_logits)
    agree(model, memory, ids(4))
    agree(model, inject(network, memory, ids(2)).memory, ids(4))
    for prompt in (ids(4), ids(4), ids(5), ids(4)):
        agree(model, memory.without_long_term(), prompt)
    long = ids(6, REMEMBERED + 1)
    read(network, memory, long)
    work.passes = 0
    read(network, memory, long)
    assert work.passes == 1, "what was made of a long prompt is not kept"


def test_after_a_question_an_injection_makes_the_next_one_ready(model: LoadedModel, monkeypatch: Any) -> None:
    """Pool rows are projected and rotated while telling; of several injections in a row only by the first."""
    network, made = model.network, list[int]()
    keys_and_values = MemoryLayer.keys_and_values

    def counted(layer: MemoryLayer, rows: torch.Tensor) -> Any:
        made.append(len(rows))
        return keys_and_values(layer, rows)

    monkeypatch.setattr(MemoryLayer, "keys_and_values", counted)

    def told(memory: MemoryState, seed: int) -> tuple[MemoryState, int]:
        made.clear()
        memory = inject(network, memory, ids(seed)).memory
        return memory, len(made)

    def asked(memory: MemoryState) -> tuple[torch.Tensor, int]:
        made.clear()
        return read(network, memory, ids(9), last_only=True).logits, len(made)

    layers = model.config.num_layers
    unread, base = told(model.memory, 1)
    _, first = asked(unread)
    ready, telling = told(unread, 2)
    assert telling == base + layers
    logits, asking = asked(ready)
    assert asking == first - layers
    fresh = assemble(model.config, random_tensors(model.config, 3), "again")[0].eval().requires_grad_(False)
    assert torch.allclose(logits, read(fresh, ready, ids(9), last_only=True).logits, atol=1e-5)
    second, telling = told(ready, 3)
    assert telling == base + layers, "it has been asked"
    third, telling = told(second, 4)
    assert telling == base, "it has not"
    assert asked(third)[1] == first
    for memory in (unread, ready, second, third):
        agree(model, memory, ids(9))


class Counting:
    """How often a network's first layer ran."""

    def __init__(self, network: MemoryLlama) -> None:
        self.passes = 0
        network.layers[0].register_forward_hook(self._count)

    def _count(self, *_: object) -> None:
        self.passes += 1


def _copied(name: str, value: Any) -> list[torch.Tensor]:
    """The tensors of what a tap shows, as they are now."""
    parts = [value] if name == "hidden" else [part for part in value if isinstance(part, torch.Tensor)]
    return [part.clone() for part in parts]


def _same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return len(one) == len(other) > 0 and all(map(torch.equal, one, other))


def test_masked_tokens_and_no_long_term_memory(model: LoadedModel) -> None:
    memory = inject(model.network, model.memory, ids(1)).memory
    agree(model, memory.without_long_term(), ids(5))
    agree(model, memory, ids(5))
    hidden = mask(memory, memory.short_term.serials[0, 3:9].numpy())
    first = read(model.network, hidden, ids(5))
    assert not torch.allclose(first.logits, read(model.network, memory, ids(5)).logits, atol=1e-3)
    fresh = assemble(model.config, random_tensors(model.config, 3), "again")[0].eval().requires_grad_(False)
    assert torch.allclose(first.logits, read(fresh, hidden, ids(5)).logits, atol=1e-5)


def test_injecting_plainly_gives_the_same_memory(model: LoadedModel) -> None:
    memory = model.memory
    for seed in range(6):
        ours, theirs = (
            inject(model.network, memory, ids(seed, 20)).memory,
            plain.inject(model.network, memory, ids(seed, 20)),
        )
        assert torch.allclose(ours.short_term.tokens, theirs.short_term.tokens, atol=1e-5)
        assert torch.equal(ours.short_term.serials, theirs.short_term.serials)
        assert ours.long_term is not None
        assert theirs.long_term is not None
        assert [len(layer) for layer in ours.long_term.store] == [len(layer) for layer in theirs.long_term.store]
        memory = ours


def test_adapters_apart_are_the_same_model(model: LoadedModel) -> None:
    apart = plain.unfolded(model.network)
    assert torch.allclose(
        plain.read(apart, model.memory, ids(2)).logits,
        plain.read(model.network, model.memory, ids(2)).logits,
        atol=2e-4,
    )
    one, two = (plain.inject(network, model.memory, ids(3, 20)) for network in (apart, model.network))
    assert torch.allclose(one.short_term.tokens, two.short_term.tokens, atol=2e-4)


def test_an_answer_that_goes_on_twice(model: LoadedModel) -> None:
    """Two ways on from one reading do not see each other; nor does a later question disturb an open answer."""
    memory = inject(model.network, model.memory, ids(1)).memory
    start = read(model.network, memory, ids(4))
    left, right = (decode(model.network, start.cache, torch.tensor([token])) for token in (7, 9))
    other = read(model.network, memory, ids(6))
    again = decode(model.network, start.cache, torch.tensor([7]))
    assert torch.equal(left.logits, again.logits)
    onwards = [decode(model.network, way.cache, torch.tensor([5])).logits for way in (left, again)]
    assert torch.equal(*onwards)
    assert not torch.equal(left.logits, right.logits)
    assert torch.equal(read(model.network, memory, ids(6)).logits, other.logits)


def writing(pool: Rows) -> Pool:
    def write(place: Rows) -> None:
        place.keys.copy_(pool.keys)
        place.values.copy_(pool.values)

    return write


def lent(lender: Lender, layer: int, front: Rows, pool: Rows) -> Past:
    return lender.lend(layer, front, writing(front), pool.keys.shape[1], writing(pool), room=2)


def test_a_buffer_is_lent_to_one_at_a_time() -> None:
    lender = Lender()
    pool, front = Rows(torch.randn(2, 5, 4), torch.randn(2, 5, 4)), Rows(torch.randn(2, 3, 4), torch.randn(2, 3, 4))
    first = lent(lender, 0, front, pool)
    second = lent(lender, 0, front, pool)
    assert first.keys.data_ptr() != second.keys.data_ptr()
    place = second.keys.data_ptr()
    second = second.append(torch.ones(1, 2, 2, 4), torch.ones(1, 2, 2, 4))
    assert second.keys.data_ptr() == place
    del second
    other = Rows(torch.randn(2, 3, 4), torch.randn(2, 3, 4))
    third = lent(lender, 0, other, pool)
    assert third.keys.data_ptr() == place
    assert torch.equal(third.keys[0], torch.cat((other.keys, pool.keys), 1))
    assert torch.equal(third.values[0], torch.cat((other.values, pool.values), 1))


def test_buffers_go_over_to_the_next_pool() -> None:
    """But for those that somebody still reads."""
    before = Lender()
    pool, front = Rows(torch.randn(2, 5, 4), torch.randn(2, 5, 4)), Rows(torch.randn(2, 3, 4), torch.randn(2, 3, 4))
    held, free = lent(before, 0, front, pool), lent(before, 1, front, pool)
    kept, place = held.keys.clone(), free.keys.data_ptr()
    del free
    after, other = Lender(before), Rows(torch.randn(2, 5, 4), torch.randn(2, 5, 4))
    first, second = lent(after, 0, front, other), lent(after, 1, front, other)
    assert second.keys.data_ptr() == place
    assert torch.equal(second.keys[0], torch.cat((front.keys, other.keys), 1))
    assert torch.equal(held.keys, kept)
    assert torch.equal(first.values[0], torch.cat((front.values, other.values), 1))
    assert lent(before, 1, front, pool).keys.data_ptr() != place


def test_buffers_are_filled_before_anybody_asks() -> None:
    """The rows in front are the reader's, and there may be more of them than before."""
    before = Lender()
    pool, front = Rows(torch.randn(2, 5, 4), torch.randn(2, 5, 4)), Rows(torch.randn(2, 3, 4), torch.randn(2, 3, 4))
    for layer in (0, 1):
        lent(before, layer, front, pool)
    other = Rows(torch.randn(2, 5, 4), torch.randn(2, 5, 4))
    after, asked = Lender(before), list[tuple[int, int]]()

    def rows(layer: int, first: int) -> Pool:
        asked.append((layer, first))
        return writing(other)

    after.ready(5, rows)
    assert asked == [(0, 3), (1, 3)]
    nothing = Rows(torch.full((2, 5, 4), torch.nan), torch.full((2, 5, 4), torch.nan))
    found = lent(after, 0, front, nothing)
    assert torch.equal(found.keys[0], torch.cat((front.keys, other.keys), 1))
    longer = Rows(torch.randn(2, 4, 4), torch.randn(2, 4, 4))
    assert torch.equal(lent(after, 1, longer, other).values[0], torch.cat((longer.values, other.values), 1))


def test_a_past_is_a_value() -> None:
    start = Past.of([torch.zeros(1, 2, 3)], [torch.zeros(1, 2, 3)], room=1)
    one, two = (start.append(*[torch.full((1, 1, 1, 3), value)] * 2) for value in (1.0, 2.0))
    assert one.keys[0, 0, -1, 0] == 1
    assert two.keys[0, 0, -1, 0] == 2
    longer = one.append(*[torch.full((1, 1, 1, 3), 3.0)] * 2)
    assert longer.keys[0, 0, :, 0].tolist() == [0, 0, 1, 3]
    assert start.keys.shape[2] == 2


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("backend", ["eager", "sdpa", "matmul"])
def test_every_backend_takes_every_mask(count: int, backend: Backend) -> None:
    """None, bool and added alike: a model trained in float32 is exported with the backend it was trained with."""
    queries, keys, values = torch.randn(2, 4, count, 8), torch.randn(2, 4, 9, 8), torch.randn(2, 4, 9, 8)
    seen = torch.ones(count, 9, dtype=torch.bool).tril(9 - count)
    scores = (queries @ keys.mT * 8**-0.5).masked_fill(~seen, float("-inf"))
    wanted = (scores.softmax(-1) @ values).transpose(1, 2).flatten(2)
    for given in (None, seen, added(seen, torch.float32)):
        assert torch.allclose(attend(queries, keys, values, given, backend), wanted, atol=1e-5)


def test_many_queries_are_taken_in_turn() -> None:
    """With the rows that they see: nothing changes but rounding, for a prefix of any length and masks of any shape."""
    for count, before in ((QUERIES, 3), (QUERIES + 1, 0), (3 * QUERIES - 1, 70)):
        rows = before + count
        queries, keys, values = torch.randn(1, 4, count, 8), torch.randn(1, 2, rows, 8), torch.randn(1, 2, rows, 8)
        seen = torch.ones(count, rows, dtype=torch.bool).tril(before)
        seen[:, : before // 2] = False
        for given in (seen, added(seen, torch.float32), seen[None, None]):
            found = attend(queries, keys, values, given, "sdpa")
            assert torch.allclose(found, attend(queries, keys, values, given, "eager"), atol=1e-5)


def test_the_plain_reference_of_a_full_memory_is_that_of_the_fast_one(model: LoadedModel) -> None:
    full = replace(model, memory=random_memory(model.config, store=60))
    agree(full, full.memory, ids(9))
    assert same_memory(full.memory, full.memory)


@pytest.mark.parametrize("shape", ["tiny", "mid"])
def test_bench_shapes(shape: str) -> None:
    model = model_of(shape, CPU, torch.float32, 300)
    assert model.memory.long_term is not None
    assert {len(layer) for layer in model.memory.long_term.store} == {300}
    assert int(model.memory.short_term.serials.min()) >= 300
    told = inject(model.network, model.memory, torch.arange(3, 40)).memory
    assert read(model.network, told, torch.arange(3, 20), last_only=True).logits.shape == (1, model.config.vocab_size)


def test_the_command_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"json": tmp_path / "a" / "b.json", "profile": tmp_path / "c" / "d.json"}
    main(["--shape", "tiny", "--repeats", "2", *(str(part) for n, f in files.items() for part in (f"--{n}", f))])
    found = json.loads(files["json"].read_text())
    assert set(found["ratios"]) == set(found["milliseconds"])
    assert all(0 < roof["share"] < 1.5 for roof in found["roofline"].values())
    assert "recording adds" in capsys.readouterr().out
    profiled = json.loads(files["profile"].read_text())
    assert len(profiled) == 4
    for found in profiled.values():
        assert found["wall_ms"] > 0
        assert found["longest_calls"][0]["times"] > 0


def test_busy_is_what_intervals_cover() -> None:
    assert _covered([(0, 2), (5, 6), (1, 3), (2, 2.5)]) == 4
