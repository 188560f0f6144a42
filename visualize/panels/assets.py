"""Styles and scripts of the page, read from assets/style; plotly.js, served from plotly's own package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import plotly

from core.errors import PalimpsestError

STYLE = Path(__file__).resolve().parents[2] / "assets" / "style"
SHEETS = ("page.css", "views.css")
PLOTLY = Path(plotly.__file__).resolve().parent / "package_data" / "plotly.min.js"


class AssetError(PalimpsestError):
    """A file that the page needs is not there."""


SERVED = (PLOTLY, *(STYLE / "fonts" / f"lora-latin-{weight}-normal.woff2" for weight in (400, 600)))
"""Files that browsers fetch by themselves. Gradio names Lora too, but its file has no Latin letters."""


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


def check() -> None:
    """Be sure that everything the browser will fetch is there.

    Raises:
        AssetError: a font is missing, or plotly is installed without its script.
    """
    for sheet in SHEETS:
        text(sheet)
    if not PLOTLY.is_file():
        raise AssetError("plotly came without plotly.min.js: reinstall it (pip install --force-reinstall plotly).")
    for path in SERVED:
        if not path.is_file():
            raise AssetError(
                f"The page's file assets/style/fonts/{path.name} is missing: restore it from the repository."
            )


def plotly_script() -> str:
    """The script tag that loads plotly.js from this server."""
    return f'<script src="{_address(PLOTLY)}"></script>'


def fonts() -> str:
    """The style rules that load the serif from this server."""
    rules = [
        f"@font-face {{ font-family: Lora; font-weight: {path.stem.split('-')[2]}; font-display: block; "
        f"src: url('{_address(path)}') format('woff2'); }}"
        for path in SERVED[1:]
    ]
    return "\n".join(rules) + "\n"


def _address(path: Path) -> str:
    return f"gradio_api/file={path.as_posix()}"
