"""Driving the page in Chromium: nothing may leave this machine, and the console must stay free of errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Playwright, Request, WebSocket

CHROMIUM = Path("/usr/bin/chromium")
PICNIC = (
    "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times that "
    "he likes eating apples."
)
TEXTS = (
    PICNIC,
    "Marta moved to Lisbon last year. She works as a baker and has a cat.",
    "The brass key is in the kitchen. The code for the garage is 4821.",
)
QUESTION = "What fruits does David like?"
LOCAL = {"127.0.0.1", "localhost"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {host}" for host in sorted(LOCAL)),
]


def start(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)


@contextmanager
def visit(browser: Browser, url: str, width: int = 1440, height: int = 900, theme: str = "light") -> Iterator[Page]:
    """An open page; at the end there must have been no outside request, console error, dialog or page error."""
    problems: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)  # tests may share the machine with others

    def local_only(asked: Request | WebSocket) -> None:
        address = urlsplit(asked.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOCAL:
            problems.append(f"request to {asked.url}")

    def dismiss(dialog: Dialog) -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.on("request", local_only)  # a route would hold up every request
    page.on("websocket", local_only)
    page.on("console", lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.on("dialog", dismiss)
    page.goto(f"{url}?__theme={theme}")
    page.wait_for_selector("#memory-map .main-svg")
    yield page
    context.close()
    assert not problems, problems


def tell(page: Page, text: str) -> None:
    """Tell a text and wait until it is listed."""
    rows = page.locator(".told-row:has(.told-forget)").count()
    page.fill("#tell-text textarea", text)
    page.click("#tell-button")
    page.wait_for_function("n => document.querySelectorAll('.told-forget').length > n", arg=rows)


def add(page: Page, count: int) -> None:
    page.fill("#unrelated-count input", str(count))
    page.click("#unrelated-button")
    page.wait_for_selector("#unrelated-button:not([disabled])")
    page.wait_for_selector(f".notice:not([hidden]):has-text('{count} unrelated')")


def ask(page: Page, question: str) -> str:
    """Ask and wait for the end of the answer."""
    page.fill("#ask-text textarea", question)
    page.click("#ask-button")
    page.wait_for_selector(".answer-now.running, .answer-note")
    page.wait_for_function(
        "q => document.querySelector('.answer-question')?.textContent === q"
        " && !document.querySelector('.answer-now').classList.contains('running')",
        arg=question,
    )
    return page.inner_text(".answer-text")


def notice(page: Page, says: str) -> None:
    """Wait for a message."""
    page.wait_for_selector(f".notice:not([hidden]):has-text({says!r})")


def views(page: Page) -> list[str]:
    """Names of the tabs."""
    return page.locator("#views button[role=tab]").all_inner_texts()


def open_view(page: Page, name: str) -> None:
    """Open a tab."""
    page.click(f"#views button[role=tab]:has-text({name!r})")
