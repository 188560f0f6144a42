"""The page over a session without a model: `python -m tests.page.serve PORT`."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from tests.page.fake_findings import ANALYSES, LINKS, TABLES
from tests.page.fakes import Decoding, FakeStore, fake_load, fake_texts
from visualize.panels import look, page
from visualize.panels.desk import About, Desk, log_to_stderr


def fake_desk(delay: float = 0.0) -> Desk:
    """A desk over fakes; every token of an answer takes `delay` seconds."""
    store: Any = FakeStore(delay=lambda: time.sleep(delay))
    decoding: Any = Decoding
    restore: Any = fake_load

    def about(session: Any) -> About:
        return About(session.model.name, "cpu", "float32", "sdpa", embedded=session.model.name == "fake")

    return Desk(store, about, restore, fake_texts, decoding, ANALYSES, LINKS, TABLES)


def launch(desk: Desk, port: int | None = None, block: bool = False) -> Any:
    """Serve the page; returns gradio's Blocks."""
    built = page.build(desk)
    built.launch(
        server_port=port,
        theme=look.theme(),
        css=look.css(),
        prevent_thread_lock=not block,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        max_file_size=page.LARGEST_UPLOAD,
    )
    return built


if __name__ == "__main__":
    log_to_stderr()
    launch(fake_desk(0.05), int(sys.argv[1]), block=True)
