"""The README's picture and animation, made from the real app: python -m tests.page.picture [FOLDER]

Drives a session on the embedded model. With a folder it also writes every view in light, dark and phone size there.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.page.animation import film
from tests.page.browser import QUESTION, TEXTS, add, ask, start, tell, visit
from tests.page.conftest import ROOT, free_port, wait_for

VIEWS = ("Memory map", "Strata", "Forgetting", "Long-term", "Evidence", "Token space", "Compare", "Experiment")


def story(page: Page, unrelated: int) -> None:
    """Tell three texts with unrelated ones in between, then ask about the first."""
    for text in TEXTS:
        tell(page, text)
        if unrelated:
            add(page, unrelated)
    ask(page, QUESTION)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryDirectory() as temp:
        log = Path(temp) / "log.txt"
        with log.open("w") as out:
            server = subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=ROOT, stdout=out, stderr=out)
        try:
            wait_for(url, server, log)
            with sync_playwright() as playwright:
                browser = start(playwright)
                with visit(browser, url) as page:
                    story(page, unrelated=2)
                    page.wait_for_timeout(800)
                    page.screenshot(path=folder / "page.png")
                film(browser, url, folder / "story.webp")
                if len(sys.argv) > 1:
                    every_view(browser, url, folder)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)


def every_view(browser: object, url: str, folder: Path) -> None:
    """All views, to be looked at: light and dark, desk and phone, young and after 60 unrelated contexts."""
    for theme, width, height in (("light", 1440, 900), ("dark", 1440, 900), ("light", 390, 844), ("dark", 390, 844)):
        with visit(browser, url, width, height, theme) as page:  # type: ignore[arg-type]
            story(page, unrelated=0)
            add(page, 60)
            ask(page, QUESTION)
            for view in VIEWS:
                page.click(f"button[role=tab]:has-text('{view}')")
                page.wait_for_timeout(1200)
                page.screenshot(path=folder / f"{theme}-{width}-{view}.png", full_page=width < 500)


if __name__ == "__main__":
    main()
