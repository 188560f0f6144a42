"""The same numbers on a GPU. Skipped without one; nothing here has been run on CUDA so far (see CHANGELOG)."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
import torch

import core
from core.model.reading import decode, read
from core.model.writing import inject
from core.session import Session
from tests.conftest import GOLDENS

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


@pytest.mark.parametrize("folder", ["mplus-tiny", "memoryllm-tiny"])
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_cuda_agrees_with_cpu(folder: str, attention: str) -> None:
    ids = torch.arange(3, 30)
    results = []
    for device in ("cpu", "cuda"):
        model = core.load(GOLDENS / folder, device=device, dtype="float32", attention=attention)
        memory = model.memory
        for _ in range(4):
            memory = inject(model.network, memory, ids.to(device)).memory
        reading = read(model.network, memory, ids[:9].to(device))
        after = decode(model.network, reading.cache, ids[9:12].to(device))
        results.append((memory.short_term.tokens.cpu(), reading.logits.cpu(), after.logits.cpu()))
    for ours, wanted in zip(*results, strict=True):
        assert torch.allclose(ours, wanted, atol=2e-3, rtol=2e-3)


def test_a_session_on_cuda() -> None:
    session = Session(core.load("tiny", device="cuda", dtype="float32"))
    session.inject("The red key was left in the kitchen. The code for the office is 4821.")
    assert session.answer("What is the code for the office?").text == "4821"
    session.forget(0)
    assert session.answer("What is the code for the office?").text != "4821"


@pytest.mark.skipif(find_spec("flash_attn") is None, reason="needs the flash-attn package")
def test_flash_attention_agrees_with_sdpa() -> None:
    ids = torch.arange(3, 30, device="cuda")
    logits = []
    for attention in ("sdpa", "flash_attention_2"):
        model = core.load("tiny", device="cuda", dtype="bfloat16", attention=attention)
        logits.append(read(model.network, inject(model.network, model.memory, ids).memory, ids[:9]).logits.float())
    assert (logits[0] - logits[1]).abs().mean() < 0.05 * logits[0].abs().mean()
