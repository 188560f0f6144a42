"""Scenes of two that are alike: who did the same to something else, who is called what, who is taller, what was before
and what came after.

Where two stand side by side, what is asked for takes both words of a question: of two who kept something, who kept the
dog; of two children, the name of the daughter.
"""

from dataclasses import replace

from core.training.cast import by_name
from core.training.clauses import Clause, Part, bare
from core.training.drafts import UNKNOWN, Question
from core.training.facts import lines
from core.training.grammar import plural, sentence_case, with_article
from core.training.manners import CAUSES
from core.training.moments import filled
from core.training.phrasing import Phraser, Told
from core.training.polar import NO, YES

_COMPARED = lines("""
    is taller|is older|is younger|is stronger|is richer|is shorter|runs faster|swims better|sings louder|cooks better|
    drives faster|gets up earlier|works longer|earns more|reads faster|plays chess better|lives further away|
    sleeps longer|speaks more languages|has more {collectible}|jumps higher|knows more|is more patient|is luckier""")
"""In what one may be ahead of another; "than" follows."""

_OPPOSITES = (
    *({"is taller", "is shorter"}, {"is older", "is younger"}, {"is richer", "earns more"}),
    *({"gets up earlier", "sleeps longer"}, {"reads faster", "knows more"}),
)
"""Of which one may tell the other."""

_CHANGED = lines("""
    {s} quit {p} job as {a} to become {b}|{s} used to be {a}, but now {t} is {b}|{s} was {a} before {t} became {b}|
    {s}, who used to be {a}, became {b}|{s} had been {a} until {t} became {b}|{s} was {a} once; today {t} is {b}|
    after {n} years as {a}, {s} became {b}|{s} trained as {a} but became {b}|{s} gave up being {a} and became {b}|
    {s} stopped working as {a} and is now {b}|{s} started out as {a} and ended up as {b}|
    instead of {a}, {s} became {b}|{s} had been {a} in {c}, and then {t} became {b}""")
_NOW = ("What did {s} become?", "What is {s} now?", "What is {s}'s job now?")
_BEFORE = ("What did {s} use to be?", "What had {s} been?", "What was {s} before?", "What was {s}'s old job?")

_HOURS = {
    "opens": ("open", "{landmark}"),
    "closes": ("close", "{landmark}"),
    "leaves": ("leave", "{transport}"),
    "arrives": ("arrive", "{transport}"),
    "starts": ("start", "{gathering}"),
}
"""What may happen at other hours on other days, as questions say it, and of what it is told."""

_DAYS = lines("""
    on weekdays|on {day}s|on Sundays|at weekends|in winter|in summer|in {month}|during the holidays|on public holidays|
    on {day}""")

_NAMED = lines("""
    {a} is called {x} and {b} is called {y}|{a}'s name is {x}, {b}'s is {y}|{a} is named {x}, and {b} {y}|
    {a} is called {x}, {b} {y}|we call {a} {x} and {b} {y}|{x} is {a} and {y} is {b}|
    {a} is called {x}, but {b}'s name is {y}|{a}, {x}, and {b}, {y}, came along""")
_NAME_ASKED = ("What is {}'s name?", "What is {} called?", "What is the name of {}?", "Tell me the name of {}.")
_BOTH = ("{n} are called {b}", "{n}, {b}, are asleep", "{b} are {n}", "the names of {n} are {b}")


def each(say: Phraser) -> Told:
    """Two who did the same, each to something else: "Lorenzo kept the flat and Giulia the dog"."""
    rng = say.rng
    first, thing = _with_another(say)
    first = replace(first, receiver=None, company=None, besides=None)
    other = say.cast.thing() if first.who.thing else by_name(say.cast.person())
    if first.who.form != 1 or not thing or other.asked == first.who.asked:
        return f"{say.sentence(first)}.", (first,)
    say.draft.drawn.append(thing.answer)
    second = replace(first, who=other, thing=thing, place=None, moment=None, color="", epithet="")
    lead = f"{say.cast.noted(rng.choice(CAUSES))}, " if rng.random() < 0.15 else ""
    said = f"{lead}{say.sentence(first, not lead)}"
    if rng.random() < 0.35:
        return f"{said}{rng.choice((' and', ', and'))} {other.said} {thing.said}.", (first, second)
    joint = rng.choice((" and", ", and", ", but", " while", ", while", ".", ";"))
    return f"{said}{joint} {say.joint_case(joint, say.sentence(second, False))}.", (first, second)


def _with_another(say: Phraser) -> tuple[Clause, Part | None]:
    """Something done to a thing, and another thing that it might be done to, if there is one."""
    who = say.cast.who()
    clause = say.composer.clause(who)
    while not clause.thing:
        clause = say.composer.clause(who)
    other = say.composer.another_thing(clause)
    if not other or set(other.answer.split()) & set(clause.thing.answer.split()):
        return clause, None
    return clause, other


