"""Rows in parts are rows: whatever is added, lost and picked, it is as if they were in one tensor."""

from __future__ import annotations

from random import Random

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.memory.parts import SMALL, Parts, _apart, _placed, joined


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1), st.booleans()), max_size=30), st.randoms())
def test_they_behave_as_one_tensor(steps: list[tuple[int, float, bool]], random: Random) -> None:
    plain = torch.randn(random.randrange(60), 3)
    parts = Parts.of(plain)
    for count, share, oldest in steps:
        fresh = torch.randn(count, 3)
        plain, parts = torch.cat((plain, fresh)), parts.append(Parts.of(fresh))
        lost = torch.zeros(len(plain), dtype=torch.bool)
        if oldest:
            lost[: int(share * len(plain))] = True
        else:
            lost = torch.tensor([random.random() < share for _ in range(len(plain))], dtype=torch.bool)
        plain, parts = plain[~lost], parts.take(~lost)
        assert len(parts) == len(plain)
        assert torch.equal(parts.whole, plain)
        if len(plain):
            index = torch.tensor([random.randrange(len(plain)) for _ in range(5)])
            assert torch.equal(parts.pick(index), plain[index])
            place = torch.zeros(7, 3)
            parts.pick(index, into=place[1:6])
            assert torch.equal(place, torch.cat((torch.zeros(1, 3), plain[index], torch.zeros(1, 3))))
            both = torch.cat((index, index + len(plain)))
            assert torch.equal(joined((parts, parts)).pick(both), torch.cat((plain, plain))[both])


def test_a_large_store_is_not_copied() -> None:
    large = torch.randn(1000, SMALL // 512)
    assert large.nbytes >= SMALL
    parts = Parts.of(large)
    for _ in range(100):
        parts = parts.append(Parts.of(torch.randn(4, SMALL // 512)))
    assert parts.tensors[0] is large
    assert len(parts.tensors) < 10
    later = parts.take(torch.arange(len(parts)) >= 300)
    assert later.tensors[0].data_ptr() == large[300].data_ptr(), "the oldest rows go without a copy"
    few = parts.take(torch.arange(len(parts)) >= 900)
    assert few.tensors[0].untyped_storage().nbytes() < large.nbytes, "but a few do not hold on to all"


def test_what_is_small_is_joined_with_the_next() -> None:
    parts = Parts.of(torch.randn(1000, 4)).append(Parts.of(torch.randn(4, 4)))
    assert len(parts.tensors) == 1
    row = SMALL // 4
    two = Parts.of(torch.randn(4, row)).append(Parts.of(torch.randn(1, row)))
    assert len(two.tensors) == 2


def test_what_was_there_stays_as_it_was() -> None:
    one = Parts.of(torch.zeros(3, 2))
    one.append(Parts.of(torch.ones(5, 2)))
    one.take(torch.tensor([True, False, True]))
    assert torch.equal(one.whole, torch.zeros(3, 2))
    assert len(one.take(torch.zeros(3, dtype=torch.bool))) == 0
    assert one.take(torch.zeros(3, dtype=torch.bool)).whole.shape == (0, 2)


def test_parts_that_lie_apart_are_one_index() -> None:
    """In any order, with gaps between them, and not where they do not lie whole rows apart."""
    memory = torch.randn(100, 4)
    parts = (memory[60:90], memory[5:8], memory[8:30], memory[40:41], memory[95:100])
    index = torch.randperm(sum(map(len, parts)), generator=torch.Generator().manual_seed(1))
    steps = _apart(parts)
    assert steps == [55, 0, 3, 35, 90]
    assert torch.equal(memory[5:][_placed(index, parts, steps)], torch.cat(parts)[index])
    shifted = memory.flatten()[2:-2].view(-1, 4)
    assert _apart((memory[:3], shifted[50:60])) is None
