"""Sessions over time: undo, past moments, replay bit for bit, forks, saving and loading."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from core.errors import InputError, SnapshotError
from core.history import BUDGET, storages
from core.memory.snapshot import same_memory
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.session import Session
from core.store import SessionStore
from tests.conftest import mplus_config
from tests.core.traces import TEXT, busy_life, same_trace
from tests.models import random_model


@pytest.fixture
def session(mplus: LoadedModel) -> Session:
    return Session(mplus, seed=3)


def test_replay_gives_the_same_bit_for_bit(mplus: LoadedModel, session: Session) -> None:
    busy_life(session)
    stream = session.ask("Who keeps the key?", Decoding(max_new_tokens=9))
    next(stream)
    next(stream)
    stream.close()
    assert session.trace.questions[-1].finish == "stopped"
    again = Session.replay(mplus, session.log, seed=3)
    assert same_memory(session.memory, again.memory)
    assert same_trace(session.trace, again.trace)
    assert not same_memory(session.memory, Session.replay(mplus, session.log, seed=4).memory)


@pytest.mark.parametrize("budget", [BUDGET, 0])
def test_undo_and_redo_walk_through_every_moment(
    session: Session, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether memories are kept or have to be made again."""
    monkeypatch.setattr("core.history.BUDGET", budget)
    monkeypatch.setattr("core.rebuilding.FARTHEST", 0)  # which does not hold for undo
    moments = [(session.memory, session.trace)]
    for act in (
        lambda: session.inject(TEXT),
        lambda: session.answer("Where?", Decoding(max_new_tokens=3)),
        lambda: session.forget(0),
        session.reset,
        lambda: session.inject("Another life begins here, they say."),
    ):
        act()
        moments.append((session.memory, session.trace))
    for memory, trace in reversed(moments[:-1]):
        session.undo()
        assert same_memory(session.memory, memory)
        assert same_trace(session.trace, trace)
    with pytest.raises(InputError, match="nothing to undo"):
        session.undo()
    for memory, _ in moments[1:]:
        session.redo()
        assert same_memory(session.memory, memory)
    with pytest.raises(InputError, match="nothing to redo"):
        session.redo()


def test_undo_then_telling_the_same_drops_the_same(session: Session) -> None:
    session.inject(TEXT)
    once = session.memory
    session.undo()
    session.inject(TEXT)
    assert same_memory(once, session.memory)
    assert not session.can_redo


def test_history_has_an_end_and_reset_still_finds_the_beginning(
    mplus: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.history.HISTORY", 3)
    session = Session(mplus, seed=3)
    for _ in range(8):
        session.inject(TEXT)
    session.reset()
    assert same_memory(session.memory, mplus.memory.seeded(3))
    for _ in range(3):
        session.undo()
    assert not session.can_undo
    assert session.trace.step > 0


def test_a_long_history_takes_little_memory_and_loses_nothing(
    mplus: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.history.HISTORY", 20)
    budget = 8 * sum(storages(mplus.memory).values())
    monkeypatch.setattr("core.history.BUDGET", budget)
    session = Session(mplus, seed=3)
    memories = [session.memory]
    for number in range(30):
        session.inject(f"The train to Oslo leaves at {number}.")
        memories.append(session.memory)
    entries = session._history._entries
    kept = [place for place, entry in enumerate(entries) if entry.moment is not None]
    assert budget / 2 < session._history._bytes(session._history._inner()) <= budget
    assert len(kept) < len(entries) - 5
    far, near = kept[1] - kept[0], kept[-1] - kept[-2]
    assert far > near == 1, "those that undo wants first are kept"
    for memory in memories[-2:-22:-1]:
        session.undo()
        assert same_memory(session.memory, memory)
        assert session._history._bytes(session._history._inner()) <= budget
    assert not session.can_undo
    for memory in memories[-20:]:
        session.redo()
        assert same_memory(session.memory, memory)
    assert not session.can_redo


def test_the_memory_of_any_moment_can_be_had_again(
    mplus: LoadedModel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = Session(mplus, seed=3)
    memories = [one_by_one.memory]
    for chunk in (TEXT[:24], TEXT[24:], *(f"The train to Oslo leaves at {hour}." for hour in range(12))):
        for start in range(0, len(chunk), 24):
            one_by_one.inject(chunk[start : start + 24])
            memories.append(one_by_one.memory)
    busy_life(session)
    last = len(memories) - 1
    for who in (session, session.fork()):
        for step in (0, 1, 2, 7, last):
            assert same_memory(who.memory_at(step), memories[step])
        assert same_memory(who.memory_when(0), memories[last])
        assert same_memory(who.memory_when(-1), session.memory)
        assert same_memory(who.memory_at(session.trace.step), session.memory)
        assert who.memory_at(5) is who.memory_at(5)
    monkeypatch.setattr("core.rebuilding.FARTHEST", 4)
    with pytest.raises(InputError, match="no longer kept"):
        session.fork().memory_at(5)
    with pytest.raises(InputError, match="no step 99"):
        session.memory_at(99)
    with pytest.raises(InputError, match="no question 2"):
        session.memory_when(2)


def test_two_sessions_and_forks_never_mix(mplus: LoadedModel) -> None:
    store = SessionStore(mplus, seed=1)
    ada, bob = store.get("ada"), store.get("bob")
    before = bob.memory
    ada.inject(TEXT)
    assert same_memory(bob.memory, before)
    assert store.get("ada") is ada
    fork = ada.fork()
    fork.inject("Only the fork knows this sentence.")
    assert ada.trace.step == 2
    assert fork.trace.step == 4
    fork.reset()
    assert same_memory(fork.memory, before)
    assert same_memory(mplus.memory.seeded(1), before)


def test_save_and_load(mplus: LoadedModel, session: Session, tmp_path: Path) -> None:
    busy_life(session)
    path = session.save(tmp_path / "life.palimpsest")
    loaded = Session.load(mplus, path)
    assert same_memory(session.memory, loaded.memory)
    assert same_trace(session.trace, loaded.trace)
    assert loaded.log == session.log
    session.inject(TEXT)
    loaded.inject(TEXT)
    assert same_memory(session.memory, loaded.memory)
    assert not list(tmp_path.glob("*.partial"))


def test_a_session_in_which_nothing_happened_can_be_saved(mplus: LoadedModel, tmp_path: Path) -> None:
    session = Session(mplus)
    loaded = Session.load(mplus, session.save(tmp_path / "empty.palimpsest"))
    assert same_memory(session.memory, loaded.memory)
    assert same_trace(session.trace, loaded.trace)


def test_damaged_and_foreign_files_are_refused(mplus: LoadedModel, session: Session, tmp_path: Path) -> None:
    session.inject(TEXT)
    path = session.save(tmp_path / "life.palimpsest")
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-40] ^= 1
    tensors = load_file(path)
    save_file(tensors, tmp_path / "foreign.safetensors")
    cases = {
        "cut": whole[: len(whole) // 2],
        "flipped": bytes(flipped),
        "empty": b"",
        "noise": bytes(range(256)) * 40,
        "pickle": b"\x80\x04\x95" + whole[:100],
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
    for name in (*cases, "foreign.safetensors", "missing"):
        with pytest.raises(SnapshotError):
            Session.load(mplus, tmp_path / name)
    with pytest.raises(SnapshotError, match="another model"):
        Session.load(random_model(mplus_config(), seed=9), path)