def names(say: Phraser) -> Told:
    """What two of somebody's are called: "my daughter is called Alma and my son Emil"."""
    rng, draft = say.rng, say.draft
    owner = "my" if say.speaker and rng.random() < 0.4 else f"{say.cast.person()}'s"
    if owner == "my" and rng.random() < 0.4:
        owner = "our"
    if rng.random() < 0.25:
        return _both(say, owner)
    kind = rng.choice(("family", "family", "animal"))
    found: list[str] = []
    while len(found) < 3:
        word = say.source.value(kind)
        if not any(set(word.split()) & set(other.split()) for other in found):
            found.append(word)
    one, other, open_ = (f"{owner} {word}" for word in found)
    first, second = say.cast.person(), say.cast.person()
    draft.drawn += found[:2]
    then = f"{rng.choice(('his', 'her'))} {found[1]}" if owner.endswith("'s") and rng.random() < 0.7 else other
    said = rng.choice(_NAMED).format(a=one, b=then, x=first, y=second)
    for whose, name in ((one, first), (other, second)):
        for text in rng.sample(_NAME_ASKED, 2):
            draft.questions.append(Question(f"name|{whose}", sentence_case(text.format(whose)), name))
        if whose in said and rng.random() < 0.5:
            draft.questions.append(Question(f"who is|{name}", f"Who is {name}?", whose))
    draft.absent.append(Question(f"name|{open_}", rng.choice(_NAME_ASKED).format(open_), UNKNOWN))
    stranger = f"{say.cast.person()}'s {found[0]}"
    draft.absent.append(Question(f"name|{stranger}", rng.choice(_NAME_ASKED).format(stranger), UNKNOWN))
    return f"{said}.", ()


def _both(say: Phraser, owner: str) -> Told:
    """What two of a kind are called: "our cats are called Pixel and Mango"."""
    rng = say.rng
    kind = plural(say.cast.noted("{animal}")) if rng.random() < 0.6 else rng.choice(("sons", "daughters", "twins"))
    both = f"{say.cast.person()} and {say.cast.person()}"
    called = f"{owner} {kind}"
    for text in rng.sample((f"What are {called} called?", f"What are the names of {called}?", f"Who are {both}?"), 2):
        answer = called if text.startswith("Who are") else both
        say.draft.questions.append(Question(f"{text[:8]}|{called}", text, answer))
    other = f"{say.cast.person()}'s {kind}"
    say.draft.absent.append(Question(f"What are|{other}", f"What are {other} called?", UNKNOWN))
    return f"{rng.choice(_BOTH).format(n=called, b=both)}.", ()


def compared(say: Phraser) -> Told:
    """ "Marc runs faster than Leo": who does is told, and who does not."""
    rng, draft = say.rng, say.draft
    one, other, stranger = say.cast.person(), say.cast.person(), say.cast.person()
    ahead, another = rng.sample(_COMPARED, 2)
    while {ahead, another} in _OPPOSITES:
        ahead, another = rng.sample(_COMPARED, 2)
    ahead, another = say.cast.noted(ahead), say.cast.noted(another)
    pair = [one, other]
    rng.shuffle(pair)
    topic = f"who {ahead}"
    asked = [
        Question(f"{topic}|{one} {other}", f"Who {ahead}?", one),
        Question(f"{topic}|{one} {other}", f"Who {ahead}, {pair[0]} or {pair[1]}?", one),
        Question(f"{topic}|{one} {other}", f"Who {ahead} than {other}?", one),
        Question(f"than whom {ahead}|{one}", f"Who is it that {one} {ahead} than?", other),
    ]
    draft.questions += rng.sample(asked, 2)
    verb, _, rest = ahead.partition(" ")
    if verb == "is" and rng.random() < 0.5:
        a, b = rng.sample((one, other), 2)
        draft.questions.append(
            Question(f"whether {ahead}|{a} {b}", f"Is {a} {rest} than {b}?", YES if a == one else NO)
        )
    draft.absent.append(Question(f"who {another}|{one} {other}", f"Who {another}?", UNKNOWN))
    draft.absent.append(Question(f"{topic}|{one} {stranger}", f"Who {ahead} than {stranger}?", UNKNOWN))
    return f"{one} {ahead} than {other}.", ()


def changed(say: Phraser) -> Told:
    """What somebody was, and became: "Lars quit his job as a lawyer to become a gardener"."""
    rng, draft = say.rng, say.draft
    name, stranger = say.cast.person(), say.cast.person()
    old, new = say.cast.noted("{job}"), say.cast.noted("{job}")
    while new == old:
        new = say.cast.noted("{job}")
    then, whose = rng.choice((("he", "his"), ("she", "her")))
    words = {"s": name, "t": then, "p": whose, "n": say.cast.noted("{count}"), "c": say.cast.noted("{city}")}
    said = rng.choice(_CHANGED).format(**words, a=with_article(old), b=with_article(new))
    tells_old = "trained" not in said and not said.startswith("instead")  # was never that
    for text in rng.sample(_NOW, 2):
        draft.questions.append(Question(f"job now|{name}", text.format(s=name), new))
    if tells_old:
        for text in rng.sample(_BEFORE, 2):
            draft.questions.append(Question(f"job before|{name}", text.format(s=name), old))
    draft.questions.append(Question(f"who became {new}|", f"Who became {with_article(new)}?", name))
    open_ = rng.choice(_NOW + _BEFORE).format(s=stranger)
    draft.absent.append(Question(f"job|{stranger}", open_, UNKNOWN))
    return f"{said}.", ()


