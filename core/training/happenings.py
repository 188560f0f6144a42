"""What can be said about things, what happens between people, and how hearsay is reported. Data only."""

from dataclasses import dataclass

from core.training.relations import Relation, lines

# Here {s} is a thing with its article ("the red key", "Zorvex Labs") and never "I".
ABOUT_THINGS: tuple[tuple[str, Relation], ...] = (
    (
        "object",
        Relation(
            "where",
            ("place",),
            lines("""
            {s} is in the {v}.|{s} is lying in the {v}.|{s} was left in the {v}.|you can find {s} in the {v}."""),
            lines("Where is {s}?|Where can I find {s}?|Where was {s} left?"),
            weight=1.6,
        ),
    ),
    (
        "object",
        Relation(
            "owner",
            ("first",),
            lines("{s} belongs to {v}.|{s} is owned by {v}.|the owner of {s} is {v}."),
            lines("Who owns {s}?|Who does {s} belong to?|Who is the owner of {s}?"),
        ),
    ),
    (
        "object",
        Relation(
            "price",
            ("age",),
            lines("{s} costs {v} dollars.|the price of {s} is {v} dollars."),
            lines("How much does {s} cost?|What is the price of {s}?"),
            weight=0.6,
        ),
    ),
    (
        "object",
        Relation("material", ("material",), lines("{s} is made of {v}."), lines("What is {s} made of?"), weight=0.6),
    ),
    (
        "bare",
        Relation(
            "hue",
            ("color",),
            lines("{s} is {v}.|the color of {s} is {v}."),
            lines("What color is {s}?|What is the color of {s}?"),
        ),
    ),
    (
        "room",
        Relation(
            "code",
            ("code",),
            lines("the {x} for {s} is {v}.|the {x} of {s} is {v}."),
            lines("What is the {x} for {s}?|What is the {x} of {s}?"),
            given="secret",
            weight=0.8,
        ),
    ),
    (
        "company",
        Relation(
            "make",
            ("product",),
            lines("{s} makes {v}.|{s} sells {v}.|the company {s} produces {v}."),
            lines("What does {s} make?|What does {s} sell?|What does {s} produce?"),
        ),
    ),
    (
        "company",
        Relation(
            "based",
            ("city",),
            lines("""
            {s} is based in {v}.|the office of {s} is in {v}.|{s} has its office in {v}."""),
            lines("Where is {s} based?|Where is the office of {s}?"),
        ),
    ),
    (
        "company",
        Relation(
            "founder",
            ("person",),
            lines("the {x} of {s} is {v}.|the {x} of {s} is called {v}."),
            lines("Who is the {x} of {s}?|What is the name of the {x} of {s}?"),
            given="role",
            weight=0.7,
        ),
    ),
    (
        "country",
        Relation(
            "capital",
            ("city",),
            lines("the capital of {s} is {v}."),
            lines("What is the capital of {s}?"),
            weight=0.9,
        ),
    ),
    (
        "country",
        Relation(
            "ruler",
            ("person",),
            lines("the {x} of {s} is {v}."),
            lines("Who is the {x} of {s}?"),
            given="ruler",
            weight=0.6,
        ),
    ),
    (
        "restaurant",
        Relation(
            "serve",
            ("food",),
            lines("the restaurant {s} serves {v}.|the cafe {s} is known for {v}."),
            lines("What does {s} serve?|What is {s} known for?"),
            weight=0.7,
        ),
    ),
    (
        "river",
        Relation(
            "flow",
            ("city",),
            lines("the river {s} flows through {v}."),
            lines("""
            Where does the river {s} flow?|Which city does the river {s} flow through?"""),
            weight=0.5,
        ),
    ),
    (
        "city",
        Relation(
            "train",
            ("time",),
            lines("the {x} to {s} leaves at {v}."),
            lines("When does the {x} to {s} leave?|What time does the {x} to {s} leave?"),
            given="transport",
            weight=0.6,
        ),
    ),
    (
        "person",
        Relation(
            "meeting",
            ("day",),
            lines("the meeting with {s} is on {v}.|the appointment with {s} is on {v}."),
            lines("When is the meeting with {s}?|When is the appointment with {s}?"),
            weight=0.7,
        ),
    ),
)


@dataclass(frozen=True)
class Event:
    """Something that happened between two people, {a} and {b}, with a drawn word {v}; and what can be asked, with
    the answer.
    """

    kind: str
    statements: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    weight: float = 1.0


EVENTS: tuple[Event, ...] = (
    Event(
        "activity",
        lines("""
            {a} had {w} with {b}.|{a} had {w} with {b} in the {place}.|{a} and {b} had {w} together."""),
        (("Who did {a} have {v} with?", "{b}"), ("What did {a} have with {b}?", "{v}")),
        weight=3.0,
    ),
    Event(
        "thing",
        lines("{a} gave {av} to {b}.|{a} gave {b} {av}."),
        (
            ("What did {a} give to {b}?", "{v}"),
            ("Who did {a} give the {v} to?", "{b}"),
            ("What did {b} get from {a}?", "{v}"),
        ),
    ),
    Event(
        "thing",
        lines("{a} sold {av} to {b}.|{a} sent {av} to {b}."),
        (("Who got the {v} from {a}?", "{b}"), ("What did {b} get from {a}?", "{v}")),
        weight=0.7,
    ),
    Event("city", lines("{a} met {b} in {v}."), (("Who did {a} meet?", "{b}"), ("Where did {a} meet {b}?", "{v}"))),
    Event(
        "city", lines("{a} visited {b} in {v}."), (("Who did {a} visit?", "{b}"), ("Where did {a} visit {b}?", "{v}"))
    ),
    Event(
        "year",
        lines("{a} married {b} in {v}."),
        (("Who did {a} marry?", "{b}"), ("When did {a} marry {b}?", "{v}")),
        weight=0.6,
    ),
    Event(
        "day",
        lines("{a} will meet {b} on {v}."),
        (("Who will {a} meet?", "{b}"), ("When will {a} meet {b}?", "{v}")),
        weight=0.8,
    ),
)

# "David mentioned that he likes apples": who says it is {s}, what is said follows.
REPORTS: tuple[str, ...] = lines("""
            {s} said that|{s} mentioned that|{s} mentioned multiple times that|
            {s} mentioned several times that|{s} told {other} that|{s} said many times that|{s} explained that|
            {s} often says that|{s} told me that|{s} kept saying that|{s} also mentioned that""")
HEARSAY: tuple[str, ...] = lines("""
            I heard that|Someone told me that|Remember that|It turns out that|I know that|Everyone knows that""")
