"""The tables of the card and of the README, from what was measured: nobody copies a number by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.page.conftest import ROOT

TINY = ROOT / "assets" / "tiny"
SEEDS = (1, 2, 3)
IN_README = (0, 4, 16, 32, 64, 128)
LOST = 32
"""Contexts after which less than 5 % of a context's rows are in the pool."""
ONCE, NEVER = 0.98, 0.97
"""Targets: right after one injection; never told, and says so."""

Report = dict[str, Any]


def reports(kind: str) -> list[Report]:
    """What was measured, seed by seed: "retention_mplus", "retention_memoryllm" or "abilities"."""
    files = (TINY / "measured" / f"{kind}_seed{seed}.json" for seed in SEEDS)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def tables() -> dict[Path, tuple[str, ...]]:
    """By file, the tables that have to stand in it."""
    with_, without, abilities = (reports(kind) for kind in ("retention_mplus", "retention_memoryllm", "abilities"))
    return {
        TINY / "README.md": (
            _mplus(with_),
            _memoryllm(without),
            _targets(with_, without, abilities),
            _left_open([answer for report in with_ for answer in report["answers"]["left_open"]]),
        ),
        ROOT / "README.md": (_summary(with_, without),),
    }


def written(text: str, table: str) -> str:
    """The text with a table in the place of the one that begins with the same line."""
    head = table.split("\n", 1)[0]
    start = text.index(head + "\n")
    end = text.index("\n\n", start)
    return text[:start] + table + text[end:]


def percent(share: float, target: float = 0.0) -> str:
    """0.4, 17, 99.5; 0 where it rounds to that, 100 only for all; 96.8 where a target of 97 is just missed."""
    value = 100 * share
    missed = value < 100 * target <= float(f"{value:.0f}")
    text = f"{value:.1f}" if value < 0.95 or 99 < value < 100 or missed else f"{value:.0f}"
    return "0" if float(text) == 0 else text


def _interval(share: dict[str, Any]) -> str:
    return f"{percent(share['share'])} ({percent(share['low'])}–{percent(share['high'])})"


def _each(values: Iterable[str]) -> str:
    return " / ".join(values)


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]

    def cell(text: object) -> str:
        return "---" if text == "---" else f" {text} " if text != "" else " "

    return "\n".join("|" + "|".join(map(cell, line)) + "|" for line in lines)


def _over_distances(
    found: Sequence[Report], first: Sequence[tuple[str, Callable[[int], str]]], rows: Sequence[tuple[str, str]]
) -> str:
    distances = [row["distance"] for row in found[0]["table"]]
    places = range(len(distances))
    body: list[list[object]] = [[name, *map(cell, places)] for name, cell in first]
    for name, verdict in rows:
        body.append([name, *(_each(percent(one["table"][i][verdict]["share"]) for one in found) for i in places)])
    return _table(["contexts told after it", *distances], body)


def _right(found: Sequence[Report], name: str) -> list[tuple[str, Callable[[int], str]]]:
    def cell(report: Report) -> Callable[[int], str]:
        return lambda i: _interval(report["table"][i]["accuracy"])

    return [(f"**{name}** right, seed {seed}", cell(report)) for seed, report in zip(SEEDS, found, strict=True)]


def _mplus(found: Sequence[Report]) -> str:
    survival = ("rows of the context left in the pool, seed 1", lambda i: percent(found[0]["table"][i]["survival"]))
    rows = [("M+ does not know, seeds 1 / 2 / 3", "abstained"), ("M+ wrong, seeds 1 / 2 / 3", "wrong")]
    table = _over_distances(found, [survival, *_right(found, "M+")], rows)
    lifts = [_each(f"{one['table'][i]['lift']:.1f}" for one in found) for i in range(len(found[0]["table"]))]
    return table + "\n| retriever's lift over chance, mean over layers | " + " | ".join(lifts) + " |"


def _memoryllm(found: Sequence[Report]) -> str:
    return _over_distances(
        found, _right(found, "short-term only"), [("does not know", "abstained"), ("wrong", "wrong")]
    )


