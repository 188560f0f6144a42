"""What happens between people, and how hearsay is reported. Data only."""

from dataclasses import dataclass

from core.training.deeds import DONE_TO_THINGS
from core.training.facts import Relation, lines
from core.training.things import THINGS

__all__ = ["ABOUT_THINGS", "EVENTS", "HEARSAY", "REPORTS", "Event"]

ABOUT_THINGS: tuple[tuple[str, Relation], ...] = THINGS + DONE_TO_THINGS


@dataclass(frozen=True)
class Event:
    """Something that happened between two people, {a} and {b}, with a drawn word {v}; and what can be asked, with
    the answer.
    """

    kind: str
    statements: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    weight: float = 1.0


def asked(text: str) -> tuple[tuple[str, str], ...]:
    """Questions with their answers, written "Who did {a} meet? {b}"."""
    return tuple((f"{question}?", answer.strip()) for question, answer in (line.split("?") for line in lines(text)))


EVENTS: tuple[Event, ...] = (
    Event(
        "activity",
        lines("""
            {a} had {w} with {b}.|{a} had {w} with {b} in the {place}.|{a} and {b} had {w} together.|
            together with {b}, {a} had {w}.|{a} enjoyed {w} with {b}.|{a} was having {w} with {b} when it got dark.|
            {a} had {w} with a friend called {b}.|{a} met {b} and they had {w}.|{a} had {w} with {b} again.|
            {a} has had {w} with {b}.|{a} came to the {place} and had {w} with {b}.|{b} was there when {a} had {w}."""),
        asked("""
            Who did {a} have {v} with? {b}|What did {a} have with {b}? {v}|With whom did {a} have {v}? {b}|
            What did {a} and {b} have together? {v}|Who had {v} with {b}? {a}"""),
        weight=3.2,
    ),
    Event(
        "thing",
        lines("""
            {a} gave {av} to {b}.|{a} gave {b} {av}.|{b} got {av} from {a}.|{b} received {av} from {a}.|
            {a} handed {av} to {b}.|{b} was given {av} by {a}.|{a} brought {b} {av} as a present."""),
        asked("""
            What did {a} give to {b}? {v}|Who did {a} give the {v} to? {b}|What did {b} get from {a}? {v}|
            Who gave the {v} to {b}? {a}|What did {a} give {b}? {v}|Who got the {v} from {a}? {b}"""),
    ),
    Event(
        "thing",
        lines("""
            {a} sold {av} to {b}.|{a} sold {b} {av}.|{b} bought {av} from {a}.|{a} agreed to sell {av} to {b}."""),
        asked("""
            Who bought the {v} from {a}? {b}|What did {b} buy from {a}? {v}|What did {a} sell to {b}? {v}|
            Who sold the {v} to {b}? {a}|Who did {a} sell the {v} to? {b}"""),
        weight=0.7,
    ),
    Event(
        "thing",
        lines("{a} sent {av} to {b}.|{a} sent {b} {av} by mail.|{b} got a package with {av} from {a}."),
        asked("What did {a} send to {b}? {v}|Who sent the {v} to {b}? {a}|Who got the {v} from {a}? {b}"),
        weight=0.5,
    ),
    Event(
        "thing",
        lines("""
            {a} lent {b} {av}.|{a} lent {av} to {b}.|{b} borrowed {av} from {a}.|{b} has borrowed {av} from {a}.|
            {b} was lent {av} by {a}."""),
        asked("""
            What did {a} lend to {b}? {v}|Who did {a} lend the {v} to? {b}|Who lent the {v} to {b}? {a}|
            What did {b} borrow from {a}? {v}|Who borrowed the {v} from {a}? {b}"""),
        weight=0.8,
    ),
    Event(
        "thing",
        lines("{a} stole {av} from {b}.|{b} said that {a} stole {av}."),
        asked("What did {a} steal? {v}|Who stole the {v}? {a}"),
        weight=0.3,
    ),
    Event(
        "city",
        lines("""
            {a} met {b} in {v}.|{a} and {b} met in {v}.|{a} first met {b} in {v}.|in {v}, {a} met {b}.|
            {a} ran into {b} in {v}.|it was in {v} that {a} met {b}."""),
        asked("""
            Who did {a} meet? {b}|Where did {a} meet {b}? {v}|Where did {a} and {b} meet? {v}|
            In which city did {a} meet {b}? {v}|Who did {a} meet in {v}? {b}"""),
    ),
    Event(
        "city",
        lines("""
            {a} visited {b} in {v}.|{a} went to {v} to visit {b}.|{a} paid {b} a visit in {v}.|
            {a} was in {v} to see {b}."""),
        asked("Who did {a} visit? {b}|Where did {a} visit {b}? {v}|Who did {a} visit in {v}? {b}|Who visited {b}? {a}"),
    ),
    Event(
        "city",
        lines("""
            {a} drove to {v} with {b}.|{a} and {b} drove to {v} together.|{a} took {b} to {v}.|
            {a} went to {v} together with {b}.|{a} traveled to {v} with {b}."""),
        asked("""
            Where did {a} go with {b}? {v}|Who did {a} go to {v} with? {b}|Where did {a} and {b} go? {v}|
            Who went to {v} with {b}? {a}"""),
        weight=0.7,
    ),
    Event(
        "year",
        lines("""
            {a} married {b} in {v}.|in {v}, {a} married {b}.|{a} and {b} got married in {v}.|
            {a} has been married to {b} since {v}."""),
        asked("""
            Who did {a} marry? {b}|When did {a} marry {b}? {v}|Who is {a} married to? {b}|
            When did {a} and {b} get married? {v}|In which year did {a} marry {b}? {v}"""),
        weight=0.6,
    ),
    Event(
        "day",
        lines("""
            {a} will meet {b} on {v}.|{a} is going to meet {b} on {v}.|on {v}, {a} will meet {b}.|
            {a} and {b} will meet on {v}.|{a} has a meeting with {b} on {v}."""),
        asked("""
            Who will {a} meet? {b}|When will {a} meet {b}? {v}|On which day will {a} meet {b}? {v}|
            When will {a} and {b} meet? {v}|Who will {a} meet on {v}? {b}"""),
        weight=0.8,
    ),
    Event(
        "day",
        lines("{a} called {b} on {v}.|{b} got a call from {a} on {v}.|on {v}, {a} called {b} on the phone."),
        asked(
            "When did {a} call {b}? {v}|Who did {a} call? {b}|Who called {b}? {a}|On which day did {a} call {b}? {v}"
        ),
        weight=0.6,
    ),
    Event(
        "occasion",
        lines("""
            {a} invited {b} to {av}.|{b} was invited to {av} by {a}.|{a} asked {b} to come to {av}.|
            {b} got an invitation to {av} from {a}."""),
        asked("""
            Who did {a} invite? {b}|What did {a} invite {b} to? {v}|Who invited {b}? {a}|
            Who did {a} invite to the {v}? {b}|Who invited {b} to the {v}? {a}"""),
        weight=0.7,
    ),
    Event(
        "language",
        lines("""
            {a} taught {b} {v}.|{b} learned {v} from {a}.|{a} gave {b} lessons in {v}.|
            {b} had lessons in {v} with {a}.|{a} is teaching {b} how to speak {v}."""),
        asked("""
            Which language did {a} teach {b}? {v}|Who did {a} teach? {b}|Who taught {b}? {a}|
            Which language did {b} learn from {a}? {v}|What did {a} teach {b}? {v}"""),
        weight=0.5,
    ),
    Event(
        "instrument",
        lines(
            "{a} taught {b} to play the {v}.|{b} learned to play the {v} from {a}.|{a} gives {b} lessons on the {v}."
        ),
        asked("Which instrument did {a} teach {b} to play? {v}|Who taught {b} to play the {v}? {a}"),
        weight=0.3,
    ),
    Event(
        "dish",
        lines("{a} cooked {v} for {b}.|{b} had {v} cooked by {a}.|{a} invited {b} over and cooked {v}."),
        asked("What did {a} cook for {b}? {v}|Who did {a} cook for? {b}|Who cooked {v} for {b}? {a}"),
        weight=0.5,
    ),
    Event(
        "game",
        lines("""
            {a} played {v} with {b}.|{a} and {b} played {v} together.|{a} beat {b} at {v}.|
            {a} played {v} against {b}."""),
        asked("What did {a} play with {b}? {v}|Who did {a} play {v} with? {b}|What did {a} and {b} play? {v}"),
        weight=0.6,
    ),
    Event(
        "landmark",
        lines("""
            {a} saw {b} at the {v}.|{a} has seen {b} near the {v}.|near the {v}, {a} saw {b}."""),
        asked("Where did {a} see {b}? {v}|Who did {a} see at the {v}? {b}|Who saw {b} at the {v}? {a}"),
        weight=0.5,
    ),
    Event(
        "contact",
        lines("""
            {a} {v}ed {b}.|{b} was {v}ed by {a}.|{a} has {v}ed {b}.|it was {a} who {v}ed {b}.|{a} {v}ed {b} again.|
            {a} wanted to {v} {b}.|{b} is somebody that {a} {v}ed.|{a} {v}ed {b} in the {place}."""),
        asked("""
            Who did {a} {v}? {b}|Who {v}ed {b}? {a}|Who was it that {a} {v}ed? {b}|Who was {v}ed by {a}? {b}|
            Who was {b} {v}ed by? {a}"""),
        weight=1.2,
    ),
    Event(
        "amount",
        lines("{a} owes {b} {v} dollars.|{a} borrowed {v} dollars from {b}.|{b} lent {a} {v} dollars."),
        asked("""
            How much does {a} owe {b}? {v}|Who does {a} owe money to? {b}|Who lent money to {a}? {b}|
            How many dollars did {a} borrow from {b}? {v}"""),
        weight=0.5,
    ),
)

