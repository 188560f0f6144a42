"""Properties of writing and forgetting: nothing is lost, nothing is counted twice, drops are what they say."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory import short_term
from core.memory.parts import Parts
from core.memory.retriever import retrieve, score
from core.memory.snapshot import pack_memory, same_memory
from core.memory.state import LongTermLayer, MemoryState, ShortTerm
from core.model.checkpoint import LoadedModel
from core.model.writing import inject
from tests.conftest import mplus_config
from tests.models import random_memory, random_model

LENGTHS = st.lists(st.integers(1, 30), min_size=1, max_size=25)


def serials_of(memory: MemoryState, layer: int) -> list[int]:
    found = memory.short_term.serials[layer].tolist()
    if memory.long_term is not None:
        for place in (memory.long_term.store, memory.long_term.pending):
            found += place[layer].serials.tolist()
    return found


@settings(max_examples=15, deadline=None)
@given(lengths=LENGTHS, seed=st.integers(0, 1000))
def test_every_token_is_somewhere_exactly_once_or_evicted(mplus: LoadedModel, lengths: list[int], seed: int) -> None:
    memory = mplus.memory.seeded(seed)
    evicted: list[set[int]] = [set() for _ in range(3)]
    for length in lengths:
        result = inject(mplus.network, memory, torch.arange(3, 3 + length))
        memory = result.memory
        assert result.absorbed is not None
        for layer, gone in enumerate(result.absorbed.evicted):
            evicted[layer] |= set(gone.tolist())
    for layer in range(3):
        held = serials_of(memory, layer)
        assert len(held) == len(set(held))
        assert set(held) | evicted[layer] == set(range(memory.next_serial))
        assert not set(held) & evicted[layer]
    assert memory.short_term.tokens.shape == mplus.memory.short_term.tokens.shape


@settings(max_examples=15, deadline=None)
@given(lengths=LENGTHS, seed=st.integers(0, 1000))
def test_ages_fall_along_the_pool_and_count_tokens_written_since(
    mplus: LoadedModel, lengths: list[int], seed: int
) -> None:
    memory = mplus.memory.seeded(seed)
    for length in lengths:
        memory = inject(mplus.network, memory, torch.arange(3, 3 + length)).memory
    pool = memory.short_term
    assert bool((pool.ages[:, :-1] >= pool.ages[:, 1:]).all())
    new = pool.serials >= mplus.memory.next_serial
    assert torch.equal(pool.ages[new].long(), memory.next_serial - 1 - pool.serials[new])


def test_the_input_state_is_never_changed(mplus: LoadedModel) -> None:
    before = {name: tensor.clone() for name, tensor in pack_memory(mplus.memory).tensors.items()}
    memory = mplus.memory
    for _ in range(12):
        memory = inject(mplus.network, memory, torch.arange(3, 20)).memory
    after = pack_memory(mplus.memory).tensors
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_drops_follow_from_seed_and_step_alone(mplus: LoadedModel) -> None:
    ids = torch.arange(3, 20)
    one, two = (inject(mplus.network, mplus.memory.seeded(5), ids).memory for _ in range(2))
    assert same_memory(one, two)
    other = inject(mplus.network, mplus.memory.seeded(6), ids).memory
    assert not torch.equal(one.short_term.serials, other.short_term.serials)


def test_drops_are_uniform() -> None:
    counts = np.zeros(32)
    for step in range(2000):
        drops = short_term.choose_drops(2, 32, 8, seed=1, step=step, per_layer=True)
        assert len(set(drops[0].tolist())) == 8
        assert drops[0].tolist() == sorted(drops[0].tolist())
        counts += np.bincount(drops[0].numpy(), minlength=32)
    chi_square = float(((counts - 500) ** 2 / (500 * 0.75)).sum())
    assert chi_square < 61.1  # 31 degrees of freedom, p = 0.001


def test_one_drop_for_all_layers_when_not_per_layer() -> None:
    drops = short_term.choose_drops(4, 32, 8, seed=0, step=3, per_layer=False)
    assert bool((drops == drops[0]).all())
    drops = short_term.choose_drops(4, 32, 8, seed=0, step=3, per_layer=True)
    assert not bool((drops == drops[0]).all())


def test_write_by_hand() -> None:
    pool = ShortTerm(
        tokens=torch.tensor([[[0.0], [1.0], [2.0], [3.0]]]),
        ages=torch.tensor([[9, 8, 1, 0]], dtype=torch.int32),
        serials=torch.tensor([[4, 5, 6, 7]]),
        forgotten=torch.tensor([[False, True, False, False]]),
    )
    new, dropped = short_term.write(pool, torch.tensor([[[8.0], [9.0]]]), torch.tensor([[1, 2]]), 8)
    assert new.tokens.flatten().tolist() == [0, 3, 8, 9]
    assert new.ages.tolist() == [[11, 2, 1, 0]]
    assert new.serials.tolist() == [[4, 7, 8, 9]]
    assert new.forgotten.tolist() == [[False, False, False, False]]
    assert dropped.tokens.flatten().tolist() == [1, 2]
    assert dropped.ages.tolist() == [[10, 3]]
    assert dropped.forgotten.tolist() == [[True, False]]


def rows(keys: list[float], ages: list[int]) -> LongTermLayer:
    count = len(keys)
    return LongTermLayer.of(
        tokens=torch.arange(float(count))[:, None],
        keys=torch.tensor(keys)[:, None],
        ages=torch.tensor(ages, dtype=torch.int32),
        recall_frequencies=torch.ones(count),
        serials=torch.arange(count),
    )


def test_retrieval_by_hand() -> None:
    store, pending = rows([3.0, -3.0, 2.0], [5, 9, 5]), rows([1.0], [7])
    found = retrieve(torch.ones(2, 1), store, pending, budget=3)
    assert found.order.tolist() == [3, 2, 0]  # ages 7, 5, 5: of the two fives the larger index first
    assert found.ages.tolist() == [7, 5, 5]
    assert found.scores is not None
    assert torch.allclose(found.scores, torch.sigmoid(torch.tensor([3.0, -3.0, 2.0, 1.0])))
    short = retrieve(torch.ones(2, 1), store, pending, budget=5)
    assert short.scores is None
    assert sorted(short.order.tolist()) == [0, 1, 1, 2, 2]  # rows repeated, pending ones not looked at
    assert len(retrieve(torch.ones(2, 1), rows([], []), pending, budget=5).order) == 0


def test_score_is_the_mean_over_the_prompt() -> None:
    got = score(torch.tensor([[1.0], [-1.0]]), Parts.of(torch.tensor([[2.0]])))
    assert torch.allclose(got, torch.tensor([0.5]))


def test_forgotten_tokens_are_zero_unseen_and_do_not_reach_the_long_term_memory() -> None:
    model = random_model(mplus_config())
    memory = inject(model.network, model.memory, torch.arange(3, 20)).memory
    gone = torch.arange(model.memory.next_serial, memory.next_serial)
    pool = short_term.forget(memory.short_term, gone)
    assert int(pool.forgotten.sum()) == 3 * 8
    assert not pool.tokens[pool.forgotten].any()
    state = MemoryState(pool, memory.long_term, True, memory.step, memory.next_serial, 0)
    for _ in range(30):
        state = inject(model.network, state, torch.arange(3, 20)).memory
    assert pool.forgotten.sum() != state.short_term.forgotten.sum()
    for layer in range(3):
        assert not set(serials_of(state, layer)) & (set(gone.tolist()) - set(state.short_term.serials[layer].tolist()))


def test_random_memory_is_consistent() -> None:
    memory = random_memory(mplus_config())
    assert memory.next_serial == 40 + 32
