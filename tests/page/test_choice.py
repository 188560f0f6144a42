"""One selection for the whole page, the time that is looked at, and the line in front of the model."""

from __future__ import annotations

import json
import threading

import pytest
from plotly.graph_objects import Figure

from core.trace import Trace
from tests.page.fakes import INFO, FakeSession, fake_model, fake_texts
from visualize.panels import ask, focus, scrubber, told
from visualize.panels.choice import Choice, picked, question_place, seen, valid
from visualize.panels.turns import Turns
from visualize.prepare import at

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{value}} `x` </script>"


@pytest.fixture
def session() -> FakeSession:
    """Two texts; a question after the first and one after everything."""
    made = FakeSession(fake_model())
    made.inject("David likes apples, as he mentioned several times to John on the picnic of last week.")
    list(made.ask("What does David like?"))
    made.inject_all(fake_texts(5, 0))
    made.inject("The red key was left in the kitchen by the old gardener of the harbour office today.")
    list(made.ask("Where is the key?"))
    return made


def test_a_second_click_lets_go() -> None:
    choice = picked(Choice(), {"context": 2})
    assert choice.selected == 2
    assert picked(choice, {"context": 2}).selected is None
    for nothing in (None, -1, HOSTILE, True, 1.5):
        assert picked(choice, {"context": nothing}).selected is None


def test_a_click_on_a_token_selects_it_and_its_text() -> None:
    choice = picked(Choice(), {"context": 1, "layer": 3, "serial": 140})
    assert (choice.selected, choice.token) == (1, (3, 140))
    assert picked(choice, {"context": 1, "layer": 3, "serial": 140}) == Choice()
    before = picked(choice, {"context": None, "layer": 3, "serial": 4})
    assert (before.selected, before.token) == (None, (3, 4))
    assert picked(choice, {}) == Choice()


def test_a_choice_that_is_gone_falls_back(session: FakeSession) -> None:
    wrong = Choice(selected=30, question=20, step=99, layer=9, token=(0, 10**9), answer_token=999)
    assert valid(session.trace, wrong) == Choice()
    right = Choice(selected=0, question=0, step=3, layer=1, token=(3, 130), answer_token=0)
    assert valid(session.trace, right) == right


def test_the_past_is_a_shorter_trace(session: FakeSession) -> None:
    trace = session.trace
    assert at(trace, None) is trace
    first = at(trace, 1)
    assert (first.step, len(first.contexts), len(first.questions)) == (1, 1, 1)
    start = at(trace, 0)
    assert (start.step, len(start.contexts), len(start.events)) == (0, 0, 0)


def test_the_question_follows_the_time(session: FakeSession) -> None:
    trace = session.trace
    assert question_place(trace, Choice()) == 1
    assert question_place(trace, Choice(step=2)) == 0
    assert question_place(trace, Choice(step=0)) == -1
    assert question_place(trace, Choice(step=2, question=1)) == 1
    assert valid(trace, Choice(step=0, question=0)).step == 1
    assert valid(trace, Choice(step=2, question=1)).step is None
    assert json.loads(ask.answered(trace, Choice(step=2)))["question"] == "What does David like?"
    none = json.loads(ask.answered(trace, Choice(step=0)))
    assert none["question"] == ""
    assert len(none["before"]) == 2


def test_figures_get_what_they_know(session: FakeSession) -> None:
    got: list[dict[str, object]] = []

    def timeless(trace: Trace, selected: int | None = None) -> Figure:
        got.append({"steps": trace.step, "selected": selected})
        return Figure()

    def timely(trace: Trace, step: int | None = None, layer: int | None = None) -> Figure:
        got.append({"steps": trace.step, "step": step, "layer": layer})
        return Figure()

    seen(timeless, session.trace, Choice(selected=6, step=2, layer=1))
    seen(timely, session.trace, Choice(selected=6, step=2, layer=1))
    assert got == [{"steps": 2, "selected": None}, {"steps": 7, "step": 2, "layer": 1}]


def test_the_told_list_keeps_its_rows_in_the_past(session: FakeSession) -> None:
    now = json.loads(told.listed(session.trace, Choice()))
    past = json.loads(told.listed(session.trace, Choice(step=1)))
    assert [row["context"] for row in now["rows"]] == [row["context"] for row in past["rows"]] == [6, 0]
    assert [row["later"] for row in past["rows"]] == [True, False]
    assert past["rows"][1]["short"] == 1
    assert now["rows"][1]["short"] < 1


def test_time_says_where_it_stands(session: FakeSession) -> None:
    value = json.loads(scrubber.steps(session.trace, Choice(step=2)))
    assert (value["step"], value["steps"], value["now"], value["asked"]) == (2, 7, False, [1, 7])
    assert [mark["step"] for mark in value["told"]] == [1, 7]
    assert "starts" in scrubber.where(0, 0, now=True)
    assert "One step" in scrubber.where(1, 1, now=True)
    assert scrubber.sought(Choice(), HOSTILE).step is None


def test_the_focus_line_names_what_is_chosen(session: FakeSession) -> None:
    first = INFO.pool_size
    value = json.loads(focus.chosen(session.trace, Choice(selected=0, token=(2, first), question=0, answer_token=0)))
    assert [chip["part"] for chip in value["chips"]] == ["selected", "token", "question", "answer_token"]
    assert value["chips"][1]["text"].endswith("layer 2")
    assert focus.token_words(session.trace, (0, 3)) == "token from before the session"
    assert focus.released(Choice(selected=1, step=3, layer=2), "layer") == Choice(selected=1, step=3)
    assert focus.released(Choice(selected=1, step=3, layer=2), HOSTILE) == Choice(step=3)


def test_turns_come_in_order() -> None:
    turns, order = Turns(), []

    def work(number: int) -> None:
        with turns.place() as place:
            assert place.wait(10)
            order.append(number)

    with turns.place() as first:
        assert first.wait(0)
        workers = []
        for number in range(4):
            workers.append(threading.Thread(target=work, args=(number,)))
            workers[-1].start()
            while len(turns.line) < number + 2:
                pass
        with turns.place() as last:
            assert not last.wait(0.05)
            assert last.ahead == 5
    for worker in workers:
        worker.join(10)
    assert order == [0, 1, 2, 3]
    assert not turns.line
