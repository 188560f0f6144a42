"""The card and the README say what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.page.measured import percent, tables, written


@pytest.mark.parametrize("path", tables(), ids=lambda path: "/".join(path.parts[-2:]))
def test_every_table_stands_there_as_it_was_measured(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for table in tables()[path]:
        assert table in text, "run python -m tests.page.card"
        assert written(text, table) == text


def test_percent() -> None:
    assert [percent(share) for share in (0, 0.0001, 0.004, 0.0095, 0.174, 0.995, 1)] == [
        "0",
        "0",
        "0.4",
        "1",
        "17",
        "99.5",
        "100",
    ]


def test_what_just_misses_its_target_is_not_rounded_to_it() -> None:
    assert [percent(share, 0.97) for share in (0.9683, 0.9651, 0.964, 0.97, 0.99)] == ["96.8", "96.5", "96", "97", "99"]
    assert percent(0.975, 0.98) == "97.5"  # halves go to the even side
