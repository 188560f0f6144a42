"""A session as a short text that fits into a web address: its event log, model and drop seed.

    p1.<base64url of deflated JSON and 6 bytes of its SHA-256>

Whoever opens one does everything in it again (`Session.replay`), so it comes from strangers: sizes, types and
operations are checked before anything is done.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any, NamedTuple

from core.errors import InputError, SnapshotError
from core.model.decoding import MAX_NEW_TOKENS, Decoding

MAX_CHARACTERS = 8_000
"""Longest link; browsers and proxies begin to cut addresses soon above that."""
MAX_CONTENT = 96_000
"""Most bytes of JSON in a link: bounds what opening it costs."""
MAX_DOINGS = 1_000
"""Most texts told, questions and forgettings in a link, for the same reason."""
_VERSION = "p1."
_DIGEST = 6
_KINDS = ("told", "unrelated")
_SETTINGS = {field.name: field.default for field in fields(Decoding)}


class Linked(NamedTuple):
    """What a link holds: `Session.replay(model, log, seed)` makes the session again."""

    model_fingerprint: str
    seed: int
    log: tuple[dict[str, Any], ...]


def to_link(model_fingerprint: str, seed: int, log: Iterable[Mapping[str, Any]]) -> str:
    """The session with this log as a URL-safe text.

    Raises:
        InputError: it would be longer than `MAX_CHARACTERS`, or is too large to be opened again.
    """
    operations = [dict(operation) for operation in log]
    document = {"model": model_fingerprint, "seed": seed, "log": operations}
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    doings = sum(map(_doings, operations))
    if len(content) > MAX_CONTENT or doings > MAX_DOINGS:
        raise InputError(
            f"This session has {doings:,} texts and questions in {len(content):,} bytes; a link holds at most "
            f"{MAX_DOINGS:,} in {MAX_CONTENT:,}. Save it to a file."
        )
    packed = zlib.compress(content, 9) + hashlib.sha256(content).digest()[:_DIGEST]
    link = _VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(link) > MAX_CHARACTERS:
        raise InputError(
            f"The link would have {len(link):,} characters; at most {MAX_CHARACTERS:,} fit into an address. "
            "Save the session to a file."
        )
    return link


def from_link(text: str) -> Linked:
    """What a link holds.

    Raises:
        SnapshotError: not a link, of another version, damaged, too large, or with operations that do not exist.
    """
    content = _content(text.strip())
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SnapshotError("The link is damaged: its content is not JSON.") from error
    if not isinstance(document, dict) or document.keys() != {"model", "seed", "log"}:
        raise SnapshotError("The link does not hold a session: model, seed and log are wanted.")
    model, seed, log = document["model"], document["seed"], document["log"]
    if not isinstance(model, str) or not _whole(seed, 0, 2**63 - 1) or not isinstance(log, list):
        raise SnapshotError("The link does not hold a session: its model, seed or log is of a wrong type.")
    told = 0
    for place, operation in enumerate(log, start=1):
        told = _check(operation, told, place)
    if sum(map(_doings, log)) > MAX_DOINGS:
        raise SnapshotError(f"The link holds too much: at most {MAX_DOINGS:,} texts and questions are done again.")
    return Linked(model, seed, tuple(log))


def _content(text: str) -> bytes:
    """The JSON of a link, its checksum found right."""
    if not text.startswith(_VERSION):
        raise SnapshotError(f"This is no link to a session, or one of another version: {_VERSION} must begin it.")
    if len(text) > MAX_CHARACTERS:
        raise SnapshotError(f"The link has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
    body = text.removeprefix(_VERSION)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        content = inflate.decompress(packed, MAX_CONTENT + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise SnapshotError("The link is damaged or was cut off: copy it again, whole.") from error
    if len(content) > MAX_CONTENT:
        raise SnapshotError(f"The link holds more than {MAX_CONTENT:,} bytes; that is too much to be told again.")
    if not inflate.eof or inflate.unused_data != hashlib.sha256(content).digest()[:_DIGEST]:
        raise SnapshotError("The link is damaged or was cut off: copy it again, whole.")
    return content


def _doings(operation: Mapping[str, Any]) -> int:
    return len(operation["texts"]) if operation["op"] == "inject" else 1


def _check(operation: Any, told: int, place: int) -> int:
    """Refuse what is not an operation; the number of contexts told after it."""
    kind = operation.get("op") if isinstance(operation, dict) else None
    wanted = {
        "inject": {"op", "texts", "kind"},
        "ask": {"op", "question", "decoding", "tokens"},
        "forget": {"op", "context"},
    }.get(kind if isinstance(kind, str) else "")
    if wanted is None:
        raise SnapshotError(f"The link holds an unknown operation (number {place}).")
    good = operation.keys() == wanted
    if good and kind == "inject":
        texts = operation["texts"]
        good = isinstance(texts, list) and bool(texts) and all(isinstance(t, str) and t.strip() for t in texts)
        good = good and operation["kind"] in _KINDS
        told += len(texts) if good else 0
    elif good and kind == "ask":
        tokens = operation["tokens"]
        good = isinstance(operation["question"], str) and bool(operation["question"].strip())
        good = good and _decodes(operation["decoding"]) and (tokens is None or _whole(tokens, 0, MAX_NEW_TOKENS))
    elif good:
        good = _whole(operation["context"], 0, told - 1)
    if not good:
        raise SnapshotError(f"The link holds an operation that cannot be done again (number {place}, {kind}).")
    return told


def _decodes(settings: Any) -> bool:
    """Whether these are settings of `Decoding`, of the right types and sizes."""
    if not isinstance(settings, dict) or settings.keys() != _SETTINGS.keys():
        return False
    for name, default in _SETTINGS.items():
        numbers = int if isinstance(default, int) else (int, float)
        if isinstance(settings[name], bool) or not isinstance(settings[name], numbers):
            return False
    try:
        return asdict(Decoding(**settings)) == settings and _whole(settings["seed"], 0, 2**63 - 1)
    except InputError:
        return False


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
