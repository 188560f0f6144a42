"""A session in which something was told, asked and forgotten, and a guard that analyses leave it alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.memory.snapshot import pack_memory, same_memory
from core.model.checkpoint import LoadedModel
from core.session import Session
from tests.core.traces import busy_life, same_trace


@pytest.fixture
def session(mplus: LoadedModel) -> Iterator[Session]:
    """A busy session; it must be the same, bit for bit, after the test."""
    session = busy_life(Session(mplus, seed=3))
    before = session.present
    copy = {name: tensor.clone() for name, tensor in pack_memory(before.memory).tensors.items()}
    yield session
    assert session.present is before
    assert same_memory(session.memory, before.memory)
    assert all(tensor.equal(copy[name]) for name, tensor in pack_memory(before.memory).tensors.items())
    assert same_trace(session.trace, before.trace)
