"""Worth: masking is forgetting, teacher forcing is the model's own probability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.work import Work
from core.analysis.worth import answer_without, worth
from core.errors import CancelledError, InputError
from core.history import History
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.session import Session
from core.trace import Asked
from tests.core.traces import TEXT

FIVE = Decoding(max_new_tokens=5)


def test_the_whole_is_what_the_model_gave(session: Session) -> None:
    for index, asked in enumerate(session.trace.questions):
        found = worth(session, index)
        assert found.question == index
        count = len(asked.answer_tokens)
        assert np.allclose(np.exp(found.whole[:count]), asked.probabilities, atol=1e-4)
        assert found.whole.shape == found.nothing.shape == (count + (asked.finish == "end"),)
        assert found.without.shape == (len(found.contexts), found.whole.size)
        assert np.allclose(found.worth, found.whole.sum() - found.without.sum(1))
        assert (np.concatenate((found.whole, found.nothing)) <= 0).all()


def test_only_contexts_with_something_left_are_listed(session: Session) -> None:
    assert 0 in worth(session, 0).contexts
    assert 0 not in worth(session, 1).contexts, "it was forgotten before that question"


def test_without_is_the_answer_after_forgetting(session: Session) -> None:
    twin = session.fork()
    twin.forget(5)
    wanted = twin.answer("Where is the key?", FIVE).event
    found = answer_without(session, -1, [5], FIVE).event
    assert isinstance(wanted, Asked)
    assert isinstance(found, Asked)
    assert found.answer_ids.tolist() == wanted.answer_ids.tolist()
    assert np.array_equal(found.probabilities, wanted.probabilities)
    assert np.array_equal(found.retrieved, wanted.retrieved)
    assert np.array_equal(found.mass, wanted.mass)
    assert 5 not in {source.context for source in found.sources}


def test_without_nothing_is_the_same_answer(session: Session) -> None:
    found = answer_without(session, 0, (), FIVE).event
    asked = session.trace.questions[0]
    assert found is not None
    assert found.answer_ids.tolist() == asked.answer_ids.tolist()
    assert np.array_equal(found.probabilities, asked.probabilities)
    assert found.step == asked.step


def test_masking_the_only_context_is_masking_all(mplus: LoadedModel) -> None:
    session = Session(mplus)
    session.inject(TEXT)
    session.answer("Where?", FIVE)
    found = worth(session)
    assert found.contexts.tolist() == [0]
    assert np.array_equal(found.without[0], found.nothing)


def test_nothing_told_is_worth_nothing(mplus: LoadedModel) -> None:
    session = Session(mplus)
    session.answer("Where?", FIVE)
    found = worth(session)
    assert found.without.shape == (0, 5)
    assert np.array_equal(found.whole, found.nothing)


def test_the_end_counts_when_the_answer_ended(session: Session) -> None:
    ended = session.trace.questions[0]
    assert ended.finish == "end"
    cut = replace(ended, finish="stopped")
    twin = session.fork()
    events = tuple(cut if event is ended else event for event in twin.trace.events)
    twin._history = History(replace(twin.present, trace=replace(twin.trace, events=events)), from_start=False)
    assert np.allclose(worth(session, 0).whole[:-1], worth(twin, 0).whole, atol=1e-5)


def test_it_reports_and_can_be_ended(session: Session) -> None:
    seen: list[tuple[int, int]] = []
    count = len(worth(session, progress=lambda done, total: seen.append((done, total))).contexts)
    assert seen == [(done, count + 2) for done in range(1, count + 3)]
    with pytest.raises(CancelledError):
        worth(session, cancelled=lambda: True)
    with pytest.raises(CancelledError):
        Work(1, cancelled=lambda: True).step()


def test_what_cannot_be_explained_says_why(session: Session) -> None:
    with pytest.raises(InputError, match="no question 2"):
        worth(session, 2)
    with pytest.raises(InputError, match="no context 99"):
        answer_without(session, 0, [99])
    twin = session.fork()
    old = replace(twin.trace.questions[-1], answer_ids=np.empty(0, np.int32))
    twin._history = History(replace(twin.present, trace=twin.trace.with_event(old)), from_start=False)
    with pytest.raises(InputError, match="older version"):
        worth(twin)
