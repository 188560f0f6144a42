"""A trace as the arrays that figures draw. Numpy only.

`life` walks a trace once and says for every memory token when it came and went; everything else is counted from it.
"""

from visualize.prepare.attention import Mass, attention
from visualize.prepare.life import NEVER, Life, life
from visualize.prepare.long_term import Holdings, Sizes, holdings, sizes
from visualize.prepare.pool import Cell, Map, cell_at, pool_map
from visualize.prepare.remaining import Remaining, remaining
from visualize.prepare.retrieval import Hits, hits
from visualize.prepare.survival import Drops, Survival, band, drops, half_life, law, survival
from visualize.prepare.words import escape, snippet

__all__ = [
    "NEVER",
    "Cell",
    "Drops",
    "Hits",
    "Holdings",
    "Life",
    "Map",
    "Mass",
    "Remaining",
    "Sizes",
    "Survival",
    "attention",
    "band",
    "cell_at",
    "drops",
    "escape",
    "half_life",
    "hits",
    "holdings",
    "law",
    "life",
    "pool_map",
    "remaining",
    "sizes",
    "snippet",
    "survival",
]
