"""The page as an instrument, in a real browser: time, one selection, keys, full screen, files, waiting."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page

from tests.page.browser import CHROMIUM, PICNIC, add, ask, notice, open_view, tell, visit
from visualize.panels.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium"),
]
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b> ${alert(1)} {{value}} `x` </script> %{x} &lt;i&gt;"
KEY = "The red key was left in the kitchen by the old gardener of the harbour office today."


def where(page: Page, says: str) -> None:
    page.wait_for_selector(f".scrub-where:has-text({says!r})")


def test_time_goes_back_and_forth(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        where(page, "Time starts")
        assert page.is_disabled(".scrub-slider")
        tell(page, PICNIC)
        where(page, "One step so far")
        assert page.is_disabled(".scrub-slider")
        add(page, 8)
        tell(page, KEY)
        where(page, "Now: after")
        page.focus(".scrub-slider")
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        page.wait_for_selector(".scrubber.past")
        page.wait_for_selector(".told-row.later")
        page.wait_for_selector("#memory-map .gtitle")
        page.click(".scrub-now")
        page.wait_for_selector(".scrubber:not(.past)")
        page.keyboard.press("[")
        page.wait_for_selector(".scrubber.past")
        ask(page, "Where is the key?")  # asking jumps to the present
        page.wait_for_selector(".scrubber:not(.past)")
        assert page.locator(".mark-asked").count() == 1


def test_playing_ends_in_the_present(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        add(page, 5)
        page.click(".scrub-play")
        page.wait_for_selector(".scrubber.past")
        page.wait_for_selector(".scrub-play:has-text('Pause')")
        page.wait_for_selector(".scrubber:not(.past)")
        page.wait_for_selector(".scrub-play:has-text('Play')")


def test_dragging_never_queues_up(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        add(page, 60)
        calls: list[str] = []

        def begins(request: Any) -> None:
            if "/queue/join" in request.url:
                calls.append(request.url)

        page.on("request", begins)
        box = page.locator(".scrub-slider").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] - 7, box["y"] + box["height"] / 2)
        page.mouse.down()
        for place in range(60):
            page.mouse.move(box["x"] + box["width"] - 7 - place * 8, box["y"] + box["height"] / 2)
        page.mouse.up()
        page.wait_for_selector(".scrubber.past")
        page.wait_for_timeout(1500)
        shown = page.input_value(".scrub-slider")
        where(page, f"After step {shown} of 61")
        assert len(calls) < 30  # fewer than the steps that were passed


def test_escape_lets_go_of_everything_then_returns_to_now(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        tell(page, KEY)
        ask(page, "What does David like?")
        page.click("button.token >> nth=0")
        page.wait_for_selector("button.token[aria-pressed=true]")
        page.select_option(".focus-layers", "2")
        page.click(".told-pick >> nth=0")
        page.wait_for_function("document.querySelectorAll('.focus-chip').length === 2")
        page.keyboard.press("[")
        page.wait_for_selector(".scrubber.past")
        page.keyboard.press("Escape")
        page.wait_for_function("document.querySelectorAll('.focus-chip').length === 0")
        assert page.input_value(".focus-layers") == ""
        assert page.locator(".told-row.selected").count() == 0
        page.wait_for_selector(".scrubber.past")
        page.keyboard.press("Escape")
        page.wait_for_selector(".scrubber:not(.past)")


def test_keys_and_their_sheet(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        page.keyboard.press("?")
        page.wait_for_selector(".keys-sheet[open]")
        for _ in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate("!document.activeElement || document.activeElement === document.body"
                                 " || Boolean(document.activeElement.closest('.keys-sheet'))")  # fmt: skip
        page.keyboard.press("Escape")
        page.wait_for_selector(".keys-sheet:not([open])", state="attached")
        page.keyboard.press("t")
        assert page.evaluate("document.activeElement.closest('#tell-text') !== null")
        page.keyboard.type("at 1 [f]?")
        assert page.input_value("#tell-text textarea") == "at 1 [f]?"
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.closest('#ask-text') !== null")
        page.keyboard.press("Escape")
        page.keyboard.press("2")
        page.wait_for_selector("#views button[role=tab][aria-selected=true] >> nth=0")
        page.wait_for_function("document.querySelectorAll('#views button[role=tab]')[1].ariaSelected === 'true'")


def test_a_plot_fills_the_screen(browser: Browser, fake_url: str) -> None:
    wide = "document.querySelector('#memory-map .main-svg').clientWidth"
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        before = page.evaluate(wide)
        page.hover("#memory-map .nsewdrag")
        page.keyboard.press("f")
        page.wait_for_selector("#memory-map .plot.whole")
        page.wait_for_function(f"{wide} > {before} + 200")
        page.keyboard.press("f")
        page.wait_for_selector("#memory-map .plot:not(.whole)")
        page.wait_for_function(f"Math.abs({wide} - {before}) < 3")


def test_a_plot_is_saved(browser: Browser, fake_url: str, tmp_path: Path) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        page.click("#memory-map .plot-save")  # and stays open
        for form, begins in (("png", b"\x89PNG"), ("svg", b"<svg"), ("html", b"<"), ("csv", b"")):
            with page.expect_download() as caught:
                page.click(f"#memory-map [data-format={form}]")
            kept = tmp_path / form
            caught.value.save_as(kept)
            assert caught.value.suggested_filename == f"palimpsest-memory-map.{form}"
            assert kept.read_bytes().startswith(begins)
            assert kept.stat().st_size > 200
            assert page.locator(".told-row").count() == 1  # the page is still there


def test_who_waits_is_told_so(browser: Browser, fake_url: str, desk: Desk) -> None:
    free = threading.Event()

    def other() -> None:
        with desk.working():
            free.wait(20)

    with visit(browser, fake_url) as page:
        busy = threading.Thread(target=other)
        busy.start()
        try:
            page.fill("#tell-text textarea", PICNIC)
            page.click("#tell-button")
            notice(page, "Waiting for its turn")
        finally:
            free.set()
            busy.join(20)
        notice(page, "Told:")


def test_a_tab_opened_during_a_long_request_is_drawn_at_its_end(browser: Browser, slow_url: str) -> None:
    with visit(browser, slow_url) as page:
        tell(page, PICNIC)
        page.fill("#unrelated-count input", "12")
        page.click("#unrelated-button")
        page.wait_for_selector("#unrelated-progress .line.running")
        page.click("button[role=tab]:has-text('Forgetting')")
        page.wait_for_selector("#survival .main-svg")
        notice(page, "12 unrelated")
        time.sleep(0.5)
        assert "12 unrelated" in page.inner_text(".told-rows")
        page.wait_for_function("document.querySelector('#survival .plot-stage')._fullLayout.xaxis.range[1] > 10")


def test_the_told_list_does_not_move_for_an_answer(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        place = "document.querySelector('#told').getBoundingClientRect().top"
        before = page.evaluate(place)
        for question in ("What does David like?", "And what else?", "Who is John?"):
            ask(page, question)
            assert page.evaluate(place) == before


def test_three_quick_steps_are_three_steps(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        add(page, 6)
        for _ in range(3):
            page.keyboard.press("[")
        where(page, "After step 4 of 7")
        page.keyboard.press("]")
        where(page, "After step 5 of 7")


def test_a_pinned_token_has_a_card(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, PICNIC)
        assert page.is_hidden("#token-card")
        box = page.locator("#memory-map .nsewdrag").first.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
        page.wait_for_selector("#token-life .main-svg")
        page.wait_for_selector("#token-lens .main-svg")
        page.wait_for_selector(".focus-chip:has-text('layer')")
        page.keyboard.press("Escape")
        page.wait_for_selector("#token-card", state="hidden")


def test_evidence_is_weighed_and_texts_left_out(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, HOSTILE)
        ask(page, "What does it say?")
        open_view(page, "Evidence")
        page.click("#words .token >> nth=0")
        page.wait_for_selector("#words .token[aria-pressed=true]")
        page.click("#weigh-start")
        notice(page, "Weighed")
        page.wait_for_selector("#worth .main-svg .bars")
        page.click("#without .row-act")
        page.wait_for_selector("#without .row-result:has-text('not from 0')")
        assert HOSTILE in page.inner_text("#without .row-text")


def test_long_work_can_be_stopped(browser: Browser, slow_url: str) -> None:
    with visit(browser, slow_url) as page:
        tell(page, PICNIC)
        open_view(page, "Token space")
        page.click("#space-method label:has-text('UMAP')")
        page.click("#umap-start")
        page.wait_for_selector("#umap-line .line.running")
        page.click("#umap-stop")
        notice(page, "Stopped")
        assert page.is_disabled("#umap-stop")
        page.click("#umap-start")
        page.wait_for_selector("#token-space .gtitle:has-text('layer 3')")


def test_kinds_of_memory_side_by_side(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        open_view(page, "Compare")
        page.click("#compare-start")
        notice(page, "Type a question")
        page.fill("#compare-text textarea", HOSTILE)
        page.click("#compare-start")
        page.wait_for_function("document.querySelectorAll('.run').length === 3")
        assert HOSTILE in page.inner_text(".run-question")


def test_an_experiment_runs_live_and_keeps_what_it_found(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        open_view(page, "Experiment")
        page.wait_for_selector("#retention:has-text('Run an experiment')")
        page.fill("#experiment-facts input", "6")
        page.click("#experiment-start")
        notice(page, "Told 6 facts and asked for each at 7 distances")
        page.wait_for_selector("#retention .gtitle-subtitle:has-text('6 facts')")
        assert page.locator("#papers .scatterlayer .trace").count() == 7
        page.click("#experiment-far label:has-text('128')")
        page.fill("#experiment-facts input", "400")
        page.click("#experiment-start")
        page.wait_for_selector("#retention .gtitle-subtitle:has-text('of 400 facts')")
        page.click("#experiment-stop")
        notice(page, "Stopped")
        assert "of 400 facts" in (page.text_content("#retention .gtitle-subtitle") or "")
        tell(page, HOSTILE)
        assert "of 400 facts" in (page.text_content("#retention .gtitle-subtitle") or ""), (
            "the session is another matter"
        )
        page.fill("#experiment-facts input", "")
        page.click("#experiment-start")
        notice(page, "two whole numbers")


def test_a_link_opens_the_session_again(browser: Browser, fake_url: str) -> None:
    with visit(browser, fake_url) as page:
        tell(page, HOSTILE)
        page.click(".export-open")
        page.click("[data-form=link]")
        page.wait_for_selector(".export-link:not([hidden])")
        address = page.input_value(".export-address")
        page.click(".export-close")
    with visit(browser, f"{address}&again=") as page:
        notice(page, "Opened from the link")
        assert page.inner_text(".told-text") == HOSTILE
    with visit(browser, f"{address[:-9]}&again=") as page:
        notice(page, "damaged")
        assert page.locator(".told-none").count() == 1


def test_a_session_is_exported(browser: Browser, fake_url: str, tmp_path: Path) -> None:
    with visit(browser, fake_url) as page:
        tell(page, HOSTILE)
        for form in ("report", "json", "parquet"):
            page.click(".export-open")
            with page.expect_download() as caught:
                page.click(f"[data-form={form}]")
            kept = tmp_path / form
            caught.value.save_as(kept)
            assert kept.stat().st_size > 10
            assert caught.value.suggested_filename.startswith("palimpsest-")
