"""Numbers that the world tells: ages, sums, years, times and telephones, drawn anew each time and never held out."""

from collections.abc import Callable
from random import Random


def _time(rng: Random) -> str:
    """By a clock of 12 or 24 hours, mostly a quarter of an hour."""
    hour = rng.randint(1, 12) if rng.random() < 0.7 else rng.randint(13, 23)
    minute = rng.choice((0, 15, 30, 45)) if rng.random() < 0.6 else rng.randint(0, 59)
    return f"{hour}:{minute:02d}"


NUMERALS: dict[str, Callable[[Random], str]] = {
    "age": lambda rng: str(rng.randint(5, 99)),
    "amount": lambda rng: str(rng.randint(*rng.choice(((5, 99), (5, 99), (100, 999), (1000, 9999))))),
    "year": lambda rng: str(rng.randint(1950, 2030)),
    "time": _time,
    "phone": lambda rng: f"{rng.randint(200, 999)}{rng.choice('- ')}{rng.randint(0, 9999):04d}",
}
"""How a number is drawn, by kind."""
