"""Scenes that tell the reader what to do: "Hang the lamp above the table, not in the hall"."""

from dataclasses import replace

from core.training.cast import by_name
from core.training.circumstances import circumstance
from core.training.clauses import Clause, Who
from core.training.composing import STATES
from core.training.drafts import Question
from core.training.facts import lines
from core.training.manners import CONDITIONS
from core.training.moments import moment
from core.training.phrasing import Phraser, Told

READER = Who("you", "I", "I", "your", form=0)
"""Whoever is told what to do speaks of himself where he asks about it."""

_BEGINNINGS = lines("""
    {}|{}|{}|{}|{}|please {}|please {}|remember to {}|don't forget to {}|make sure to {}|you should {}|you have to {}|
    you had better {}|you need to {}|be sure to {}|it is best to {}|next time, {}|just {}|on your way, {}|
    the doctor says you should {}|if you can, {}|you'd better {}""")
_NOBODY_TOLD = STATES | {
    *("receive", "get", "lose", "find", "win", "inherit", "miss", "break", "hurt", "forget", "envy", "notice", "fear"),
    *("run into", "blame"),
}
"""What nobody is told to do."""
_NEEDS = ("must I", "do I have to", "do I need to", "am I to")
"""How it may be asked for besides "should I"."""
_NEED = 0.2
"""How often it is."""


def advised(say: Phraser) -> Told:
    """What to do, perhaps what not to do or where not to, and on what condition."""
    rng, draft = say.rng, say.draft
    clause = _action(say)
    draw = rng.random()
    if draw < 0.25:
        clause, done = _not_another(say, clause)
    elif draw < 0.5:
        clause, done = _not_there(say, clause)
    else:
        done = f"{clause.verb.base}{clause.parts(rng)}"
    asked = [_by_the_reader(say, q) for _ in range(2) for q in clause.questions(rng)]
    draft.questions += {q.text: q for q in asked}.values()  # in other words, where it comes out so
    draft.absent += [_by_the_reader(say, q) for q in clause.left_open(rng)]
    draft.absent.append(clause.of_somebody_else(rng, by_name(say.cast.person())))
    negated = done.startswith(("do not", "don't", "never"))
    said = rng.choice(("{}", "please {}") if negated else _BEGINNINGS).format(done)
    if rng.random() < 0.25:
        condition = f"if {say.cast.noted(rng.choice(CONDITIONS))}"
        said = f"{condition}, {said}" if rng.random() < 0.5 and " if " not in f" {said}" else f"{said} {condition}"
    return f"{said}.", ()


def _action(say: Phraser) -> Clause:
    """Something that one can be told to do."""
    rng = say.rng
    clause = say.composer.clause(READER, tense="must")
    while not clause.thing or clause.verb.base in _NOBODY_TOLD:
        clause = say.composer.clause(READER, tense="must")
    if rng.random() < 0.3:
        clause = replace(clause, moment=moment(say.source, "will"))
    besides = circumstance(say.source, replace(clause, tense="will")) if rng.random() < 0.4 else None
    if besides and not besides.took:
        say.draft.drawn += besides.drawn
        clause = replace(clause, besides=besides)
    return replace(clause, tense="should")


def _not_another(say: Phraser, clause: Clause) -> tuple[Clause, str]:
    """ "paint the fence, not the gate": the clause as far as it is told, and how."""
    rng, thing, base = say.rng, clause.thing, clause.verb.base
    other = say.composer.another_thing(clause)
    if not thing or not other or clause.of_person or set(other.answer.split()) & set(thing.answer.split()):
        return clause, f"{base}{clause.parts(rng)}"
    say.draft.drawn.append(other.answer)
    say.draft.questions.append(Question(f"not {base} thing|I", f"What should I not {base}?", other.answer))
    if rng.random() < 0.5:
        clause = Clause(clause.who, clause.verb, clause.tense, thing, color=clause.color, epithet=clause.epithet)
        return (
            clause,
            f"{base} {thing.said}{rng.choice((', not', ' instead of', ' and not', ' rather than'))} {other.said}",
        )
    joint = rng.choice(("; ", ", but ", ". Instead, ", ", "))
    dont = rng.choice(("do not", "don't", "never"))
    return clause, f"{dont} {base} {other.said}{joint}{base}{clause.parts(rng)}"


def _not_there(say: Phraser, clause: Clause) -> tuple[Clause, str]:
    """ "leave the parcel on the porch, not in the shed": the clause as far as it is told, and how."""
    rng, place, base = say.rng, clause.place, clause.verb.base
    other = say.composer.another_place(clause)
    if not place or not other or set(other.answer.split()) & set(place.answer.split()):
        return clause, f"{base}{clause.parts(rng)}"
    say.draft.drawn.append(other.answer)
    clause = replace(clause, moment=None, company=None, besides=None)
    done = f"{base}{clause.parts(rng, ('place',))}"
    if rng.random() < 0.7:
        return clause, f"{done} {place.said}{rng.choice((', not', ' and not', ', never'))} {other.said}"
    return clause, f"{rng.choice(('do not', 'never'))} {done} {other.said}, but {place.said}"


def _by_the_reader(say: Phraser, question: Question) -> Question:
    """As the reader asks it, sometimes with another word for "should"."""
    text = question.text.replace("your ", "my ").replace("yours", "mine")
    if say.rng.random() < _NEED:
        text = text.replace(" should I ", f" {say.rng.choice(_NEEDS)} ")
    return replace(question, text=text)
