"""Links: there and back, and everything that a stranger may put into one."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import zlib

import pytest

from core.errors import InputError, SnapshotError
from core.link import MAX_CHARACTERS, MAX_CONTENT, from_link, to_link
from core.memory.snapshot import same_memory
from core.model.checkpoint import LoadedModel
from core.session import Session
from tests.core.traces import busy_life, same_trace

INJECT = {"op": "inject", "texts": ["Marta keeps the key."], "kind": "told"}
DECODING = {"max_new_tokens": 48, "temperature": 0.0, "top_p": 1.0, "seed": 0}
ASK = {"op": "ask", "question": "Where?", "decoding": DECODING, "tokens": None}


def link_of(content: bytes) -> str:
    packed = zlib.compress(content, 9) + hashlib.sha256(content).digest()[:6]
    return "p1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def link_with(**changes: object) -> str:
    return link_of(json.dumps({"model": "random-0", "seed": 0, "log": [INJECT]} | changes).encode())


def test_a_replayed_link_is_the_session_bit_for_bit(mplus: LoadedModel) -> None:
    session = busy_life(Session(mplus, seed=3))
    link = to_link(mplus.fingerprint, session.memory.seed, session.log)
    assert set(link) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    found = from_link(f" {link}\n")
    assert (found.model_fingerprint, found.seed, found.log) == (mplus.fingerprint, 3, session.log)
    again = Session.replay(mplus, found.log, found.seed)
    assert same_memory(again.memory, session.memory)
    assert same_trace(again.trace, session.trace)


def test_replay_reports_and_can_be_ended(mplus: LoadedModel) -> None:
    session = busy_life(Session(mplus))
    seen: list[tuple[int, int]] = []
    Session.replay(mplus, session.log, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 14) for done in range(14)]


def test_an_empty_session_has_a_link() -> None:
    assert from_link(to_link("x", 0, ())).log == ()


def test_too_long_for_an_address_says_so() -> None:
    noise = "".join(random.Random(0).choices("abcdefghijklmnopqrstuvwxyz", k=20_000))
    with pytest.raises(InputError, match=f"at most {MAX_CHARACTERS:,}"):
        to_link("x", 0, [{"op": "inject", "texts": [noise], "kind": "told"}])
    with pytest.raises(InputError, match=f"{MAX_CONTENT:,}"):
        to_link("x", 0, [{"op": "inject", "texts": ["a" * MAX_CONTENT], "kind": "told"}])
    with pytest.raises(InputError, match="1,001 texts"):
        to_link("x", 0, [{"op": "inject", "texts": ["a"] * 1001, "kind": "told"}])


def test_damage_is_noticed() -> None:
    link = to_link("x", 0, [INJECT])
    for place in range(3, len(link)):
        for letter in "Ab":
            changed = link[:place] + letter + link[place + 1 :]
            if changed != link:
                try:
                    assert from_link(changed) == from_link(link)  # spare bits at the end of base64
                    assert place == len(link) - 1
                except SnapshotError:
                    pass
    for cut in (0, 2, 3, 10, len(link) // 2, len(link) - 1):
        with pytest.raises(SnapshotError):
            from_link(link[:cut])


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("", "no link"),
        ("p2.abcd", "another version"),
        ("https://example.org", "no link"),
        ("p1.ünïcode", "damaged"),
        ("p1." + "A" * MAX_CHARACTERS, "at most"),
        (link_of(b"a" * 10_000_000)[: 10**6], "at most"),
        (link_of(b"a" * 2_000_000), "too much"),
        (link_of(b"[" * 90_000), "not JSON"),
        (link_of(b"\xff\xfe"), "not JSON"),
        (link_of(b"[]"), "does not hold a session"),
        (link_of(b'{"model":"x","seed":0}'), "does not hold a session"),
        (link_with(more=1), "does not hold a session"),
        (link_with(model=7), "wrong type"),
        (link_with(seed=-1), "wrong type"),
        (link_with(seed=True), "wrong type"),
        (link_with(seed=2**63), "wrong type"),
        (link_with(log={}), "wrong type"),
        (link_with(log=["inject"]), "unknown operation"),
        (link_with(log=[{"op": ["inject"]}]), "unknown operation"),
        (link_with(log=[{"op": "delete"}]), "unknown operation"),
        (link_with(log=[INJECT | {"path": "/"}]), "cannot be done"),
        (link_with(log=[INJECT | {"texts": []}]), "cannot be done"),
        (link_with(log=[INJECT | {"texts": "abc"}]), "cannot be done"),
        (link_with(log=[INJECT | {"texts": [" "]}]), "cannot be done"),
        (link_with(log=[INJECT | {"texts": [1]}]), "cannot be done"),
        (link_with(log=[INJECT | {"kind": "evil"}]), "cannot be done"),
        (link_with(log=[INJECT | {"texts": ["a"] * 1001}]), "too much"),
        (link_with(log=[{"op": "forget", "context": 0}, INJECT]), "cannot be done"),
        (link_with(log=[INJECT, {"op": "forget", "context": 1}]), "number 2, forget"),
        (link_with(log=[INJECT, {"op": "forget", "context": "0"}]), "cannot be done"),
        (link_with(log=[ASK | {"question": ""}]), "cannot be done"),
        (link_with(log=[ASK | {"tokens": 10**6}]), "cannot be done"),
        (link_with(log=[ASK | {"tokens": 1.5}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": {}}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": DECODING | {"max_new_tokens": 10**9}}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": DECODING | {"temperature": "hot"}}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": DECODING | {"temperature": float("nan")}}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": DECODING | {"seed": -1}}]), "cannot be done"),
        (link_with(log=[ASK | {"decoding": DECODING | {"seed": True}}]), "cannot be done"),
    ],
)
def test_what_a_stranger_may_send(link: str, says: str) -> None:
    with pytest.raises(SnapshotError, match=says):
        from_link(link)


def test_good_ones_pass() -> None:
    log = [INJECT, ASK, {"op": "forget", "context": 0}, ASK | {"tokens": 3}]
    assert list(from_link(link_with(log=log)).log) == log
