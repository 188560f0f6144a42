"""Ways in which scenes say more than who did what: where, now and no longer, if, never, and of which color."""

from dataclasses import replace

from core.training.clauses import Clause, Part, Who, bare
from core.training.converses import verb_called
from core.training.drafts import UNKNOWN, Question
from core.training.facets import PARTED
from core.training.grammar import sentence_case, with_article
from core.training.manners import CAUSES, CONDITIONS, INSTEAD, TAILS
from core.training.phrasing import Phraser, Told
from core.training.polar import NO, polar, with_another
from core.training.sights import SIGHTS

_COUNTING = (
    ("habit", ("need", "own", "want", "keep")),
    ("past", ("buy", "find", "see", "sell", "get", "count", "order", "lose")),
)
"""Tenses and verbs that numbers are compared in."""


def where(say: Phraser) -> Told:
    """ "They run a farm near the coast, where they raise goats"."""
    rng = say.rng
    first = say.composer.clause(say.cast.who())
    if not first.place or not first.who.form:
        return f"{say.sentence(first)}.", (first,)
    said = f"{first.who.said} {first.predicate(rng, ('place', 'moment'))} {first.place.said}"
    first = replace(first, moment=None)
    who = say.cast.who(first.who) if rng.random() < 0.3 else replace(first.who, said=first.who.pronoun)
    second = say.composer.clause(who, tense=first.tense, but=first)
    while not second.thing:
        second = say.composer.clause(who, tense=first.tense, but=first)
    there = say.sentence(replace(second, place=None, moment=None), False)
    second = replace(second, place=first.place, moment=None)  # it happens there, too
    return f"{said}{rng.choice((', ', ' '))}where {there}.", (first, second)


def nowadays(say: Phraser) -> Told:
    """What somebody used to do, and does now."""
    rng = say.rng
    first = say.composer.clause(say.cast.who(), tense="used")
    then = replace(first.who, said=first.who.pronoun)
    second = replace(say.composer.clause(then, tense="habit", but=first), moment=None)
    now = rng.choice(("now", "these days", "nowadays", "today", "at the moment"))
    said = rng.choice((f"{now} {then.said} {second.predicate(rng)}", f"{then.said} {second.predicate(rng)} {now}"))
    joint = rng.choice((", but ", ". ", "; ", " but "))
    asked = next(second.questions(rng))
    if asked.text.endswith("?"):
        say.draft.questions.append(replace(asked, text=f"{asked.text[:-1]} {now}?"))
    if first.thing and rng.random() < 0.5:
        alone = replace(first, receiver=None, company=None, place=None, moment=None, besides=None, tense="habit")
        still = polar(rng, alone, NO)
        lead = f"{alone.conjugated('[does]').capitalize()} {first.who.asked} "
        if still.text.startswith(lead):
            text = f"{lead}still {still.text.removeprefix(lead)}"
            say.draft.questions.append(replace(still, key=f"still {still.key}", text=text))
    return f"{say.sentence(first)}{joint}{say.joint_case(joint, said)}.", (first, second)


def of_a_color(say: Phraser) -> Told:
    """ "I bought a bicycle, a bright orange one"."""
    rng = say.rng
    clause = say.composer.clause(say.cast.who())
    thing = clause.thing
    if not thing or clause.color or not thing.said.startswith(("a ", "an ")) or " of " in thing.said:
        return f"{say.sentence(clause)}.", (clause,)
    clause = replace(clause, color=say.cast.noted("{color}"))
    one = f"{rng.choice(('', '', 'dark ', 'bright '))}{clause.color} one"
    clause = replace(clause, color=one.removesuffix(" one"))
    said = rng.choice((f", {with_article(one)}", f", and {with_article(one)} at that", f". It is {clause.color}"))
    return f"{say.sentence(clause)}{said}.", (clause,)


def about_a_thing(say: Phraser) -> Told:
    """What there is to say of a place or thing; perhaps with what somebody did."""
    rng = say.rng
    sight = rng.choices(list(SIGHTS), list(SIGHTS.values()))[0]
    said, goes_on = sight(say.cast)
    draw = rng.random()
    if goes_on and draw < 0.5:
        clause = say.composer.clause(say.cast.who())
        joint = rng.choice(PARTED)
        return f"{said}{joint} {say.joint_case(joint, say.sentence(clause))}.", (clause,)
    return f"{said}{say.cast.noted(rng.choice(TAILS)) if draw < 0.8 and goes_on else ''}.", ()


