"""What is drawn and counted when abilities are measured, on a random model."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from core.evaluation import abilities
from core.evaluation.abilities import (
    LATER,
    Reply,
    draw_contradiction,
    draw_two_hop,
    free,
    free_sentences,
    judge_free,
    normalised,
    summary,
)
from core.model.checkpoint import LoadedModel
from core.training.drafts import UNKNOWN, Context

DRAWN = range(30)


def test_contradictions() -> None:
    drawn = [draw_contradiction(1, number) for number in DRAWN]
    for each in drawn:
        question = each.pair.question
        assert each.old is not None
        assert each.old != question.answer
        assert each.old in each.pair.first.text
        assert question.answer in each.pair.second.text
        assert len(each.unrelated) == each.gap + LATER
        assert each.texts == [each.pair.first.text, *each.unrelated[: each.gap], each.pair.second.text]
        assert not any(_names(text, question.key.split("|")[1]) for text in each.unrelated)
    assert {0, 8} <= {each.gap for each in drawn} <= set(range(9))
    assert draw_contradiction(1, 7) == drawn[7]


def test_two_hops() -> None:
    drawn = [draw_two_hop(1, number) for number in DRAWN]
    for each in drawn:
        question, texts = each.pair.question, (each.pair.first.text, each.pair.second.text)
        person = question.key.split("|")[1].removesuffix("&")
        assert question.hops == 2
        assert person not in question.text, "it is asked of somebody described by the other fact"
        assert all(person in text for text in texts), "who joins them"
        assert question.answer not in question.text
        assert not any(_names(text, person) for text in each.unrelated)
        answering = [question.answer in {q.answer for q in c.questions if "&" not in q.key} for c in _both(each)]
        assert any(answering)
        assert not all(answering), "one context alone must not do"
    assert {each.gap for each in drawn} == {0, 1, 2}


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _both(drawn: abilities.DrawnPair) -> tuple[Context, Context]:
    return drawn.pair.first, drawn.pair.second


@pytest.mark.parametrize("text", ["the Market Square", " Market  square. ", '"market square"', "A market square!"])
def test_free_answers_are_normalised(text: str) -> None:
    assert normalised(text) == "market square"
    assert judge_free(text, ["on Market Square", "Market Square"]) == "right"


def test_other_free_answers() -> None:
    assert judge_free("Market", ["Market Square"]) == "wrong"
    assert judge_free("I don't know.", ["Market Square"]) == "abstained"
    assert normalised("Theatre") == "theatre"


def test_held_out_sentences_leave_a_verdict_only(model: LoadedModel) -> None:
    splits = [split for split, _ in free_sentences()]
    assert Counter(splits) == {"tuning": 60, "held_out": 30, "visitors": 240}
    (tuning,), (held_out,), (visitors,) = (free(model, 0, splits.index(split)) for split in dict.fromkeys(splits))
    assert tuning.question
    assert visitors.question
    assert len({reply.asked for reply in (tuning, held_out, visitors)}) == 3
    assert held_out == Reply(held_out.asked, held_out.verdict)


def test_an_answer_to_a_free_sentence_stands_in_it() -> None:
    for split, item in free_sentences():
        if split == "visitors":
            assert item["answers"][0].casefold() in item["text"].casefold()


@pytest.mark.parametrize(("ability", "begins"), [("who", "Who "), ("yes_or_no", None)])
def test_one_question_is_told_and_one_left_open(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, ability: str, begins: str | None
) -> None:
    monkeypatch.setattr(abilities, "answer", lambda *_: UNKNOWN)
    for number in range(10):
        told, left_open = abilities.ABILITIES[ability](model, 5, number)
        assert (told.asked.split(", ")[1], told.verdict) == ("told", "abstained")
        assert (left_open.asked.split(", ")[1], left_open.verdict) == ("left open", "right")
        assert told.question != left_open.question
        assert told.wanted != left_open.wanted == UNKNOWN
        if begins:
            assert told.question.startswith(begins)
            assert left_open.question.startswith(begins)
    monkeypatch.setattr(abilities, "answer", lambda *_: "yes")
    _, left_open = abilities.ABILITIES[ability](model, 5, 0)
    assert left_open.verdict == "wrong"


def test_summary() -> None:
    replies = [Reply("b", "right"), Reply("a", "stale"), Reply("b", "wrong")]
    rows = summary(replies)
    assert [row["asked"] for row in rows] == ["b", "a"]
    assert [rows[0][verdict]["count"] for verdict in abilities.VERDICTS] == [1, 0, 0, 1]
    assert rows[1]["stale"]["of"] == 1


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    only = ["contradiction", "two_hop", "never_told"]
    command = f"--model {folder} --samples 2 --seed 3 --json {report} --only".split()
    abilities.main([*command, *only])
    found = json.loads(report.read_text())
    asked = [row["asked"] for row in found["table"]]
    assert asked[:4] == [
        "contradicted, at once",
        f"contradicted, {LATER} contexts later",
        "two facts in one answer",
        "never told, stranger",
    ]
    assert all(row["right"]["of"] == 2 for row in found["table"][:4])
    assert len(found["answers"]) == sum(row["right"]["of"] for row in found["table"])
    assert all(name in capsys.readouterr().out for name in asked[:1])
