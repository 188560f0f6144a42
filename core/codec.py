"""Values of the trace as JSON plus named arrays, and back: what snapshots store and exports show.

Works on any frozen dataclass or NamedTuple of `core.trace`; a type that is not listed there cannot be made.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import trace
from core.errors import SnapshotError

_TYPES = {
    kind.__name__: kind
    for kind in (
        trace.Trace,
        trace.ModelInfo,
        trace.Start,
        trace.Context,
        trace.Injected,
        trace.Asked,
        trace.Forgot,
        trace.Source,
    )
}


class Packed(NamedTuple):
    """JSON in which every array is a reference into `arrays`."""

    document: Any
    arrays: dict[str, NDArray[Any]]


def pack(value: Any) -> Packed:
    """Take a value of the trace apart."""
    arrays: dict[str, NDArray[Any]] = {}

    def visit(item: Any) -> Any:
        if isinstance(item, np.ndarray):
            name = f"array.{len(arrays)}"
            arrays[name] = item
            return {"array": name}
        if is_dataclass(item):
            return {"type": type(item).__name__, "fields": {f.name: visit(getattr(item, f.name)) for f in fields(item)}}
        if isinstance(item, tuple) and hasattr(item, "_asdict"):
            return {"type": type(item).__name__, "fields": {name: visit(v) for name, v in item._asdict().items()}}
        if isinstance(item, tuple):
            return [visit(v) for v in item]
        if item is None or isinstance(item, (bool, int, float, str)):
            return item
        raise TypeError(f"cannot pack {type(item).__name__}")

    return Packed(visit(value), arrays)


def unpack(packed: Packed) -> Any:
    """Put it together again.

    Raises:
        SnapshotError: an unknown type, a missing array or a missing field.
    """

    def visit(item: Any) -> Any:
        if isinstance(item, list):
            return tuple(visit(v) for v in item)
        if not isinstance(item, dict):
            return item
        if "array" in item:
            return packed.arrays[item["array"]]
        return _TYPES[item["type"]](**{name: visit(value) for name, value in item["fields"].items()})

    try:
        return visit(packed.document)
    except (KeyError, TypeError) as error:
        raise SnapshotError(f"The saved session holds something unknown: {error!r}.") from error
