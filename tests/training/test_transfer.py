"""Another tokenizer for a finished model."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from core.training.tokenizer import train
from core.training.transfer import transferred
from tests.training.conftest import SMALL


def test_what_both_know_stays_and_what_is_new_begins_with_its_pieces(tokenizer: Tokenizer) -> None:
    new = train(SMALL.vocab_size + 32, 1000, seed=4)
    generator = torch.Generator().manual_seed(5)
    embeddings = torch.randn(tokenizer.get_vocab_size(), 32, generator=generator) + 3.0
    rows = transferred(embeddings, tokenizer, new)
    assert rows.shape == (new.get_vocab_size(), 32)
    known, words = tokenizer.get_vocab(), new.get_vocab()
    assert set(words) - set(known)
    assert set(words) & set(known)
    middle = embeddings.mean(dim=0)
    usual = (embeddings - middle).norm(dim=1).mean()
    for word, number in words.items():
        if word in known:
            assert torch.equal(rows[number], embeddings[known[word]])
            continue
        ids = [piece.id for piece in tokenizer.model.tokenize(word)]
        assert len(ids) > 1
        torch.testing.assert_close((rows[number] - middle).norm(), usual)
        mean = embeddings[ids].mean(dim=0) - middle
        torch.testing.assert_close(torch.cosine_similarity(rows[number] - middle, mean, dim=0), torch.tensor(1.0))


def test_the_same_words_change_nothing(tokenizer: Tokenizer) -> None:
    embeddings = torch.randn(tokenizer.get_vocab_size(), 8)
    assert torch.equal(transferred(embeddings, tokenizer, tokenizer), embeddings)
