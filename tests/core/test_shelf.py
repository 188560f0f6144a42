"""Several models: checkpoints of every released kind, who works on which, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import core
from core.config import LongTermConfig, LoraConfig, MemoryConfig, ModelConfig
from core.errors import BusyError, CheckpointError, InputError
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.prompts import encode_question, is_chat
from core.session import Session
from core.shapes import MEMORYLLM_7B, MEMORYLLM_8B, MPLUS_8B, RELEASED
from core.shelf import Shelf
from tests.core.test_loading import released
from tests.models import random_model, write_checkpoint

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
TEXT = "Last week, John had a wonderful picnic with David, who likes eating apples."


def small(like: ModelConfig) -> ModelConfig:
    """The same kind of model, small enough to write to a folder."""
    memory, long_term = like.memory, like.memory.long_term
    return replace(
        like,
        vocab_size=259,
        hidden_size=32,
        intermediate_size=48,
        num_layers=2,
        num_heads=4,
        num_kv_heads=4 if like.num_kv_heads == like.num_heads else 2,
        head_dim=8,
        bos_token_id=0,
        eos_token_ids=(1,),
        lora=replace(like.lora, rank=2) if like.lora else None,
        memory=replace(
            memory,
            num_tokens=8,
            num_blocks=4,
            long_term=replace(long_term, num_blocks=2, initial_size=20, selector_dim=4) if long_term else None,
        ),
    )


KINDS: dict[str, tuple[ModelConfig, dict[str, Any]]] = {
    "memoryllm-7b": (MEMORYLLM_7B, {"suffix": "bin", "dtype": torch.bfloat16}),
    "memoryllm-8b": (MEMORYLLM_8B, {"shards": 3, "dtype": torch.bfloat16}),
    "memoryllm-8b-chat": (MEMORYLLM_8B, {"template": TEMPLATE}),
    "mplus-8b": (MPLUS_8B, {"shards": 4, "dtype": torch.bfloat16}),
    "mplus-bin": (MPLUS_8B, {"shards": 2, "suffix": "bin"}),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("models")
    return {name: write_checkpoint(top / name, small(like), **how) for name, (like, how) in KINDS.items()}


@pytest.mark.parametrize("name", ["memoryllm_7b", "memoryllm_8b", "mplus_8b"])
def test_known_shapes_are_those_of_the_key_lists(name: str) -> None:
    listed = ModelConfig.from_dict({**released(name)["config"], "ltm_initial_size": 5120})
    ours = RELEASED[name.replace("_", "-")]
    assert replace(listed, rms_norm_eps=ours.rms_norm_eps) == ours


@pytest.mark.parametrize("name", KINDS)
def test_every_released_kind_loads_tells_and_answers(folders: dict[str, Path], name: str) -> None:
    model = core.load(folders[name])
    session = Session(model)
    assert session.inject(TEXT).chunks == 1
    answer = session.answer("What does David like?", Decoding(max_new_tokens=4))
    assert answer.event is not None
    assert answer.event.retrieved.shape[1] == (16 if name.startswith("mplus") else 0)
    assert session.trace.questions[-1].finish in ("length", "end", "sentence", "line", "question")


def test_a_chat_model_gets_its_template_without_the_bos(folders: dict[str, Path]) -> None:
    chat, plain = (core.load(folders[name]).tokenizer for name in ("memoryllm-8b-chat", "memoryllm-8b"))
    assert chat is not None
    assert plain is not None
    assert is_chat(chat)
    assert chat.decode(encode_question(chat, "Who?")) == "[user]Who?[assistant]"
    assert plain.decode(encode_question(plain, "Who?")) == "Question: Who? Answer:"


# -- the shelf ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def first() -> LoadedModel:
    memory = MemoryConfig(8, 4, long_term=LongTermConfig(2, 20, 1, 10.0, 1.0, 4, 1))
    return random_model(replace(small(MPLUS_8B), lora=LoraConfig(2, 4.0, ("q_proj",), True), memory=memory))


@pytest.fixture
def shelf(first: LoadedModel, folders: dict[str, Path]) -> Shelf:
    names = [*map(str, folders.values()), "mplus-8b"]
    return Shelf(first, names, lambda name, progress: core.load(name, progress=progress))


def test_pages_work_on_different_models_and_find_their_sessions_again(
    shelf: Shelf, first: LoadedModel, folders: dict[str, Path]
) -> None:
    other = str(folders["mplus-8b"])
    shelf.get("ann").inject(TEXT)
    said: list[tuple[int, int]] = []
    shelf.load(other, lambda done, total: said.append((done, total)))
    assert said[-1][0] == said[-1][1]
    assert shelf.get("ann").model is first
    shelf.use("ann", other)
    assert shelf.get("ann").model.name == other
    assert shelf.get("ann").trace.contexts == ()
    assert shelf.get("ben").model is first
    shelf.use("ann", first.name)
    assert [context.text for context in shelf.get("ann").trace.contexts] == [TEXT]


def test_offers_say_what_is_needed_and_why_not(shelf: Shelf, first: LoadedModel, folders: dict[str, Path]) -> None:
    offers = {offer.name: offer for offer in shelf.offers("ann")}
    assert next(iter(offers)) == first.name
    assert offers[first.name].mine
    assert offers[first.name].fixed
    small_one = offers[str(folders["memoryllm-7b"])]
    assert small_one.state == "possible"
    assert small_one.kind.startswith("MemoryLLM, 2 layers of 32")
    assert "MiB of memory" in small_one.needs
    large = offers["mplus-8b"]
    assert "GiB" in large.needs
    assert (large.state == "impossible") == bool(large.why_not)


def test_what_is_in_use_or_first_stays(shelf: Shelf, first: LoadedModel, folders: dict[str, Path]) -> None:
    other = str(folders["memoryllm-8b"])
    with pytest.raises(InputError, match="load it first"):
        shelf.use("ann", other)
    shelf.load(other)
    shelf.use("ann", other)
    shelf.use("ben", other)
    session = shelf.get("ben")
    with pytest.raises(InputError, match="in use by 1 other page"):
        shelf.unload("ann", other)
    shelf.leave("ben")  # it no longer holds the model, but finds its session while that is there
    assert [offer.others for offer in shelf.offers("ann") if offer.name == other] == [0]
    assert shelf.get("ben") is session
    shelf.leave("ben")
    shelf.unload("ann", other)
    assert shelf.get("ann").model is first
    with pytest.raises(InputError, match="stays loaded"):
        shelf.unload("ann", first.name)
    with pytest.raises(InputError, match="no model 'toaster'"):
        shelf.load("toaster")


def test_a_session_brings_its_model(shelf: Shelf, first: LoadedModel, folders: dict[str, Path]) -> None:
    other = str(folders["memoryllm-8b"])
    shelf.load(other)
    shelf.use("ann", other)
    session = shelf.get("ann")
    shelf.put("ben", session.fork())
    assert shelf.get("ben").model is session.model
    assert shelf.model_with(session.model.fingerprint) is session.model
    shelf.leave("ben")
    shelf.unload("ann", other)
    with pytest.raises(InputError, match="not loaded any more"):
        shelf.put("ann", session)
    with pytest.raises(InputError, match="another model"):
        shelf.model_with(session.model.fingerprint)
    assert shelf.get("ann").model is first


def test_a_failed_load_leaves_everything_as_it_was(first: LoadedModel, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    shelf = Shelf(first, [str(tmp_path)], lambda name, progress: core.load(name, progress=progress))
    assert [offer.state for offer in shelf.offers("ann")] == ["loaded", "impossible"]
    for _ in range(2):  # the second time, nothing says that a model is being loaded
        with pytest.raises(CheckpointError):
            shelf.load(str(tmp_path))
    assert shelf.get("ann").model is first


def test_one_model_is_loaded_at_a_time(first: LoadedModel) -> None:
    only: list[Shelf] = []

    def load(name: str, _: Any) -> LoadedModel:
        with pytest.raises(BusyError, match="being loaded"):
            only[0].load("b")
        return replace(first, name=name)

    shelf = Shelf(first, ["a", "b"], load)
    only.append(shelf)
    shelf.load("a")
    assert {offer.name for offer in shelf.offers("ann") if offer.state == "loaded"} == {first.name, "a"}
