"""When something happened, happens or will happen: the words for it, and the answer to "when?"."""

from core.training.clauses import Part
from core.training.source import Source

_PAST = (
    "on {day}",
    "last {day}",
    "last {season}",
    "in {month}",
    "in {year}",
    "last year",
    "last week",
    "last month",
    "yesterday",
    "yesterday morning",
    "yesterday evening",
    "this morning",
    "the day before yesterday",
    "on {date}",
    "{count} weeks ago",
    "{count} days ago",
    "{count} years ago",
    "a month ago",
    "at {hour}",
    "at {time}",
    "at Christmas",
    "in the {season} of {year}",
    "one {season}",
    "the other day",
    "on {day} evening",
    "in the middle of the night",
    "at the age of {age}",
    "before dawn",
    "at noon",
    "around {hour}",
    "during the {gathering}",
    "after the {gathering}",
    "before the {gathering}",
    "on the {ordinal} day",
    "after lunch",
)
_HABIT = (
    "every {day}",
    "on {day}s",
    "every {season}",
    "each {month}",
    "every morning",
    "every evening",
    "in {season}",
    "at night",
    "before breakfast",
    "after work",
    "at {hour}",
    "on rainy days",
    "every other {day}",
    "at weekends",
    "in the evenings",
    "from {day} to {day}",
)
_COMING = (
    "tomorrow",
    "next {day}",
    "on {day}",
    "next {season}",
    "next year",
    "next week",
    "in {month}",
    "tonight",
    "at {hour}",
    "tomorrow morning",
    "on {date}",
    "this {season}",
    "next {month}",
    "at {time}",
    "in {count} weeks",
    "after the {gathering}",
    "before lunch",
    "during the {gathering}",
)
_SINCE = ("since {year}", "since {month}", "since {season}", "for {count} years", "for {count} months", "since {day}")
HOURS = (
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "noon",
    "midnight",
    "half past four",
    "half past seven",
    "quarter to nine",
    "quarter past two",
    "three o'clock",
    "five o'clock",
    "one in the morning",
    "four in the afternoon",
)
"""Times of the day as people write them."""

WHEN = {
    "past": _PAST,
    "had": _PAST,
    "habit": _HABIT,
    "used": _HABIT,
    "been": _SINCE,
    "going": _COMING,
    "will": _COMING,
    "wants": _COMING,
    "hopes": _COMING,
}
"""Phrases that go with a tense."""

_UNSAID = ("on ", "in ", "at ", "since ", "for ")


def moment(source: Source, tense: str) -> Part | None:
    """A time that goes with the tense, None if none does."""
    phrases = WHEN.get(tense)
    if not phrases:
        return None
    said = filled(source, source.rng.choice(phrases), [])
    asked = "When"
    if tense == "been":
        asked = "How long" if said.startswith("for ") else "Since when"
    answer = next((said.removeprefix(lead) for lead in _UNSAID if said.startswith(lead)), said)
    return Part(said, answer, asked)


def filled(source: Source, template: str, drawn: list[str]) -> str:
    """As the source fills it; {hour} is one of `HOURS`."""
    if "{hour}" in template:
        drawn.append(source.rng.choice(HOURS))
        template = template.replace("{hour}", drawn[-1])
    return source.filled(template, drawn)
