"""Palimpsest's core: models with a latent memory, one person's memory as a value, and sessions over both."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel, load
    from core.session import Session

__all__ = ["LoadedModel", "Session", "load"]


def __getattr__(name: str) -> Any:
    """Import torch only when it is asked for: the page's figures need `core.trace` alone."""
    if name in ("load", "LoadedModel"):
        from core.model import checkpoint

        return getattr(checkpoint, name)
    if name == "Session":
        from core.session import Session

        return Session
    raise AttributeError(f"module 'core' has no attribute {name!r}")
