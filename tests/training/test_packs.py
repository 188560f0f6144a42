"""Packs: several questions in one pass give what each gives alone."""

from __future__ import annotations

import torch

from core.training.batches import Asked, Told, current
from core.training.forward import read
from core.training.packs import IGNORED, Item, pack
from tests.models import random_network
from tests.training.conftest import SMALL

ROWS = [
    [Item("a", (5, 6, 7), (8, 1)), Item("b", (9, 10), (11, 12, 1))],
    [Item("c", (20, 21, 22, 23), (24, 1))],
]


def test_questions_do_not_see_each_other() -> None:
    network = random_network(SMALL)
    pool = torch.randn(SMALL.num_layers, 2, 64, SMALL.hidden_size)
    packed = pack(ROWS, width=32)
    hidden, _ = read(network, pool, packed.ids, packed.positions, packed.mask)
    for span in packed.spans:
        length = span.end - span.start
        ids = packed.ids[span.row, span.start : span.end][None]
        alone, _ = read(
            network,
            pool[:, span.row : span.row + 1],
            ids,
            torch.arange(length)[None],
            torch.ones(length, length, dtype=torch.bool).tril()[None, None],
        )
        torch.testing.assert_close(hidden[span.row, span.start : span.end], alone[0], atol=2e-5, rtol=2e-5)


def test_labels_are_the_answers_and_nothing_else() -> None:
    packed = pack(ROWS, width=32)
    answers = {item.tag: list(item.answer) for items in ROWS for item in items}
    for span in packed.spans:
        assert packed.labels[span.row, span.first : span.end].tolist() == answers[span.tag]
    assert int((packed.labels != IGNORED).sum()) == sum(map(len, answers.values()))


def test_what_does_not_fit_is_left_out() -> None:
    packed = pack(ROWS, width=5)
    assert [span.tag for span in packed.spans] == ["a", "c"]
    assert packed.ids.shape[1] <= 5


def test_a_later_context_replaces_an_earlier_answer() -> None:
    old, new = Asked(1, (5,), (6,)), Asked(1, (5,), (7,))
    other = Asked(2, (8,), (9,))
    assert current([Told((), (old, other)), Told((), (new,))]) == [[other], [new]]
