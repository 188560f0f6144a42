"""The model picker: what it lists, and loading, using and unloading from the page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import ROOT, free_port, wait_for
from tests.page.fakes import FakeStore
from visualize.panels.choice import Choice
from visualize.panels.models import listed


def test_rows_say_state_needs_and_what_can_be_done() -> None:
    store: Any = FakeStore()
    closed, opened = (json.loads(listed(store.offers("ann"), Choice(models=yes))) for yes in (False, True))
    assert (closed["open"], opened["open"]) == (False, True)
    rows = {row["name"]: row for row in opened["rows"]}
    assert rows["fake"]["mine"]
    assert rows["fake"]["can"] == []
    assert rows["second"]["can"] == ["load"]
    assert rows["second"]["note"] == "needs 9.0 GiB of memory"
    assert rows["huge"]["can"] == []
    assert "900.0 GiB" in rows["huge"]["note"]
    store.load("second")
    rows = {row["name"]: row for row in json.loads(listed(store.offers("ann"), Choice(models=True)))["rows"]}
    assert rows["second"]["can"] == ["use", "unload"]


pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page  # noqa: E402

from tests.core.test_shelf import KINDS, small  # noqa: E402
from tests.models import write_checkpoint  # noqa: E402
from tests.page.browser import CHROMIUM, PICNIC, ask, notice, open_view, tell, views, visit  # noqa: E402

in_browser = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium"),
]


def row(name: str) -> str:
    return f".model-row:has(.model-name:text-is({name!r}))"


def press(page: Page, way: str, name: str) -> None:
    page.click(f"button[aria-label={f'{way} {name}'!r}]")


def on(page: Page, name: str) -> None:
    """Wait until the header names the model."""
    page.wait_for_selector(f".masthead-model:has-text({f'{name} ('!r})")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("checkpoints")
    kinds = {name: KINDS[name] for name in ("memoryllm-7b", "memoryllm-8b-chat", "mplus-8b")}
    return {name: write_checkpoint(top / name, small(like), **how) for name, (like, how) in kinds.items()}


@pytest.fixture(scope="module")
def url(checkpoints: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app, offering those checkpoints and a released one."""
    port, log = free_port(), tmp_path_factory.mktemp("log") / "log.txt"
    offered = [*map(str, checkpoints.values()), "mplus-8b"]
    with log.open("w") as out:
        command = [sys.executable, "app.py", "--device", "cpu", "--port", str(port), "--models", *offered]
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}/"
            wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            server.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


class TestInBrowser:
    """With fakes first, then with checkpoints: without long-term memory, with a chat template, with both memories."""

    pytestmark = in_browser

    def test_load_use_and_unload(self, browser: Browser, fake_url: str) -> None:
        with visit(browser, fake_url) as page, visit(browser, fake_url) as other:
            tell(page, PICNIC)
            page.click(".show-models")
            page.wait_for_selector(row("huge"))
            assert page.locator(f"{row('huge')} button").count() == 0
            press(page, "Load", "second")
            notice(page, "works on second now")
            on(page, "second")
            page.wait_for_selector(".told-none")
            on(other, "fake")
            press(page, "Use", "fake")
            on(page, "fake")
            page.wait_for_selector(".told-row:has-text('picnic')")
            other.click(".show-models")
            press(other, "Use", "second")
            on(other, "second")
            press(other, "Use", "fake")
            on(other, "fake")
            press(other, "Unload", "second")
            notice(other, "is unloaded")
            page.click(".models-close")
            page.wait_for_selector(".models", state="hidden")

    def test_checkpoints_of_every_look_on_the_real_page(
        self, browser: Browser, url: str, checkpoints: dict[str, Path]
    ) -> None:
        with visit(browser, url) as page:
            tell(page, PICNIC)
            page.click(".show-models")
            page.wait_for_selector(row("mplus-8b"))
            assert "GiB" in page.inner_text(f"{row('mplus-8b')} .model-note")
            for path in map(str, checkpoints.values()):
                press(page, "Load", path)
                on(page, path)
                tell(page, PICNIC)
                ask(page, "What fruits does David like?")
                for view in views(page):
                    open_view(page, view)
                    page.wait_for_timeout(150)
            press(page, "Use", "tiny")
            on(page, "tiny")
            assert ask(page, "What fruits does David like?").strip(". \n") == "apples"
            press(page, "Unload", str(checkpoints["memoryllm-7b"]))
            notice(page, "is unloaded")
