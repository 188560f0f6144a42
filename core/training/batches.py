"""Tokenised contexts, and buckets of one length."""

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple, TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor

from core.model.chunks import chunks
from core.training.drafts import REVERSE, UNKNOWN, Context, Question
from core.training.packs import Item
from core.training.pairs import contradiction, rivals, two_hop
from core.training.polar import WHETHER
from core.training.splitting import CUT_SHARE, Cuts, Splitter
from core.training.tokenizer import END_TOKEN_ID, PROMPT, SPECIAL
from core.training.world import World

NOBODY = -1  # owner of what nobody told
ENOUGH = 16  # contexts a bucket needs to be drawn from
FEW = 6  # of several chunks: there are many combinations of lengths
LONGEST = 3  # chunks
SMALL_TALK = 20  # contexts to one that tells nothing
PAIRS = (10, 3, 5)  # how often contradictions, two facts in one answer, and the same fact of two people
CORRECTED_IN_LESSONS = 0.15
"""How often the newer telling says that it is: seldom, since it is without such words that the older comes back."""
K = TypeVar("K")
T = TypeVar("T")


class Asked(NamedTuple):
    """A tokenised question: the slot it asks about, its prompt, its answer with the end token, its hops, and what it
    asks whoever it is about (`topic`).

    start, end: the part of its context that holds the answer, from its first word to the end of the sentence; all of
    the context where the answer does not stand there as it is.
    reverse: whether it asks whom a fact is told of. polar: whether it asks whether something is so. whom_key: the key
    of the question whom its own fact is told of.
    """

    key: int
    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    hops: int = 1
    start: int = 0
    end: int = 0
    topic: int = 0
    reverse: bool = False
    polar: bool = False
    whom_key: int = 0


class Told(NamedTuple):
    """A tokenised context, what can be asked about it, what it leaves open, and the tokens of each injection if it
    takes several.
    """

    tokens: tuple[int, ...] = ()
    asked: tuple[Asked, ...] = ()
    absent: tuple[Asked, ...] = ()
    chunks: tuple[range, ...] = ()

    @property
    def keys(self) -> set[int]:
        return {question.key for question in self.asked}


def encode(contexts: Sequence[Context], splitter: Splitter, chunk: int) -> list[Told]:
    """Tokenise contexts with their questions and answers.

    Args:
        chunk: most tokens of one injection.
    """
    stops = {splitter.tokenizer.token_to_id(mark) for mark in ".!?"}
    told = []
    for number, context in enumerate(contexts):
        cuts = splitter.cuts(number, context.drawn)

        def ids(text: str, cuts: Cuts = cuts) -> list[int]:
            return splitter.encode(text, cuts)

        tokens = ids(context.text)
        sentences = [place + 1 for place, token in enumerate(tokens) if token in stops]
        told.append(
            Told(
                tuple(tokens),
                tuple(_asked(question, tokens, ids, stops) for question in context.questions),
                tuple(_asked(question, tokens, ids, stops) for question in context.absent),
                tuple(chunks(len(tokens), chunk, sentences)) if len(tokens) > chunk else (),
            )
        )
    return told


def _asked(question: Question, context: list[int], ids: Callable[[str], list[int]], stops: set[int | None]) -> Asked:
    answer = ids(question.answer)
    return Asked(
        zlib.crc32(question.key.encode()),
        tuple(ids(PROMPT.format(question.text))),
        (*answer, END_TOKEN_ID),
        question.hops,
        *_part(context, answer, stops),
        zlib.crc32(question.topic.encode()),
        question.topic.startswith(REVERSE),
        question.topic.startswith(WHETHER),
        zlib.crc32(question.whom_key.encode()),
    )


def _part(context: list[int], answer: list[int], stops: set[int | None]) -> tuple[int, int]:
    """From the answer's first token to the end of its sentence; all of the context if the answer is not there."""
    count = len(answer)
    for start in range(len(context) - count + 1):
        if context[start : start + count] == answer:
            ends = (i + 1 for i in range(start + count, len(context)) if context[i] in stops)
            return start, next(ends, len(context))
    return 0, len(context)