def _targets(with_: Sequence[Report], without: Sequence[Report], abilities: Sequence[Report]) -> str:
    def at(found: Sequence[Report], distance: int, verdict: str) -> list[float]:
        return [row[verdict]["share"] for one in found for row in one["table"] if row["distance"] == distance]

    def able(asked: str, verdict: str = "right") -> list[float]:
        return [row[verdict]["share"] for one in abilities for row in one["table"] if row["asked"] == asked]

    def admits(found: Sequence[Report], whom: str) -> list[float]:
        return [one["never_told"][whom]["abstained"]["share"] for one in found]

    def shares(values: list[float], target: float = 0.0) -> str:
        return _each(percent(value, target) for value in values)

    def reached(met: bool) -> str:
        return "yes" if met else "no"

    def never(what: str, whom: str) -> list[object]:
        found = admits(with_, whom)
        text = f"M+ {shares(found, NEVER)}; short-term only {shares(admits(without, whom), NEVER)}"
        return [f"never told: says so, {what}", f"{100 * NEVER:.0f}", text, reached(min(found) >= NEVER)]

    once, kept = at(with_, 0, "accuracy"), at(with_, LOST, "accuracy")
    gone, admitted, made_up = (at(without, LOST, verdict) for verdict in ("accuracy", "abstained", "wrong"))
    newest, later = able("contradicted, at once"), able("contradicted, 4 contexts later")
    lifts = [row for one in with_ for row in one["table"] if row["distance"] == 64]
    both = able("two facts in one answer")
    free = {split: _row(abilities[0], f"free sentences, {split}") for split in ("tuning", "held out")}
    visitors = _row(abilities[0], "free sentences, visitors")
    picnic = [[_row(abilities[0], f"picnic, {kind}, after {d}") for d in (0, 10, 30, 60)] for kind in KINDS]
    counts, short = ([row["right"]["count"] for row in rows] for rows in picnic)
    free_text = ", ".join(f"{split} {_interval(row['right'])}" for split, row in free.items())
    lift_text = _each(f"{row['lift']:.1f}× ({row['lift_low']:.1f}–{row['lift_high']:.1f})" for row in lifts)
    rows: list[list[object]] = [
        ["right after one injection", f"{100 * ONCE:.0f}", shares(once, ONCE), reached(min(once) >= ONCE)],
        [f"M+ where less than 5 % survive (after {LOST})", 85, shares(kept), reached(min(kept) >= 0.85)],
        [
            "short-term only there: answers or admits, well below M+",
            "–",
            f"right {shares(gone)}, admits {shares(admitted)}",
            reached(max(gone) < 0.5 * min(kept)),
        ],
        never("about strangers", "stranger"),
        never("left open by a context", "left_open"),
        [
            f"told but lost: wrong (short-term only, after {LOST})",
            "at most 10",
            shares(made_up),
            reached(max(made_up) <= 0.1),
        ],
        ["contradicted: the newest, at once", 95, shares(newest), reached(min(newest) >= 0.95)],
        [
            "contradicted: the newest, four contexts later",
            95,
            f"{shares(later)} (the old one {shares(able('contradicted, 4 contexts later', 'stale'))})",
            reached(min(later) >= 0.95),
        ],
        [
            "retriever's lift at 64, with 95 % interval",
            "8×",
            lift_text,
            reached(min(row["lift"] for row in lifts) >= 8),
        ],
        ["two facts in one answer", 70, shares(both), reached(min(both) >= 0.7)],
        [
            "anecdotes, at once (templates of training, words that it never saw)",
            "–",
            f"{shares(able('anecdotes'))}, wrong {shares(able('anecdotes', 'wrong'))}",
            "",
        ],
        [
            "scenes, at once (sentences put together word by word, words that training never saw)",
            "–",
            f"{shares(able('scenes'))}, wrong {shares(able('scenes', 'wrong'))}",
            "",
        ],
        [
            "who, at once (whom a fact is told of; with another value it is told of nobody)",
            "–",
            f"told {shares(able('who, told'))}, left open {shares(able('who, left open'))}",
            "",
        ],
        [
            "yes or no, at once (facts and scenes; what is not told is left open)",
            "–",
            f"told {shares(able('yes or no, told'))}, left open {shares(able('yes or no, left open'))}",
            "",
        ],
        [
            "freely typed sentences",
            80,
            f"{free_text}, 60 and 30",
            reached(min(row["right"]["share"] for row in free.values()) >= 0.8),
        ],
        [
            "sentences typed by somebody who knew nothing of the project, for tuning",
            "–",
            f"{_interval(visitors['right'])}, wrong {percent(visitors['wrong']['share'])}, {visitors['right']['of']}",
            "",
        ],
        [
            "picnic, 20 drop seeds",
            20,
            f"{counts[0]} at once, {counts[1]} after 10, {counts[2]} after 30, {counts[3]} after 60 contexts; "
            f"short-term only {short[1]} / {short[2]} / {short[3]}",
            reached(counts[0] == 20),
        ],
    ]
    return _table(["", "target", "seed 1 / 2 / 3", "met"], rows)


def _left_open(asked: Sequence[dict[str, Any]]) -> str:
    """What contexts leave open, by whether the names in the question are told of there."""
    kinds: dict[str, list[bool]] = {
        "all are in the context": [],
        "one or more are not": [],
        "there is none": [],
    }
    for answer in asked:
        names = _NAME.findall(answer["question"])
        here = all(name in answer["context"] for name in names)
        kind = "there is none" if not names else "all are in the context" if here else "one or more are not"
        kinds[kind].append(answer["verdict"] != "right")
    rows = [[kind, len(wrong), f"{sum(wrong)} ({percent(sum(wrong) / len(wrong))} %)"] for kind, wrong in kinds.items()]
    head = ["what contexts leave open, by the names in the question", "asked, seeds 1–3", "answered all the same"]
    return _table(head, rows)


_NAME = re.compile(r"(?<!^)\b(?!I\b)[A-Z]\w+")
"""In a question. Made-up words and places count, too; the word it begins with does not."""

KINDS = ("M+", "short-term only")


def _row(report: Report, asked: str) -> dict[str, Any]:
    return next(row for row in report["table"] if row["asked"] == asked)


def _summary(with_: Sequence[Report], without: Sequence[Report]) -> str:
    def mean(found: Sequence[Report], value: Callable[[Report], float]) -> list[str]:
        cells = []
        for distance in IN_README:
            values = [value(row) for one in found for row in one["table"] if row["distance"] == distance]
            cells.append(percent(sum(values) / len(values)) if values else "–")
        return cells

    rows = [
        ["short-term memory left", *mean(with_, lambda row: row["survival"])],
        ["M+: right", *mean(with_, lambda row: row["accuracy"]["share"])],
        ["M+: says that it does not know", *mean(with_, lambda row: row["abstained"]["share"])],
        ["without long-term memory: right", *mean(without, lambda row: row["accuracy"]["share"])],
        [
            "without long-term memory: says that it does not know",
            *mean(without, lambda row: row["abstained"]["share"]),
        ],
    ]
    return _table(["contexts told after it", *IN_README], rows)