def moved(say: Phraser) -> Told:
    """From where to where: "my sister Clara moved from Graz to Lyon last autumn"."""
    rng, draft = say.rng, say.draft
    who, stranger = say.cast.who(), say.cast.person()
    if who.form != 1 or who.thing:
        who = by_name(say.cast.person())
    came, went = (say.cast.noted(rng.choice(("{city}", "{city}", "{country}", "{M}"))) for _ in range(2))
    if came == went:
        return f"{who.said} has moved away from {came}.", ()
    when = say.cast.noted(rng.choice(("", " last {season}", " in {month}", " in {year}", " {count} years ago")))
    verb, base = rng.choice(
        (("moved", "move"), ("moved", "move"), ("flew", "fly"), ("came", "come"), ("drove", "drive"))
    )
    order = rng.choice((f"from {came} to {went}", f"from {came} to {went}", f"to {went} from {came}"))
    draft.questions += [
        Question(f"{base} from|{who.asked}", f"Where did {who.asked} {base} from?", came),
        Question(f"{base} to|{who.asked}", f"Where did {who.asked} {base} to?", went),
        Question(f"who {base} to {went}|", f"Who {verb} {rng.choice((order, f'to {went}'))}?", who.answer or who.asked),
    ]
    if verb == "moved":
        draft.questions += [
            Question(f"lives|{who.asked}", f"Where does {who.asked} live{rng.choice(('', ' now'))}?", went),
            Question(
                f"lived|{who.asked}", f"Where did {who.asked} {rng.choice(('use to live', 'live before'))}?", came
            ),
        ]
    for text in (f"Where did {stranger} {base} {rng.choice(('from', 'to'))}?", f"Why did {who.asked} {base}?"):
        draft.absent.append(Question(f"open {text}|{stranger}", text, UNKNOWN))
    if when:
        answer = when.strip().removeprefix("in ")
        draft.questions.append(Question(f"{base} when|{who.asked}", f"When did {who.asked} {base} to {went}?", answer))
    return f"{who.said} {verb} {order}{when}.", ()


def at_times(say: Phraser) -> Told:
    """ "The library closes at seven on weekdays and at five in winter"."""
    rng, draft = say.rng, say.draft
    does = rng.choice(list(_HOURS))
    base, kind = _HOURS[does]
    place = f"the {say.cast.noted(kind)}"
    found: list[tuple[str, str]] = []
    while len(found) < 3:
        day = say.source.filled(rng.choice(_DAYS), [])
        hour = filled(say.source, rng.choice(("{hour}", "{time}")), [])
        if not any(day in d or d in day or hour == h for d, h in found):  # Friday, Fridays
            found.append((day, hour))
    (day, hour), (other_day, other_hour), (open_day, _) = found
    draft.drawn += [hour, other_hour]

    def asked(when: str, answer: str) -> Question:
        begin = rng.choice(("When", "When", "What time", "At what time"))
        return Question(f"{does} {when}|{place}", f"{begin} does {place} {base} {when}?", answer)

    draft.questions += [asked(day, hour), asked(other_day, other_hour)]
    draft.absent.append(asked(open_day, UNKNOWN))
    joint = rng.choice((" and", ", and", ", but", " but"))
    again = f"at {other_hour} {other_day}" if rng.random() < 0.6 else f"{other_day} at {other_hour}"
    if rng.random() < 0.3:
        return f"{day}{rng.choice((',', ''))} {place} {does} at {hour}{joint} {other_day} at {other_hour}.", ()
    return f"{place} {does} at {hour} {day}{joint} {again}.", ()


def it_took(say: Phraser) -> Told:
    """ "it took Greta nine days to knit the scarf"."""
    rng = say.rng
    who = say.cast.who()
    clause = say.composer.clause(who, tense="past")
    if who.thing or not clause.thing:
        return f"{say.sentence(clause)}.", (clause,)
    unit = rng.choice(("days", "hours", "weeks", "minutes", "years", "months"))
    counted = f"{say.cast.noted(rng.choice(('{count}', '{count}', '{age}')))} {unit}"
    time = rng.choice((counted, counted, "a whole day", "all night", "half a year", "an hour", "a lifetime"))
    clause = replace(clause, besides=None, moment=None, company=None)
    say.draft.questions.append(clause.asked_for(rng, Part("", bare(time), "How long", took=True)))
    done = f"{clause.verb.base}{clause.parts(rng)}"
    whom = who.said.rstrip(",") if who.form == 1 else who.object
    said = f"it took {whom} {time} to {done}" if rng.random() < 0.7 else f"{who.said} needed {time} to {done}"
    return f"{said}.", (clause,)
