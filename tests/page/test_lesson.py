"""The lesson: every step by itself, and from start to end in a browser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.page.fakes import FakeSession, fake_model
from tests.page.serve import fake_desk
from visualize.panels import lesson, page
from visualize.panels.choice import Choice, valid
from visualize.panels.lesson_steps import (
    ABOUT_CODE,
    ABOUT_HOME,
    ABOUT_PICNIC,
    CODE,
    HOME,
    MOVED,
    NEVER_TOLD,
    PICNIC,
    SHORT,
    STEPS,
    known,
)

TITLES = [title for title, _ in page.TABS.values()]
NUMBERS = range(len(STEPS))
SAID = (
    "pinned",
    "Told:",
    "16",
    "8 unrelated",
    "40 unrelated",
    *["The answer:"] * 2,
    "With its text:",
    *["The answer:"] * 2,
)
"""Part of the message after each step; what is said of a short text is the model's own."""
ASKED = {5: ABOUT_PICNIC, 6: ABOUT_CODE, 8: ABOUT_HOME, 9: NEVER_TOLD}


def session() -> Any:
    return FakeSession(fake_model())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_step_is_complete(number: int) -> None:
    value = json.loads(lesson.shown(session().trace, Choice(lesson=number)))
    assert value["step"] == number
    assert value["tab"] in TITLES
    assert all(value[name] for name in ("title", "body", "action", "look", "question", "thought"))
    assert not re.search(r"[{}]", json.dumps(list(value.values())))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_step_can_be_opened_by_itself(number: int) -> None:
    mine = session()
    done = STEPS[number].act(fake_desk(), mine)
    assert done.message
    choice = Choice(lesson=number)._replace(**done.choice)
    assert valid(mine.trace, choice) == choice  # what it chooses is there


def test_steps_one_after_the_other() -> None:
    mine, desk = session(), fake_desk()
    steps = [(STEPS[number].act(desk, mine), mine.trace.step) for number in NUMBERS]
    assert [step for _, step in steps] == sorted(step for _, step in steps)
    assert [event.question for event in mine.trace.questions] == [ABOUT_PICNIC, ABOUT_CODE, ABOUT_HOME, NEVER_TOLD]
    assert [c.text for c in mine.trace.contexts if c.kind == "told"] == [PICNIC, SHORT, CODE, HOME, MOVED]


def test_a_forgotten_text_is_told_again() -> None:
    mine = session()
    first = known(mine, "The red key was left in the kitchen by the gardener.")
    assert known(mine, "The red key was left in the kitchen by the gardener.") == first
    mine.forget(first)
    assert known(mine, "The red key was left in the kitchen by the gardener.") == first + 1


@pytest.mark.parametrize(
    ("text", "step"),
    [("1", 0), ("10", 9), ("0", None), ("11", None), ("x", None), ("²", None), ("", None), (None, None)],
)
def test_an_address_names_a_step(text: str | None, step: int | None) -> None:
    assert lesson.linked(text) == step


def test_closed_it_shows_nothing() -> None:
    assert json.loads(lesson.shown(session().trace, Choice())) == {"step": None}
    assert json.loads(lesson.shown(session().trace, Choice(lesson=99))) == {"step": None}


# -- in a browser ------------------------------------------------------------------------------------------------------

pytest.importorskip("playwright")
from playwright.sync_api import Browser  # noqa: E402

from tests.page.browser import CHROMIUM, visit  # noqa: E402


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium")
def test_from_start_to_end(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as shown:
        shown.click(".show-lesson")
        for number in NUMBERS:
            shown.wait_for_selector(f".lesson-count:has-text('step {number + 1} of {len(STEPS)}')")
            shown.click(".lesson-act")
            shown.wait_for_selector(f".notice:not([hidden]):has-text({SAID[number]!r})", timeout=60_000)
            if number in ASKED:
                shown.wait_for_selector(f".answer-question:has-text({ASKED[number]!r})")
            tab = f"#views button[role=tab][aria-selected=true]:has-text({STEPS[number].tab!r})"
            shown.wait_for_selector(tab, state="attached")
            shown.click(".lesson-answer summary")
            assert shown.is_visible(".lesson-thought")
            shown.wait_for_timeout(300)
            if number + 1 < len(STEPS):
                shown.click(".lesson-next")
        assert shown.is_disabled(".lesson-next")
        shown.click(".lesson-close")
        shown.wait_for_selector(".lesson", state="hidden")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium")
def test_a_link_opens_a_step(browser: Browser, fake_url: str) -> None:
    with visit(browser, f"{fake_url}?lesson=7&again=") as shown:
        shown.wait_for_selector(".lesson-count:has-text('step 7 of')")
        assert shown.get_attribute(".lesson-link", "href") == f"{fake_url}?lesson=7"
        shown.click(".lesson-act")
        shown.wait_for_selector(".notice:has-text('The answer')")
        shown.keyboard.press("l")
        shown.wait_for_selector(".lesson", state="hidden")


def test_the_picnic_is_asked_about_when_it_has_thinned_out() -> None:
    """However much was told before it."""
    mine = session()
    for number in range(9):
        mine.inject(f"Text {number} says that the train to Oslo leaves at {number}.")
    STEPS[5].act(fake_desk(), mine)
    told = max(event.step for event in mine.trace.injections if mine.trace.contexts[event.context].text == PICNIC)
    assert mine.trace.questions[-1].step >= told + 8
