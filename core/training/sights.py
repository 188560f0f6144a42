"""What scenes say of places and things: what there is somewhere, which is the tallest, whose dentist is where."""

from collections.abc import Callable

from core.training import chances
from core.training.cast import Cast
from core.training.clauses import bare, bare_place
from core.training.drafts import UNKNOWN, Question
from core.training.facets import KINDS, POINTED, ROLES, two_facets
from core.training.facts import lines
from core.training.grammar import sentence_case, with_article

_ADJECTIVES = ("old", "new", "little", "big", "famous", "wooden", "strange", "lovely", "tiny", "huge")
_MOSTS = (
    *("oldest", "tallest", "biggest", "smallest", "most famous", "best", "worst", "cheapest", "newest", "longest"),
    *("most beautiful", "quietest", "second largest", "strangest", "busiest", "most popular", "loudest", "youngest"),
)
_RANKED = (
    ("building", "{a landmark}"),
    ("building", "the {landmark}"),
    ("shop", "the {product} shop"),
    ("dish", "{a dish}"),
    ("street", "{M} Street"),
    ("person", "{person}"),
    ("teacher", "{person}"),
    ("river", "the {M}"),
    ("mountain", "{M}"),
    ("restaurant", "{M}"),
    ("town", "{city}"),
    ("animal", "{a animal}"),
    ("car", "{a auto}"),
    ("thing", "{a thing}"),
    ("room", "the {chamber}"),
    ("bridge", "the {M} Bridge"),
    ("plant", "{a plant}"),
    ("market", "the {M} market"),
)
"""What there may be a tallest of, and which that is."""

_ATTRIBUTES = lines("""
    password|code|name|price|owner|color|size|number|address|nickname|secret|motto|birthday|weak spot|best friend|
    favorite word|lucky number|shoe size|blood type|ringtone|middle name|license plate|door code|room number|seat|
    locker|gate|platform|capital|symbol|mascot|flower|emblem|slogan|captain|leader|trainer|founder|heir|rival|
    assistant|guide|landlord|dentist|tailor|doctor|lawyer|partner|roommate|idol|opponent|guest|witness|sponsor|
    destination|next stop|hometown|birthplace|meeting point|hiding place|workplace|holiday home|weakness|talent|
    job|dream|goal|plan|wish|excuse|alibi|diagnosis|problem|mistake|question|answer|order|breakfast|dinner|dessert|
    starter|topping|filling|main ingredient|gift|souvenir|costume|disguise|uniform|instrument|weapon|tool|vehicle|
    horse|pet|plant|tree|team|band|choir|club|school|company|department|project|topic|title|theme|subject|thesis|
    deadline|appointment|departure|start|shift|day off|anniversary|score|record|time|grade|salary|rent|fee|fine|
    deposit|budget|tip|temperature|depth|height|length|weight|age|material|flavor|smell|shape|brand|model|version|
    username|signature|tattoo|scar|hairstyle|accent|real name|stage name|code name|call sign|surname""")
"""Of what may be said what it is."""

_VALUES = (
    *(
        "{M}",
        "{M}",
        "{m}",
        "{code}",
        "{age}",
        "{color}",
        "{first}",
        "{person}",
        "{city}",
        "{country}",
        "{food}",
        "{time}",
    ),
    *("{a thing}", "the {landmark}", "{a animal}", "{date}", "{day}", "{year}", "{language}", "{dish}", "{fruit}"),
    *(
        "{a instrument}",
        "{a auto}",
        "{a job}",
        "the {place}",
        "{material}",
        "{sport}",
        "{a plant}",
        "{count} {countable}",
    ),
)
_PLACES = lines("""
    in the {landmark}|behind the {landmark}|in the {place}|under the {thing}|in the {container}|near the {landmark}|
    in the {chamber}|in {city}|on the {thing}|inside the {container}|in the {auto}|at the {landmark}""")
_INCIDENTS = lines("""
    fire|flood|robbery|concert|party|fight|wedding|power cut|crash|storm|burglary|celebration|strike|meeting|
    performance|snowball fight|explosion|lottery draw|auction|puppet show|demonstration|gas leak|quarrel""")
_WHOSE = (
    ("belongs to", "Who does the {} belong to?"),
    ("is for", "Who is the {} for?"),
    ("was made by", "Who made the {}?"),
)
_GIVEN = lines("""
    {o} {a} is {v}|{v} is {o} {a}|{o} {a} is now {v}|{o} {a} has changed to {v}|{o} {a} turned out to be {v}|
    {o} {a} has always been {v}|as {o} {a} somebody chose {v}|{o} {a}: {v}|{o} new {a} is {v}|
    {o} {a} is supposed to be {v}""")
