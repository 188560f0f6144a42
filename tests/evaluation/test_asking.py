"""What an answer is worth."""

from __future__ import annotations

import pytest

from core.evaluation.asking import abstains, judge
from core.training.drafts import UNKNOWN


@pytest.mark.parametrize(
    "text", [UNKNOWN, "i do not know", "I don't know!", "I don’t know that.", "Don't know", '"I DO NOT KNOW."']
)
def test_abstains(text: str) -> None:
    assert abstains(text)


@pytest.mark.parametrize("text", ["", "Lisbon", "know", "I do not know Lisbon", "He does not know.", "I know"])
def test_does_not_abstain(text: str) -> None:
    assert not abstains(text)


@pytest.mark.parametrize(
    ("answer", "wanted", "verdict"),
    [
        ("Lisbon", "Lisbon", "right"),
        ("Oslo", "Lisbon", "stale"),
        ("Rome", "Lisbon", "wrong"),
        ("I don't know", "Lisbon", "abstained"),
        ("I don't know", UNKNOWN, "right"),
        ("Rome", UNKNOWN, "wrong"),
    ],
)
def test_verdicts(answer: str, wanted: str, verdict: str) -> None:
    assert judge(answer, wanted, old="Oslo") == verdict
