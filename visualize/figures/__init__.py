"""One figure family a file: a trace in, a plotly Figure out. The same call works in a notebook, a test and the page.

>>> from visualize.figures import memory_map
>>> memory_map(session.trace).show()
"""

from visualize.figures.agreement import hit_overlap, precision_recall
from visualize.figures.comparison import comparison
from visualize.figures.drops import drop_ages, drop_fit
from visualize.figures.evidence import attention_mass
from visualize.figures.forgetting import survival
from visualize.figures.lens import lens
from visualize.figures.long_term import long_term_ages, long_term_size
from visualize.figures.looked import attention_by_layer, strongest_tokens
from visualize.figures.memory_map import memory_map
from visualize.figures.retention import papers, retention
from visualize.figures.retriever import retriever_hits
from visualize.figures.scores import hit_ages, score_distributions
from visualize.figures.space import token_space
from visualize.figures.strata import flow, strata
from visualize.figures.token_life import token_life
from visualize.figures.worth import worth

__all__ = [
    "attention_by_layer",
    "attention_mass",
    "comparison",
    "drop_ages",
    "drop_fit",
    "flow",
    "hit_ages",
    "hit_overlap",
    "lens",
    "long_term_ages",
    "long_term_size",
    "memory_map",
    "papers",
    "precision_recall",
    "retention",
    "retriever_hits",
    "score_distributions",
    "strata",
    "strongest_tokens",
    "survival",
    "token_life",
    "token_space",
    "worth",
]
