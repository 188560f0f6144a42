"""The tables and pictures of the embedded model's card, from its reports and logs: python -m tests.page.card"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.page.browser import start
from tests.page.measured import TINY, reports, tables, written
from visualize import palette
from visualize.figures import curves

ORDINALS = (
    "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-seventh "
    "twenty-eighth twenty-ninth thirtieth thirty-first thirty-second thirty-third thirty-fourth thirty-fifth "
    "thirty-sixth thirty-seventh fortieth forty-second forty-third forty-fourth forty-fifth forty-sixth"
)
RECIPE = TINY / "training_log_forty-first.jsonl"
"""Of the run that was the whole recipe, from nothing."""
RUNS = ("", *(f"_{ordinal}" for ordinal in ORDINALS.split()))
LOGS = tuple(f"training_log{run}" for run in RUNS)
SIZE = (1000, 520)


def main() -> None:
    for path, found in tables().items():
        text = path.read_text(encoding="utf-8")
        for table in found:
            text = written(text, table)
        path.write_text(text, encoding="utf-8")
    figures = {
        "retention.png": curves.lasting(reports("retention_mplus"), reports("retention_memoryllm")),
        "training.png": curves.training([lines(TINY / f"{log}.jsonl") for log in LOGS]),
        "recipe.png": curves.training([lines(RECIPE)]),
    }
    with sync_playwright() as playwright:
        browser = start(playwright)
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        for name, figure in figures.items():
            figure.update_layout(paper_bgcolor=palette.LIGHT.paper, width=SIZE[0], height=SIZE[1])
            page.set_content(figure.to_html(config={"staticPlot": True}))
            page.add_style_tag(content="body { margin: 0 }")
            page.wait_for_selector(".main-svg")
            page.screenshot(path=TINY / name)
        browser.close()


def lines(log: Path) -> list[dict[str, Any]]:
    """A training log."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
