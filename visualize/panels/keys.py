"""Keys of the page, and the sheet that lists them."""

from __future__ import annotations

from visualize.panels.parts import Part, part

KEYS: tuple[tuple[str, str], ...] = (
    ("t", "tell something"),
    ("a", "ask something"),
    (",  or  [", "one step back in time"),
    (".  or  ]", "one step forward"),
    ("1 … 9", "open a tab"),
    ("l", "open or close the lesson"),
    ("f", "full screen of the plot under the pointer or focus"),
    ("Esc", "let go of the selection; then back to now"),
    ("?", "this sheet"),
)

_TEMPLATE = """
<dialog class="sheet keys-sheet" aria-labelledby="keys-title">
  <h2 id="keys-title" class="panel-title">Keys</h2>
  <dl>{rows}</dl>
  <p class="keys-note">They do nothing while you type in a field. On the time slider, arrow keys go step by step.</p>
  <button type="button" class="keys-close quiet-button">Close</button>
</dialog>
"""


def build() -> Part:
    """Put the sheet on the page, closed."""
    rows = "".join(f"<div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>" for key, what in KEYS)
    return part("keys.js", _TEMPLATE.format(rows=rows), elem_id="keys")