# "David mentioned that he likes apples": who says it is {s}, what is said follows.
REPORTS: tuple[str, ...] = lines("""
            {s} said that|{s} mentioned that|{s} mentioned multiple times that|
            {s} mentioned several times that|{s} told {other} that|{s} said many times that|{s} explained that|
            {s} often says that|{s} told me that|{s} kept saying that|{s} also mentioned that|
            {s} wrote to {other} that|{s} admitted that|{s} confirmed that|{s} mentioned to {other} that|
            {s} reminded {other} that|{s} proudly said that|{s} announced that|{s} let everybody know that|
            {s} keeps telling {other} that|{s} repeated that|{s} added that|{s} made it clear that|
            {s} mentioned a few times that|{s} wrote in a letter that|
            {s} told everyone that|{s} said on the phone that|{s} whispered to {other} that|{s} insists that|
            {s} happened to mention that""")
HEARSAY: tuple[str, ...] = lines("""
            I heard that|Someone told me that|Remember that|It turns out that|I know that|Everyone knows that|
            I was told that|They say that|It is well known that|Please note that|
            I think that|I am sure that|People say that|Do not forget that|I just learned that|It is true that|
            I read that|I remember that|Keep in mind that|You should know that|It seems that|I found out that|
            My neighbors say that|Nobody told me that""")
