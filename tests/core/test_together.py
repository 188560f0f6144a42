"""Answers of several people written in one pass: the same as alone, watched as alone, and nobody breaks another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
import torch

import core
from core.memory.forgetting import mask
from core.model import reading
from core.model.checkpoint import LoadedModel
from core.model.reading import Decoded, Reading, decode, decode_together, read
from core.model.taps import watching
from core.model.turns import MOST, Turns
from core.model.writing import inject
from core.session import Session


def ids(seed: int, count: int) -> torch.Tensor:
    return torch.randint(3, 250, (count,), generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def readings(mplus: LoadedModel) -> list[Reading]:
    """Of memories of different lengths, with questions of different lengths."""
    told = inject(mplus.network, mplus.memory, ids(1, 20)).memory
    memories = [mplus.memory, told, told.without_long_term(), mask(told, told.short_term.serials[0, 3:9].numpy())]
    return [read(mplus.network, memory, ids(10 + i, 4 + 3 * i)) for i, memory in enumerate(memories)]


def test_a_pass_for_several_is_the_pass_of_each(mplus: LoadedModel, readings: list[Reading]) -> None:
    tokens = [one.logits[-1].argmax(keepdim=True) for one in readings]
    alone = together = readings
    for _ in range(3):
        alone = [decode(mplus.network, one.cache, token) for one, token in zip(alone, tokens, strict=True)]
        jobs = [Decoded(one.cache, token, None) for one, token in zip(together, tokens, strict=True)]
        together = decode_together(mplus.network, jobs)
        for one, other in zip(alone, together, strict=True):
            assert torch.allclose(one.logits, other.logits, atol=1e-5)
            assert one.cache.position == other.cache.position
        tokens = [one.logits[-1].argmax(keepdim=True) for one in alone]


def test_everybody_watches_their_own(mplus: LoadedModel, readings: list[Reading]) -> None:
    token = torch.tensor([7])

    def seen(run: Callable[[list[Any]], object]) -> list[Any]:
        found: list[Any] = []
        run(found)
        return found

    def notes(found: list[Any]) -> Callable[[str, int, Any], None]:
        def listen(name: str, layer: int, value: Any) -> None:
            shown = (value,) if name == "hidden" else (value.hidden, value.queries, value.keys, value.values)
            found.append((name, layer, shown))

        return listen

    def watched(one: Reading, listener: Callable[[str, int, Any], None]) -> Reading:
        with watching(listener):
            return decode(mplus.network, one.cache, token)

    alone = [seen(lambda found, one=one: watched(one, notes(found))) for one in readings]  # type: ignore[misc]

    found: list[list[Any]] = [[] for _ in readings]
    decode_together(mplus.network, [Decoded(r.cache, token, notes(f)) for r, f in zip(readings, found, strict=True)])
    for mine, other in zip(alone, found, strict=True):
        assert [(name, layer) for name, layer, _ in mine] == [(name, layer) for name, layer, _ in other]
        for (_, _, one), (_, _, two) in zip(mine, other, strict=True):
            assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(one, two, strict=True))


def test_sessions_that_answer_at_once_answer_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    model = core.load("tiny")
    sessions = [Session(model, seed=seed) for seed in range(4)]
    names = ["Mia", "Tom", "Ruth", "Omar"]
    for session, name in zip(sessions, names, strict=True):
        session.inject(f"{name} moved to Lisbon and works as a baker. {name} has a black cat called Misty Blue Moon.")
    asked = [f"What is the name of the cat that {name} has?" for name in names]
    alone = [session.answer(question) for session, question in zip(sessions, asked, strict=True)]

    sizes: list[int] = []
    at_once = reading.decode_together

    def counted(network: Any, jobs: Sequence[Decoded]) -> list[Reading]:
        sizes.append(len(jobs))
        return at_once(network, jobs)

    monkeypatch.setattr(reading, "decode_together", counted)
    barrier = Barrier(len(sessions))

    def ask(session: Session, question: str) -> Any:
        barrier.wait()
        return session.answer(question)

    for _ in range(20):  # until the machine happens to run them side by side
        with ThreadPoolExecutor(len(sessions)) as pool:
            answers = list(pool.map(ask, sessions, asked))
        for one, other in zip(alone, answers, strict=True):
            assert one.text == other.text
            assert one.event is not None
            assert other.event is not None
            assert (abs(one.event.mass - other.event.mass) < 1e-4).all()
        if max(sizes) > 1:
            return
    pytest.fail("no two sessions ever met in one pass")


def test_those_who_wait_are_served_by_one() -> None:
    turns: Turns[int, int] = Turns()
    entered, go = Event(), Event()
    passes: list[list[int]] = []

    def work(jobs: Sequence[int]) -> list[int]:
        passes.append(list(jobs))
        entered.set()
        assert go.wait(10)
        return [10 * job for job in jobs]

    with ThreadPoolExecutor(MOST + 4) as pool:
        first = pool.submit(turns.take, 0, work)
        assert entered.wait(10)
        others = [pool.submit(turns.take, job, work) for job in range(1, MOST + 3)]
        while len(turns._queue) < len(others):
            pass
        go.set()
        assert [first.result(10), *(other.result(10) for other in others)] == [10 * job for job in range(MOST + 3)]
    assert passes[0] == [0]
    assert sorted(map(len, passes[1:])) == [2, MOST]


def test_who_fails_fails_alone() -> None:
    turns: Turns[int, int] = Turns()
    started, go = Event(), Event()

    def work(jobs: Sequence[int]) -> list[int]:
        started.set()
        assert go.wait(10)
        return [12 // job for job in jobs]

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(turns.take, 1, work)
        assert started.wait(10)
        others = [pool.submit(turns.take, job, work) for job in (2, 0, 3)]
        while len(turns._queue) < len(others):
            pass
        go.set()
        assert first.result(10) == 12
        assert (others[0].result(10), others[2].result(10)) == (6, 4)
        with pytest.raises(ZeroDivisionError):
            others[1].result(10)


def test_nobody_waits_for_ever_when_the_one_at_work_is_stopped() -> None:
    turns: Turns[int, int] = Turns()
    started, go = Event(), Event()

    def work(jobs: Sequence[int]) -> list[int]:
        started.set()
        assert go.wait(10)
        if len(jobs) > 1:
            raise KeyboardInterrupt
        return [2 * job for job in jobs]

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(turns.take, 1, work)
        assert started.wait(10)
        others = [pool.submit(turns.take, job, work) for job in (2, 3)]
        while len(turns._queue) < len(others):
            pass
        go.set()
        assert first.result(10) == 2
        assert all(isinstance(other.exception(10), KeyboardInterrupt) for other in others)
    assert turns.take(4, work) == 8
