"""A trace as flat tables and as files: for notebooks, statistics and other people's programs. Imports no torch."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import codec
from core.columns import COLUMNS
from core.errors import InputError, SnapshotError
from core.trace import Forgot, Trace, origin, rows_written

Table = dict[str, NDArray[Any]]
"""Columns of equal length; what they hold is said in `core.columns.COLUMNS`."""

FORMAT = "palimpsest-trace/1"

_DTYPES: dict[str, type] = dict.fromkeys(("serial", "first_serial"), np.int64)
_DTYPES |= dict.fromkeys(("mass", "score", "probability"), np.float32)
_DTYPES |= dict.fromkeys(("text", "source"), object)  # all others of a stacked table: int32


def tables(trace: Trace) -> dict[str, Table]:
    """All tables by name; empty ones too."""
    return {
        "contexts": _contexts(trace),
        "injections": _injections(trace),
        "store_sizes": _store_sizes(trace),
        "drops": _drops(trace),
        "evicted": _evicted(trace),
        "forgotten": _forgotten(trace),
        "questions": _questions(trace),
        "answer_tokens": _answer_tokens(trace),
        "attention": _attention(trace),
        "strongest": _strongest(trace),
        "retrieved": _retrieved(trace),
    }


def to_json(trace: Trace) -> str:
    """The whole trace as JSON, nothing lost: arrays as flat lists with their dtype and shape, NaN as null."""
    packed = codec.pack(trace)
    arrays = {
        name: {"dtype": str(array.dtype), "shape": list(array.shape), "values": _listed(array)}
        for name, array in packed.arrays.items()
    }
    document = {"format": FORMAT, "trace": packed.document, "arrays": arrays}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_json(text: str) -> Trace:
    """The trace that `to_json` wrote.

    Raises:
        SnapshotError: something else, or damaged.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise SnapshotError(f"This is not a trace ({FORMAT} wanted, {document['format']} found).")
        arrays = {
            name: np.array([math.nan if value is None else value for value in entry["values"]])
            .astype(entry["dtype"])
            .reshape(entry["shape"])
            for name, entry in document["arrays"].items()
        }
        trace = codec.unpack(codec.Packed(document["trace"], arrays))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SnapshotError(f"This is not a trace, or it is damaged: {error!r}.") from error
    if not isinstance(trace, Trace):
        raise SnapshotError("This is not a trace.")
    return trace


def to_parquet(trace: Trace, path: str | Path) -> Path:
    """Write every table as a Parquet file: into one zip if the path ends in .zip, else into that folder.

    Column meanings and units stand in each field's metadata as `description`.

    Raises:
        InputError: the path cannot be written.
    """
    import pyarrow as arrow
    from pyarrow import parquet

    path = Path(path)
    try:
        files = {}
        for name, table in tables(trace).items():
            fields = [
                arrow.field(
                    column,
                    arrow.string() if values.dtype == object else arrow.from_numpy_dtype(values.dtype),
                    metadata={"description": COLUMNS[name][column]},
                )
                for column, values in table.items()
            ]
            columns = [arrow.array(values, field.type) for values, field in zip(table.values(), fields, strict=True)]
            buffer = io.BytesIO()
            parquet.write_table(arrow.Table.from_arrays(columns, schema=arrow.schema(fields)), buffer)
            files[f"{name}.parquet"] = buffer.getvalue()
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # Parquet is compressed already
                for file, content in files.items():
                    archive.writestr(file, content)
        else:
            path.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                (path / file).write_bytes(content)
    except OSError as error:
        raise InputError(f"The tables could not be written to {path.name}: {error.strerror}.") from error
    return path


def _contexts(trace: Trace) -> Table:
    steps: dict[int, list[int]] = {context.index: [] for context in trace.contexts}
    for event in trace.injections:
        steps[event.context].append(event.step)
    return {
        "context": _ints(context.index for context in trace.contexts),
        "text": _texts(context.text for context in trace.contexts),
        "kind": _texts(context.kind for context in trace.contexts),
        "tokens": _ints(len(context.spans) for context in trace.contexts),
        "first_step": _ints(min(steps[context.index], default=0) for context in trace.contexts),
        "injections": _ints(len(steps[context.index]) for context in trace.contexts),
    }


def _injections(trace: Trace) -> Table:
    done = trace.injections
    return {
        "step": _ints(event.step for event in done),
        "context": _ints(event.context for event in done),
        "first_serial": np.array([event.first_serial for event in done], np.int64),
        "written": _ints(rows_written(trace, event) for event in done),
        "dropped": _ints(event.dropped.shape[1] for event in done),
        "merged": np.array([event.merged for event in done], bool),
    }


def _store_sizes(trace: Trace) -> Table:
    layers = trace.model.num_layers
    parts: list[Table] = [
        {
            "step": _same(event.step, layers),
            "layer": np.arange(layers, dtype=np.int32),
            "store": event.store_size,
            "pending": event.pending_size,
        }
        for event in trace.injections
    ]
    return _stacked("store_sizes", parts)


