"""The ways in which scenes tell one clause or two."""

from dataclasses import replace

from core.training.clauses import Clause, Part, bare
from core.training.manners import JOINTS, REPORTS, TAILS
from core.training.phrasing import Phraser, Told


def plain(say: Phraser) -> Told:
    """One clause, perhaps with its time or place in front, and something behind it."""
    clause = say.composer.clause(say.cast.who())
    rng = say.rng
    said = say.sentence(clause)
    if rng.random() < 0.2:
        said = f"{say.cast.noted(rng.choice(REPORTS))} {said}"
        if said.startswith("Did you know"):
            return f"{said}?", (clause,)
    if rng.random() < 0.3:
        said += (tail := say.cast.noted(rng.choice(TAILS)))
        if tail.startswith((" because ", " just ")):
            _ask_why(say, clause, "because", tail.removeprefix(" because ").strip())
    return f"{said}.", (clause,)


def joined(say: Phraser) -> Told:
    """Two things that one person did: joined by "and", told one after the other, or one while doing the other."""
    rng = say.rng
    first = say.composer.clause(say.cast.who())
    who = first.who
    then = replace(who, said=who.pronoun)
    way = rng.random()
    if way < 0.4:
        second = say.composer.clause(then, tense=first.tense, but=first)
        joint = rng.choice((" and", " and", " and", " and then", ", but", " and also"))
        return f"{say.sentence(first)}{joint} {second.predicate(rng)}.", (first, second)
    if way < 0.7:
        second = say.composer.clause(then, but=first)
        joint = rng.choice((". ", ", and ", ", but ", ". Later ", ". Now ", ", because ", ". Besides, ", ", so "))
        cause, said = say.sentence(first), say.sentence(second, False)
        _ask_why(say, first, joint, said)
        if joint == ", so ":
            _ask_why(say, second, "because", cause)
        return f"{cause}{joint}{say.joint_case(joint, said)}.", (first, second)
    second = replace(say.composer.clause(then, tense=first.tense, but=first), moment=None)
    if way < 0.85:
        return f"{say.sentence(first)}{rng.choice((', ', ' while ', ', always '))}{second.gerund(rng)}.", (
            first,
            second,
        )
    lead = rng.choice(("While", "After", "Before", "Instead of"))
    if lead == "Instead of":
        return (
            f"{lead} {say.composer.clause(then, but=first).gerund(rng)}, {first.who.said} {first.predicate(rng)}.",
            (first,),
        )
    return f"{lead} {second.gerund(rng)}, {say.sentence(first, False)}.", (first, second)


def meanwhile(say: Phraser) -> Told:
    """What two people did."""
    rng = say.rng
    first = say.composer.clause(say.cast.who())
    second = say.composer.clause(say.cast.who(first.who), but=first)
    joint, said = rng.choice(JOINTS), say.sentence(second)
    _ask_why(say, first, joint, said)
    return f"{say.sentence(first)}{joint} {say.joint_case(joint, said)}.", (first, second)


def put_in(say: Phraser) -> Told:
    """ "Ines, who keeps bees, sold a boat": one clause inside another."""
    rng = say.rng
    first = say.composer.clause(say.cast.who())
    second = say.composer.clause(replace(first.who, said=first.who.pronoun), but=first)
    if first.who.form != 1 or second.who.form != 1:
        return f"{say.sentence(first)}.", (first,)
    which = "which" if first.who.thing else "who"
    return f"{first.who.said.rstrip(',')}, {which} {second.predicate(rng)}, {first.predicate(rng)}.", (first, second)


def turned(say: Phraser) -> Told:
    """Passive, or with the object in front."""
    rng = say.rng
    clause = say.composer.clause(say.cast.who(), tense=rng.choice(("past", "past", "habit")))
    who, thing = clause.who.said, clause.thing
    if not thing or clause.who.form == 0 or " " in clause.verb.base:
        return f"{say.sentence(clause)}.", (clause,)
    one, many = ("was", "were") if clause.tense == "past" else ("is", "are")
    be = many if clause.things else one
    rest = clause.parts(rng, without=("thing",))
    if clause.tense == "past" and rng.random() < 0.5:
        return f"{thing.said} {be} {clause.verb.participle} by {who.rstrip(',')}{rest}.", (clause,)
    if rng.random() < 0.5:
        return f"it {one} {thing.said} that {who} {clause.finite()}{rest}.", (clause,)
    if clause.of_person:
        return f"{say.sentence(clause)}.", (clause,)
    return f"what {who} {clause.finite()}{rest} {be} {thing.said}.", (clause,)


def _ask_why(say: Phraser, clause: Clause, joint: str, cause: str) -> None:
    """Note the question for a cause that comes behind "because"."""
    if joint.strip(" ,") == "because" and not clause.besides:
        say.draft.questions.append(clause.asked_for(say.rng, Part("", bare(cause), "Why")))
