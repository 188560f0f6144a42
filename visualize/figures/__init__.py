"""One figure family a file: a trace in, a plotly Figure out. The same call works in a notebook, a test and the page.

>>> from visualize.figures import memory_map
>>> memory_map(session.trace).show()
"""

from visualize.figures.drops import drop_ages, drop_fit
from visualize.figures.evidence import attention_mass
from visualize.figures.forgetting import survival
from visualize.figures.long_term import long_term_ages, long_term_size
from visualize.figures.memory_map import memory_map
from visualize.figures.retriever import retriever_hits
from visualize.figures.strata import flow, strata
from visualize.figures.token_life import token_life

__all__ = [
    "attention_mass",
    "drop_ages",
    "drop_fit",
    "flow",
    "long_term_ages",
    "long_term_size",
    "memory_map",
    "retriever_hits",
    "strata",
    "survival",
    "token_life",
]
