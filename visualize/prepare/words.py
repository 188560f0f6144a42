"""Text of a person as text of a figure."""

from __future__ import annotations

import html
import re

from core.trace import Context

REACH = 26
"""Characters shown on each side of a token."""


def escape(text: str) -> str:
    """Text that plotly shows literally, in one line.

    Plotly reads a few HTML tags and entities in labels; quotes need no escape there and have no entity it knows.
    """
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """A label without its markup."""
    line = re.sub(r"<br\s*/?>", "; ", text)
    return " ".join(html.unescape(re.sub(r"</?(b|i|span|sup|sub)(\s[^<>]*)?>", "", line)).split())


def shorten(text: str, length: int) -> str:
    """The text's beginning in at most `length` characters, one line, not escaped."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def snippet(context: Context, position: int) -> str:
    """The text around one token, the token in brackets; escaped, for a label."""
    if not 0 <= position < len(context.spans):
        return escape(shorten(context.text, 2 * REACH))
    start, end = (int(edge) for edge in context.spans[position])
    before, token, after = context.text[:start], context.text[start:end], context.text[end:]
    lead = ("…" if len(before) > REACH else "") + before[-REACH:]
    tail = after[:REACH] + ("…" if len(after) > REACH else "")
    # A token may begin or end with the space that separates words: brackets hug the word, the space stays outside.
    core = token.strip()
    if core:
        lead += token[: len(token) - len(token.lstrip())]
        tail = token[len(token.rstrip()) :] + tail
    marked = f"[<b>{escape(core)}</b>]" if core else "[␣]"
    return f"{_joined(lead, ends=True)}{marked}{_joined(tail, ends=False)}"


def _joined(text: str, *, ends: bool) -> str:
    """Escaped, with the one space kept that touches the token."""
    line = escape(text)
    edge = text[-1:] if ends else text[:1]
    if not edge.isspace():
        return line
    return line + " " if ends else " " + line
