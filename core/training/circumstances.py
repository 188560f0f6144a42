"""Under what circumstances something is done: how, with what, for how long, for what money, how often and why.

A clause tells at most one; which of them goes with which clause follows from its verb and tense.
"""

from dataclasses import dataclass

from core.training.asides import CLAUSES
from core.training.clauses import HAPPENING, Clause, Part, bare
from core.training.facts import lines
from core.training.source import Source

TOLD = 0.17
"""How often a clause tells one."""

PRICED = frozenset({"buy", "sell", "rent", "rent out", "order"})
"""Verbs of things that have a price."""

PAID = frozenset({"pay", "pay for", "want", "earn", "get", "collect"})
"""Verbs of what may be had in cash."""

_TRAVEL = ("by train", "by bus", "by taxi", "by boat", "by bicycle", "by sledge", "by {transport}", "by {auto}")
_MANNERS = lines("""
    by hand|in secret|without a word|with great care|in a hurry|by accident|on purpose|in silence|by candlelight|
    by mistake|with one hand|on tiptoe|very slowly|in small steps|blindfolded|barefoot|backwards|in the dark|
    with a smile|with both hands|through the {chamber} window|over an open fire|with a {m}|without {a thing}|
    slowly|quietly|secretly|on foot|in the {M} way|like {a animal}|
    like {a job}|in {a garment}|under a false name|in two minutes""")
_PAID = ("in cash", "by card", "by cheque", "in {product}", "in coins")
_TOOLS = ("with {a thing}", "with {a thing}", "with the {thing}", "with a {m}", "with {p} {belonging}")
_WITHOUT = (
    "without {a thing}",
    "without {a thing}",
    "without {a garment}",
    "without {p} {belonging}",
    "without {food}",
)
_LONG = lines("""
    for {count} hours|for {count} days|for {count} weeks|for {count} months|for {count} years|for half an hour|
    for a whole week|for almost a year|all afternoon|all night long|the whole summer|for {age} minutes""")
_TOOK = ("in {count} days", "in {count} hours", "in {age} minutes", "in {count} weeks", "in a month", "in one night")
_PRICES = ("for {amount} euros", "for {amount} dollars", "for {count} euros", "for {count} pounds", "for a fortune")
_OFTEN = lines("""
    twice a week|once a month|three times a day|twice a year|{count} times a week|once a year|{count} times a month|
    several times a day|every few hours|almost every day|once in a while""")
_CAUSES = lines("""
    because of the {thing}|because of the rain|because of {first}|because of the {animal}|because of the noise|
    out of boredom|out of curiosity|out of love for {first}|for fun|for charity|because of a broken {thing}|
    because of a bet|because of the {m}|out of spite|for {p} health|to everybody's delight""")
_MISHAPS = lines("""
    {p} {belonging} broke down|{p} {thing} came off|{p} {thing} broke|{p} {belonging} was too small|
    {p} {thing} had been stolen|{p} {animal} ran away|{p} {family} fell ill|{p} {family} asked for it|
    {p} {belonging} was on fire|{p} {thing} got lost|{p} {animal} was hungry""")
_AIMS = lines("""
    to surprise {first}|to impress {first}|to save money|to earn some money|to please {first}|to annoy {first}|
    to get fit|to learn {language}|to pay for {a auto}|to buy {a thing}|to celebrate the {occasion}|to relax|
    to help {first}|to make room for {a thing}|to win {a prize}|to see the {landmark}|to keep the {animal} away|
    to become {a job}|to forget {first}|to scare the {animal_plural} away""")
_FEASTS = ("for Christmas", "for Easter", "for New Year", "for Hanukkah", "for Halloween", "for Thanksgiving")
_OCCASIONS = ("for the {gathering}", "for the {occasion}", "for {p} birthday", "for {first}'s birthday")


@dataclass(frozen=True)
class _Kind:
    """Circumstances of one kind. A phrase starts with one of `dropped` where the answer begins after it."""

    phrases: tuple[str, ...]
    asked: str
    dropped: tuple[str, ...] = ()
    ends: str = ""


_HOW = _Kind(_MANNERS, "How")
_BY = _Kind(_TRAVEL, "How", ("by ",))
_PAYING = _Kind(_PAID, "How", ("in ", "by "))
_WITH = _Kind(_TOOLS, "What", ("with ",), "with")
_LACKING = _Kind(_WITHOUT, "What", ("without ",), "without")
_HOW_LONG = _Kind(_LONG, "How long", ("for ",))
_TAKING = _Kind(_TOOK, "How long", ("in ",))
_HOW_MUCH = _Kind(_PRICES, "How much", ("for ",), "for")
_HOW_OFTEN = _Kind(_OFTEN, "How often")
_WHY = _Kind(_CAUSES, "Why", ("because of ",))
_AIM = _Kind(_AIMS, "Why")
_FOR = _Kind(_OCCASIONS, "What", ("for ",), "for")
_FEAST = _Kind(_FEASTS, "When", ("for ",))


def circumstance(source: Source, clause: Clause) -> Part | None:
    """One that goes with the clause, None if the clause tells of so much already that it would be too long."""
    others = [part for name, part in clause.told() if name != "thing"]
    if len(others) > 1 or clause.who.thing or clause.tense not in HAPPENING - {"progressive"}:
        return None
    rng = source.rng
    kinds, drawn = _fitting(clause), list[str]()
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    if kind is _WHY and rng.random() < 0.4:
        causes = CLAUSES if rng.random() < 0.6 else _MISHAPS
        cause = source.filled(rng.choice(causes).replace("{p}", clause.who.possessive), drawn)
        return Part(f"because {cause}", bare(cause), "Why", drawn=tuple(drawn))
    said = source.filled(rng.choice(kind.phrases).replace("{p}", clause.who.possessive), drawn)
    answer = next((said.removeprefix(lead) for lead in kind.dropped if said.startswith(lead)), said)
    return Part(said, bare(answer), kind.asked, kind.ends, took=kind is _TAKING, drawn=tuple(drawn))


def _fitting(clause: Clause) -> dict[_Kind, float]:
    """Kinds that go with a clause, and how often."""
    verb, tense = clause.verb, clause.tense
    kinds: dict[_Kind, float] = {_WHY: 2.5, _AIM: 2, _HOW: 1.5}
    if clause.thing and not clause.of_person:
        kinds |= {_WITH: 1.2, _LACKING: 0.5}
        if not (clause.receiver and clause.receiver.ends == "for"):
            kinds |= {_FOR: 0.7} if clause.moment else {_FOR: 0.7, _FEAST: 0.5}
        if tense in ("past", "will", "perfect") and "e" in verb.flags:
            kinds[_TAKING] = 1
    if verb.base in PAID:
        kinds[_PAYING] = 5
    if verb.base in PRICED:
        return kinds | {_HOW_MUCH: 6, _PAYING: 3}
    if any(place.startswith(("to ", "into ", "from ")) for place in verb.places):
        kinds[_BY] = 2
    if "h" in verb.flags and tense in ("past", "going", "will", "used"):
        kinds[_HOW_LONG] = 2
    if tense in ("habit", "used") and not clause.moment:
        kinds[_HOW_OFTEN] = 3
    return kinds