_ASKED_FOR = ("What is {o} {a}?", "What is {o} {a}?", "What's {o} {a}?", "Tell me {o} {a}.", "Do you know {o} {a}?")

_FAVOURITES = lines("""
    we are having {v} tonight because it is {p}'s favourite|{p} asked for {v}, as always|
    I am making {v} today, since it is {p}'s favourite|there was {v} for dinner because {p} loves it|
    nothing makes {p} as happy as {v}|{p}'s favourite has always been {v}|{p} could eat {v} every day|
    for {p} there is nothing better than {v}|{v} is what {p} likes best|of all food, {p} likes {v} best|
    {p} never says no to {v}|grandmother made {v}, {p}'s favourite|{p} is very fond of {v}|
    if you want to please {p}, bring {v}|{p} ordered {v} again, because nothing tastes better""")
_FAVOURITE_ASKED = lines("""
    What is {p}'s favourite food?|What is {p}'s favorite food?|What does {p} like to eat?|What is {p}'s favourite?|
    What does {p} like best?|Which food does {p} love?|What is {p}'s favourite dish?""")


def of_a_thing(cast: Cast) -> tuple[str, bool]:
    """What there is to say of a place or thing; the flag tells whether something may still be added to it."""
    rng = cast.source.rng
    noun = cast.noted(f"{{{rng.choice(KINDS)}}}")
    if rng.random() < 0.3:
        thing = called = f"{cast.person()}'s {noun}"
    else:
        pointed = cast.noted(rng.choice(POINTED)) if rng.random() < 0.7 else ""
        thing = f"the {noun} {pointed}".rstrip()
        called = thing if rng.random() < 0.5 else f"the {noun}"
        if rng.random() < 0.3:
            thing = thing.replace("the", f"the {rng.choice(_ADJECTIVES)}", 1)
    said, goes_on = _described(cast, thing, called)
    told = said.removeprefix(f"{thing} ")
    if goes_on and "'s " in thing and rng.random() < 0.4:
        _asked(cast, f"whose {noun} {told}|", f"Whose {noun} {told}?", thing.partition("'s ")[0])
    elif goes_on and not thing.endswith(noun) and rng.random() < 0.4:
        _asked(cast, f"which {noun} {told}|", f"Which {noun} {told}?", bare(thing))
    return said, goes_on


def there_is(cast: Cast) -> tuple[str, bool]:
    """ "in the village of Marn there is a mill that was built in 1910"."""
    rng = cast.source.rng
    noun, pointed = cast.noted(f"{{{rng.choice(KINDS)}}}"), cast.noted(rng.choice(POINTED))
    while pointed.startswith(("of ", "from ")):
        pointed = cast.noted(rng.choice(POINTED))
    one = with_article(f"{rng.choice(_ADJECTIVES)} {noun}" if rng.random() < 0.5 else noun)
    lead = rng.choice((f"{pointed} there is {one}", f"there is {one} {pointed}", f"{pointed} you can find {one}"))
    cast.draft.questions.append(Question(f"what there is|{pointed}", f"What is there {pointed}?", noun))
    called = rng.choice((f"the {noun} {pointed}", f"the {noun}"))
    return _described(cast, f"{lead} {rng.choice(('that', 'which'))}", called)


def there_are(cast: Cast) -> tuple[str, bool]:
    """ "there are three parrots living in the chimney"."""
    rng = cast.source.rng
    words: list[str] = []
    count, some = (
        cast.source.filled(kind, words) for kind in ("{count}", rng.choice(("{animal_plural}", "{countable}")))
    )
    cast.draft.drawn += words
    place = cast.noted(rng.choice(_PLACES))
    do = rng.choice(("", "", "living ", "hiding ") if some in words and rng.random() < 0.5 else ("",))
    said = rng.choice(
        (
            f"there are {count} {some} {do}{place}",
            f"{place} there are {count} {some}",
            f"{count} {some} are {do}{place}",
        )
    )
    key = f"how many {some}|{place}"
    for text in rng.sample((f"How many {some} are {place}?", f"How many {some} are there {place}?"), 1):
        _asked(cast, key, text, count)
    _asked(cast, f"what there is|{place}", f"What is {place}?", f"{count} {some}")
    where = bare_place(place)
    _asked(cast, f"where {some}|{some}", f"Where are the {count} {some}?", where)
    other = cast.noted(rng.choice(_PLACES))
    if other != place:
        cast.draft.absent.append(Question(f"how many {some}|{other}", f"How many {some} are {other}?", UNKNOWN))
    return said, True


