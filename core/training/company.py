"""Scenes of company and occasions: who won what, what two do or are together, when and where people meet, and who
painted what in which colour.
"""

from core.training.affairs import drawn, somebody
from core.training.clauses import bare
from core.training.drafts import UNKNOWN, Question
from core.training.facts import lines
from core.training.moments import filled
from core.training.phrasing import Phraser, Told

_CONTESTS = lines("""
    {game} tournament|{sport} championship|{pastry} contest|cooking competition|spelling bee|{M} marathon|
    {dish} contest|{sport} race|{instrument} competition|poetry contest|{language} quiz|{city} marathon|quiz""")
_WON = lines("""
    {s} won {r} prize in the {c}|{s} took {r} prize at the {c}|{r} prize in the {c} went to {s}|
    {s} won {r} prize at the {c} in {v}|in {v}, {s} won {r} prize in the {c}|{s} got {r} prize for {p} {w} in the {c}|
    {s} won {r} prize in the {c} with {p} {w}""")

_TOGETHER: tuple[tuple[str, str, str], ...] = (
    ("are getting married in {month}", "is getting married", "When are {} getting married"),
    ("are getting married in {city}", "is getting married", "Where are {} getting married"),
    ("are moving to {city}", "is moving to {v}", "Where are {} moving to"),
    ("moved to {city}", "moved to {v}", "Where did {} move to"),
    ("met in {city}", "met in {v}", "Where did {} meet"),
    ("are opening {a place}", "is opening a {v}", "What are {} opening"),
    ("share a flat in {city}", "shares a flat in {v}", "Where do {} share a flat"),
    ("are expecting a baby in {month}", "is expecting a baby", "When are {} expecting a baby"),
    ("argue about the {thing}", "argues about the {v}", "What do {} argue about"),
    ("go to the {place} every day", "goes to the {v} every day", "Where do {} go every day"),
    ("turn {age} on {day}", "turns {v} on {day}", "How old will {} be"),
    ("collect {collectible}", "collects {v}", "What do {} collect"),
    ("are learning {language}", "is learning {v}", "What are {} learning"),
    ("have three {animal_plural}", "has three {v}", "What do {} have"),
    ("run {a place}", "runs a {v}", "What do {} run"),
    ("divorced in {year}", "divorced in {v}", "When did {} divorce"),
    ("will arrive at {hour}", "will arrive at {v}", "When will {} arrive"),
    ("work at the {landmark}", "works at the {v}", "Where do {} work"),
    ("are afraid of {animal_plural}", "is afraid of {v}", "What are {} afraid of"),
    ("sing in the {place}", "sings in the {v}", "Where do {} sing"),
)
"""What two do: as it is told, and as they and it are asked for; {v} is the answer to the second."""
_ONE_ANOTHER = (
    {"Where are {} moving to", "Where did {} move to"},
    {"What are {} opening", "What do {} run", "What do {} have"},
    {"What do {} collect", "What do {} have"},
)
"""Questions of which the answer to one may answer the other, so that the other is not left open."""
_MANY = lines(
    "the twins|our neighbours|my parents|{P}'s parents|{P}'s sons|our {animal_plural}|the children|my cousins"
)
_BONDS = lines("""
    sibling|cousin|neighbour|colleague|rival|friend|twin|partner|roommate|teammate|classmate|neighbor""")
_SAME = ({"neighbour", "neighbor"}, {"sibling", "twin"})
"""Of which being one may mean being the other."""
_MEETING = lines("""
    we are meeting at [x] at [v]|we are meeting at [v] at [x]|we are meeting {P} at [x] at [v]|
    at [v] we are meeting at [x]|we are having dinner at [x] at [v]|we are all meeting at [x] at [v]|
    we are meeting in front of [x] at [v]|on {day} we are meeting at [x] at [v]""")
