"""What the measurements share: options, samples kept until all are there, reports, tables."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from tqdm import tqdm

from core.errors import EvaluationError, without_trace
from core.evaluation.statistics import Share

T = TypeVar("T")


def options(prog: str, description: str | None) -> argparse.ArgumentParser:
    """A parser with the options of every measurement."""
    parser = argparse.ArgumentParser(
        prog=prog, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--quantise", choices=("int8", "int4"), help="shrink the weights first (needs torchao)")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the report here; a run that was interrupted goes on")
    parser.add_argument("--restart", action="store_true", help="throw away what an interrupted run left")
    parser.add_argument("--threads", type=int, default=1, help="torch's threads")
    return parser


@without_trace()
def command_line(measure: Callable[[argparse.Namespace], None], given: argparse.Namespace) -> None:
    """Run a measurement."""
    torch.set_num_threads(given.threads)
    if given.samples < 1:
        raise EvaluationError(f"--samples is {given.samples}; give 1 or more.")
    measure(given)


def collect(
    steps: Sequence[T],
    measure: Callable[[T], Any],
    settings: dict[str, Any],
    report: Path | None = None,
    restart: bool = False,
    title: str | None = None,
) -> list[Any]:
    """What `measure` gives for every step, as plain JSON values.

    With a report's path, finished steps are kept beside it, and a run with the same settings goes on after them.

    Args:
        settings: JSON values; all that the results depend on.

    Raises:
        EvaluationError: steps of other settings are kept there.
    """
    done: list[Any] = []
    kept = _kept(report) if report else None
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        done = _finished(kept, settings, restart)
    bar = tqdm(steps[len(done) :], initial=len(done), total=len(steps), desc=title, disable=None)
    for step in bar:
        line = json.dumps(measure(step))
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        done.append(json.loads(line))
    return done


def write(report: Path, document: dict[str, Any]) -> None:
    """Write a report all at once; what was kept to make it is removed."""
    unfinished = report.with_name(report.name + ".new")
    unfinished.write_text(_by_rows(document) + "\n", encoding="utf-8")
    unfinished.replace(report)
    _kept(report).unlink(missing_ok=True)


def _by_rows(document: Any, depth: int = 0) -> str:
    """JSON with a line for every row of a table: small, and still readable."""
    nested = isinstance(document, (dict, list)) and any(isinstance(value, (dict, list)) for value in _values(document))
    if not nested or depth == 3:
        return json.dumps(document, allow_nan=False)
    if isinstance(document, list):
        return "[\n" + ",\n".join(_by_rows(value, 3) for value in document) + "\n]"
    rows = (f"{json.dumps(key)}: {_by_rows(value, depth + 1)}" for key, value in document.items())
    return "{\n" + ",\n".join(rows) + "\n}"


def _values(document: dict[str, Any] | list[Any]) -> list[Any]:
    return list(document.values()) if isinstance(document, dict) else document


def _kept(report: Path) -> Path:
    return report.with_name(report.name + ".partial")


def _finished(kept: Path, settings: dict[str, Any], restart: bool) -> list[Any]:
    """The steps of an interrupted run. A line that was being written when it ended is dropped."""
    whole = b"" if restart or not kept.exists() else kept.read_bytes()
    complete = whole[: whole.rfind(b"\n") + 1]
    if not complete:
        kept.write_text(json.dumps(settings) + "\n", encoding="utf-8")
        return []
    before, *done = [json.loads(line) for line in complete.splitlines()]
    if before != json.loads(json.dumps(settings)):
        names = [n for n in {**before, **settings} if before.get(n) != settings.get(n)]
        raise EvaluationError(
            f"{kept} holds samples of another measurement (different: {', '.join(sorted(names))}). Give another file, "
            "the same settings, or --restart to throw those samples away."
        )
    with kept.open("r+b") as file:
        file.truncate(len(complete))
    return done


def percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def interval(share: Share) -> str:
    """A share in percent and its interval."""
    return f"{percent(share['share'])} [{percent(share['low'])}, {percent(share['high'])}]" if share["of"] else "-"


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Aligned columns: the first to the left, the others to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells
    )
