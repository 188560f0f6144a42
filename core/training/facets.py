"""What can be said of places and things that a text points at ("the bakery on Elm Street"), and how it is asked.

A line: the predicate, then questions with "?" before each; {t} is the thing. The predicate's one slot is the answer.
"""

import re
from dataclasses import dataclass

from core.training.drafts import UNKNOWN, Draft, Question
from core.training.facts import lines
from core.training.moments import filled
from core.training.source import Source

_FACETS = lines("""
    opens at {hour} ? When does {t} open? ? What time does {t} open? ? At what time does {t} open?|
    closes at {hour} ? When does {t} close? ? What time does {t} close?|
    was built in {year} ? When was {t} built? ? In which year was {t} built? ? What year was {t} built in?|
    was built by {person} ? Who built {t}? ? Who was {t} built by?|
    dates from {year} ? How old is {t}? ? What year is {t} from? ? When was {t} built?|
    was painted by {person} ? Who painted {t}? ? Who was {t} painted by?|
    belongs to {person} ? Who owns {t}? ? Who does {t} belong to? ? Whose is {t}?|
    is run by {person} ? Who runs {t}? ? Who is {t} run by?|
    was designed by {person} ? Who designed {t}?|
    was a gift from {person} ? Who gave us {t}? ? Who is {t} from?|
    costs {amount} euros ? How much does {t} cost? ? How many euros does {t} cost?|
    cost {amount} dollars ? How much did {t} cost? ? How many dollars did {t} cost?|
    is made of {material} ? What is {t} made of? ? Which material is {t} made of?|
    has {a material} roof ? What is the roof of {t} made of?|
    is {color} ? What color is {t}? ? What colour is {t}? ? Which color is {t}?|
    has {a color} door ? What color is the door of {t}? ? What colour is the door of {t}?|
    stands behind the {landmark} ? Where is {t}? ? What does {t} stand behind?|
    is next to the {landmark} ? Where is {t}? ? What is {t} next to?|
    is above the {landmark} ? Where is {t}? ? What is {t} above?|
    lies under the {thing} ? Where is {t}? ? What does {t} lie under?|
    is on {M} Street ? Where is {t}? ? Which street is {t} on? ? On which street is {t}?|
    stands in {city} ? Where is {t}? ? Which city is {t} in? ? In which city does {t} stand?|
    comes from {country} ? Where does {t} come from? ? Which country does {t} come from?|
    is from {city} ? Where is {t} from? ? Which city is {t} from?|
    has {count} windows ? How many windows does {t} have?|
    has {count} legs ? How many legs does {t} have?|
    holds {age} people ? How many people does {t} hold?|
    is {age} meters high ? How high is {t}? ? How many meters high is {t}?|
    weighs {age} kilos ? How much does {t} weigh? ? How heavy is {t}? ? How many kilos does {t} weigh?|
    is {age} years old ? How old is {t}?|
    is called the {M} ? What is {t} called? ? What is the name of {t}?|
    was named after {person} ? Who was {t} named after?|
    sells {product} ? What does {t} sell? ? What can you buy at {t}?|
    is famous for its {dish} ? What is {t} famous for? ? What is {t} known for?|
    is full of {collectible} ? What is {t} full of? ? What is in {t}?|
    smells of {food} ? What does {t} smell of?|
    reopens on {date} ? When does {t} reopen? ? On which day does {t} reopen?|
    is closed on {day} ? When is {t} closed? ? On which day is {t} closed?|
    burned down in {year} ? When did {t} burn down? ? In which year did {t} burn down?|
    was found by {person} ? Who found {t}?|
    was broken by {person} ? Who broke {t}?|
    is guarded by {a animal} ? What guards {t}? ? Which animal guards {t}?|
    is for {person} ? Who is {t} for?|
    was stolen last {day} ? When was {t} stolen? ? On which day was {t} stolen?|
    broke down in {month} ? When did {t} break down?|
    leaves at {time} ? When does {t} leave? ? What time does {t} leave?|
    was moved to {day} ? When is {t}? ? Which day was {t} moved to? ? On which day is {t} now?|
    was moved to the {place} ? Where is {t}? ? Where was {t} moved to? ? Where is {t} now?|
    is kept in the {container} ? Where is {t}? ? Where is {t} kept? ? What is {t} kept in?|
    was hidden in the {container} ? Where is {t}? ? Where was {t} hidden?|
    is in the {chamber} ? Where is {t}? ? In which room is {t}? ? Which room is {t} in?|
    starts at {hour} ? When does {t} start? ? What time does {t} start?|
    ends at {hour} ? When does {t} end? ? What time does {t} end?|
    lasts {count} hours ? How many hours does {t} last?|
    is looked after by {person} ? Who looks after {t}? ? Who is {t} looked after by?|
    was sold to {person} ? Who was {t} sold to? ? Who bought {t}? ? Who has {t} now?|
    was bought by {person} ? Who bought {t}? ? Who was {t} bought by?|
    was bought in {city} ? Where was {t} bought? ? Which city was {t} bought in?|
    was brought by {person} ? Who brought {t}? ? Who was {t} brought by?|
    was lent to {person} ? Who was {t} lent to? ? Who borrowed {t}? ? Who has {t} now?|
    was stolen by {person} ? Who stole {t}? ? Who was {t} stolen by?|
    was lost in {city} ? Where was {t} lost? ? In which city was {t} lost?|
    was repaired by {person} ? Who repaired {t}? ? Who was {t} repaired by? ? Who fixed {t}?|
    was won by {person} ? Who won {t}? ? Who was {t} won by?|
    was painted {color} ? What color was {t} painted? ? What color is {t}? ? What colour is {t}?|
    looks like {a thing} ? What does {t} look like?|
    sounds like {a animal} ? What does {t} sound like?|
    was replaced by {a thing} ? What was {t} replaced by? ? What is there instead of {t}?|
    is worth {amount} euros ? How much is {t} worth? ? How many euros is {t} worth?|
    has {count} floors ? How many floors does {t} have?|
    has room for {age} guests ? How many guests does {t} have room for?|
    is {age} kilometers long ? How long is {t}? ? How many kilometers long is {t}?|
    is decorated with {collectible} ? What is {t} decorated with?|
    is covered with {material} ? What is {t} covered with?|
    has been empty since {year} ? Since when has {t} been empty? ? Since which year has {t} been empty?|
    was flooded in {month} ? When was {t} flooded? ? In which month was {t} flooded?|
    needs {a thing} ? What does {t} need?|
    needs more {food} ? What does {t} need? ? What does {t} need more of?|
    lands at {hour} ? When does {t} land? ? What time does {t} land?|
    arrives at {time} ? When does {t} arrive? ? What time does {t} arrive?|
    is buried under the {landmark} ? Where is {t} buried? ? What is {t} buried under?|
    is buried beneath the {thing} ? Where is {t} buried? ? Where is {t}?|
    has {count} rooms ? How many rooms does {t} have?|
    is used by {person} ? Who uses {t}? ? Who is {t} used by?|
    was designed in {year} ? When was {t} designed? ? In which year was {t} designed?|
    was postponed to {month} ? When is {t}? ? Which month was {t} postponed to?|
    was put off until {day} ? When is {t}? ? Until when was {t} put off?|
    was closed because of the {animal} ? Why was {t} closed?|
    was called off because of the {material} ? Why was {t} called off?|
    was struck by {a auto} ? What was {t} struck by? ? What struck {t}?|
    gets its light from {a thing} ? Where does {t} get its light from?|
    is rented by {person} ? Who rents {t}? ? Who is {t} rented by?""")