def _drops(trace: Trace) -> Table:
    context_of = origin(trace).context
    parts: list[Table] = []
    for event in trace.injections:
        layer, _ = _places(event.dropped.shape)
        serials = event.dropped.ravel()
        parts.append(
            {
                "layer": layer.ravel(),
                "serial": serials,
                "context": context_of[serials],
                "age": event.dropped_ages.ravel(),
                "step": _same(event.step, serials.size),
            }
        )
    return _stacked("drops", parts)


def _evicted(trace: Trace) -> Table:
    context_of = origin(trace).context
    return _stacked(
        "evicted",
        [
            {
                "layer": _same(layer, serials.size),
                "serial": serials,
                "context": context_of[serials],
                "step": _same(event.step, serials.size),
            }
            for event in trace.injections
            for layer, serials in enumerate(event.evicted)
        ],
    )


def _forgotten(trace: Trace) -> Table:
    layers = trace.model.num_layers
    return _stacked(
        "forgotten",
        [
            {
                "step": _same(event.step, layers),
                "context": _same(event.context, layers),
                "layer": np.arange(layers, dtype=np.int32),
                "short_term": event.short_term,
                "long_term": event.long_term,
            }
            for event in trace.events
            if isinstance(event, Forgot)
        ],
    )


def _questions(trace: Trace) -> Table:
    asked = trace.questions
    whole = [math.prod(q.probabilities.tolist()) if q.answer_tokens else math.nan for q in asked]
    return {
        "question": _ints(range(len(asked))),
        "step": _ints(q.step for q in asked),
        "text": _texts(q.question for q in asked),
        "answer": _texts(q.answer for q in asked),
        "finish": _texts(q.finish for q in asked),
        "prompt_tokens": _ints(len(q.prompt_tokens) for q in asked),
        "answer_tokens": _ints(len(q.answer_tokens) for q in asked),
        "probability": np.array(whole, np.float32),
    }


def _answer_tokens(trace: Trace) -> Table:
    parts: list[Table] = []
    for index, asked in enumerate(trace.questions):
        count = len(asked.answer_tokens)
        parts.append(
            {
                "question": _same(index, count),
                "token": np.arange(count, dtype=np.int32),
                "id": asked.answer_ids if asked.answer_ids.size else _same(-1, count),
                "text": _texts(asked.answer_tokens),
                "probability": asked.probabilities,
            }
        )
    return _stacked("answer_tokens", parts)


def _attention(trace: Trace) -> Table:
    parts: list[Table] = []
    for index, asked in enumerate(trace.questions):
        token, layer, source = (axis.ravel() for axis in _places(asked.mass.shape))
        parts.append(
            {
                "question": _same(index, token.size),
                "token": token,
                "layer": layer,
                "source": _texts(source.kind for source in asked.sources)[source],
                "context": _ints(source.context for source in asked.sources)[source],
                "mass": asked.mass.ravel(),
            }
        )
    return _stacked("attention", parts)


def _strongest(trace: Trace) -> Table:
    context_of = origin(trace).context
    parts: list[Table] = []
    for index, asked in enumerate(trace.questions):
        token, layer, order = _places(asked.strongest.shape)
        there = asked.strongest >= 0
        serials = asked.strongest[there]
        parts.append(
            {
                "question": _same(index, serials.size),
                "token": token[there],
                "layer": layer[there],
                "order": order[there],
                "serial": serials,
                "context": context_of[serials],
                "mass": asked.strongest_mass[there],
            }
        )
    return _stacked("strongest", parts)


def _retrieved(trace: Trace) -> Table:
    context_of = origin(trace).context
    parts: list[Table] = []
    for index, asked in enumerate(trace.questions):
        layer, order = _places(asked.retrieved.shape)
        there = asked.retrieved >= 0
        serials = asked.retrieved[there]
        parts.append(
            {
                "question": _same(index, serials.size),
                "layer": layer[there],
                "order": order[there],
                "serial": serials,
                "context": context_of[serials],
                "age": asked.ages[there],
                "score": asked.scores[there],
                "mass": asked.retrieved_mass[there],
            }
        )
    return _stacked("retrieved", parts)


def _stacked(name: str, parts: list[Table]) -> Table:
    """The parts of a table, one below the other."""
    return {
        column: np.concatenate([np.empty(0, dtype), *(part[column] for part in parts)]).astype(dtype)
        for column in COLUMNS[name]
        for dtype in (_DTYPES.get(column, np.int32),)
    }


def _ints(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _places(shape: tuple[int, ...]) -> tuple[NDArray[np.int32], ...]:
    """For every entry of an array of this shape, its place along each axis."""
    return tuple(np.asarray(axis, np.int32) for axis in np.indices(shape))


def _same(value: int, count: int) -> NDArray[np.int32]:
    return np.full(count, value, np.int32)


def _texts(values: Iterable[str]) -> NDArray[np.object_]:
    return np.array(list(values), object)


def _listed(array: NDArray[Any]) -> list[Any]:
    """All values in C order, NaN as None."""
    values = array.ravel().tolist()
    return [None if value != value else value for value in values] if array.dtype.kind == "f" else values
