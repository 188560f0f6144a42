"""Words cut otherwise or replaced: same text or length, the same pieces wherever a word comes again, and by seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

import pytest
from tokenizers import Tokenizer

from core.training.batches import encode
from core.training.drafts import Context
from core.training.pairs import Pair, contradiction, rivals, two_hop
from core.training.splitting import RARE, SELDOM, START, Splitter
from core.training.world import World

CHUNK = 32  # tokens of one injection


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file("assets/tiny/tokenizer.json")


def test_without_a_share_it_is_the_tokenizer(tokenizer: Tokenizer) -> None:
    world = World(3)
    contexts = [world.context() for _ in range(60)]
    for context, told in zip(contexts, encode(contexts, Splitter(tokenizer), CHUNK), strict=True):
        assert list(told.tokens) == tokenizer.encode(context.text).ids


def test_cut_words_read_the_same(tokenizer: Tokenizer) -> None:
    world = World(4)
    contexts = [world.context() for _ in range(60)]
    cut = encode(contexts, Splitter(tokenizer, "7", 0.5, replaced=0.0), CHUNK)
    whole = encode(contexts, Splitter(tokenizer), CHUNK)
    assert sum(a.tokens != b.tokens for a, b in zip(cut, whole, strict=True)) > 30
    for context, told in zip(contexts, cut, strict=True):
        assert tokenizer.decode(list(told.tokens)).strip() == context.text
        for question, asked in zip(context.questions, told.asked, strict=True):
            assert tokenizer.decode(list(asked.answer[:-1])).strip() == question.answer


def test_replaced_words_are_any_tokens(tokenizer: Tokenizer) -> None:
    splitter = Splitter(tokenizer, "7", 1.0, replaced=1.0)
    found = [splitter.cuts(number, ["sunflowers"])[f"{START}sunflowers"] for number in range(400)]
    assert {len(tokens) for tokens in found} == {1, 2, 3}
    assert len({tokens[0] for tokens in found}) > 250
    words = {token for text, token in tokenizer.get_vocab().items() if text.startswith(START)}
    assert all(tokens[0] in words for tokens in found)
    assert not any(token in words for tokens in found for token in tokens[1:])


def test_what_no_sentence_holds_comes_more_often(tokenizer: Tokenizer) -> None:
    """Words of two parts as well: "Las" alone may be on training's side where "Las Vegas" is not."""
    heard = [text for context in islice(World(1).contexts(), 2000) for text in context.texts]
    held = Counter(token for text in heard for word in text.split() for token in tokenizer.encode(f" {word}").ids)
    words = {token for text, token in tokenizer.get_vocab().items() if text.startswith(START) and text[1:].isalpha()}
    rare = {token for token in words if held[token] < SELDOM}
    assert {tokenizer.token_to_id(START + word) for word in ("Vegas", "crows")} <= rare
    assert tokenizer.token_to_id(START + "lives") not in rare
    splitter = Splitter(tokenizer, "7", 1.0, replaced=1.0, texts=heard)
    firsts = [splitter.cuts(number, ["sunflowers"])[f"{START}sunflowers"][0] for number in range(400)]
    share = sum(token in rare for token in firsts) / len(firsts)
    assert abs(share - (RARE + (1 - RARE) * len(rare) / len(words))) < 0.08


@pytest.mark.parametrize("replaced", [0.0, 1.0])
def test_a_word_has_the_same_pieces_everywhere(tokenizer: Tokenizer, replaced: float) -> None:
    """An answer that stands in its context stands there in its tokens, too: it can be copied."""
    world = World(5)
    contexts = [world.context() for _ in range(200)]
    for context, told in zip(contexts, encode(contexts, Splitter(tokenizer, "8", 1.0, replaced), CHUNK), strict=True):
        for question, asked in zip(context.questions, told.asked, strict=True):
            if (
                re.search(rf" {question.answer}\b", context.text)
                and question.answer.isalpha()
                and len(question.answer) > 3
            ):
                assert stands_in(asked.answer[:-1], told.tokens), (context.text, question)


@pytest.mark.parametrize("kind", [two_hop, contradiction, rivals])
def test_two_contexts_that_belong_together_have_the_same_pieces(
    tokenizer: Tokenizer, kind: Callable[[World], Pair]
) -> None:
    """The answer to what takes both contexts may have been drawn for the first, and is asked about with the second."""
    world, splitter = World(5), Splitter(tokenizer, "8", 1.0)
    pairs = [kind(world).with_shared_words() for _ in range(100)]
    firsts, seconds = (encode(contexts, splitter, CHUNK) for contexts in zip(*pairs_of(pairs), strict=True))
    checked = 0
    for pair, first, second in zip(pairs, firsts, seconds, strict=True):
        text = f"{pair.first.text} {pair.second.text}"
        for question, asked in zip(pair.second.questions, second.asked, strict=True):
            if re.search(rf" {question.answer}\b", text) and question.answer.isalpha() and len(question.answer) > 3:
                assert stands_in(asked.answer[:-1], first.tokens) or stands_in(asked.answer[:-1], second.tokens)
                checked += 1
    assert checked > 50


def pairs_of(pairs: list[Pair]) -> list[tuple[Context, Context]]:
    return [(pair.first, pair.second) for pair in pairs]


def stands_in(pieces: tuple[int, ...], tokens: tuple[int, ...]) -> bool:
    return any(tokens[i : i + len(pieces)] == pieces for i in range(len(tokens) - len(pieces) + 1))


def test_the_seed_says_where(tokenizer: Tokenizer) -> None:
    words = ["sunflowers", "Bartholomew", "backpack", "lighthouse"]
    first, again = (Splitter(tokenizer, "1", 1.0).cuts(5, words) for _ in range(2))
    assert first == again
    assert len(first) == 4
    assert first != Splitter(tokenizer, "2", 1.0).cuts(5, words)
    assert first != Splitter(tokenizer, "1", 1.0).cuts(6, words)


def test_short_words_and_numbers_stay(tokenizer: Tokenizer) -> None:
    cuts = Splitter(tokenizer, "1", 1.0).cuts(0, ["red fox", "4821", "5:30", "naïve", "kitchen"])
    assert list(cuts) == [f"{START}kitchen"]
