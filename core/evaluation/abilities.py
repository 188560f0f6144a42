"""What a model can do with what it was told: python -m core.evaluation.abilities --model tiny --samples 200

contradiction: told again with another value; the newest is right. two_hop: an answer that takes two contexts.
never_told: says that it does not know. anecdote: texts of many wordings. who: whom a fact is told of, and whom none is.
yes_or_no: what is so, and what is not told. free: freely typed sentences. picnic: one text over drop seeds.
"""

import argparse
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import core
from core.evaluation import picnic, reporting, retention
from core.evaluation.asking import Verdict, abstains, answer, judge, tell
from core.evaluation.drawing import fresh_world, sample_seed, unrelated
from core.evaluation.statistics import counted
from core.model.checkpoint import LoadedModel
from core.training import pairs
from core.training.drafts import REVERSE, Question
from core.training.pairs import Pair
from core.training.polar import NO, WHETHER, YES
from core.training.world import World

SENTENCES = Path(__file__).with_name("free_sentences.json")
SPLITS = ("tuning", "held_out", "visitors")
"""What was typed by those who train; what nobody may tune on; what somebody typed who knew nothing of the project."""
PICNIC_SEEDS = 20
PICNIC_DISTANCES = (0, 10, 30, 60)
LATER = 4
"""Contexts told before a contradicted fact is asked for again."""

VERDICTS = ("right", "stale", "abstained", "wrong")


@dataclass(frozen=True)
class Reply:
    """One answer and what it is worth. `asked` is the line of the report it counts in."""

    asked: str
    verdict: Verdict
    question: str = ""
    wanted: str = ""
    answer: str = ""


@dataclass(frozen=True)
class DrawnPair:
    """Two contexts that belong together, `gap` unrelated ones between them, more after them, and the old value."""

    pair: Pair
    unrelated: tuple[str, ...]
    gap: int
    old: str | None
    seed: int

    @property
    def texts(self) -> list[str]:
        """What is told, in order, up to the second of the pair."""
        return [self.pair.first.text, *self.unrelated[: self.gap], self.pair.second.text]


def draw_contradiction(seed: int, number: int) -> DrawnPair:
    """A fact that is told, then told again with another value after 0 to 8 unrelated contexts."""
    world = fresh_world(seed, number)
    pair, gap = pairs.contradiction(world), world.rng.randint(0, 8)
    told = unrelated(world, gap + LATER, [pair.first, pair.second])
    (old,) = {question.answer for question in pair.first.questions if question.key == pair.question.key}
    return DrawnPair(pair, tuple(c.text for c in told), gap, old, sample_seed(seed, number))


def draw_two_hop(seed: int, number: int) -> DrawnPair:
    """Two facts that one answer takes, with 0 to 2 unrelated contexts between them."""
    world = fresh_world(seed, number)
    while (pair := pairs.two_hop(world)).question.answer in pair.question.text:
        pass  # the person is described by the very thing that is asked
    gap = world.rng.randint(0, 2)
    told = unrelated(world, gap, [pair.first, pair.second])
    return DrawnPair(pair, tuple(c.text for c in told), gap, None, sample_seed(seed, number))


