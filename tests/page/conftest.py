"""The page, served: over fakes in this process for clients, as the real app in a subprocess for browsers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from visualize.panels.desk import Desk

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "localhost,127.0.0.1"

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = (ROOT / "assets" / "tiny" / "config.json").is_file()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests; every visit has a context of its own."""
    from playwright.sync_api import sync_playwright

    from tests.page.browser import start

    with sync_playwright() as playwright:
        running = start(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def desk() -> Desk:
    """A desk without a model."""
    from tests.page.serve import fake_desk

    return fake_desk()


@pytest.fixture(scope="session")
def fake_url(desk: Desk) -> Iterator[str]:
    """Its page, in this process."""
    from tests.page.serve import launch

    served = launch(desk, free_port())
    yield served.local_url
    served.close(verbose=False)


@pytest.fixture(scope="session")
def slow_url() -> Iterator[str]:
    """The same with answers that take a while."""
    from tests.page.serve import fake_desk, launch

    served = launch(fake_desk(delay=0.15), free_port())
    yield served.local_url
    served.close(verbose=False)


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app on the embedded model in a process of its own; the fake one while there is no embedded model."""
    port = free_port()
    command = ["app.py", "--device", "cpu", "--port", str(port)] if EMBEDDED else ["-m", "tests.page.serve", str(port)]
    log = tmp_path_factory.mktemp("app") / "log.txt"
    temp = tmp_path_factory.mktemp("gradio")
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "GRADIO_TEMP_DIR": str(temp), "GRADIO_IS_E2E_TEST": "1"},
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            wait_for(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(20)
    written = log.read_text()
    assert "Traceback" not in written, written


def wait_for(url: str, server: subprocess.Popen[Any], log: Path, patience: float = 90) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url + "gradio_api/info", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")
