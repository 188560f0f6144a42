"""The arrows of the house go one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / "app.py", *sorted((ROOT / "core").rglob("*.py")), *sorted((ROOT / "visualize").rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports when it runs; imports for type checking alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


GRAPH = {module(path): set(imports(path)) for path in FILES}


def reaches(name: str, package: str) -> bool:
    return any(found == package or found.startswith(package + ".") for found in GRAPH[name])


@pytest.mark.parametrize("name", GRAPH)
def test_walls(name: str) -> None:
    if name.startswith("core"):
        assert not reaches(name, "gradio")
        assert not reaches(name, "plotly")
        assert not reaches(name, "visualize")
    if name.startswith("core.memory"):
        assert not reaches(name, "core.model")
    if name.startswith("core.model"):
        assert not reaches(name, "core.session")
        assert not reaches(name, "core.trace")
    if name == "core.trace":
        assert not reaches(name, "torch")
    if name.startswith("visualize"):
        assert not reaches(name, "torch")
    if name.startswith("visualize") and not name.startswith("visualize.panels"):
        assert not reaches(name, "gradio")
        assert not reaches(name, "visualize.panels")
    if name != "app":
        assert not reaches(name, "app")


def test_no_cycles() -> None:
    names = set(GRAPH)
    edges = {name: {found for found in GRAPH[name] if found in names and found != name} for name in names}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name in done:
            return
        for other in edges[name]:
            visit(other, (*path, name))
        done.add(name)

    for name in sorted(names):
        visit(name, ())


def test_figures_and_panels_import_without_torch() -> None:
    code = (
        "import sys, importlib, pkgutil\n"
        "import visualize\n"
        "for found in pkgutil.walk_packages(visualize.__path__, 'visualize.'):\n"
        "    importlib.import_module(found.name)\n"
        "assert 'torch' not in sys.modules, 'torch was imported'\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr


def test_files_are_short_and_name_no_machine() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 450, f"{path.relative_to(ROOT)} has {text.count(chr(10))} lines"


def test_shipped_files_fit_a_space() -> None:
    for path in (ROOT / "assets").rglob("*"):
        assert not path.is_file() or path.stat().st_size < 10_000_000, path.name
