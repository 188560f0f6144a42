"""The real page in a real browser: tell, ask, undo, forget, select, look closer; dark, light and small."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page

from tests.page.browser import CHROMIUM, PICNIC, ask, notice, tell, visit
from tests.page.conftest import EMBEDDED
from tests.page.picture import VIEWS
from visualize.panels.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium"),
]

CUT_TITLES = """[...document.querySelectorAll('.gtitle, .gtitle-subtitle')].filter((title) => {
  const right = (node) => node.getBoundingClientRect().right;
  return right(title) > right(title.closest('.js-plotly-plot'));
}).map((title) => title.textContent)"""
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b> ${alert(1)} {{value}} `x` </script> %{x} &lt;i&gt;"


def test_a_request_to_the_outside_fails_a_visit(browser: Browser, fake_url: str) -> None:
    with pytest.raises(AssertionError, match="request to http:"), visit(browser, fake_url) as page:
        page.evaluate("fetch('http://example.com/').catch(() => 0)")


def test_all_views_stand_in_one_row_on_a_desk(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as page:
        for width in (1440, 1366, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function(f"innerWidth === {width}")
            tabs = page.locator("#views button[role=tab]:visible")
            tops = {round(box["y"]) for tab in tabs.all() if (box := tab.bounding_box())}
            assert tabs.count() == len(VIEWS)
            assert len(tops) == 1


def test_tell_ask_undo_forget(browser: Browser, app_url: str, tmp_path: Path) -> None:
    with visit(browser, app_url) as page:
        assert page.inner_text("h1") == "Palimpsest"
        assert "layers" in page.inner_text(".masthead-model")
        page.screenshot(path=tmp_path / "empty.png")
        tell(page, PICNIC)
        notice(page, "Told:")
        assert "100 %" in page.inner_text(".told-row .left-amount")
        answer = ask(page, "What fruits does David like?")
        if EMBEDDED:
            assert "apples" in answer
        page.fill("#unrelated-count input", "60")
        page.click("#unrelated-button")
        page.wait_for_selector("text=60 unrelated contexts", timeout=90_000)
        page.fill("#ask-text textarea", "What fruit does David like?")
        page.press("#ask-text textarea", "Enter")
        page.wait_for_selector(".answer-question:has-text('What fruit does')")
        page.wait_for_selector(".answers-before li:nth-child(2)")
        page.screenshot(path=tmp_path / "full.png")
        for tab, plot in (("Forgetting", "survival"), ("Long-term", "retriever-hits"), ("Evidence", "attention-mass")):
            page.click(f"button[role=tab]:has-text('{tab}')")
            page.wait_for_selector(f"#{plot} .main-svg .trace, #{plot} .main-svg .hm, #{plot} .main-svg .annotation")
            assert page.inner_text(f"#{plot} .plot-reading")
            page.screenshot(path=tmp_path / f"{tab}.png")
        page.click("#undo-button")
        notice(page, "Taken back")
        page.click("#undo-button")
        page.wait_for_function("!document.querySelector('.told-rows').textContent.includes('unrelated')")
        page.click("#redo-button")
        page.wait_for_selector("text=60 unrelated contexts")
        page.click("#undo-button")
        page.wait_for_function("!document.querySelector('.told-rows').textContent.includes('unrelated')")
        page.click(".told-forget")
        notice(page, "Forgotten")
        page.wait_for_selector(".told-row.forgotten")
        page.click("#reset-button")
        page.wait_for_selector(".told-none")


def test_zoom_and_node_survive_an_update(browser: Browser, app_url: str) -> None:
    stage = "document.querySelector('#memory-map .plot-stage')"
    with visit(browser, app_url) as page:
        page.evaluate(f"{stage}.dataset.mark = 'mine'")
        whole = page.evaluate(f"{stage}._fullLayout.xaxis.range")
        box = page.locator("#memory-map .nsewdrag").first.bounding_box()
        assert box
        page.mouse.move(box["x"] + 200, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 500, box["y"] + 105, steps=8)
        page.mouse.up()
        page.wait_for_function(f"{stage}._fullLayout.xaxis.range[0] > 5")
        zoomed = page.evaluate(f"{stage}._fullLayout.xaxis.range")
        assert zoomed != whole
        tell(page, PICNIC)
        assert page.evaluate(f"{stage}.dataset.mark") == "mine"
        assert page.evaluate(f"{stage}._fullLayout.xaxis.range") == zoomed
        page.click("button[role=tab]:has-text('Forgetting')")
        page.wait_for_selector("#survival .main-svg")
        page.click("button[role=tab]:has-text('Memory map')")
        page.wait_for_selector("#memory-map .main-svg")
        assert page.evaluate(f"{stage}._fullLayout.xaxis.range") == zoomed


def test_a_click_selects_everywhere(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as page:
        tell(page, PICNIC)
        box = page.locator("#memory-map .nsewdrag").first.bounding_box()
        assert box
        newest = (box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
        page.mouse.move(*newest)
        page.wait_for_selector("#memory-map .hovertext")
        page.mouse.click(*newest)
        page.wait_for_selector(".told-row.selected")
        page.keyboard.press("Escape")
        page.wait_for_selector(".told-row:not(.selected)")
        page.click(".told-pick")
        page.wait_for_selector(".told-row.selected")
        page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)  # memory from before the session
        page.wait_for_selector(".told-row:not(.selected)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_follows_the_scheme(browser: Browser, app_url: str, theme: str) -> None:
    with visit(browser, app_url, theme=theme) as page:
        assert ink_is_ink(page)
        page.click(".scheme")
        page.wait_for_function("document.body.classList.contains('dark') === " + str(theme == "light").lower())
        page.wait_for_timeout(300)
        assert ink_is_ink(page)


def ink_is_ink(page: Page) -> bool:
    """Whether text of the plot has the page's ink, and the page its paper."""
    found: bool = page.evaluate(
        """() => {
          const css = getComputedStyle(document.body);
          const probe = document.createElement('i');
          probe.style.color = css.getPropertyValue('--ink');
          document.body.append(probe);
          const ink = getComputedStyle(probe).color;
          probe.remove();
          const text = document.querySelector('#memory-map .gtitle');
          return getComputedStyle(text).fill === ink && css.color === ink;
        }"""
    )
    return found


