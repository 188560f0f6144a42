"""Palimpsest's core: models with a latent memory, one person's memory as a value, and sessions over both."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel, load
    from core.session import Session
    from core.store import SessionStore

__all__ = ["LoadedModel", "Session", "SessionStore", "load"]
_HOME = {"load": "model.checkpoint", "LoadedModel": "model.checkpoint", "Session": "session", "SessionStore": "store"}


def __getattr__(name: str) -> Any:
    """Import torch only when it is asked for: the page's figures need `core.trace` alone."""
    if name not in _HOME:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(import_module(f"core.{_HOME[name]}"), name)
