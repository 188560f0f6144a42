"""A trace as the arrays that figures draw. Numpy only.

`life` walks a trace once and says for every memory token when it came and went; everything else is counted from it.
"""

from visualize.prepare.attention import Mass, attention, memory_mass
from visualize.prepare.biography import Biography, Reading, biography
from visualize.prepare.composition import FATES, Composition, Flow, composition, flow
from visualize.prepare.fit import Fit, chi_square_tail, fit
from visualize.prepare.life import NEVER, Life, life
from visualize.prepare.long_term import Holdings, Sizes, holdings, sizes
from visualize.prepare.moment import at, before
from visualize.prepare.pool import Cell, Map, cell_at, pool_map
from visualize.prepare.reads import Reads, read_counts, reads
from visualize.prepare.remaining import Remaining, remaining
from visualize.prepare.retrieval import Hits, hits
from visualize.prepare.scores import HitAges, Quality, Scores, hit_ages, overlap, quality, scores
from visualize.prepare.strongest import Strongest, strongest
from visualize.prepare.survival import Drops, Survival, band, drops, half_life, law, measured_half_life, survival
from visualize.prepare.words import escape, snippet

__all__ = [
    "FATES",
    "NEVER",
    "Biography",
    "Cell",
    "Composition",
    "Drops",
    "Fit",
    "Flow",
    "HitAges",
    "Hits",
    "Holdings",
    "Life",
    "Map",
    "Mass",
    "Quality",
    "Reading",
    "Reads",
    "Remaining",
    "Scores",
    "Sizes",
    "Strongest",
    "Survival",
    "at",
    "attention",
    "band",
    "before",
    "biography",
    "cell_at",
    "chi_square_tail",
    "composition",
    "drops",
    "escape",
    "fit",
    "flow",
    "half_life",
    "hit_ages",
    "hits",
    "holdings",
    "law",
    "life",
    "measured_half_life",
    "memory_mass",
    "overlap",
    "pool_map",
    "quality",
    "read_counts",
    "reads",
    "remaining",
    "scores",
    "sizes",
    "snippet",
    "strongest",
    "survival",
]
