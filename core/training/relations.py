"""What can be said about people, and how it is asked. Data only.

Template language: {s} the subject (John, he, I), {p} its possessive (John's, his, my), {o} its object form (John,
him, me), {v} the value, {av} the value with its article, {x} a second given word; [verb] agrees with the subject:
[live] -> lives, live.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One kind of fact.

    `kinds` are the word lists its value may come from, equally likely; `asked_as` adds questions for a certain kind
    ("What fruit ...?"). `given` is the kind of {x}, if the templates have one. `clause` tells that a statement may
    follow "mentioned that".
    """

    name: str
    kinds: tuple[str, ...]
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    asked_as: tuple[tuple[str, tuple[str, ...]], ...] = ()
    given: str | None = None
    weight: float = 1.0


def lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|") if part.strip())


ABOUT_PEOPLE: tuple[Relation, ...] = (
    Relation(
        "live",
        ("city",),
        lines("""
            {s} [live] in {v}.|{s} [have] a house in {v}.|{s} [be] living in {v} now.|{s} moved to {v}.|
            {s} [live] in the city of {v}.|{s} [have] lived in {v} for years.|{p} home is in {v}.|
            {s} [live] in a small flat in {v}."""),
        lines("""
            Where [do] {s} live?|What city [do] {s} live in?|In which city [do] {s} live?|Where is {p} home?|
            Which city [do] {s} live in?"""),
        weight=1.6,
    ),
    Relation(
        "from",
        ("city", "country"),
        lines("""
            {s} was born in {v}.|{s} [come] from {v}.|{s} [be] from {v}.|{s} grew up in {v}."""),
        lines("""
            Where [be] {s} from?|Where was {s} born?|Where did {s} grow up?|Where [do] {s} come from?"""),
    ),
    Relation(
        "job",
        ("job",),
        lines("""
            {s} [work] as {av}.|{s} [be] {av}.|{s} [have] a job as {av}.|{s} became {av}.|
            {s} [be] working as {av}."""),
        lines("""
            What is {p} job?|What [do] {s} do for a living?|What [do] {s} work as?|What is the job of {o}?|
            What [do] {s} do?"""),
        weight=1.3,
    ),
    Relation(
        "like",
        ("fruit", "food"),
        lines("""
            {s} [like] {v}.|{s} [love] {v}.|{s} [enjoy] eating {v}.|{p} favorite food is {v}.|
            {s} really [like] {v}.|{s} [like] to eat {v}.|{s} [like] eating {v}.|{s} [love] eating {v}.|
            {s} always [eat] {v}."""),
        lines("""
            What [do] {s} like?|What [do] {s} like to eat?|What food [do] {s} like?|What is {p} favorite food?|
            What [do] {s} love?|What [do] {s} like eating?|What [do] {s} enjoy eating?|
            What foods [do] {s} like?"""),
        (
            (
                "fruit",
                lines("""
            What fruit [do] {s} like?|What fruits [do] {s} like?|Which fruit [do] {s} like?|
            What is {p} favorite fruit?"""),
            ),
        ),
        weight=2.6,
    ),
    Relation(
        "dislike",
        ("food", "fruit"),
        lines("""
            {s} [hate] {v}.|{s} [do] not like {v}.|{s} [be] allergic to {v}.|{s} cannot stand {v}."""),
        lines("""
            What [do] {s} hate?|What [do] {s} not like?|What [be] {s} allergic to?|What food [do] {s} hate?"""),
        weight=0.6,
    ),
    Relation(
        "drink",
        ("drink",),
        lines("""
            {s} [drink] {v} every morning.|{s} [drink] {v}.|{p} favorite drink is {v}.|{s} always [order] {v}.|
            {s} [like] to drink {v}."""),
        lines("""
            What [do] {s} drink?|What is {p} favorite drink?|What [do] {s} like to drink?|What [do] {s} order?"""),
        weight=0.8,
    ),
    Relation(
        "hobby",
        ("hobby",),
        lines("""
            {s} [enjoy] {v}.|{p} hobby is {v}.|{s} [go] {v} every weekend.|{s} [spend] the weekend {v}.|
            {p} favorite hobby is {v}."""),
        lines("""
            What is {p} hobby?|What [do] {s} enjoy?|What is {p} favorite hobby?|What hobby [do] {s} have?"""),
        weight=1.0,
    ),
    Relation(
        "pet",
        ("animal",),
        lines("""
            {s} [have] {av}.|{s} [own] {av}.|{s} [have] {av} as a pet.|{p} pet is {av}."""),
        lines("""
            What pet [do] {s} have?|What animal [do] {s} have?|What pet [do] {s} own?|What is {p} pet?"""),
        weight=0.9,
    ),
    Relation(
        "color",
        ("color",),
        lines("""
            {p} favorite color is {v}.|{s} [like] the color {v}.|the color {s} [like] most is {v}."""),
        lines("""
            What is {p} favorite color?|What color [do] {s} like?|Which color [do] {s} like?"""),
        weight=0.8,
    ),
    Relation(
        "age",
        ("age",),
        lines("{s} [be] {v} years old.|{s} just turned {v}.|{p} age is {v}."),
        lines("""
            How old [be] {s}?|What is {p} age?"""),
        weight=0.7,
    ),
    Relation(
        "speak",
        ("language",),
        lines("{s} [speak] {v}.|{s} [be] learning {v}."),
        lines("""
            What language [do] {s} speak?|Which language [do] {s} know?|What language [do] {s} speak at home?"""),
        weight=0.7,
    ),
    Relation(
        "study",
        ("subject",),
        lines("""
            {s} [study] {v}.|{s} [be] studying {v}.|{s} [study] {v} at the university."""),
        lines("""
            What [do] {s} study?|What [be] {s} studying?|Which subject [do] {s} study?"""),
        weight=0.7,
    ),
    Relation(
        "employer",
        ("company",),
        lines("{s} [work] for {v}.|{s} got a job at {v}.|{s} [work] at {v}."),
        lines("""
            Who [do] {s} work for?|Where [do] {s} work?|Which company [do] {s} work for?"""),
        weight=0.8,
    ),
    Relation(
        "drive",
        ("vehicle",),
        lines("{s} [drive] {av}.|{s} [go] to work by {v}."),
        lines("""
            What [do] {s} drive?|How [do] {s} go to work?|What vehicle [do] {s} have?"""),
        weight=0.4,
    ),
    Relation(
        "play",
        ("instrument",),
        lines("{s} [play] the {v}.|{s} [be] learning to play the {v}."),
        lines("""
            What instrument [do] {s} play?|What [do] {s} play?"""),
        weight=0.6,
    ),
    Relation(
        "wish",
        ("country", "city"),
        lines("""
            {s} [want] to visit {v}.|{s} [dream] of visiting {v}.|{s} [plan] a trip to {v}.|
            {s} [be] going to {v} next month."""),
        lines("""
            Where [do] {s} want to go?|What place [do] {s} want to visit?|Where [do] {s} plan to go?"""),
        weight=0.7,
    ),
    Relation(
        "friend",
        ("first",),
        lines("""
            {p} best friend is {v}.|{p} best friend is called {v}.|{p} closest friend is {v}."""),
        lines("""
            Who is {p} best friend?|What is the name of {p} best friend?"""),
        weight=0.7,
    ),
    Relation(
        "kin",
        ("first",),
        lines("""
            {p} {x} is called {v}.|the name of {p} {x} is {v}.|{s} [have] a {x} called {v}.|{p} {x} is {v}.|
            {s} [have] a {x} named {v}."""),
        lines("""
            What is the name of {p} {x}?|Who is {p} {x}?|What is {p} {x} called?|What is {p} {x}'s name?"""),
        given="relative",
        weight=1.1,
    ),
    Relation("lost", ("thing",), lines("{s} lost {av}."), lines("What did {s} lose?"), weight=0.6),
    Relation(
        "bought",
        ("thing",),
        lines("{s} bought {av}.|{s} got {av} as a present."),
        lines("What did {s} buy?|What did {s} get?"),
        weight=0.6,
    ),
    Relation(
        "fear",
        ("animal_plural",),
        lines("{s} [be] afraid of {v}.|{s} [be] scared of {v}."),
        lines("What [be] {s} afraid of?|What [be] {s} scared of?"),
        weight=0.5,
    ),
    Relation(
        "birthday",
        ("date",),
        lines("{p} birthday is on {v}.|{s} was born on {v}."),
        lines("When is {p} birthday?|When was {s} born?"),
        weight=0.5,
    ),
    Relation(
        "password",
        ("code",),
        lines("{p} {x} is {v}.|{s} [have] the {x} {v}."),
        lines("What is {p} {x}?"),
        given="secret",
        weight=0.6,
    ),
)
