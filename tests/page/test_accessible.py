"""An audit of every view with axe-core: light and dark, desk and phone. Nothing serious or critical may be found."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.page.browser import CHROMIUM, PICNIC, add, ask, open_view, tell, views, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Chromium at /usr/bin/chromium"),
]
GRADIO = [
    ["footer"],  # gradio's own: its links and their separators
]
"""What gradio draws by itself and the page cannot change."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_no_serious_violation(browser: Browser, fake_url: str, theme: str, width: int, height: int) -> None:
    found: dict[str, list[str]] = {}
    with visit(browser, fake_url, width, height, theme) as page:
        found["empty"] = audit(page)
        tell(page, PICNIC)
        add(page, 5)
        ask(page, "What fruits does David like?")
        page.click(".told-pick >> nth=0")
        page.wait_for_selector(".focus-chip")
        for view in views(page):
            open_view(page, view)
            page.wait_for_timeout(400)
            found[view] = audit(page)
        page.keyboard.press("?")
        page.wait_for_selector(".keys-sheet[open]")
        found["keys"] = audit(page)
    assert not {view: problems for view, problems in found.items() if problems}


def audit(page: Page) -> list[str]:
    """Serious and critical violations, one line for each kind with the elements."""
    result: Any = Axe().run(page, context={"exclude": GRADIO}, options={"resultTypes": ["violations"]})
    return [
        f"{item['id']} ({item['impact']}): " + " | ".join(node["html"][:120] for node in item["nodes"][:4])
        for item in result.response["violations"]
        if item["impact"] in ("serious", "critical")
    ]
