"""Facts asked the other way round: whom they are told of ("Who lives in Lisbon?")."""

from core.training.drafts import REVERSE, UNKNOWN, Draft, Question
from core.training.facts import Relation, lines
from core.training.grammar import Subject, render, with_article
from core.training.relations import ABOUT_PEOPLE
from core.training.source import Source

_OF_PEOPLE = frozenset(map(id, ABOUT_PEOPLE))

WORDINGS: dict[str, tuple[str, ...]] = {
    name: tuple(wordings.split("/"))
    for name, _, wordings in (
        line.partition(": ")
        for line in lines("""
    live: lives in {v}/is living in {v}|from: is from {v}/comes from {v}|job: is {av}/works as {av}|
    employer: works for {v}/works at {v}|career: wants to become {av}/wants to be {av}|speak: speaks {v}/can speak {v}|
    learn: is learning {v}|study: studies {v}/studied {v}|teach: teaches {v}|age: is {v} years old|
    birthday: was born on {v}/has a birthday on {v}|birth year: was born in the year {v}/was born in {v}|
    married: got married in {v}|graduated: finished school in {v}/left school in {v}|
    kin: has {ax} called {v}/has {ax} named {v}|kin city: has {ax} in {v}|count: has {v} {x}|
    nickname: is known as {v}/has the nickname {v}|middle name: has the middle name {v}|height: is {v} cm tall|
    weight: weighs {v} kilos|shoes: wears shoes in size {v}/takes size {v} in shoes|phone: has the phone number {v}|
    password: has the {x} {v}/uses the {x} {v}|like: likes {v}/loves {v}/likes to eat {v}|
    dislike: hates {v}/does not like {v}|allergy: is allergic to {v}|drink: drinks {v}/likes to drink {v}|
    hobby: enjoys {v}/has {v} as a hobby|sport: likes {v}|play: plays the {v}|music: listens to {v}/likes {v}|
    color: likes the color {v}|season: likes {v} best|collect: collects {v}|
    read: is reading {v}|movie: likes the movie {v}|fear: is afraid of {v}/is scared of {v}|
    wish: wants to go to {v}/wants to visit {v}|holiday: went to {v} on holiday/spent the holidays in {v}|
    pet: has {av}/has {av} as a pet|drive: drives {av}|commute: goes to work by {v}/gets to work by {v}|
    departure: takes the {x} at {v}|appointment: has an appointment with the {x} on {v}|wake: gets up at {v}|
    room: has room {v}|seat: has seat {v}|hid: hid the {x} in the {v}|put: put the {x} in the {v}|
    keep: keeps the {x} in the {v}|left: left the {x} in the {v}|lost: lost {av}|found: found {av}|forgot: forgot {av}|
    bought: bought {av}|present: got {av} as a present/received {av} as a present|need: needs {av}|won: won {av}|
    broke: broke {av}|fixed: repaired {av}/fixed {av}|wear: is wearing {av}|cook: cooks {v}/cooked {v}|
    bake: bakes {v}/baked {v}|grow: grows {v}|did: {x}ed {av}/{x}ed the {v}|spouse: is married to {v}/married {v}|
    called: has {ax} called {v}/has {ax} named {v}|journey: went to {x} by {v}/got to {x} by {v}|
    former job: used to be {av}/was once {av}|training: is training to be {av}/is going to be {av}|
    gift wanted: wants {av} for the birthday|sells: sells {v}""")
    )
}
"""By relation, what "who" goes on with; "/" stands between wordings. None is to say more than the statements do."""


def ask_whom(source: Source, draft: Draft, about: Subject, relation: Relation, told: Question) -> None:
    """Note whom a fact is told of, and that this is left open for another value ("Who plays the violin?" where
    somebody plays the drums).

    told: a question for the fact's value.
    """
    rng, wordings = source.rng, WORDINGS.get(relation.name)
    if not wordings or not about.third_person or id(relation) not in _OF_PEOPLE:
        return
    given = told.topic.removeprefix(relation.name)

    def asked(value: str, answer: str) -> Question:
        text = "Who " + described(rng.choice(wordings), value, given) + "?"
        return Question(f"{REVERSE}{told.topic}|{value}", text, answer)

    draft.questions.append(asked(told.answer, about.nominative))
    if (untold := source.value(rng.choice(relation.kinds))) != told.answer:
        draft.absent.append(asked(untold, UNKNOWN))


def described(wording: str, value: str, given: str = "") -> str:
    """A wording with a fact's words: "works as a baker"."""
    return render(wording, Subject("", "", ""), v=value, av=with_article(value), x=given)
