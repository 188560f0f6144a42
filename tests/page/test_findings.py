"""What is found out on request: kept while it is true, run beside the page, ended when nobody waits any more."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.errors import CancelledError, InputError
from tests.page.fakes import FakeSession, fake_model, fake_texts
from tests.page.serve import fake_desk
from visualize.panels import compare, evidence, export, long_work, map, space
from visualize.panels.background import Far, Result, background
from visualize.panels.choice import Choice
from visualize.panels.found import MOST, Found, state_of
from visualize.panels.wiring import Done

PICNIC = "David likes apples, as he mentioned several times to John on the picnic of last week."


@pytest.fixture
def session() -> Any:
    made = FakeSession(fake_model())
    made.inject(PICNIC)
    made.inject_all(fake_texts(5, 0))
    list(made.ask("What does David like?"))
    return made


def test_work_reports_and_returns() -> None:
    def work(progress: Callable[[int, int], None], _: Any) -> str:
        progress(1, 2)
        time.sleep(0.2)
        progress(2, 2)
        return "found"

    reports = list(background(work))
    assert isinstance(reports[0], Far)
    assert reports[-1] == Result("found")


def test_parts_come_one_by_one() -> None:
    def parts(_: Any, __: Any) -> Iterator[int]:
        yield from range(3)

    assert list(background(parts)) == [Result(0), Result(1), Result(2)]


def steps_of(work: Callable[..., Any], keep: Callable[[Any], str]) -> Iterator[Any]:
    """What a click on a row that does this work shows, step by step."""
    bound: list[Any] = []
    looking = SimpleNamespace(get=lambda _: Choice())
    wiring: Any = SimpleNamespace(
        desk=SimpleNamespace(stopping=set()),
        views=SimpleNamespace(looking=looking),
        streams=lambda _, run, *own, **more: bound.append(run),
    )
    with gr.Blocks():
        row = long_work.build("Run", "work", "Nothing runs.")
        long_work.bind(row, wiring, lambda *_: long_work.Job(work, keep))
    steps: Iterator[Any] = bound[0]("a session", "a key")
    return steps


@pytest.mark.parametrize(("seconds", "drawings"), [(0.0, 400), (3600.0, 2)])
def test_fast_parts_are_all_kept_and_drawn_at_a_pace(
    monkeypatch: pytest.MonkeyPatch, seconds: float, drawings: int
) -> None:
    monkeypatch.setattr(long_work, "DRAWN", seconds)
    kept: list[int] = []

    def keep(part: int) -> str:
        kept.append(part)
        return f"{len(kept)} parts."

    drawn = [step for step in steps_of(lambda *_: iter(range(400)), keep) if isinstance(step, Done)]
    assert kept == list(range(400))
    assert len(drawn) == drawings
    assert drawn[-1].message == "400 parts."


def test_what_has_one_result_draws_it_once() -> None:
    drawn = [step for step in steps_of(lambda *_: "found", str) if isinstance(step, Done)]
    assert [step.message for step in drawn] == ["found"]


def test_what_was_found_before_a_failure_is_drawn() -> None:
    def parts(*_: Any) -> Iterator[int]:
        yield from range(3)
        raise InputError("no such thing")

    kept: list[int] = []

    def keep(part: int) -> str:
        kept.append(part)
        return ""

    drawn = []

    def look() -> None:
        for step in steps_of(parts, keep):
            if isinstance(step, Done):
                drawn.append(len(kept))

    with pytest.raises(InputError, match="no such thing"):
        look()
    assert drawn[-1] == len(kept) == 3


def test_errors_come_through_and_closing_cancels() -> None:
    def fails(_: Any, __: Any) -> None:
        raise InputError("no such thing")

    with pytest.raises(InputError, match="no such thing"):
        list(background(fails))
    ended = []

    def works(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            progress(1, 9)
            time.sleep(0.01)
        ended.append(True)
        raise CancelledError("stopped")

    with closing(background(works)) as reports:
        next(reports)
    assert ended == [True]


def test_what_was_found_belongs_to_what_it_was_found_for(session: Any) -> None:
    found, one, other = Found(), object(), object()
    found.put(session, "worth", one, 1)
    assert found.get(session, "worth", one) == 1
    assert found.get(session, "worth", other) is None
    assert found.once(session, "worth", other, lambda: 2) == 2
    assert found.once(session, "worth", other, lambda: 3) == 2
    for number in range(MOST):
        found.put(session, number, one, number)
    assert found.get(session, "worth", other) is None


def test_evidence_lists_told_texts_and_their_absence(session: Any) -> None:
    desk, event = fake_desk(), session.trace.questions[0]
    value = json.loads(evidence.without(desk, session, Choice()))
    assert [row["context"] for row in value["rows"]] == [0]
    assert value["rows"][0]["result"] is None
    desk.found.put(session, evidence.left_out(0, 0), event, SimpleNamespace(text=event.answer))
    value = json.loads(evidence.without(desk, session, Choice()))
    assert value["rows"][0]["same"]
    assert json.loads(evidence.without(desk, session, Choice(step=0)))["rows"] == []
    assert len(json.loads(evidence.words(session.trace, Choice()))["tokens"]) == len(event.answer_tokens)


def test_the_space_is_of_the_chosen_layer_and_moment(session: Any) -> None:
    desk = fake_desk()
    assert space.layer_of(session.trace, Choice()) == 3
    assert space.layer_of(session.trace, Choice(token=(1, 130))) == 1
    assert space.layer_of(session.trace, Choice(layer=0, token=(1, 130))) == 0
    assert state_of(session.trace, 2) is session.trace.injections[1]
    assert state_of(session.trace, 0) is session.trace.start
    assert len(space.space(desk, session, Choice()).data)
    assert "Compute UMAP" in space.space(desk, session, Choice(method="umap")).layout.meta["empty"]
    listed = json.loads(space.inside(session.trace, [0, 99, "x"], {"0": 4, "-1": 2}))
    assert [row["context"] for row in listed["rows"]] == [0]
    assert "2 tokens" in json.loads(space.inside(session.trace, [], {"-1": 2}))["none"]


def test_a_loop_is_let_go_when_the_memory_changes(session: Any) -> None:
    desk = fake_desk()
    desk.found.put(session, space.LOOP, state_of(session.trace), ([0], {"0": 4}))
    assert [row["context"] for row in json.loads(space.looped(desk, session))["rows"]] == [0]
    session.inject("The blue ladder was left in the garden, right behind the old shed.")
    assert json.loads(space.looped(desk, session))["rows"] == []


def test_a_pinned_token_has_a_life_and_a_lens(session: Any) -> None:
    choice = Choice(token=(2, 130))
    assert not (map.life(session, choice).layout.meta or {}).get("empty")
    assert not (map.lens(fake_desk(), session, choice).layout.meta or {}).get("empty")
    assert map.lens(fake_desk(), session, Choice()).layout.meta["empty"]


def test_a_comparison_says_when_it_was_made(session: Any) -> None:
    desk = fake_desk()
    assert json.loads(compare.side_by_side(desk, session))["runs"] == []
    *_, found = desk.analyses.compare(session, "What?", progress=lambda *_: None, cancelled=lambda: False)
    desk.found.put(session, compare.KEY, None, compare.Kept(found, 1, state_of(session.trace, 1)))
    value = json.loads(compare.side_by_side(desk, session))
    assert [run["name"] for run in value["runs"]] == ["M+", "MemoryLLM", "No memory"]
    assert "after step 1" in value["note"]
    assert export.findings(desk, session) == [], "the report tells of this memory only"
    now = session.trace
    desk.found.put(session, compare.KEY, None, compare.Kept(found, now.step, state_of(now)))
    assert json.loads(compare.side_by_side(desk, session))["note"] == ""
    assert export.findings(desk, session) == [found]
    while session.trace.step == now.step:
        session.undo()
    while session.trace.step < now.step:
        session.inject("The blue ladder was left in the garden, right behind the old shed.")
    assert session.trace.step == now.step
    assert "before the memory changed" in json.loads(compare.side_by_side(desk, session))["note"]


@pytest.mark.parametrize(
    ("form", "name"), [("report", "report.html"), ("json", "trace.json"), ("parquet", "trace.zip")]
)
def test_exports_are_files(session: Any, tmp_path: Path, form: str, name: str) -> None:
    path = export.written(fake_desk(), session, Choice(), tmp_path, SimpleNamespace(form=form))
    assert path.name == f"palimpsest-{name}"
    assert path.stat().st_size > 10


def test_an_unknown_export_is_refused(session: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        export.written(fake_desk(), session, Choice(), tmp_path, SimpleNamespace(form="../../etc"))