class Corpus:
    """Contexts by length, so that a batch needs no padding.

    Args:
        chunk: most tokens of one injection; contexts of up to `LONGEST` chunks are kept apart as `long`.
    """

    def __init__(self, tokenizer: Tokenizer, seed: int, size: int, chunk: int, held_out: bool = False) -> None:
        world = World(seed, held_out)
        self.short: dict[int, list[Told]] = defaultdict(list)
        self.long: dict[tuple[int, ...], list[Told]] = defaultdict(list)
        self.pairs: dict[tuple[int, int], list[tuple[Told, Told]]] = defaultdict(list)
        contexts = [*islice(world.contexts(), size), *(world.small_talk() for _ in range(size // SMALL_TALK))]
        texts = (text for context in contexts for text in (PROMPT.format(""), *context.texts))
        splitter = Splitter(tokenizer, str(seed), 0.0 if held_out else CUT_SHARE, texts=texts)
        for told in encode(contexts, splitter, chunk):
            if not told.chunks:
                self.short[len(told.tokens)].append(told)
            elif len(told.chunks) <= LONGEST:
                self.long[tuple(map(len, told.chunks))].append(told)
        self.vocabulary_size = tokenizer.get_vocab_size()
        self.unknown = (*tokenizer.encode(UNKNOWN).ids, END_TOKEN_ID)
        plain = partial(contradiction, corrected=CORRECTED_IN_LESSONS)
        kinds = world.rng.choices((plain, two_hop, rivals), PAIRS, k=size // 2)
        pairs = [kind(world).with_shared_words() for kind in kinds]
        firsts = encode([pair.first for pair in pairs], splitter, chunk)
        seconds = encode([pair.second for pair in pairs], splitter, chunk)
        for first, second in zip(firsts, seconds, strict=True):
            if max(len(first.tokens), len(second.tokens)) <= chunk:
                self.pairs[len(first.tokens), len(second.tokens)].append((first, second))

    def draw(self, rng: random.Random, count: int, long: bool = False) -> list[Told]:
        """`count` contexts of one length, or of chunks of the same lengths; lengths come as often as the world makes
        them.
        """
        return _draw(self.long, rng, count, FEW) if long else _draw(self.short, rng, count)

    def draw_pairs(self, rng: random.Random, count: int) -> tuple[list[Told], list[Told]]:
        """`count` first and second contexts that belong together, each of one length."""
        pairs = _draw(self.pairs, rng, count)
        return [first for first, _ in pairs], [second for _, second in pairs]


def together(parts: Iterable[Corpus]) -> Corpus:
    """The contexts of several corpora in one; the first takes those of the others."""
    whole, *others = parts
    for other in others:
        _fill(whole.short, other.short)
        _fill(whole.long, other.long)
        _fill(whole.pairs, other.pairs)
    return whole


def _fill(buckets: dict[K, list[T]], more: dict[K, list[T]]) -> None:
    for key, bucket in more.items():
        buckets[key].extend(bucket)


def _draw(buckets: dict[K, list[T]], rng: random.Random, count: int, enough: int = ENOUGH) -> list[T]:
    enough = min(enough, max(len(bucket) for bucket in buckets.values()))
    keys = [key for key, bucket in buckets.items() if len(bucket) >= enough]
    key = rng.choices(keys, [len(buckets[k]) for k in keys])[0]
    return rng.choices(buckets[key], k=count)


def stack(contexts: Sequence[Told | None], start: int = 0, end: int | None = None) -> Tensor:
    """Tokens [B, n] of contexts of one length, or of a part of them."""
    return torch.tensor([(told or Told()).tokens[start:end] for told in contexts])


def current(history: Sequence[Told]) -> list[list[Asked]]:
    """For every context of a history (newest last), the questions whose answer no later context has changed."""
    changed: set[int] = set()
    valid: list[list[Asked]] = []
    for told in reversed(history):
        valid.append([question for question in told.asked if question.key not in changed])
        changed |= told.keys
    return valid[::-1]


def drill(rng: random.Random, length: int, vocabulary_size: int) -> tuple[list[int], Item]:
    """Random tokens to remember, and the task to go on after two of them: copying without language."""
    tokens = rng.choices(range(len(SPECIAL), vocabulary_size), k=length)
    start = rng.randrange(max(1, length // 2))
    return tokens, Item("drill", tokens[start : start + 2], tokens[start + 2 :])