def never(say: Phraser) -> Told:
    """ "Ines never drinks coffee; she prefers tea": what is denied is not what somebody does."""
    rng = say.rng
    first = say.composer.clause(say.cast.who(), tense="habit")
    then = replace(first.who, said=first.who.pronoun)
    second = say.composer.clause(then, tense="habit", but=first)
    if not first.thing or not first.who.form or first.verb.base == "have":
        return f"{say.sentence(replace(second, who=first.who))}.", (second,)
    who, verb = first.who, first.verb
    says = verb.third if who.form == 1 else verb.base
    does = "does" if who.form == 1 else "do"
    denied = f"{who.said} {rng.choice((f'never {says}', f'{does} not {verb.base}'))} {first.thing.said}"
    key = f"never {verb.base} thing|{who.asked}"
    say.draft.questions.append(
        Question(key, f"What {does} {who.asked} {rng.choice(('never', 'not'))} {verb.base}?", first.thing.answer)
        if not first.of_person
        else Question(key, f"Who {does} {who.asked} never {verb.base}?", first.thing.answer)
    )
    say.draft.absent.append(replace(next(first.questions(rng)), answer=UNKNOWN))
    other = say.cast.person()
    word = "Who" if first.of_person else "What"
    say.draft.absent.append(
        Question(f"never {verb.base} thing|{other}", f"{word} does {other} never {verb.base}?", UNKNOWN)
    )
    say.draft.questions.append(polar(rng, replace(first, receiver=None, company=None, place=None, moment=None), NO))
    joint = rng.choice(("; ", ", but ", ". ", ", so ", " because "))
    instead = say.composer.another_thing(first)
    if instead and not first.of_person and with_another(first, instead) and rng.random() < 0.4:
        likes = rng.choice(("prefer", "like"))
        best = " best" if likes == "like" else ""
        said = f"{then.said} {likes}{'s' if who.form == 1 else ''} {instead.said}{best}"
        asked = f"What {does} {who.asked} {likes}{best}?"
        say.draft.questions.append(Question(f"{likes} thing|{who.asked}", sentence_case(asked), instead.answer))
        return f"{denied}{joint}{say.joint_case(joint, said)}.", ()
    return f"{denied}{joint}{say.joint_case(joint, say.sentence(second, False))}.", (second,)


def is_called(say: Phraser) -> Told:
    """ "The man who fixed our roof is called Ignatius"."""
    rng = say.rng
    role = rng.choice(("man", "woman", "boy", "girl", "neighbor", say.cast.noted("{job}"), say.cast.noted("{job}")))
    the = rng.choice(("the", "the", "the", "that"))
    name = say.cast.person()
    clause = say.composer.clause(Who(f"{the} {role}", name, "he", "his", answer=name))
    if rng.random() < 0.5:
        clause = replace(clause, moment=None)
    called = rng.choice(("is called", "is named", "was called", "is", "goes by the name of"))
    who = f"the {role} who {clause.predicate(rng)}"
    asked = rng.choice(("What is {} called?", "What is the name of {}?", "Who is {}?")).format(who)
    say.draft.questions.append(Question(f"name of who {clause.verb.base}|{role}", asked, name))
    if rng.random() < 0.3:
        return f"{name} {rng.choice(('is', 'was'))} {who}.", (clause,)
    return f"{the}{who.removeprefix('the')} {called} {name}.", (clause,)


def in_other_numbers(say: Phraser) -> Told:
    """ "The recipe needs six eggs, but we only have two"."""
    rng = say.rng
    words: list[str] = []
    noun, count, other_count = (
        say.source.filled(template, words) for template in ("{countable}", "{count}", "{count}")
    )
    while other_count == count:
        other_count = say.source.filled("{count}", words)
    say.draft.drawn += words
    one, other = say.cast.who(), say.cast.who()
    tense, verbs = rng.choice(_COUNTING)
    first, second = (
        Clause(who, verb_called(rng.choice(verbs)), tense, Part(f"{number} {noun}", f"{number} {noun}", "What"))
        for who, number in ((one, count), (other, other_count))
    )
    if one.asked == other.asked:
        return f"{say.sentence(first)}.", (first,)
    if asked := second.how_many(rng):
        say.draft.questions.append(asked)
    only = rng.choice(("", "", "only ", "just "))
    joint = rng.choice((", but", ", and", " while", "."))
    said = f"{other.said} {only}{second.finite()} {other_count}"
    return f"{say.sentence(first)}{joint} {say.joint_case(joint, said)}.", (first,)


def under_a_condition(say: Phraser) -> Told:
    """What somebody does after "if", "because" or "since" and something else; perhaps instead of something."""
    rng = say.rng
    if rng.random() < 0.3:
        clause = say.composer.clause(say.cast.who(), tense=rng.choice(("will", "going")))
        lead = f"if {say.cast.noted(rng.choice(CONDITIONS))},"
    else:
        clause = say.composer.clause(say.cast.who())
        lead = say.cast.noted(rng.choice(CAUSES)) + ","
    if lead.startswith("because ") and not clause.besides:
        cause = bare(lead.removeprefix("because ").removesuffix(","))
        say.draft.questions.append(clause.asked_for(rng, Part("", cause, "Why")))
    if lead.startswith("if "):
        asked = next(clause.questions(rng))
        if asked.text.endswith("?"):
            say.draft.questions.append(replace(asked, text=f"{asked.text[:-1]} {lead[:-1]}?"))
    said = f"{clause.who.said} {clause.predicate(rng)}"
    if rng.random() < 0.25:
        said += say.cast.noted(rng.choice(INSTEAD))
    if lead.startswith("if") and rng.random() < 0.3:
        return f"{said} {lead[:-1]}.", (clause,)
    return f"{lead} {said}.", (clause,)
