"""Styles and scripts of the page, read from assets/style; plotly.js, served from plotly's own package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import plotly

from core.errors import PalimpsestError

STYLE = Path(__file__).resolve().parents[2] / "assets" / "style"
PLOTLY = Path(plotly.__file__).resolve().parent / "package_data" / "plotly.min.js"


class AssetError(PalimpsestError):
    """A file that the page needs is not there."""


@cache
def text(name: str) -> str:
    """The text of a file in assets/style.

    Raises:
        AssetError: it is missing or cannot be read.
    """
    try:
        return (STYLE / name).read_text(encoding="utf-8")
    except OSError as error:
        raise AssetError(f"The page's file assets/style/{name} is missing: restore it from the repository.") from error


def plotly_script() -> str:
    """The script tag that loads plotly.js from this server.

    Raises:
        AssetError: plotly is installed without its script.
    """
    if not PLOTLY.is_file():
        raise AssetError(
            "plotly is installed without plotly.min.js: reinstall it (pip install --force-reinstall plotly)."
        )
    return f'<script src="gradio_api/file={PLOTLY.as_posix()}"></script>'
