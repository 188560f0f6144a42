"""What is measured: telling, the first token, decoding, searching, recording."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import cached_property
from statistics import median
from typing import Any

import torch

from core.bench import plain
from core.bench.models import tokens
from core.bench.timing import Act, Ceilings, medians, once
from core.memory.retriever import retrieve
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.llama import MemoryLlama, retriever_rows
from core.model.projected import row_width
from core.model.reading import Decoded, Reading, decode, decode_together, read
from core.model.stored import are_kept
from core.model.taps import Listener, watching
from core.model.writing import inject
from core.recording import AnswerRecorder, model_info, start_of
from core.trace import Trace, origin

QUESTION, DECODED = 24, 16
"""Tokens of a question, and of an answer."""

ONWARD = ("q_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Weights that only those rows take that go on to the next layer; keys and values are made of all rows."""

TELLING, ASKING = "injection", "first token after an injection"

PEOPLE = 4
"""Who want a token at the same time."""


class Case:
    """One model and its memory, asked different questions in turn."""

    def __init__(self, model: LoadedModel) -> None:
        self.model, self.network = model, model.network
        self.chunk = tokens(model, max(512, model.config.memory.num_tokens) if model.name != "tiny" else 32, 1)
        self.questions = [tokens(model, QUESTION, 100 + i) for i in range(8)]
        self.turn = 0
        self.memory = inject(self.network, model.memory, self.chunk).memory

    @cached_property
    def plain(self) -> MemoryLlama:
        """The network in the original's layout; a second copy of most weights."""
        return plain.unfolded(self.network)

    def question(self) -> torch.Tensor:
        """Another question each time."""
        self.turn += 1
        return self.questions[self.turn % len(self.questions)]

    def before_a_merge(self) -> MemoryState:
        """A memory whose next injection merges what was dropped into the long-term store."""
        memory, long_term = self.memory, self.model.config.memory.long_term
        assert long_term is not None
        while memory.long_term is not None and memory.long_term.updates_since_merge < long_term.update_frequency - 1:
            memory = inject(self.network, memory, self.chunk).memory
        return memory

    def alone(self) -> int:
        """The most memory in use while the fast way tells, asks and answers."""
        memory = self.memory
        if self.model.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.model.device)
        for _ in range(2):
            memory = inject(self.network, memory, self.chunk).memory
            reading = read(self.network, memory, self.question(), last_only=True)
            for _ in range(4):
                reading = decode(self.network, reading.cache, self.chunk[:1])
        return peak_bytes(self.model.device)

    def times(self, repeats: int) -> dict[str, dict[str, float]]:
        """Seconds by operation, of the fast way and of the plain one."""
        network, memory, device = self.network, self.memory, self.model.device
        same = self.questions[0]
        found = self._telling_and_asking(repeats)

        def pair(name: str, fast: Callable[[], object], slow: Callable[[], object], times: int = repeats) -> None:
            found[name] = medians({"fast": fast, "plain": slow}, times, device)

        pair(
            "first token, memory unchanged, another question",
            lambda: read(network, memory, self.question(), last_only=True),
            lambda: plain.read(self.plain, memory, self.question()),
        )
        pair(
            "first token, memory unchanged, same question",
            lambda: read(network, memory, same, last_only=True),
            lambda: plain.read(self.plain, memory, same),
        )
        fast, slow = read(network, memory, same, last_only=True), plain.read(self.plain, memory, same)

        def on() -> None:
            nonlocal fast
            fast = decode(network, fast.cache, same[:1])

        def on_plainly() -> None:
            nonlocal slow
            slow = plain.decode(self.plain, slow, same[:1])

        pair("decoding a token", on, on_plainly, 2 * repeats)
        return found

    def _telling_and_asking(self, repeats: int) -> dict[str, dict[str, float]]:
        """A course as on the page: an injection when a question was asked before, so that it makes ready what the next
        one reads; then the first token of that.
        """
        network, device, memory = self.network, self.model.device, self.memory
        times: dict[str, dict[str, list[float]]] = {name: {} for name in (TELLING, ASKING)}
        for _ in range(repeats + 1):
            read(network, memory, self.questions[0], last_only=True)
            before, after, asked = memory, list[MemoryState](), self.question()

            def tell(m: MemoryState = before, told: list[MemoryState] = after) -> None:
                told.append(inject(network, m, self.chunk).memory)

            def tell_plainly(m: MemoryState = before) -> None:
                plain.inject(self.plain, m, self.chunk)

            def ask(told: list[MemoryState] = after, q: torch.Tensor = asked) -> None:
                read(network, told[0], q, last_only=True)

            def ask_plainly(told: list[MemoryState] = after, q: torch.Tensor = asked) -> None:
                plain.read(self.plain, told[0], q)

            # the question comes right after the injection that it belongs to
            acts: dict[str, dict[str, Act]] = {
                TELLING: {"plain": tell_plainly, "fast": tell},
                ASKING: {"fast": ask, "plain": ask_plainly},
            }
            for name, both in acts.items():
                for way, act in both.items():
                    times[name].setdefault(way, []).append(once(act, device))
            memory = after[0]
        return {name: {way: median(seconds[1:]) for way, seconds in both.items()} for name, both in times.items()}

    def together(self, repeats: int) -> dict[str, float]:
        """Seconds of a token each for `PEOPLE` who were asked different questions: one by one, and in one pass."""
        network, token = self.network, self.questions[0][:1]
        apart, joined = (
            [read(network, self.memory, question, last_only=True) for question in self.questions[:PEOPLE]]
            for _ in range(2)
        )

        def one_by_one() -> None:
            apart[:] = [decode(network, reading.cache, token) for reading in apart]

        def at_once() -> None:
            joined[:] = decode_together(network, [Decoded(reading.cache, token, None) for reading in joined])

        return medians({"one_by_one": one_by_one, "at_once": at_once}, repeats, self.model.device)

    def searching(self, repeats: int) -> float:
        """Seconds of scoring and choosing long-term rows for a question, in all layers."""
        stored = self.memory.long_term
        if stored is None:
            return 0.0
        hidden = self.network.embed_tokens(self.questions[0])
        budget = self.model.config.memory.retrieved

        def search() -> None:
            for index, layer in enumerate(self.network.layers):
                queries = retriever_rows(layer, hidden, "query")
                retrieve(queries, stored.store[index], stored.pending[index], budget)

        with torch.inference_mode():
            return medians({"search": search}, repeats, self.model.device)["search"]

    def recording(self, repeats: int) -> dict[str, float]:
        """Seconds of an answer with and without the recorder, its summing up included."""
        trace = Trace(model_info(self.model), start_of(self.memory))

        def recorder() -> AnswerRecorder:
            return AnswerRecorder(trace.model, self.memory.short_term.serials.numpy(), origin(trace).context, 0)

        def answer(listener: Listener | None) -> None:
            reading = self._watched(listener, lambda: read(self.network, self.memory, self.question(), last_only=True))
            for _ in range(DECODED):
                token, cache = reading.logits[-1].argmax(keepdim=True), reading.cache
                reading = self._watched(listener, lambda c=cache, t=token: decode(self.network, c, t))  # type: ignore[misc]

        def recorded() -> None:
            listener = recorder()
            answer(listener)
            listener.record(
                step=0,
                question="",
                prompt_tokens=(),
                answer="",
                answer_tokens=("",) * DECODED,
                answer_ids=None,
                probabilities=None,
                finish="length",
            )

        return medians({"plain": lambda: answer(None), "recorded": recorded}, repeats, self.model.device)

    def _watched(self, listener: Listener | None, act: Callable[[], Reading]) -> Reading:
        if listener is None:
            return act()
        with watching(listener):
            return act()

    def roofline(self, times: dict[str, dict[str, float]], top: Ceilings) -> dict[str, dict[str, float]]:
        """By operation, the share of the roofline that the fast way reaches, from the operations and bytes that it
        cannot do without, and the ratio to the plain way that all of the roofline would give.
        """
        config, width = self.model.config, self.model.dtype.itemsize
        layers = [p for name, p in self.network.named_parameters() if name.startswith("layers.") and p.dim() == 2]
        body = sum(p.numel() for p in layers)
        head = config.vocab_size * config.hidden_size
        kept, rows = config.memory.num_tokens, self.chunk.numel()
        seen = 1 + config.memory.pool_size + config.memory.retrieved + QUESTION
        cached = 2 * config.num_layers * config.num_kv_heads * config.head_dim * seen
        looked = 4 * config.num_layers * config.num_heads * config.head_dim * seen
        long_term = self.memory.long_term
        stored = len(long_term.store[0]) if long_term else 0
        made = long_term is not None and are_kept((*long_term.store, *long_term.pending))
        keys = config.num_layers * stored * (config.memory.long_term.selector_dim if config.memory.long_term else 0)
        pair = row_width(config) * config.hidden_size  # weights of a key and a value projection
        projected = 2 * config.num_layers * pair  # operations for one memory row
        row = row_width(config) if made else config.hidden_size
        fetched = config.num_layers * row * config.memory.retrieved
        # of the last layer only the last row of a prompt, or the new tokens of an injection, go on
        onward = sum(getattr(self.network.layers[-1], name).weight.numel() for name in ONWARD)
        spared = (QUESTION - 1) * (2 * onward + looked // config.num_layers)
        prompt = QUESTION * (2 * body + looked) - spared + 2 * head, width * (body + head + cached)
        searched = (
            prompt[0] + 2 * QUESTION * keys + (0 if made else config.memory.retrieved * projected),
            prompt[1] + width * (keys + fetched),
        )
        work = {
            TELLING: (2 * body * max(rows, kept) - 2 * onward * max(rows - kept, 0) + kept * projected, width * body),
            "first token, memory unchanged, another question": searched,
            "first token, memory unchanged, same question": (2 * head, width * head),  # its pass is kept
            ASKING: searched,  # the new rows were made ready before
            "decoding a token": (2 * (body + head) + looked, width * (body + head + cached)),
        }
        return {
            name: {
                "share": round(top.share(flops, read_, times[name]["fast"]), 3),
                "ratio_at_best": round(top.share(flops, read_, times[name]["plain"]) ** -1, 1),
            }
            for name, (flops, read_) in work.items()
        }


def growth(make: Callable[[int], LoadedModel], sizes: list[int], repeats: int) -> list[dict[str, Any]]:
    """What may depend on how much long-term memory holds: injection, one that merges, first token, searching."""
    found = []
    for size in sizes:
        case = Case(make(size))
        memory, due = case.memory, case.before_a_merge()

        def tell(c: Case = case, m: MemoryState = memory) -> object:
            return inject(c.network, m, c.chunk)

        def merge(c: Case = case, m: MemoryState = due) -> object:
            return inject(c.network, m, c.chunk)

        def ask(c: Case = case, m: MemoryState = memory) -> object:
            return read(c.network, m, c.question(), last_only=True)

        acts = {"injection": tell, "injection that merges": merge, "first token": ask}
        times = medians(acts, repeats, case.model.device)
        found.append(
            {"stored": size, **{k: round(1000 * v, 2) for k, v in times.items()}}
            | {"searching": round(1000 * case.searching(repeats), 2)}
        )
    return found


def peak_bytes(device: torch.device) -> int:
    """The most memory in use so far: of the GPU, or of this process."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
