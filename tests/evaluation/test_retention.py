"""The retention measurement counts what it says, on a random model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.evaluation import retention
from core.evaluation.asking import Outcome, tell
from core.evaluation.drawing import fresh_world
from core.evaluation.retention import Mode, never_told, rates, run, sample, samples, summary
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.training.drafts import UNKNOWN
from tests.training.conftest import SMALL

DISTANCES = [0, 2, 6]


@pytest.mark.parametrize("mode", ["mplus", "memoryllm", "none"])
def test_counts(model: LoadedModel, mode: Mode) -> None:
    outcomes = [o for sample in samples(4, 1, 6) for o in run(model, sample, mode, DISTANCES)]
    rows = summary(outcomes, DISTANCES)
    assert [row["distance"] for row in rows] == DISTANCES
    assert all(row[name]["of"] == 4 for row in rows for name in ("accuracy", "abstained", "wrong"))
    assert all(row["accuracy"]["count"] + row["abstained"]["count"] + row["wrong"]["count"] == 4 for row in rows)
    if mode == "none":
        assert all(o.written == sum(o.alive) == 0 for o in outcomes)
        assert rows[1]["survival"] is rows[1]["theory"] is rows[1]["lift"] is None
        return
    assert rows[1]["injections"] >= 2
    assert rows[1]["theory"] <= 0.75**2 + 1e-9, "long contexts take several injections"
    layers = SMALL.num_layers
    one_chunk = [o for o in outcomes if o.distance == 0 and o.expected == 1]
    assert all(o.alive == (o.written,) * layers for o in one_chunk)
    for row in rows[:2]:  # a second chunk drops rows of the first, so that some are gone at once
        assert row["survival"] <= 1.0
        assert row["survival"] == pytest.approx(row["theory"], abs=0.2)
    read = SMALL.memory.retrieved if mode == "mplus" else 0
    assert all(o.retrieved == (read,) * layers for o in outcomes)
    if mode == "mplus":
        assert all(a + s == o.written for o in outcomes for a, s in zip(o.alive, o.stored, strict=True)), (
            "nothing is lost so early"
        )
        assert all(r <= s <= c for o in outcomes for r, s, c in zip(o.relevant, o.stored, o.candidates, strict=True))


def test_precision_recall_and_lift_of_a_hand_made_case() -> None:
    """Layer 0 reads 5 rows, 2 of them wanted, where 4 of 40 are; layer 1 finds none; in layer 2 nothing is stored."""
    found = rates(torch.tensor([[2, 0, 0], [5, 5, 5], [4, 4, 0], [40, 40, 40]]))
    assert found["precision"] == [0.4, 0, 0]
    assert found["recall"] == [0.5, 0, None]
    assert found["lift"] == [pytest.approx(4.0), 0, None]  # 0.4 against 0.1


def test_lift_is_a_mean_over_layers_and_its_interval_holds_it() -> None:
    one = Outcome(1, "?", "x", "x", 4, 1, 0.5, (2, 2), (5, 5), (2, 1), (40, 40), (4, 4))
    (row,) = summary([one, replace(one, relevant=(4, 1))], [1])
    assert row["layers"]["lift"] == [pytest.approx(6.0), pytest.approx(2.0)]
    assert row["lift"] == pytest.approx(4.0)
    assert row["lift_low"] == pytest.approx(3.0)
    assert row["lift_high"] == pytest.approx(5.0)


def test_the_same_seed_gives_the_same_numbers(model: LoadedModel) -> None:
    first, second = ([o for s in samples(2, 5, 2) for o in run(model, s, "mplus", [0, 2])] for _ in range(2))
    assert first == second


def test_a_sample_depends_on_nothing_but_its_seed_and_number() -> None:
    *_, last = samples(3, 5, 4)
    assert last == sample(2, 5, 4)
    assert replace(sample(2, 5, 9), between=()) == replace(last, between=())
    assert sample(2, 5, 9).between[:4] == last.between
    assert sample(2, 6, 4).context != last.context


def test_what_is_told_in_between_names_nobody_asked_about() -> None:
    for drawn in samples(10, 2, 10):
        names = {word for phrase in drawn.context.drawn for word in phrase.lower().split()} - {"a", "an", "the"}
        told = {word for text in drawn.between for word in re.findall(r"\w+", text.lower())}
        assert names.isdisjoint(told)
        stranger = re.compile(rf"\b{re.escape(drawn.stranger.key.split('|')[1])}\b")
        assert not any(stranger.search(text) for text in drawn.between)


def test_words_are_held_out_of_training() -> None:
    assert all(fresh_world(seed, 0).words.held_out_side for seed in range(3))


def test_never_told(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = next(s for s in samples(20, 3, 8) if s.left_open)
    told: list[str] = []

    def told_too(given: LoadedModel, memory: MemoryState, text: str) -> tuple[MemoryState, torch.Tensor]:
        told.append(text)
        return tell(given, memory, text)

    monkeypatch.setattr(retention, "tell", told_too)
    outcomes = never_told(model, drawn, "mplus")
    assert told == [*drawn.between[:8], drawn.context.text]
    assert set(outcomes) == {"stranger", "left_open"}
    for outcome in outcomes.values():
        assert outcome.wanted == UNKNOWN
        assert replace(outcome, answer="I don't know").right
        assert replace(outcome, answer="Lisbon").verdict == "wrong"
    assert drawn.left_open not in drawn.context.questions
    assert set(never_told(model, replace(drawn, left_open=None), "none")) == {"stranger"}


def test_an_interrupted_run_goes_on_to_the_same_report(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = f"--model {folder} --samples 4 --distances 0 1 --seed 4 --json".split()
    whole, cut = tmp_path / "whole.json", tmp_path / "new" / "cut.json"
    retention.main([*command, str(whole)])
    printed = capsys.readouterr().out
    left_open = [drawn for drawn in samples(4, 4, 8) if drawn.left_open]
    listed = json.loads(whole.read_text())["answers"]["left_open"]
    assert left_open
    assert [each["context"] for each in listed] == [drawn.context.text for drawn in left_open]

    asked: list[object] = []

    def counted(*given: Any) -> Iterator[Outcome]:
        asked.append(given)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return run(*given)

    monkeypatch.setattr(retention, "run", counted)
    with pytest.raises(KeyboardInterrupt):
        retention.main([*command, str(cut)])
    partial = cut.with_name("cut.json.partial")
    assert len(partial.read_text().splitlines()) == 3  # the settings and two samples
    with partial.open("a") as file:
        file.write('{"told": [{"dist')  # killed while writing

    other = [*command, str(cut), "--mode", "memoryllm"]
    with pytest.raises(SystemExit, match="mode"):
        retention.main(other)

    retention.main([*command, str(cut)])
    assert len(asked) == 3 + 2, "two of four were there"
    assert cut.read_bytes() == whole.read_bytes()
    assert capsys.readouterr().out == printed
    assert list(cut.parent.iterdir()) == [cut]

    partial.write_text('{"other": 1}\n')
    retention.main([*other, "--restart"])
    assert json.loads(cut.read_text())["mode"] == "memoryllm"


@pytest.mark.parametrize(("given", "why"), [("--samples 0", "1 or more"), ("--distances -1", "0 or more")])
def test_what_cannot_be_measured_is_refused(given: str, why: str) -> None:
    with pytest.raises(SystemExit, match=why):
        retention.main(given.split())