_ROLES = lines("""
    is on {M} Street ? Where is {t}? ? Which street is {t} on? ? On which street does {t} work?|
    is on {M} Square ? Where is {t}? ? Which square is {t} on?|
    is next to the {landmark} ? Where is {t}? ? What is {t} next to?|
    has an office above the {landmark} ? Where is {t}? ? Where does {t} have an office?|
    works at the {landmark} ? Where does {t} work? ? Where is {t}?|
    lives in {city} ? Where does {t} live? ? Which city does {t} live in?|
    comes from {country} ? Where does {t} come from? ? Which country does {t} come from? ? Where is {t} from?|
    moved to {city} ? Where did {t} move to? ? Where does {t} live?|
    is called {person} ? What is {t} called? ? What is the name of {t}? ? Who is {t}?|
    is {age} years old ? How old is {t}?|
    opens at {hour} ? When does {t} open? ? What time does {t} open?|
    drives {a auto} ? What does {t} drive? ? Which car does {t} drive?|
    speaks {language} ? What language does {t} speak? ? Which language does {t} speak?""")

POINTED = lines("""
    in {city}|on {M} Street|in the village of {M}|next to the {landmark}|behind the {landmark}|near {M}|
    at the {landmark}|in {M} Lane|by the river|on the hill|of {person}|in the {place}|opposite the {landmark}|
    from {country}""")
"""How a place or thing may be pointed at."""

KINDS = ("landmark", "place", "thing", "auto", "nameable", "belonging", "transport", "container", "instrument")
"""Of things that something is said of."""

PARTED = lines("""
    , but|, and|, although|, because|, so|, while|, which is a pity, because|. Meanwhile,|.|, and by the way|
    , even though""")
"""What may stand before what somebody did."""


@dataclass(frozen=True)
class Facet:
    """A predicate with one slot, and the questions it answers."""

    predicate: str
    questions: tuple[str, ...]

    def told(self, source: Source, draft: Draft, thing: str) -> str:
        """The predicate with its word; two of its questions about the thing are noted."""
        words: list[str] = []
        said = filled(source, self.predicate, words)
        draft.drawn += words
        for text in source.rng.sample(self.questions, min(2, len(self.questions))):
            draft.questions.append(self._asked(text, thing, words[0]))
        return said

    def left_open(self, source: Source, thing: str) -> Question:
        """A question that would need the predicate."""
        return self._asked(source.rng.choice(self.questions), thing, UNKNOWN)

    def _asked(self, text: str, thing: str, answer: str) -> Question:
        return Question(f"{self.questions[0]}|{thing}", text.replace("{t}", thing), answer)


def parsed(line: str) -> Facet:
    """The facet of one line."""
    predicate, *questions = re.split(r" \? (?=[A-Z])", line.removesuffix("?"))
    return Facet(predicate, tuple(f"{question.strip(' ?')}?" for question in questions))


FACETS: tuple[Facet, ...] = tuple(map(parsed, _FACETS))
ROLES: tuple[Facet, ...] = tuple(map(parsed, _ROLES))
"""What is said of somebody's dentist."""


def two_facets(source: Source) -> tuple[Facet, Facet]:
    """Two that no question has in common."""
    while True:
        one, other = source.rng.sample(FACETS, 2)
        if set(one.questions).isdisjoint(other.questions):
            return one, other
