"""Sessions of many people: which are kept, and for how long."""

from __future__ import annotations

from core.model.checkpoint import LoadedModel
from core.store import GRACE, SessionStore


def test_store_forgets_the_longest_unused(mplus: LoadedModel) -> None:
    store = SessionStore(mplus, capacity=2)
    first = store.get("a")
    store.get("b")
    store.get("a")
    store.get("c")
    assert store.get("a") is first
    assert len(store) == 2


def test_a_lost_page_finds_its_session_again(mplus: LoadedModel) -> None:
    """For some time: a broken connection looks like a closed page."""
    now = 0.0
    store = SessionStore(mplus, clock=lambda: now)
    first = store.get("a")
    assert store.leave("a") == []
    assert store.left("a")
    now = GRACE - 1
    assert store.get("a") is first
    assert not store.left("a")
    now = 3 * GRACE
    assert store.leave("nobody") == []
    assert store.get("a") is first, "it was used since"
    store.leave("a")
    now += GRACE + 1
    assert store.leave("nobody") == ["a"]
    assert len(store) == 0
    assert store.get("a") is not first
