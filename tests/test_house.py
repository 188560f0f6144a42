"""What the README promises is there, and the two commands are the ones that run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.__main__ import side_by_side

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.+?)\n```", README)


def test_ci_runs_exactly_the_test_command() -> None:
    assert len(COMMANDS) == 2
    assert COMMANDS[0].endswith("python app.py")
    assert COMMANDS[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_of_two_checks_side_by_side_both_count() -> None:
    fails, passes = ("tests.no_such_module",), ("platform",)
    assert side_by_side(fails, passes) == [" ".join(fails)]
    assert side_by_side(passes, fails) == [" ".join(fails)]
    assert side_by_side(passes, passes) == []


def test_the_commented_tree_is_the_tree() -> None:
    tree = README.split("## The house")[1].split("```")[1]
    folder = inner = ROOT
    for line in tree.strip().splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            folder = ROOT / name if name.endswith("/") else ROOT
            assert (ROOT / name).exists(), name
            continue
        indent = len(line) - len(line.lstrip())
        parent = folder if indent == 2 else inner
        assert (parent / name).exists(), f"{name} in {parent.relative_to(ROOT)}"
        if indent == 2 and name.endswith("/"):
            inner = folder / name


def test_linked_files_exist() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_space_front_matter() -> None:
    front = README.split("---")[1]
    for line in ("sdk: gradio", 'python_version: "3.12"', "app_file: app.py"):
        assert line in front
    assert len(re.search(r"short_description: (.+)", front).group(1)) <= 60  # type: ignore[union-attr]


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_dependency_is_justified_and_pinned_for_tests(file: str) -> None:
    pinned = {
        re.split(r"[=<>]", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement, comment = line.split("#")
            assert comment.strip()
            assert re.split(r"[=<>]", requirement.strip())[0].replace("_", "-") in pinned
