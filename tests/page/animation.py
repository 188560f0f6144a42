"""The README's animation, made from the real app: a text is told, asked about, thinned out, and time goes back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.page.browser import PICNIC, QUESTION, TEXTS, add, ask, open_view, tell, visit

SIZE = 1280, 800
SHOWN = 960, 600
QUALITY = 72
SETTLED = 500  # ms


class Film:
    """Pictures of a page, each with the time that it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, milliseconds: int, settle: int = SETTLED) -> None:
        """Add what the page shows now."""
        self.page.wait_for_timeout(settle)
        with Image.open(BytesIO(self.page.screenshot())) as shot:
            self.frames.append(shot.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS))
        self.times.append(milliseconds)

    def save(self, path: Path) -> None:
        """Write an animated WebP that runs for ever."""
        first, *rest = self.frames
        first.save(path, save_all=True, append_images=rest, duration=self.times, loop=0, quality=QUALITY, method=6)


def film(browser: Browser, url: str, path: Path) -> None:
    """Drive the page and write the animation."""
    with visit(browser, url, *SIZE) as page:
        made = Film(page)
        page.fill("#tell-text textarea", PICNIC)
        made.take(1800)
        tell(page, PICNIC)
        made.take(1500)
        ask(page, QUESTION)
        made.take(2000)
        for text in TEXTS[1:]:
            tell(page, text)
            made.take(900)
        for _ in range(5):
            add(page, 4)
            made.take(500)
        page.click(".told-pick:has-text('picnic')")
        made.take(1200)
        open_view(page, "Forgetting")
        made.take(2500, settle=1500)
        open_view(page, "Memory map")
        for _ in range(8):
            for _ in range(3):
                page.keyboard.press("[")
            made.take(350)
        made.save(path)