def contradiction(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """Asked right after the second telling, and again a little later."""
    drawn = draw_contradiction(seed, number)
    yield from _asked(model, drawn, {"contradicted, at once": 0, f"contradicted, {LATER} contexts later": LATER})


def two_hop(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    yield from _asked(model, draw_two_hop(seed, number), {"two facts in one answer": 0})


def _asked(model: LoadedModel, drawn: DrawnPair, later: dict[str, int]) -> Iterator[Reply]:
    """Tell a pair; ask after so many more contexts, ascending."""
    memory = model.memory.seeded(drawn.seed)
    question, after = drawn.pair.question, iter(drawn.unrelated[drawn.gap :])
    for text in drawn.texts:
        memory, _ = tell(model, memory, text)
    told = 0
    for name, distance in later.items():
        while told < distance:
            memory, _ = tell(model, memory, next(after))
            told += 1
        text = answer(model, memory, question.text)
        yield Reply(name, judge(text, question.answer, drawn.old), question.text, question.answer, text)


def never_told(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """Right where it says that it does not know."""
    drawn = retention.sample(number, seed, retention.NEVER_TOLD_AFTER)
    for name, outcome in retention.never_told(model, drawn, "mplus").items():
        yield Reply(
            f"never told, {name.replace('_', ' ')}", outcome.verdict, outcome.question, outcome.wanted, outcome.answer
        )


def anecdote(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """A text as people type them, from templates that training knows, with words that it does not."""
    yield _told_and_asked("anecdotes", model, fresh_world(seed, number, anecdotes=1.0), sample_seed(seed, number))


def scene(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """Sentences put together word by word, with objects, places and names that training does not know."""
    yield _told_and_asked("scenes", model, fresh_world(seed, number, scenes=1.0), sample_seed(seed, number))


def _told_and_asked(name: str, model: LoadedModel, world: World, seed: int) -> Reply:
    """One question about one context of a world, right after it is told."""
    context = world.context()
    question = world.rng.choice(context.questions)
    memory, _ = tell(model, model.memory.seeded(seed), context.text)
    text = answer(model, memory, question.text)
    return Reply(name, judge(text, question.answer), question.text, question.answer, text)


def who(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """Whom a fact is told of ("Who plays the drums?"), and whom another value would be, which is told of nobody."""
    world = fresh_world(seed, number)
    yield from _told_and_left_open("who", model, world, sample_seed(seed, number), _asks_who, _asks_who)


def yes_or_no(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """Whether something is so that one context tells or denies, and whether something is that it leaves open."""
    world = fresh_world(seed, number, scenes=0.5, whether=1.0)
    yield from _told_and_left_open("yes or no", model, world, sample_seed(seed, number), _says_yes_or_no, _asks_whether)


def _asks_who(question: Question) -> bool:
    return question.topic.startswith(REVERSE)


def _says_yes_or_no(question: Question) -> bool:
    return question.answer in (YES, NO)


def _asks_whether(question: Question) -> bool:
    return question.topic.startswith(WHETHER)


def _told_and_left_open(
    name: str,
    model: LoadedModel,
    world: World,
    seed: int,
    answered: Callable[[Question], bool],
    unanswered: Callable[[Question], bool],
) -> Iterator[Reply]:
    """Two questions of a kind right after a context that has both: one that it answers, and one that it leaves open."""
    told: list[Question] = []
    open_: list[Question] = []
    while not (told and open_):
        context = world.context()
        told = list(filter(answered, context.questions))
        open_ = list(filter(unanswered, context.absent))
    memory, _ = tell(model, model.memory.seeded(seed), context.text)
    asked = world.rng.choice(told)
    text = answer(model, memory, asked.text)
    yield Reply(f"{name}, told", judge(text, asked.answer), asked.text, asked.answer, text)
    asked = world.rng.choice(open_)
    text = answer(model, memory, asked.text)
    verdict: Verdict = "right" if abstains(text) else "wrong"
    yield Reply(f"{name}, left open", verdict, asked.text, asked.answer, text)


def free(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """A sentence somebody typed. Of the held-out ones only the verdict is told, so that nobody tunes on them."""
    split, item = free_sentences()[number]
    memory, _ = tell(model, model.memory.seeded(sample_seed(seed, number)), item["text"])
    text = answer(model, memory, item["question"])
    name, verdict = f"free sentences, {split.replace('_', ' ')}", judge_free(text, item["answers"])
    if split != "held_out":
        yield Reply(name, verdict, item["question"], " / ".join(item["answers"]), text)
    else:
        yield Reply(name, verdict)


def free_sentences() -> list[tuple[str, dict[str, Any]]]:
    """Split and item: text, question, accepted answers."""
    listed = json.loads(SENTENCES.read_text(encoding="utf-8"))
    return [(split, item) for split in SPLITS for item in listed[split]]


def judge_free(text: str, accepted: Sequence[str]) -> Verdict:
    """Case, punctuation around the answer and a leading article do not matter."""
    if normalised(text) in map(normalised, accepted):
        return "right"
    return "abstained" if abstains(text) else "wrong"


def normalised(text: str) -> str:
    bare = re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(text.casefold().replace("’", "'").split()))
    return re.sub(r"^(a|an|the) ", "", bare)


def the_picnic(model: LoadedModel, seed: int, number: int) -> Iterator[Reply]:
    """One drop seed, whatever `seed` is."""
    for mode, long_term in (("M+", True), ("short-term only", False)):
        texts = picnic.answers(model, number, long_term, PICNIC_DISTANCES)
        for distance, text in zip(PICNIC_DISTANCES, texts, strict=True):
            verdict = "right" if picnic.ANSWER in text else judge(text, picnic.ANSWER)
            yield Reply(f"picnic, {mode}, after {distance}", verdict, picnic.QUESTION, picnic.ANSWER, text)


ABILITIES: dict[str, Callable[[LoadedModel, int, int], Iterator[Reply]]] = {
    "contradiction": contradiction,
    "two_hop": two_hop,
    "never_told": never_told,
    "anecdote": anecdote,
    "scene": scene,
    "who": who,
    "yes_or_no": yes_or_no,
    "free": free,
    "picnic": the_picnic,
}


def summary(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    """One row per line of the report, in the order in which they first occur."""
    return [
        {
            "asked": asked,
            **{verdict: counted(r.verdict == verdict for r in replies if r.asked == asked) for verdict in VERDICTS},
        }
        for asked in dict.fromkeys(reply.asked for reply in replies)
    ]


def measure(given: argparse.Namespace) -> None:
    """The command."""
    model = core.load(given.model, quantise=given.quantise)
    counts = dict.fromkeys(ABILITIES, given.samples) | {"free": len(free_sentences()), "picnic": PICNIC_SEEDS}
    chosen = [name for name in ABILITIES if name in given.only]
    steps = [(name, number) for name in chosen for number in range(counts[name])]
    drawn = (draw_contradiction(given.seed, 0), draw_two_hop(given.seed, 0), free_sentences())
    settings = {
        "model": model.fingerprint,
        "quantise": given.quantise,
        "abilities": chosen,
        "samples": given.samples,
        "seed": given.seed,
        "drawn": zlib.crc32(repr(drawn).encode()),  # another world draws other samples
    }

    def one(step: tuple[str, int]) -> list[dict[str, Any]]:
        name, number = step
        return [asdict(reply) for reply in ABILITIES[name](model, given.seed, number)]

    found = reporting.collect(steps, one, settings, given.json, given.restart, "abilities")
    replies = [Reply(**values) for each in found for values in each]
    rows = summary(replies)
    print(
        reporting.table(
            ["percent", "asked", *VERDICTS],
            [[row["asked"], row["right"]["of"], *(reporting.interval(row[v]) for v in VERDICTS)] for row in rows],
        )
    )
    if given.json:
        answers = [asdict(reply) for reply in replies if reply.question]
        reporting.write(given.json, {**settings, "table": rows, "answers": answers})


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = reporting.options("python -m core.evaluation.abilities", __doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(ABILITIES), default=list(ABILITIES))
    reporting.command_line(measure, parser.parse_args(arguments))


if __name__ == "__main__":
    main()