def of_the_most(cast: Cast) -> tuple[str, bool]:
    """ "the tallest building in Marn is a clock tower"."""
    rng = cast.source.rng
    kind, which = rng.choice(_RANKED)
    words: list[str] = []
    said = cast.source.filled(which, words)
    cast.draft.drawn += words
    pointed = cast.noted(rng.choice(("in {city}", "in {M}", "in the village of {M}", "in {country}", "in our street")))
    most, other = rng.sample(_MOSTS, 2)
    answer = bare(said)
    for begin in rng.sample(("What is", "Which is", "Do you know"), 2):
        _asked(cast, f"most {most} {kind}|{pointed}", f"{begin} the {most} {kind} {pointed}?", answer)
    cast.draft.absent.append(
        Question(f"most {other} {kind}|{pointed}", f"What is the {other} {kind} {pointed}?", UNKNOWN)
    )
    if rng.random() < 0.4:
        return f"{said} is the {most} {kind} {pointed}", True
    if rng.random() < 0.3 and which.startswith(("{a ", "the {landmark")):
        return f"the {most} {kind} {pointed} is {_described(cast, f'{said} that', f'the {answer}')[0]}", True
    return f"the {most} {kind} {pointed} is {said}", True


def of_a_favourite(cast: Cast) -> tuple[str, bool]:
    """ "we are having lasagne tonight because it is Ruth's favourite"."""
    rng = cast.source.rng
    person, words = cast.person(), list[str]()
    food = cast.source.filled(rng.choice(("{food}", "{dish}", "{fruit}", "{pastry}")), words)
    cast.draft.drawn += words
    for text in rng.sample(_FAVOURITE_ASKED, 2):
        _asked(cast, f"favourite food|{person}", text.replace("{p}", person), food)
    stranger = cast.person()
    cast.draft.absent.append(
        Question(f"favourite food|{stranger}", rng.choice(_FAVOURITE_ASKED).replace("{p}", stranger), UNKNOWN)
    )
    return rng.choice(_FAVOURITES).replace("{p}", person).replace("{v}", food), True


def of_a_role(cast: Cast) -> tuple[str, bool]:
    """ "Ruth's dentist is on Marn Street"."""
    rng = cast.source.rng
    person, job = cast.person(), cast.noted("{job}")
    one, other = rng.sample(ROLES, 2)
    thing = rng.choice((f"{person}'s {job}", f"{person}'s {job}", f"the {job} of {person}"))
    called = f"{person}'s {job}"
    said = f"{thing} {one.told(cast.source, cast.draft, called)}"
    if set(one.questions).isdisjoint(other.questions):
        cast.draft.absent.append(other.left_open(cast.source, called))
    stranger = cast.person()
    cast.draft.absent.append(one.left_open(cast.source, f"{stranger}'s {job}"))
    return said, True


def of_an_attribute(cast: Cast) -> tuple[str, bool]:
    """ "Ruth's door code is 4482 and her shoe size is 38": any word may be what is asked for."""
    rng, draft = cast.source.rng, cast.draft
    person, thing = cast.person(), cast.noted(f"{{{rng.choice(KINDS)}}}")
    owner = rng.choice((person, person, person, f"the {thing}", f"{person}'s {thing}"))
    then = rng.choice(("his", "her")) if owner == person else "its"
    stranger = cast.person() if owner == person else f"the {cast.noted(f'{{{rng.choice(KINDS)}}}')}"
    names = rng.sample(_ATTRIBUTES, 3)
    names = [cast.source.words.made_up() if rng.random() < 0.2 else name for name in names]
    said: list[str] = []
    for number, name in enumerate(names[: rng.choice((1, 2, 2))]):
        words: list[str] = []
        value = cast.source.filled(rng.choice(_VALUES), words)
        draft.drawn += words
        answer = bare(value)
        possessor = f"{owner}'s" if not number or rng.random() < 0.3 else then
        told = rng.choice(_GIVEN).replace("{o}", possessor)
        said.append(told.replace("{a}", name).replace("{v}", value))
        for text in rng.sample(_ASKED_FOR, 2):
            _asked(cast, f"{name}|{owner}", text.replace("{o}", f"{owner}'s").replace("{a}", name), answer)
        draft.absent.append(_open_attribute(cast, stranger, name))
    draft.absent.append(_open_attribute(cast, owner, names[2]))
    joint = rng.choice((", and ", " and ", ". ", ", but "))
    return joint.join((said[0], *map(sentence_case, said[1:])) if joint == ". " else said), True


def _open_attribute(cast: Cast, owner: str, name: str) -> Question:
    text = cast.source.rng.choice(_ASKED_FOR).replace("{o}", f"{owner}'s").replace("{a}", name)
    return Question(f"{name}|{owner}", text, UNKNOWN)


