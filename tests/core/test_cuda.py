"""The same numbers on a GPU. Skipped without one."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
import torch

import core
from core.bench import plain
from core.bench.models import model_of
from core.memory.parts import Parts, on_host
from core.memory.short_term import write
from core.model.reading import decode, read
from core.model.recorded import Recordings
from core.model.steps import step_after
from core.model.stored import with_read_rows
from core.model.taps import watching
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
    session.inject("It rained all day.")
    assert session.memory.long_term is not None
    assert session.memory.long_term.pending[0].token_parts.tensors[-1].is_pinned()
    session.inject("The red key was left in the kitchen. The code for the office is 4821.")
    assert session.answer("What is the code for the office?").text == "4821"
    session.forget(1)
    assert session.answer("What is the code for the office?").text != "4821"


@pytest.mark.skipif(find_spec("flash_attn") is None, reason="needs the flash-attn package")
def test_flash_attention_agrees_with_sdpa() -> None:
    ids = torch.arange(3, 30, device="cuda")
    logits = []
    for attention in ("sdpa", "flash_attention_2"):
        model = core.load("tiny", device="cuda", dtype="bfloat16", attention=attention)
        logits.append(read(model.network, inject(model.network, model.memory, ids).memory, ids[:9]).logits.float())
    assert (logits[0] - logits[1]).abs().mean() < 0.05 * logits[0].abs().mean()


def test_pinned_rows_are_fetched_by_the_gpu() -> None:
    """Those of one part and of several, and the same as the host's."""
    device = torch.device("cuda")
    rows = torch.randn(5000, 96, device=device, dtype=torch.bfloat16)
    host = on_host(rows)
    assert host.is_pinned()
    assert torch.equal(host, rows.cpu())
    parts = Parts((host[:3000], host[3000:3000], host[3000:4000], host[4000:]))
    index = torch.randperm(5000)[:700]
    for some in (Parts.of(host), parts):
        picked = some.pick(index, device)
        assert picked.is_cuda
        assert torch.equal(picked, rows[index.to(device)])
    grown = Parts.of(host[:100]).append(Parts.of(host[100:300]))
    assert all(part.is_pinned() for part in grown.tensors)
    assert torch.equal(grown.whole, host[:300])
    assert all(part.is_pinned() for part in grown.take(torch.arange(300) % 3 > 0).tensors)


@pytest.mark.parametrize("count", [200, 40])
def test_a_recorded_injection_gives_the_same_bits(count: int) -> None:
    """From the second of one length on they are repeated from a recording; watched, they are not."""
    model = model_of("mid", torch.device("cuda"), torch.bfloat16, 1000)
    chunks = torch.randint(3, 8000, (4, count), generator=torch.Generator().manual_seed(2)).cuda()
    plainly = memory = model.memory
    for chunk in chunks:
        memory = inject(model.network, memory, chunk).memory
        with watching(lambda *_: None):
            plainly = inject(model.network, plainly, chunk).memory
        assert torch.equal(memory.short_term.tokens, plainly.short_term.tokens)
    writing = model.network.writings.of((count,), lambda: pytest.fail("it was not recorded"))
    assert writing is not None


def test_what_is_moved_beside_the_pass_is_what_write_moves() -> None:
    """The pool, and the rows that went to the host."""
    model = model_of("mid", torch.device("cuda"), torch.bfloat16, 1000)
    memory = model.memory
    for seed in range(3):
        chunk = torch.randint(3, 8000, (100,), generator=torch.Generator().manual_seed(seed)).cuda()
        done = inject(model.network, memory, chunk)
        assert done.dropped is not None
        ranks = torch.searchsorted(memory.short_term.serials, done.dropped.serials)
        pool, dropped = write(memory.short_term, done.delta, ranks, memory.next_serial)
        assert torch.equal(done.memory.short_term.tokens, pool.tokens)
        assert torch.equal(done.dropped.tokens, dropped.tokens)
        assert done.memory.long_term is not None
        for layer, rows in zip(done.memory.long_term.pending, dropped.tokens, strict=True):
            assert torch.equal(layer.tokens[-len(rows) :], rows.cpu())
        memory = done.memory


def test_keys_and_values_beside_vectors_are_the_same_bits_made_anew() -> None:
    """As a saved session makes them when it is loaded."""
    model = model_of("mid", torch.device("cuda"), torch.bfloat16, 1000)
    memory = model.memory
    for seed in range(6):
        chunk = torch.randint(3, 8000, (100,), generator=torch.Generator().manual_seed(seed)).cuda()
        memory = inject(model.network, memory, chunk).memory
    again = with_read_rows(model.network, memory).long_term
    assert memory.long_term is not None
    assert again is not None
    for carried, made in zip(memory.long_term.pending, again.pending, strict=True):
        assert carried.read_parts is not None
        assert made.read_parts is not None
        assert carried.read_parts.tensors[-1].is_pinned()
        assert torch.equal(carried.read_parts.whole, made.read_parts.whole)


def test_a_recorded_prompt_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the second of one length on it is repeated from a recording, after injections too."""
    model = model_of("mid", torch.device("cuda"), torch.bfloat16, 1000)
    network, memory = model.network, model.memory
    generator = torch.Generator().manual_seed(4)

    def logits(question: torch.Tensor) -> list[torch.Tensor]:
        reading = read(network, memory, question)
        return [reading.logits, decode(network, reading.cache, question[:1]).logits]

    for count in (20, 24, 31, 7):
        memory = inject(network, memory, torch.randint(3, 8000, (150,), generator=generator).cuda()).memory
        questions = torch.randint(3, 8000, (3, count), generator=generator).cuda()
        ours = list(map(logits, questions))
        with monkeypatch.context() as plainly:
            plainly.setattr(Recordings, "of", lambda *_: None)
            theirs = list(map(logits, questions))
        for mine, other in zip(ours, theirs, strict=True):
            assert torch.equal(mine[0], other[0]), "the question's pass"
            assert torch.equal(mine[1], other[1]), "the token after it"
    assert len(network.prompts._made) == 1
    assert len(network.steps._made) == 1


@pytest.mark.parametrize(("dtype", "bound"), [(torch.float32, 2e-3), (torch.bfloat16, 0.08)])
def test_the_fast_way_gives_what_the_plain_way_gives(dtype: torch.dtype, bound: float) -> None:
    """Prompts and recorded decoding, after several injections; the bound is relative to the logits' size."""
    torch.backends.cuda.matmul.allow_tf32 = False
    model = model_of("mid", torch.device("cuda"), dtype, 1000)
    unfolded, memory = plain.unfolded(model.network), model.memory
    generator = torch.Generator().manual_seed(1)
    for _ in range(3):
        chunk = torch.randint(3, 8000, (200,), generator=generator).cuda()
        memory = inject(model.network, memory, chunk).memory
        for count in (24, 7):
            question = torch.randint(3, 8000, (count,), generator=generator).cuda()
            fast, slow = read(model.network, memory, question), plain.read(unfolded, memory, question)
            for _ in range(6):
                error = (fast.logits[-1].float() - slow.logits[-1].float()).norm() / slow.logits[-1].float().norm()
                assert error < bound
                token = slow.logits[-1].argmax(keepdim=True)
                fast, slow = decode(model.network, fast.cache, token), plain.decode(unfolded, slow, token)
    assert step_after(model.network, fast.cache.layers) is not None
