"""Many memories at once: what an injection drops goes to the store, and nothing is lost before the store is full."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch

from core.training.batches import NOBODY, Asked, Told
from core.training.memories import Memories

LAYERS, BATCH, SIZE, COUNT, STORE = 2, 3, 16, 4, 12


def told(times: int, store: int = STORE) -> Memories:
    memories = Memories(LAYERS, BATCH, SIZE, 1, torch.device("cpu"), store)
    generator = torch.Generator().manual_seed(0)
    for number in range(times):
        rows = number * COUNT + torch.arange(COUNT)
        memories.update(rows.float().expand(LAYERS, BATCH, COUNT)[..., None], COUNT, generator)
    return memories


def test_rows_are_in_the_pool_or_in_the_store() -> None:
    memories = told(3)
    for layer in range(LAYERS):
        for row in range(BATCH):
            pool, store = memories.pool.serials[layer, row], memories.store.serials[layer, row]
            kept = torch.cat((pool, store))
            assert sorted(kept[kept != NOBODY].tolist()) == list(range(3 * COUNT))


def test_a_full_store_loses_what_was_dropped_first() -> None:
    """The newest drops are there: as many as fit."""
    memories, before = told(9), told(6)
    gone = set(before.pool.serials[0, 0].tolist()) - set(memories.pool.serials[0, 0].tolist())
    assert gone <= set(memories.store.serials[0, 0].tolist())
    assert memories.store.serials.shape == (LAYERS, BATCH, STORE)


def test_tokens_stay_with_their_identity() -> None:
    memories = told(9)
    for rows in (memories.pool, memories.store):
        known = rows.serials != NOBODY
        assert torch.equal(rows.tokens[..., 0][known], rows.serials[known].float())
        assert torch.equal(rows.owners[known], rows.serials[known] // COUNT)
        assert torch.equal(rows.places[known], rows.serials[known] % COUNT)


def test_what_was_told_survives_a_checkpoint(tmp_path: Path) -> None:
    asked = Asked(7, (5, 6), (8, 1), hops=2, start=1, end=3)
    context = Told(tuple(range(50)), (asked,), (asked._replace(key=9),), (range(30), range(30, 50)))
    memories = Memories(1, 2, 8, 4, torch.device("cpu"))
    memories.remember([context, None], 4)
    torch.save(memories.state_dict(), tmp_path / "state.pt")
    other = Memories(1, 2, 8, 4, torch.device("cpu"))
    other.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert other.history == [[context], [Told()]]


def test_what_is_noted_unread_is_the_same_history() -> None:
    """From another process contexts come pickled, and are read when somebody wants the history."""
    contexts: list[list[Told | None]] = [
        [Told((number,)), None if number % 2 else Told((number, 1))] for number in range(7)
    ]
    plain, pickled = (Memories(1, 2, 8, 4, torch.device("cpu")) for _ in range(2))
    for each in contexts:
        plain.remember(each, 3)
    for part in (contexts[:2], contexts[2:3], contexts[3:6]):
        pickled.remember_pickled(pickle.dumps(part), 3)
    pickled.remember(contexts[6], 3)
    assert plain.history == pickled.history
    assert [len(history) for history in plain.history] == [3, 3]


def test_a_memory_that_begins_anew_forgets_what_is_noted_unread() -> None:
    memories = Memories(1, 2, 8, 4, torch.device("cpu"))
    first: list[Told | None] = [Told((1,)), Told((2,))]
    second: list[Told | None] = [Told((3,)), Told((4,))]
    memories.remember(first, 3)
    memories.remember_pickled(pickle.dumps([first]), 3)
    memories.reset(torch.tensor([True, False]))
    memories.remember_pickled(pickle.dumps([second]), 3)
    assert memories.history == [[second[0]], [first[1], first[1], second[1]]]