def test_a_phone_scrolls_one_way(browser: Browser, app_url: str, tmp_path: Path) -> None:
    with visit(browser, app_url, width=390, height=844) as page:
        tell(page, PICNIC)
        ask(page, "What fruits does David like?")
        for scheme in ("light", "dark"):
            assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
            for tab in (*VIEWS, "Compare"):
                page.click(f"button[role=tab]:has-text('{tab}')")
                page.wait_for_timeout(500)
                assert page.evaluate("document.documentElement.scrollWidth") <= 390
                assert page.evaluate(CUT_TITLES) == []
            if scheme == "light":
                page.click(".scheme")
                page.wait_for_function("document.body.classList.contains('dark')")
        assert page.locator("#compare-text").bounding_box()["width"] > 300  # type: ignore[index]
        page.screenshot(path=tmp_path / "phone.png", full_page=True)


def test_hostile_text_is_shown_as_it_is(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as page:
        tell(page, HOSTILE)
        assert page.inner_text(".told-text") == HOSTILE
        ask(page, HOSTILE)
        assert page.inner_text(".answer-question") == HOSTILE
        box = page.locator("#memory-map .nsewdrag").first.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
        page.wait_for_selector("#memory-map .hovertext")
        for tab in ("Forgetting", "Long-term", "Evidence"):
            page.click(f"button[role=tab]:has-text('{tab}')")
            page.wait_for_timeout(400)
        assert page.evaluate("document.querySelectorAll('#desk img, #desk b:not(.plot b)').length") == 0


def test_bad_input_is_a_message(browser: Browser, app_url: str, tmp_path: Path) -> None:
    with visit(browser, app_url) as page:
        page.click("#tell-button")
        page.wait_for_selector(".notice[data-tone=bad]:not([hidden])")
        page.click(".notice-close")
        page.wait_for_selector(".notice", state="hidden")
        page.click("#ask-button")
        page.wait_for_selector(".notice[data-tone=bad]:not([hidden])")
        page.click(".notice-close")
        page.fill("#tell-text textarea", "Only five tokens here.")
        page.wait_for_selector("#meter .line[data-tone=warn]")
        broken = tmp_path / "broken.palimpsest"
        broken.write_bytes(b"\x00\x01not a session")
        page.set_input_files("#load-button input, input[type=file]", broken)
        page.wait_for_selector(".notice[data-tone=bad]:not([hidden])")
        assert page.locator(".told-none").count() == 1


@pytest.mark.parametrize("served", ["fake_url", "app_url"])
def test_save_and_load(browser: Browser, served: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue(served)
    with visit(browser, url) as page:
        tell(page, PICNIC)
        with page.expect_download() as caught:
            page.click("#save-button")
        saved = tmp_path / "session.palimpsest"
        caught.value.save_as(saved)
    with visit(browser, url) as page:
        assert page.locator(".told-none").count() == 1
        page.set_input_files("input[type=file]", saved)
        page.wait_for_selector(".told-row:has-text('picnic')")
        notice(page, "Loaded")


def test_a_closed_page_leaves_nothing_behind(browser: Browser, fake_url: str, desk: Desk) -> None:
    store: Any = desk.store
    marker = "Nobody but this page was told about the seventeen silver spoons in the drawer of the old captain."
    with visit(browser, fake_url) as page:
        tell(page, marker)
        assert any(marker in told_to(session) for session in store.sessions.values())
    end = time.monotonic() + 20
    while time.monotonic() < end and any(marker in told_to(session) for session in store.sessions.values()):
        time.sleep(0.3)
    assert not any(marker in told_to(session) for session in store.sessions.values())


def told_to(session: Any) -> list[str]:
    return [context.text for context in session.trace.contexts]


def test_too_many_unrelated_are_refused(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as page:
        page.fill("#unrelated-count input", "100000")
        page.click("#unrelated-button")
        notice(page, "between 1 and 200")


def test_stop_keeps_what_was_written(browser: Browser, slow_url: str) -> None:
    with visit(browser, slow_url) as page:
        tell(page, PICNIC)
        page.fill("#ask-text textarea", "What does David like?")
        page.click("#ask-button")
        page.wait_for_selector(".answer-now.running .token")
        page.click("#stop-button")
        page.wait_for_selector(".answer-note:has-text('stopped')")
        assert page.locator(".answer-now .token").count() >= 1


def test_two_clicks_at_once_break_nothing(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url) as page:
        page.fill("#tell-text textarea", PICNIC)
        page.fill("#ask-text textarea", "What fruits does David like?")
        page.dblclick("#tell-button")
        page.dblclick("#ask-button")
        page.wait_for_selector(".answer-note")
        page.wait_for_selector(".told-row")
        page.wait_for_timeout(1000)
        assert page.locator(".told-row").count() == 1
        assert page.locator(".answers-before li").count() <= 2
        tell(page, PICNIC)  # everything still works


def test_a_page_closed_while_it_is_answered_blocks_nobody(browser: Browser, slow_url: str) -> None:
    with visit(browser, slow_url) as page:
        tell(page, PICNIC)
        page.fill("#ask-text textarea", "What fruits does David like?")
        page.click("#ask-button")
        page.wait_for_selector(".answer-now.running")
    with visit(browser, slow_url) as page:
        tell(page, PICNIC)  # fails after 20 s
