"""What can be said about people, and how it is asked: all of it, gathered from the files by theme. Data only."""

from core.training.deeds import DEEDS
from core.training.doings import DOINGS
from core.training.facts import Relation, lines
from core.training.people import ABOUT_SPEAKER, PEOPLE
from core.training.tastes import TASTES

__all__ = ["ABOUT_PEOPLE", "ABOUT_SPEAKER", "ANSWERED_BY", "Relation", "lines"]

ABOUT_PEOPLE: tuple[Relation, ...] = PEOPLE + TASTES + DOINGS + DEEDS

ANSWERED_BY: dict[str, frozenset[str]] = {
    untold: frozenset(told.split(", "))
    for untold, told in (
        line.split(": ")
        for line in lines("""
    like: drink, hobby, sport, music, color, season, lesson, movie, favorite|favorite: like, drink|
    hobby: sport, play, music, collect, grow, cook, bake|sport: hobby|pet: called|commute: drive|drive: commute|
    dislike: allergy|birthday: birth year|
    career: training|training: career|learn: study, play, training, speak|study: learn|speak: learn|
    need: gift wanted|gift wanted: need, like|present: bought, won, found|lost: forgot|forgot: lost|
    owner: recipient|recipient: owner""")
    )
}
"""By relation, others whose facts a question about it may mean: what one likes is not open where a hobby is told."""
