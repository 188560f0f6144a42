"""An anecdote with words of its own, and what can be asked about it."""

from core.training import chances
from core.training.anecdotes import FILES, PEOPLE, TURNS, Anecdote, fill, kind, slots_of, wordings
from core.training.drafts import UNKNOWN, Draft, Question
from core.training.grammar import sentence_case
from core.training.source import Source


def tell_anecdote(source: Source, draft: Draft, speaker: bool) -> bool:
    """Add one of the texts that are written down as a whole; says whether one could be told.

    speaker: whether it may be told in the first person.
    """
    rng = source.rng
    files = TURNS if rng.random() < chances.TURNS else FILES
    anecdote, text = rng.choice(wordings(files))
    if anecdote.personal and not speaker:
        return False
    words = {slot: _drawn(source, anecdote, kind(slot)) for slot in anecdote.slots}
    if len(set(words.values())) < len(words):
        return False  # a question could have two answers
    answered, left_open = anecdote.asked_of(text)
    draft.sentences.append(sentence_case(fill(text, words)))
    draft.drawn += [words[slot] for slot in anecdote.slots if slot in slots_of(text)]

    def asked(template: str, answer: str, words: dict[str, str] = words) -> Question:
        text = sentence_case(fill(template, words))
        return Question(f"{template}|{text}", text, answer)

    draft.questions += [asked(question, fill(answer, words)) for question, answer in answered]
    draft.absent += [asked(question, UNKNOWN) for question in rng.sample(left_open, min(2, len(left_open)))]
    question, _ = rng.choice(answered)
    people = [slot for slot in PEOPLE if f"{{{slot}}}" in question]
    if people and rng.random() < chances.DECOYS:
        swapped = words | {rng.choice(people): source.stranger(draft)}
        draft.absent.append(asked(question, UNKNOWN, swapped))
    return True


def _drawn(source: Source, anecdote: Anecdote, kind: str) -> str:
    own = anecdote.kinds.get(kind)
    return source.words.one_of(own) if own else source.value(kind)
