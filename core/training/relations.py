"""What can be said about people, and how it is asked: all of it, gathered from the files by theme. Data only."""

from core.training.deeds import DEEDS
from core.training.doings import DOINGS
from core.training.facts import Relation, lines
from core.training.people import ABOUT_SPEAKER, PEOPLE
from core.training.tastes import TASTES

__all__ = ["ABOUT_PEOPLE", "ABOUT_SPEAKER", "Relation", "lines"]

ABOUT_PEOPLE: tuple[Relation, ...] = PEOPLE + TASTES + DOINGS + DEEDS
