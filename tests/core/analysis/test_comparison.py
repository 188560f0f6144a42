"""Comparison: every run is what a session told that way would answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.comparison import NAMES, Name, compare
from core.errors import InputError
from core.memory.snapshot import pack_memory
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.session import Session
from tests.core.traces import TEXT

QUESTION = "Where is the key?"
FOUR = Decoding(max_new_tokens=4)


def test_runs_are_what_sessions_told_that_way_answer(session: Session) -> None:
    seen: list[tuple[int, int]] = []
    grown = list(compare(session, QUESTION, FOUR, progress=lambda *at: seen.append(at)))
    assert [len(comparison.runs) for comparison in grown] == [1, 2, 3, 4, 5]
    assert seen[-1][0] == seen[-1][1]
    runs = {run.name: run for run in grown[-1].runs}
    assert tuple(runs) == NAMES
    model, telling = session.model, [operation for operation in session.log if operation["op"] != "ask"]
    others = {
        "M+": session.fork(),
        "MemoryLLM": Session.replay(replace(model, memory=model.memory.without_long_term()), telling, 3),
        "No memory": Session(model, 3),
        "Another drop seed": Session.replay(model, telling, 4),
    }
    for name, other in others.items():
        memory = pack_memory(other.memory).tensors.values()
        event = other.answer(QUESTION, FOUR).event
        asked = runs[name].asked
        assert event is not None
        assert asked is not None
        assert asked.answer_ids.tolist() == event.answer_ids.tolist()
        assert np.array_equal(asked.probabilities, event.probabilities)
        assert runs[name].memory_bytes == sum(tensor.nbytes for tensor in memory)
        assert runs[name].first_token > 0
        assert math.isclose(runs[name].probability, float(np.prod(event.probabilities.astype(float))), rel_tol=1e-6)
    full = runs["Full context in the prompt"]
    assert full.asked is not None
    prompt = "".join(full.asked.prompt_tokens)
    assert prompt.endswith(f"Question: {QUESTION} Answer:")
    assert "Oslo leaves at 11." in prompt
    assert "Marta" not in prompt, "it was forgotten"
    assert full.prompt_tokens == len(full.asked.prompt_tokens) > 24
    assert "more than the 24" in full.note


def test_what_cannot_run_says_why(memoryllm: LoadedModel) -> None:
    session = Session(memoryllm)
    for _ in range(40):
        session.inject(TEXT)
    *_, last = compare(session, QUESTION, FOUR, ("M+", "Full context in the prompt"))
    own, mplus, full = last.runs
    assert own.name == "MemoryLLM"
    assert (mplus.asked, mplus.answer) == (None, "")
    assert "no long-term memory" in mplus.note
    assert math.isnan(mplus.first_token)
    assert full.asked is not None

    session.inject(TEXT * 10)
    only: list[Name] = ["Full context in the prompt"]
    *_, last = compare(session, QUESTION, FOUR, only)
    assert last.runs[1].asked is None
    assert "2,048" in last.runs[1].note


def test_it_ends_when_it_is_not_wanted_any_more(session: Session) -> None:
    runs = compare(session, QUESTION, FOUR, cancelled=lambda: len(seen) == 1)
    seen: list[object] = []
    for comparison in runs:
        seen.append(comparison)
    assert len(seen) == 1


def test_wrong_input_is_refused_at_once(session: Session) -> None:
    with pytest.raises(InputError, match="empty"):
        compare(session, " ")
    with pytest.raises(InputError, match="Unknown"):
        compare(session, QUESTION, names=["Tape"])  # type: ignore[list-item]
