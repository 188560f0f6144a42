"""The page's words and values, as functions; and what a start that fails says."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

import app
from core.errors import InputError
from core.session import Size
from tests.page.fakes import INFO, FakeSession, fake_model, fake_texts
from tests.page.serve import fake_desk
from visualize.panels import ask, assets, downloads, page, parts, tell, told
from visualize.panels.choice import Choice
from visualize.panels.remains import remains, report


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(fake_model())


@pytest.mark.parametrize(
    ("tokens", "says", "tone"),
    [
        (0, "0 tokens", "quiet"),
        (1, "1 token, under 16: 15 of its 16", "warn"),
        (15, "under 16", "warn"),
        (16, "16 tokens: 16 of 16 new memory tokens in every layer", "quiet"),
        (40, "the last 16 positions", "quiet"),
        (64, "the last 16 positions", "quiet"),
        (65, "split into 2 chunks of at most 64", "quiet"),
        (129, "split into 3 chunks", "quiet"),
    ],
)
def test_the_meter_says_what_a_length_means(tokens: int, says: str, tone: str) -> None:
    words, found = tell.reading(Size(tokens, -(-tokens // INFO.chunk_length)), INFO)
    assert says in words
    assert found == tone


def test_examples_are_long_enough_for_the_model() -> None:
    counts = FakeSession(fake_model())
    for _, text, question in tell.EXAMPLES:
        assert counts.measure(text).tokens >= tell.MINIMUM
        assert question.endswith("?")


def test_what_is_left_adds_up(session: FakeSession) -> None:
    session.inject("one " * 20)
    session.inject_all(fake_texts(30, 0))
    first = remains(session.trace)[0]
    assert first.short_term < 0.3
    assert first.short_term + first.long_term == pytest.approx(1)
    session.forget(0)
    first = remains(session.trace)[0]
    assert (first.short_term, first.long_term, first.forgotten) == (0, 0, True)
    json.dumps(report(session.trace))


def test_unrelated_texts_are_one_row(session: FakeSession) -> None:
    session.inject("a told text that is long enough to be told without any warning at all, is it not")
    session.inject_all(fake_texts(5, 0))
    value = json.loads(told.listed(session.trace, Choice(selected=0)))
    assert [row["selected"] for row in value["rows"]] == [True]
    assert value["group"]["text"] == "5 unrelated contexts"
    value = json.loads(told.listed(session.trace, Choice(selected=3)))
    assert value["group"]["selected"]


def test_answers_show_every_question_and_tint_tokens(session: FakeSession) -> None:
    session.inject("David likes apples, as he mentioned several times to John on the picnic of last week.")
    for question in ("What does David like?", "And John?"):
        list(session.ask(question))
    value = json.loads(ask.answered(session.trace, Choice()))
    assert value["question"] == "And John?"
    assert [item["shown"] for item in value["before"]] == [True, False]
    assert all(token["memory"] in ("text 1", "memory from before the session") for token in value["tokens"])
    assert all(0 <= token["share"] <= 1 for token in value["tokens"])
    assert json.loads(ask.answered(session.trace, Choice(question=0)))["question"] == "What does David like?"


def test_an_answer_from_nothing_says_so(session: FakeSession) -> None:
    for _ in range(2):
        list(session.ask("What does David like?"))
        session.inject("David likes apples, as he mentioned several times to John on the picnic of last week.")
    assert ask.UNTOLD in json.loads(ask.answered(session.trace, Choice(question=0)))["note"]
    assert ask.UNTOLD not in json.loads(ask.answered(session.trace, Choice(question=1)))["note"]


@pytest.mark.parametrize(
    "settings", [(None, 0, 1, 0), (0, 0, 1, 0), (8, 3, 1, 0), (8, 0, 0, 0), (8, 0, 1, -1), (8, 0, 1, None)]
)
def test_sampling_settings_out_of_range_are_explained(settings: tuple[float | None, ...]) -> None:
    with pytest.raises(InputError, match="must be"):
        ask.checked(*settings)


def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port)]) == 1
    assert_one_line(capsys, str(port))


def test_a_port_that_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--port", "99999"]) == 1
    assert_one_line(capsys, "99999")


def test_an_unknown_model_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert app.main(["--model", str(tmp_path / "nothing"), "--port", "0"]) == 1
    assert_one_line(capsys, "nothing")


@pytest.mark.parametrize("missing", ["page.css", "plot.js", "told.js", "fonts"])
def test_a_missing_asset_is_named(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in assets.STYLE.iterdir():
        if file.name != missing and file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(assets, "STYLE", tmp_path)
    if missing == "fonts":
        monkeypatch.setattr(assets, "SERVED", (assets.PLOTLY, tmp_path / "fonts" / "lora.woff2"))
    assets.text.cache_clear()
    try:
        with pytest.raises(assets.AssetError, match="missing"):
            page.build(fake_desk())
    finally:
        assets.text.cache_clear()


def test_a_missing_plotly_script_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "PLOTLY", tmp_path / "plotly.min.js")
    with pytest.raises(assets.AssetError, match="reinstall"):
        page.build(fake_desk())


def assert_one_line(capsys: pytest.CaptureFixture[str], says: str) -> None:
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert says in written
    assert "Traceback" not in written


def test_a_file_is_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "a.txt"
    text.write_bytes("\ufeffThe key lies under the mat. \n".encode())
    assert tell.read_text(str(text)) == "The key lies under the mat."
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00picture")
    with pytest.raises(InputError, match="not a text in UTF-8"):
        tell.read_text(str(tmp_path / "b.txt"))
    with pytest.raises(InputError, match="No file"):
        tell.read_text(None)
    monkeypatch.setattr(tell, "LONGEST_FILE", 5)
    with pytest.raises(InputError, match="a text may have 5"):
        tell.read_text(str(text))


def test_folders_of_old_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, other = downloads.fresh_folder(), tmp_path / "something-else"
    other.mkdir()
    for folder in (old, other):
        os.utime(folder, (1, 1))
    new = downloads.fresh_folder()
    assert not old.exists()
    assert new.exists()
    assert other.exists()


def test_what_is_said_twice_is_drawn_twice() -> None:
    """The page ignores a value that is equal to the last one."""
    first, second = parts.say("Taken back: telling.", "good"), parts.say("Taken back: telling.", "good")
    assert first != second
    assert {k: v for k, v in json.loads(first).items() if k != "number"} == {
        k: v for k, v in json.loads(second).items() if k != "number"
    }