def of_two_colors(cast: Cast) -> tuple[str, bool]:
    """ "the blue suitcase belongs to Ruth and the green one to her aunt"."""
    rng, draft = cast.source.rng, cast.draft
    noun, one, other = (cast.noted(template) for template in ("{belonging}", "{color}", "{color}"))
    while other == one:
        other = cast.noted("{color}")
    first, second = cast.person(), cast.person()
    relative = cast.noted("{family}")
    said = f"{rng.choice(('his', 'her'))} {relative}" if rng.random() < 0.3 else second
    second = second if said == second else relative
    is_of, whose = rng.choice(_WHOSE)
    for color, name in ((one, first), (other, second)):
        thing = f"{color} {noun}"
        _asked(cast, f"whose|{thing}", whose.format(thing), name)
        if is_of == "belongs to" and name != relative:
            for text in (f"What color is {name}'s {noun}?", f"What colour is {name}'s {noun}?"):
                _asked(cast, f"color of {noun}|{name}", text, color)
    left = cast.noted("{color}")
    if left not in (one, other):
        draft.absent.append(Question(f"whose|{left} {noun}", whose.format(f"{left} {noun}"), UNKNOWN))
    begin = is_of if rng.random() < 0.3 else is_of.split()[-1]
    joint = rng.choice((" and", ", but", ", and"))
    return f"the {one} {noun} {is_of} {first}{joint} the {other} one {begin} {said}", True


def of_an_incident(cast: Cast) -> tuple[str, bool]:
    """ "there was a fire at the mill on Sunday"."""
    rng, draft = cast.source.rng, cast.draft
    what, place, other = rng.choice(_INCIDENTS), cast.noted(rng.choice(_PLACES)), cast.noted(rng.choice(_PLACES))
    when = cast.noted(rng.choice(("on {day}", "in {month}", "in {year}", "last {season}", "on {date}")))
    time = when.removeprefix("on ").removeprefix("in ")
    one = with_article(what)
    happened = rng.choice(("there was {}", "{} happened", "{} took place", "we had {}", "they had {}")).format(one)
    there = f"the {what}{rng.choice(('', '', f' {place}'))}"
    _asked(cast, f"what happened|{place}", f"What {rng.choice(('happened', 'was there'))} {place}?", what)
    _asked(cast, f"what happened|{when}", f"What happened {when}?", what)
    _asked(cast, f"when {what}|{what}", f"When was {there}?", time)
    _asked(cast, f"where {what}|{what}", f"Where {rng.choice(('was', 'did they have'))} the {what}?", bare_place(place))
    if other != place:
        draft.absent.append(Question(f"what happened|{other}", f"What happened {other}?", UNKNOWN))
    elsewhere = rng.choice([incident for incident in _INCIDENTS if incident != what])
    draft.absent.append(Question(f"where {elsewhere}|{elsewhere}", f"Where was the {elsewhere}?", UNKNOWN))
    return rng.choice((f"{happened} {place} {when}", f"{when}, {happened} {place}", f"{happened} {when} {place}")), True


SIGHTS: dict[Callable[[Cast], tuple[str, bool]], float] = {
    of_a_thing: 5,
    of_an_attribute: 3,
    there_is: 3,
    there_are: 1.5,
    of_the_most: 2,
    of_a_favourite: 2,
    of_a_role: 2,
    of_two_colors: 1.2,
    of_an_incident: 1,
}
"""Ways to speak of something, and how often."""


def _described(cast: Cast, thing: str, called: str) -> tuple[str, bool]:
    """What is said of a thing; of what is not said it is noted that it is open."""
    one, other = two_facets(cast.source)
    if cast.source.rng.random() < chances.DECOYS:
        noun = cast.noted(f"{{{cast.source.rng.choice(KINDS)}}}")
        if noun not in thing:
            cast.draft.absent.append(one.left_open(cast.source, f"the {noun}"))
    said = f"{thing} {one.told(cast.source, cast.draft, called)}"
    if cast.source.rng.random() < 0.3:
        joints = ("and", "and") if thing.endswith((" that", " which")) else (", and it", ". It", " and", ", but it")
        joint = cast.source.rng.choice(joints)
        joint = f" {joint}" if joint == "and" else joint
        return f"{said}{joint} {other.told(cast.source, cast.draft, called)}", False
    cast.draft.absent.append(other.left_open(cast.source, called))
    return said, True


def _asked(cast: Cast, key: str, text: str, answer: str) -> None:
    question = Question(key, sentence_case(text), answer)
    if question not in cast.draft.questions:
        cast.draft.questions.append(question)
