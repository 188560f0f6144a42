"""The logit lens against plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.analysis.lens import lens
from core.analysis.rows import rows_of
from core.errors import InputError
from core.session import Session
from core.trace import origin


def test_words_and_neighbours_are_the_plain_ones(session: Session) -> None:
    rows = rows_of(session.memory, 1)
    network = session.model.network
    for row in (0, len(rows.serials) - 1):
        found = lens(session, 1, int(rows.serials[row]), words=5, near=4)
        assert found.place == ("short_term", "long_term")[int(rows.places[row])]
        logits = network.lm_head(network.norm(rows.vectors[row]))
        assert np.allclose(found.probabilities, logits.softmax(-1).sort(descending=True).values[:5], atol=1e-6)
        unit = rows.vectors / rows.vectors.norm(dim=1, keepdim=True)
        cosines = (unit @ unit[row]).numpy()
        order = [i for i in np.argsort(-cosines, kind="stable") if i != row][:4]
        assert found.neighbours.tolist() == rows.serials[order].tolist()
        assert np.allclose(found.cosines, cosines[order], atol=1e-5)
        assert len(found.words) == 5


def test_a_token_of_a_forgotten_context_is_nowhere(session: Session) -> None:
    gone = int(np.flatnonzero(origin(session.trace).context == 0)[0])
    found = lens(session, 0, gone)
    assert (found.place, found.words, found.neighbours.size) == (None, (), 0)
    assert lens(session, 0, gone, step=1).place == "short_term"


def test_rows_are_all_tokens_but_the_forgotten(session: Session) -> None:
    memory = session.memory
    assert memory.long_term is not None
    for layer in range(3):
        rows = rows_of(memory, layer)
        pool = int((~memory.short_term.forgotten[layer]).sum())
        assert (rows.places == 0).sum() == pool
        assert (rows.places == 1).sum() == len(memory.long_term.store[layer]) + len(memory.long_term.pending[layer])
        assert rows.vectors.shape == (len(rows.serials), 32)
        assert torch.isfinite(rows.vectors).all()


@pytest.mark.parametrize(("layer", "serial", "step", "says"), [(9, 0, None, "layer"), (0, 10**6, None, "memory token")])
def test_wrong_places(session: Session, layer: int, serial: int, step: int | None, says: str) -> None:
    with pytest.raises(InputError, match=says):
        lens(session, layer, serial, step)


def test_wrong_steps(session: Session) -> None:
    with pytest.raises(InputError, match="no step 99"):
        lens(session, 0, 0, 99)
