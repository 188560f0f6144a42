"""Everything that must hold: lint, format, types, tests.

python -m tests [pytest arguments]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
PAGE = "tests/page"  # mostly waits for a browser, so that the other tests have room beside it


def main() -> int:
    """Run every check, whatever the others say; 0 when all pass."""
    given = sys.argv[1:]
    failed = [check[0] for check in CHECKS if _run(check)]
    if given:
        failed += ["pytest"] * bool(_run(("pytest", *given)))
    else:
        failed += side_by_side(("pytest", PAGE), ("pytest", f"--ignore={PAGE}"))
    print("failed: " + ", ".join(failed) if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def _run(check: tuple[str, ...]) -> int:
    print("$", *check, flush=True)
    return subprocess.run([sys.executable, "-m", *check], cwd=ROOT).returncode


def side_by_side(shown: tuple[str, ...], beside: tuple[str, ...]) -> list[str]:
    """The names of those that failed. What the second says is printed when both have ended."""
    with tempfile.TemporaryFile() as said:
        other = subprocess.Popen([sys.executable, "-m", *beside], cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            failed = [" ".join(shown)] * bool(_run(shown))
            failed += [" ".join(beside)] * bool(other.wait())
        finally:
            other.kill()  # when this was interrupted
        said.seek(0)
        print("$", *beside, flush=True)
        sys.stdout.buffer.write(said.read())
    return failed


if __name__ == "__main__":
    sys.exit(main())
