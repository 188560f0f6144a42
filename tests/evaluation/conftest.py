"""A random model in a folder, as the commands load it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

import core
from core.model.checkpoint import LoadedModel
from core.model.llama import MemoryLlama
from core.training.export import export
from core.training.structured_init import initialise
from tests.training.conftest import SMALL, tokenizer  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def folder(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    network = MemoryLlama(SMALL)
    initialise(network, 0)
    path = tmp_path_factory.mktemp("model")
    export(network, tokenizer, path)
    return path


@pytest.fixture(scope="session")
def model(folder: Path) -> LoadedModel:
    return core.load(folder)