_WHERE = lines(
    "{P}'s place|the {landmark}|the {landmark}|the {place}|{P}'s house|the {landmark} in {city}|the {landmark}"
)
_HELD = lines("""
    {g} is at {x} on {d} at {v}|{g} is on {d} at {x}|{g} takes place on {d} in {x}|{g} will be at {x} on {d}|
    on {d} at {v}, {g} begins at {x}|{g} is held in {x} on {d}|{g}, which is on {d}, starts at {v}""")
_COLOURED = (
    ("painted", "paint", "did"),
    ("painted", "paint", "did"),
    ("dyed", "dye", "did"),
    ("sprayed", "spray", "did"),
)
"""How something gets its colour: as it is told, its base and how it is asked for."""


def won(say: Phraser) -> Told:
    """ "Amira won first prize in the chess tournament": who, which prize, and in what."""
    rng, draft = say.rng, say.draft
    who = somebody(say)
    (contest, place), other = (_contest(say) for _ in range(2))
    words = {"s": who.said, "p": who.possessive, "w": say.cast.noted("{thing}"), "v": say.cast.noted("{city}")}
    said = rng.choice(_WON).format(**words, r=place, c=contest)
    prize = f"{place} prize"
    draft.questions += rng.sample(
        (
            Question(f"who won|{prize}", f"Who {rng.choice(('won', 'got', 'took'))} {prize}?", who.answer or who.asked),
            Question(f"who won|{prize} {contest}", f"Who won {prize} in the {contest}?", who.answer or who.asked),
            Question(f"won|{who.asked}", f"What did {who.asked} win?", prize),
            Question(f"won in|{who.asked}", f"What did {who.asked} win {prize} in?", contest),
        ),
        3,
    )
    if other[1] != place:
        draft.absent.append(Question(f"who won|{other[1]}", f"Who won {other[1]} prize?", UNKNOWN))
    if other[0] != contest:
        draft.absent.append(Question(f"who won|{other[0]}", f"Who won {prize} in the {other[0]}?", UNKNOWN))
    stranger = say.cast.person()
    draft.absent.append(Question(f"won|{stranger}", f"What did {stranger} win?", UNKNOWN))
    return f"{said.rstrip(',')}.", ()


def _contest(say: Phraser) -> tuple[str, str]:
    return drawn(say, say.rng.choice(_CONTESTS)), say.rng.choice(("first", "first", "first", "second", "third"))


def together(say: Phraser) -> Told:
    """ "Dimitri and Olga are getting married in May", "Paula and Quentin are siblings"."""
    rng, draft = say.rng, say.draft
    one, other, stranger = (say.cast.person() for _ in range(3))
    if rng.random() < 0.3:
        return _bound(say, one, other, stranger)
    many = rng.random() < 0.35
    who = drawn(say, rng.choice(_MANY)) if many else f"{one} and {other}"
    (told, does, asked), untold = rng.sample(_TOGETHER, 2)
    words: list[str] = []
    said = filled(say.source, told, words)
    draft.drawn += words
    question = f"{asked.format(who)}?"
    draft.questions.append(Question(f"{asked}|{who}", question, words[0]))
    does = does.replace("{v}", words[0]).replace("{day}", words[-1])
    draft.questions.append(Question(f"who {does}|", f"Who {does}?", bare(who)))
    if not many:
        strangers = f"{rng.choice((one, other))} and {stranger}"
        draft.absent.append(Question(f"{asked}|{strangers}", f"{asked.format(strangers)}?", UNKNOWN))
    if untold[2] != asked and not any({untold[2], asked} <= near for near in _ONE_ANOTHER):
        draft.absent.append(Question(f"{untold[2]}|{who}", f"{untold[2].format(who)}?", UNKNOWN))
    return f"{who} {said}.", ()


