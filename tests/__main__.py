"""Everything that must hold: lint, format, types, tests.

python -m tests [pytest arguments]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", *sys.argv[1:]),
)


def main() -> int:
    """Run every check, whatever the others say; 0 when all pass."""
    failed = []
    for check in CHECKS:
        print("$", *check, flush=True)
        if subprocess.run([sys.executable, "-m", *check], cwd=ROOT).returncode:
            failed.append(check[0])
    print("failed: " + ", ".join(failed) if failed else "all checks passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
