"""The tokenizer loses nothing and treats words alike wherever they stand."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from statistics import mean

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from core.training.tokenizer import END_TOKEN_ID, MERGED, PROMPT, save
from core.training.words import Vocabulary
from core.training.world import World
from tests.training.conftest import SMALL

UNICODE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(text=UNICODE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(tokenizer: Tokenizer, text: str) -> None:
    decoded = tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False)
    assert decoded.removeprefix(" ") == text.removeprefix(" ") or decoded == text


def test_a_word_has_the_same_tokens_in_context_question_and_answer(tokenizer: Tokenizer) -> None:
    alone = tokenizer.encode("Zorvex").ids
    for text in ("Mia met Zorvex", PROMPT.format("Where is Zorvex"), "Zorvex"):
        ids = tokenizer.encode(text).ids
        assert any(ids[i : i + len(alone)] == alone for i in range(len(ids)))


def test_held_out_made_up_words_split_like_those_of_training(tokenizer: Tokenizer) -> None:
    pieces = []
    for side in (False, True):
        words = Vocabulary(random.Random(9), side)
        pieces.append(mean(len(tokenizer.encode(words.made_up()).ids) for _ in range(400)))
    assert abs(pieces[0] - pieces[1]) < 0.25


def test_frequent_words_are_one_token_without_the_merges_that_lead_there(tokenizer: Tokenizer) -> None:
    vocabulary = tokenizer.get_vocab()
    assert len(vocabulary) == SMALL.vocab_size
    words = sorted(vocabulary, key=vocabulary.__getitem__)[round(MERGED * SMALL.vocab_size) :]
    worlds = World(21, made_up=0.0), World(21, held_out=True, made_up=0.0)
    contexts = [world.context() for world in worlds for _ in range(300)]
    counts = Counter(
        word
        for context in contexts
        for text in context.texts
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)
    )
    frequent = [word for word, _ in counts.most_common(100)]
    assert all(len(tokenizer.model.tokenize(word)) == 1 for word in frequent)
    assert set(words) & set(frequent)
    assert all([token.value for token in tokenizer.model.tokenize(word)] == [word] for word in words)


def test_transformers_reads_what_is_saved(tokenizer: Tokenizer, tmp_path: Path) -> None:
    save(tokenizer, tmp_path, 1024)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    text = "Mia likes 日本 🍎 apples."
    assert loaded(text, add_special_tokens=False)["input_ids"] == tokenizer.encode(text).ids
    assert loaded.eos_token_id == END_TOKEN_ID