def _bound(say: Phraser, one: str, other: str, stranger: str) -> Told:
    rng, draft = say.rng, say.draft
    bond, another = rng.sample(_BONDS, 2)
    said = rng.choice(("{a} and {b} are {d}", "{a} and {b} are {d}", "{a} and {b} have been {d} for years"))
    draft.questions += [
        Question(f"{bond}|{one}", f"Who is {one}'s {bond}?", other),
        Question(f"{bond}|{other}", f"Who is {other}'s {bond}?", one),
        Question(f"are|{one} {other}", f"What are {one} and {other}?", f"{bond}s"),
        Question(f"who are|{bond}", f"Who are {bond}s?", f"{one} and {other}"),
    ]
    draft.absent.append(Question(f"{bond}|{stranger}", f"Who is {stranger}'s {bond}?", UNKNOWN))
    if {bond, another} not in _SAME:
        draft.absent.append(Question(f"{another}|{one}", f"Who is {one}'s {another}?", UNKNOWN))
    return f"{said.format(a=one, b=other, d=bond + 's')}.", ()


def appointed(say: Phraser) -> Told:
    """ "We are meeting at Nadia's place at eight", "the wedding is on Friday at the town hall": when and where."""
    rng, draft = say.rng, say.draft
    where, hour = drawn(say, rng.choice(_WHERE)), filled(say.source, rng.choice(("{hour}", "{time}")), draft.drawn)
    when = rng.choice(("What time", "At what time", "When"))
    if say.speaker and rng.random() < 0.5:
        said = drawn(say, rng.choice(_MEETING)).replace("[x]", where).replace("[v]", hour)
        does = "having dinner" if "dinner" in said else "meeting"
        draft.questions += [
            Question(f"when {does}|we", f"{when} are we {does}?", hour),
            Question(f"where {does}|we", f"Where are we {does}?", bare(where)),
        ]
        stranger = say.cast.person()
        draft.absent.append(Question(f"where {does}|{stranger}", f"Where is {stranger} {does}?", UNKNOWN))
        return f"{said}.", ()
    event, other = (drawn(say, rng.choice(("the {gathering}", "the {occasion}", "{P}'s {occasion}"))) for _ in range(2))
    day = say.cast.noted(rng.choice(("{day}", "{date}")))
    said = rng.choice(_HELD).format(x=where, v=hour, g=event, d=day)
    begins = f"{when} does {event} {rng.choice(('start', 'begin'))}?" if when != "When" else f"What time is {event}?"
    draft.questions.append(Question(f"when|{event}", f"When is {event}?", day))
    for key, text, answer, told in (
        (f"hour|{event}", begins, hour, hour in said),
        (f"where|{event}", f"Where is {event}?", bare(where), where in said),
    ):
        (draft.questions if told else draft.absent).append(Question(key, text, answer if told else UNKNOWN))
    if other != event:
        draft.absent.append(Question(f"when|{other}", f"When is {other}?", UNKNOWN))
    return f"{said}.", ()


def coloured(say: Phraser) -> Told:
    """ "Tilda painted her kitchen yellow": who, what, and what colour."""
    rng, draft = say.rng, say.draft
    who, stranger = somebody(say), say.cast.person()
    thing, other = (
        say.cast.noted(rng.choice(("{chamber}", "{thing}", "{auto}", "{container}", "{garment}"))) for _ in range(2)
    )
    color = say.cast.noted("{color}")
    told, base, aux = rng.choice(_COLOURED)
    whose = rng.choice((who.possessive, who.possessive, "the"))
    colour = rng.choice(("color", "colour"))
    draft.questions += [
        Question(f"what {base}|{who.asked}", f"What {aux} {who.asked} {base}?", thing),
        Question(f"color {base}|{who.asked}", f"What {colour} {aux} {who.asked} {base} the {thing}?", color),
        Question(
            f"who {told}|{thing}", f"Who {told} the {thing}{rng.choice(('', f' {color}'))}?", who.answer or who.asked
        ),
    ]
    if other != thing:
        draft.absent.append(Question(f"who {told}|{other}", f"Who {told} the {other}?", UNKNOWN))
    draft.absent.append(Question(f"what {base}|{stranger}", f"What {aux} {stranger} {base}?", UNKNOWN))
    return f"{who.said} {told} {whose} {thing} {color}.", ()
