"""Models that sessions can run on: which there are, what each needs, which are loaded, who works on which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

import torch

from core.config import ModelConfig
from core.errors import BusyError, InputError, PalimpsestError
from core.model.checkpoint import LoadedModel, read_config
from core.model.room import Quantisation, gib, needs, require_room
from core.model.weights import Shapes, Weights
from core.session import Session
from core.shapes import RELEASED
from core.store import SessionStore

Progress = Callable[[int, int], None]
State = Literal["loaded", "possible", "impossible"]


@dataclass(frozen=True)
class Settings:
    """How models are loaded here."""

    device: torch.device
    dtype: torch.dtype
    quantise: Quantisation | None = None
    spread: bool = False  # over several devices: room is then not foreseen


@dataclass(frozen=True)
class Offer:
    """One model, as the page lists it."""

    name: str
    kind: str  # "M+" or "MemoryLLM", with its sizes
    needs: str  # what it takes here
    state: State
    why_not: str  # "" unless impossible
    mine: bool  # the asking page works on it
    others: int  # pages beside the asking one that work on it
    fixed: bool  # cannot be unloaded


class Shelf:
    """Sessions by key, on the model that each key has chosen; the first model stays loaded.

    A key has one session per model and finds it again when it comes back to that model.
    """

    def __init__(
        self,
        first: LoadedModel,
        names: Sequence[str] = (),
        load: Callable[[str, Progress], LoadedModel] | None = None,
        settings: Settings | None = None,
        seed: int = 0,
    ) -> None:
        """Offer `first` and, if there is a way to load them, the models named."""
        self._seed = seed
        self._load = load
        self._settings = settings or Settings(first.device, first.dtype)
        self._first = first.name
        self._names = tuple(dict.fromkeys((first.name, *(names if load else ()))))
        self._stores = {first.name: SessionStore(first, seed)}
        self._chosen: dict[str, str] = {}
        self._lock = Lock()
        self._loading = Lock()

    # -- sessions ------------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Session:
        """The session of a key on its model, made on first use."""
        return self._store_of(key).get(key)

    def put(self, key: str, session: Session) -> None:
        """Give a key another session, and with it that session's model.

        Raises:
            InputError: the session's model is not loaded (any more).
        """
        with self._lock:
            name = next((n for n, store in self._stores.items() if store.model is session.model), None)
            if name is None:
                raise InputError(f"{session.model.name} is not loaded any more: load it again.")
            self._chosen[key] = name
            self._stores[name].put(key, session)

    def leave(self, key: str) -> None:
        """Note that a page was closed or lost: it no longer holds its model, and its session is kept for some time."""
        with self._lock:
            for store in self._stores.values():
                for gone in store.leave(key):
                    self._chosen.pop(gone, None)

    def _store_of(self, key: str) -> SessionStore:
        with self._lock:
            return self._stores[self._chosen.get(key, self._first)]

    # -- models --------------------------------------------------------------------------------------------------------

    def offers(self, key: str) -> tuple[Offer, ...]:
        """Every model, as it stands for a key."""
        with self._lock:
            loaded, mine = dict(self._stores), self._chosen.get(key, self._first)
            others = {name: self._others(key, name) for name in self._names}
        return tuple(self._offer(name, loaded.get(name), mine, others[name]) for name in self._names)

    def load(self, name: str, progress: Progress = lambda done, total: None) -> None:
        """Load a model; nothing happens when it is loaded.

        Raises:
            InputError: it is not on offer.
            BusyError: another one is being loaded.
            CheckpointError, RoomError: it cannot be had, or does not fit.
        """
        self._require(name)
        if name in self._stores:
            return
        if not self._loading.acquire(blocking=False):
            raise BusyError("Another model is being loaded: wait for it, then try again.")
        try:
            assert self._load is not None  # else nothing else is on offer
            store = SessionStore(self._load(name, progress), self._seed)
            with self._lock:
                self._stores[name] = store
        finally:
            self._loading.release()

    def use(self, key: str, name: str) -> None:
        """Have a key work on a loaded model.

        Raises:
            InputError: it is not on offer, or not loaded.
        """
        self._require(name)
        with self._lock:
            if name not in self._stores:
                raise InputError(f"{name} is not loaded: load it first.")
            self._chosen[key] = name

    def unload(self, key: str, name: str) -> None:
        """Let a model go, with its sessions; the key goes back to the first model.

        Raises:
            InputError: it is not on offer, is the first one, or others work on it.
        """
        self._require(name)
        if name == self._first:
            raise InputError(f"{name} is what this page was started with; it stays loaded.")
        with self._lock:
            others = self._others(key, name)
            if others:
                raise InputError(f"{name} is in use by {others} other page{'' if others == 1 else 's'}: it stays.")
            self._stores.pop(name, None)
            self._chosen = {k: chosen for k, chosen in self._chosen.items() if chosen != name}
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def model_with(self, fingerprint: str) -> LoadedModel:
        """The loaded model that a link or a file was made with.

        Raises:
            InputError: none of them.
        """
        with self._lock:
            for store in self._stores.values():
                if store.model.fingerprint == fingerprint:
                    return store.model
        raise InputError("This belongs to another model than those loaded here: load that model, then open it again.")

    def _others(self, key: str, name: str) -> int:
        """Other open pages that work on a model."""
        store = self._stores.get(name)
        if store is None:
            return 0
        return sum(chosen == name and k != key and not store.left(k) for k, chosen in self._chosen.items())

    def _require(self, name: str) -> None:
        if name not in self._names:
            raise InputError(f"There is no model {name!r} on offer; there are {', '.join(self._names)}.")

    def _offer(self, name: str, store: SessionStore | None, mine: str, others: int) -> Offer:
        def offer(kind: str, needed: str, state: State, why_not: str = "") -> Offer:
            return Offer(name, kind, needed, state, why_not, name == mine, others, name == self._first)

        if store is not None:
            return offer(described(store.model.config), "", "loaded")
        settings = self._settings
        try:
            config, found = known(name)
        except PalimpsestError as error:
            return offer("", "", "impossible", str(error))
        if config is None:
            return offer("", "known once it has been fetched from the Hub", "possible")
        wanted = needs(config, found, settings.dtype, settings.quantise)
        where = "a GPU" if settings.device.type == "cuda" else "memory"
        needed = f"{gib(wanted.device)} of {where}, {gib(wanted.store)} on the host"
        if settings.device.type != "cuda":
            needed = f"{gib(wanted.device + wanted.store)} of {where}"
        try:
            if not settings.spread:
                require_room(name, config, found, settings.device, settings.dtype, settings.quantise)
        except PalimpsestError as error:
            return offer(described(config), needed, "impossible", str(error))
        return offer(described(config), needed, "possible")


def known(name: str) -> tuple[ModelConfig | None, Shapes]:
    """Configuration and shapes of a model, as far as they can be known without fetching it.

    Raises:
        CheckpointError: a folder that holds no checkpoint.
    """
    folder = Path(name)
    if folder.is_dir():
        return read_config(folder), Weights(folder).shapes
    return RELEASED.get(name), {}


def described(config: ModelConfig) -> str:
    """Kind and sizes in words."""
    memory = config.memory
    kind = "M+" if memory.long_term else "MemoryLLM"
    return (
        f"{kind}, {config.num_layers} layers of {config.hidden_size:,}, N {memory.pool_size:,}, K {memory.num_tokens:,}"
    )
