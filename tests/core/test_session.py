"""Sessions: what the trace tells, forgetting, streaming, and what bad input gets."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from core import codec
from core.bench.models import with_store
from core.config import MemoryConfig
from core.errors import BusyError, InputError
from core.model.attention import attention_weights
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.llama import LayerOutput
from core.model.prompts import encode_question
from core.model.reading import Prefix, decode, read
from core.model.taps import watching
from core.recording import AnswerRecorder
from core.session import MAX_CHARACTERS, Session
from core.trace import BEFORE, Asked, Forgot, ages_of, long_term_at, origin, pool_at
from tests.conftest import memoryllm_config
from tests.core.traces import TEXT, busy_life
from tests.models import random_model


@pytest.fixture
def session(mplus: LoadedModel) -> Session:
    return Session(mplus, seed=3)


def test_the_trace_tells_the_same_as_the_memory(session: Session) -> None:
    busy_life(session)
    memory, trace = session.memory, session.trace
    pool = pool_at(trace)
    assert np.array_equal(pool.serials, memory.short_term.serials.numpy())
    assert np.array_equal(pool.ages, memory.short_term.ages.numpy())
    assert np.array_equal(pool.forgotten, memory.short_term.forgotten.numpy())
    assert memory.long_term is not None
    for layer in range(3):
        store = long_term_at(trace, layer)
        kept, waiting = memory.long_term.store[layer], memory.long_term.pending[layer]
        assert store.serials.tolist() == kept.serials.tolist() + waiting.serials.tolist()
        assert store.ages.tolist() == kept.ages.tolist() + waiting.ages.tolist()
        assert int(store.pending.sum()) == len(waiting)


def test_dropped_ages_are_those_at_the_moment_of_dropping(session: Session) -> None:
    busy_life(session)
    for event in session.trace.injections:
        for serials, ages in zip(event.dropped, event.dropped_ages, strict=True):
            assert ages_of(session.trace, serials, event.step).tolist() == ages.tolist()


def test_positions_point_at_the_tokens_of_the_chunk(session: Session) -> None:
    tokens = session.measure(TEXT).tokens
    told = session.inject(TEXT)
    assert (told.tokens, told.chunks) == (tokens, -(-tokens // 24))
    written = origin(session.trace).position[session.model.memory.next_serial :]
    last = tokens - 24 * (told.chunks - 1)
    assert written[:8].tolist() == list(range(16, 24))
    assert written[-8:].tolist() == [-1] * max(8 - last, 0) + list(range(max(tokens - 8, tokens - last), tokens))
    start, end = session.trace.contexts[0].spans[written[7]]
    assert TEXT[start:end] == TEXT[23]


def test_short_text_warns_and_still_writes(session: Session) -> None:
    told = session.inject("apple")
    assert "5 tokens" in told.warnings[0]
    assert "3 of them are older memory" in told.warnings[0]
    assert session.trace.step == 1
    assert not session.inject(TEXT[:24]).warnings


def test_attention_mass_adds_up_and_hits_match_the_reading(session: Session) -> None:
    busy_life(session)
    for question in session.trace.questions:
        assert np.allclose(question.mass.sum(-1), 1, atol=1e-4)
        of_memory = [i for i, source in enumerate(question.sources) if source.kind in ("long_term", "short_term")]
        memory_mass = question.mass[:, :, of_memory].sum(-1)
        rows = question.short_term_mass.sum(1) + question.retrieved_mass.sum(1)
        assert np.allclose(memory_mass.mean(0), rows, atol=1e-4)
        assert question.score_histogram.sum(1).tolist() == question.candidates.tolist()
        assert (np.diff(question.ages, axis=1) <= 0).all()
    last = session.trace.questions[-1]
    assert not any(source.context == 0 for source in last.sources), "a forgotten context was looked at"
    assert not (origin(session.trace).context[last.retrieved] == 0).any()


def test_recording_changes_no_logit(mplus: LoadedModel) -> None:
    prompt, more = torch.arange(3, 20), torch.tensor([7])
    trace = Session(mplus).trace
    plain = read(mplus.network, mplus.memory, prompt)
    recorder = AnswerRecorder(trace.model, mplus.memory.short_term.serials.numpy(), origin(trace).context, 0)
    with watching(recorder):
        watched = read(mplus.network, mplus.memory, prompt)
        watched_more = decode(mplus.network, watched.cache, more)
    assert torch.equal(plain.logits, watched.logits)
    assert torch.equal(decode(mplus.network, plain.cache, more).logits, watched_more.logits)
    asked = recorder.record(
        step=0,
        question="",
        prompt_tokens=(),
        answer="",
        answer_tokens=("", ""),
        probabilities=np.empty(2, np.float32),
        finish="length",
    )
    assert asked.score_histogram.any(), "it recorded nothing"
    assert asked.strongest_mass[-1].any(), "it named nothing"


def test_the_strongest_tokens_are_those_with_most_mass(session: Session) -> None:
    busy_life(session)
    for asked in session.trace.questions:
        count, layers = len(asked.answer_tokens), 3
        assert asked.strongest.shape == asked.strongest_mass.shape == (count, layers, 16)
        assert asked.answer_ids.shape == (count,)
        assert (np.diff(asked.strongest_mass, axis=-1) <= 0).all()
        assert (asked.strongest >= 0).all()
        of_memory = [i for i, source in enumerate(asked.sources) if source.kind in ("long_term", "short_term")]
        assert (asked.strongest_mass.sum(-1) <= asked.mass[:, :, of_memory].sum(-1) + 1e-5).all()
    asked = session.trace.questions[-1]
    pool = session.memory.short_term
    seen: list[dict[int, float]] = []

    def watch(name: str, layer: int, value: object) -> None:
        if isinstance(value, Prefix):
            assert value.retrieval is not None
            serials.append([*value.retrieval.serials.tolist(), *pool.serials[layer][value.ranks].tolist()])
        elif isinstance(value, LayerOutput):
            weights = attention_weights(value.queries[:, :, -1:], value.keys)[0].mean(0)[0].tolist()
            together: dict[int, float] = {}
            for serial, weight in zip(serials[layer], weights[1:], strict=False):
                together[serial] = together.get(serial, 0) + weight
            seen.append(together)

    serials: list[list[int]] = []
    prompt = torch.tensor(encode_question(session.model.tokenizer, asked.question))
    with watching(watch):
        read(session.model.network, session.memory, prompt)
    for layer, together in enumerate(seen):
        best = sorted(together, key=lambda serial: -together[serial])[:16]
        assert asked.strongest[0, layer].tolist() == best
        assert np.allclose(asked.strongest_mass[0, layer], [together[serial] for serial in best], atol=1e-6)


def test_too_few_tokens_leave_places_empty() -> None:
    model = random_model(memoryllm_config(memory=MemoryConfig(2, 4, chunk_length=24)))
    session = Session(model)
    asked = session.answer("Where?", Decoding(max_new_tokens=2)).event
    assert asked is not None
    assert asked.strongest.shape == (2, 3, 8)
    session.inject(TEXT)
    session.forget(0)
    asked = session.answer("Where?", Decoding(max_new_tokens=2)).event
    assert asked is not None
    assert (asked.strongest == -1).any()
    assert ((asked.strongest == -1) == (asked.strongest_mass == 0)).all()


def test_a_short_store_is_read_more_than_once_and_its_tokens_count_once(mplus: LoadedModel) -> None:
    session = Session(replace(mplus, memory=with_store(mplus, 3)))
    asked = session.answer("Where?", Decoding(max_new_tokens=1)).event
    assert asked is not None
    assert np.isnan(asked.scores).all()
    assert not asked.candidates.any()
    named = 0
    for layer, (tokens, masses) in enumerate(zip(asked.strongest[0], asked.strongest_mass[0], strict=True)):
        assert len(set(tokens.tolist())) == 16
        assert set(asked.retrieved[layer].tolist()) == {0, 1, 2}
        for token, mass in zip(tokens, masses, strict=True):
            places = asked.retrieved[layer] == token
            assert not places.any() or np.isclose(asked.retrieved_mass[layer][places].sum(), mass, atol=1e-6)
            named += places.sum() > 1
    assert named, "none of the tokens read more than once is among the strongest"


def test_an_answer_is_summed_up_in_pieces(mplus: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = busy_life(Session(mplus, seed=3)).trace.questions
    monkeypatch.setattr("core.recording.AT_ONCE", 1)
    pieces = busy_life(Session(mplus, seed=3)).trace.questions
    for one, other in zip(whole, pieces, strict=True):
        assert one.sources == other.sources
        assert np.array_equal(one.strongest, other.strongest)
        for name in ("mass", "short_term_mass", "retrieved_mass", "strongest_mass"):
            assert np.allclose(getattr(one, name), getattr(other, name), atol=1e-6), name


def test_traces_from_before_the_strongest_tokens_still_load(session: Session) -> None:
    busy_life(session)
    packed = codec.pack(session.trace)
    for event in packed.document["fields"]["events"]:
        for name in ("answer_ids", "strongest", "strongest_mass"):
            event["fields"].pop(name, None)
    old = codec.unpack(packed).questions[0]
    assert (old.answer_ids.shape, old.strongest.shape, old.strongest_mass.shape) == ((0,), (0, 0, 0), (0, 0, 0))
    assert old.answer == session.trace.questions[0].answer


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("a" * (MAX_CHARACTERS + 1), "at most"),
        ("ab " * 60_000, "chunks of 24"),
        ("\x00\x01\x02PNG", "binary"),
        ("\ufffd" * 30 + "abc", "binary"),
        ("half a \ud83d emoji", "Unicode"),
    ],
)
def test_bad_text_is_refused_and_memory_untouched(session: Session, text: str, says: str) -> None:
    session.inject(TEXT)
    before, trace = session.memory, session.trace
    for act in (lambda: session.inject(text), lambda: session.inject_all(["A good sentence first.", text])):
        with pytest.raises(InputError, match=says):
            act()
        assert session.memory is before
        assert session.trace is trace
    if says != "chunks of 24":
        with pytest.raises(InputError, match=says):
            session.answer(text)
    assert session.memory is before


@pytest.mark.parametrize(
    "text", ["🎉🥳👩‍👩‍👧 family party with many emoji", "שלום עולם, זהו מבחן", "<b>${x}</b> {{y}} </script>"]
)
def test_any_unicode_can_be_told_and_asked(session: Session, text: str) -> None:
    session.inject(text)
    assert session.trace.contexts[-1].text == text
    assert "".join(session.answer(text, Decoding(max_new_tokens=2)).event.prompt_tokens) == f"Question: {text} Answer:"  # type: ignore[union-attr]


def test_a_question_before_anything_was_told(session: Session) -> None:
    answer = session.answer("Who am I?", Decoding(max_new_tokens=3))
    assert answer.event is not None
    assert {source.context for source in answer.event.sources} == {BEFORE}


def test_forgetting_what_is_not_there(session: Session) -> None:
    with pytest.raises(InputError, match="There is no context 0"):
        session.forget(0)
    session.inject(TEXT)
    session.forget(0)
    assert not session.forget(0).short_term.any(), "forgetting twice removes nothing more"
    assert [type(event) for event in session.trace.events][-2:] == [Forgot, Forgot]


def test_a_second_operation_waits_or_is_told_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = session.ask("Where?", Decoding(max_new_tokens=4))
    next(stream)
    monkeypatch.setattr("core.session.PATIENCE", 0.05)
    with pytest.raises(BusyError):
        session.inject(TEXT)
    stream.close()
    session.inject(TEXT)
    threads = [threading.Thread(target=session.inject, args=(TEXT,)) for _ in range(4)]
    monkeypatch.setattr("core.session.PATIENCE", 30)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.trace.step == 10


def test_streaming_grows_and_ends_with_the_event(session: Session) -> None:
    answers = list(session.ask("Where?", Decoding(max_new_tokens=6)))
    assert all(answer.event is None for answer in answers[:-1])
    assert isinstance(answers[-1].event, Asked)
    for one, two in itertools.pairwise(answers[:-1]):
        assert len(two.tokens) == len(one.tokens) + 1


def test_sampling_follows_its_seed(session: Session) -> None:
    def sample(seed: int) -> tuple[str, ...]:
        return session.answer("Where?", Decoding(max_new_tokens=8, temperature=1.5, seed=seed)).tokens

    assert sample(1) == sample(1)
    assert len({sample(seed) for seed in range(4)}) > 1


@pytest.mark.parametrize("wrong", [{"max_new_tokens": 0}, {"temperature": -1}, {"top_p": 0}, {"max_new_tokens": 10**6}])
def test_wrong_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(InputError, match="give"):
        Decoding(**wrong)


def test_memoryllm_without_long_term_memory() -> None:
    session = busy_life(Session(random_model(memoryllm_config())))
    assert session.trace.model.retrieved == 0
    assert session.trace.questions[0].retrieved.shape == (3, 0)
    assert np.array_equal(pool_at(session.trace).serials, session.memory.short_term.serials.numpy())
    assert long_term_at(session.trace, 0).serials.size == 0
