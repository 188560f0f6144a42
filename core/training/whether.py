"""Facts asked for yes or no, or for one of two ("Does Ruth live in Lisbon?", "... in Lisbon or Porto?")."""

from core.training.drafts import UNKNOWN, Draft, Question
from core.training.facts import Relation, lines
from core.training.grammar import Subject, named, render, sentence_case, with_article
from core.training.polar import NO, WHETHER, YES
from core.training.source import Source

WORDINGS: dict[str, tuple[str, ...]] = {
    name: tuple(f"{wording}?" for wording in wordings.split("/"))
    for name, _, wordings in (
        line.partition(": ")
        for line in lines("""
    live: [do] {s} live in {v}|from: [be] {s} from {v}/Do you know if {s} [be] from {v}|job: [be] {s} {av}|
    employer: [do] {s} work for {v}|career: [do] {s} want to become {av}/[do] {s} want to be {av}|
    speak: [do] {s} speak {v}/Can {s} speak {v}|learn: [be] {s} learning {v}|study: [do] {s} study {v}|
    teach: [do] {s} teach {v}|like: [do] {s} like {v}/[do] {s} love {v}/[do] {s} eat {v}|dislike: [do] {s} hate {v}|
    allergy: [be] {s} allergic to {v}|drink: [do] {s} drink {v}|hobby: [do] {s} enjoy {v}/[do] {s} like {v}|
    play: [do] {s} play the {v}/Can {s} play the {v}|music: [do] {s} listen to {v}/[do] {s} like {v}|
    collect: [do] {s} collect {v}|read: [be] {s} reading {v}|fear: [be] {s} afraid of {v}|
    wish: [do] {s} want to go to {v}/[do] {s} want to visit {v}|holiday: did {s} go to {v} on holiday|
    pet: [do] {s} have {av}|drive: [do] {s} drive {av}|lost: did {s} lose {av}|found: did {s} find {av}|
    forgot: did {s} forget {av}|bought: did {s} buy {av}|need: [do] {s} need {av}|won: did {s} win {av}|
    broke: did {s} break {av}|fixed: did {s} repair {av}/did {s} fix {av}|wear: [be] {s} wearing {av}|
    cook: [do] {s} cook {v}|bake: [do] {s} bake {v}|grow: [do] {s} grow {v}|spouse: [be] {s} married to {v}|
    sells: [do] {s} sell {v}|training: [be] {s} training to be {av}|age: [be] {s} {v} years old""")
    )
}
"""By relation; "/" stands between wordings."""

DENIED = {"dislike": ("[do] {s} like {v}?", "[do] {s} eat {v}?"), "former job": ("[be] {s} still {av}?",)}
"""What a fact denies."""


def ask_whether(source: Source, draft: Draft, about: Subject, other: str, relation: Relation, told: str) -> None:
    """Note a question or two about a fact, and one that it leaves open.

    other: somebody whom it is not told of. told: the fact's value.
    """
    rng = source.rng
    untold = source.value(rng.choice(relation.kinds))

    def asked(wordings: tuple[str, ...], whom: Subject, answer: str, *values: str) -> Question:
        words = {"v": " or ".join(values), "av": " or ".join(map(with_article, values))}
        text = sentence_case(render(rng.choice(wordings), whom, **words))
        key = f"{WHETHER}{relation.name} {' '.join(sorted(values))}|{whom.nominative}"
        return Question(key, text, answer)

    if wordings := WORDINGS.get(relation.name):
        draft.questions.append(asked(wordings, about, YES, told))
        if untold != told:
            draft.absent.append(asked(wordings, *rng.choice(((about, UNKNOWN), (named(other), UNKNOWN))), untold))
            if rng.random() < 0.4:
                draft.questions.append(asked(wordings, about, told, *rng.sample((told, untold), 2)))
    if denied := DENIED.get(relation.name):
        draft.questions.append(asked(denied, about, NO, told))
