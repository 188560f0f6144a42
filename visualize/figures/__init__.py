"""One figure family a file: a trace in, a plotly Figure out. The same call works in a notebook, a test and the page.

>>> from visualize.figures import memory_map
>>> memory_map(session.trace).show()
"""

from visualize.figures.evidence import attention_mass
from visualize.figures.forgetting import drop_ages, survival
from visualize.figures.long_term import long_term_ages, long_term_size
from visualize.figures.memory_map import memory_map
from visualize.figures.retriever import retriever_hits

__all__ = [
    "attention_mass",
    "drop_ages",
    "long_term_ages",
    "long_term_size",
    "memory_map",
    "retriever_hits",
    "survival",
]
