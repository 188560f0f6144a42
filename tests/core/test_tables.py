"""Tables and files say what the trace says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest

from core.columns import COLUMNS
from core.errors import InputError, SnapshotError
from core.model.checkpoint import LoadedModel
from core.session import Session
from core.tables import from_json, tables, to_json, to_parquet
from core.trace import Trace, origin
from tests.core.traces import busy_life, same_trace


@pytest.fixture(scope="module")
def trace(mplus: LoadedModel) -> Trace:
    return busy_life(Session(mplus, seed=3)).trace


def test_every_column_is_there_and_said(trace: Trace, mplus: LoadedModel) -> None:
    for found in (tables(trace), tables(Session(mplus).trace)):
        assert {name: list(table) for name, table in found.items()} == {n: list(c) for n, c in COLUMNS.items()}
        for table in found.values():
            assert len({len(column) for column in table.values()}) == 1
    empty = tables(Session(mplus).trace)
    for name, table in tables(trace).items():
        for column, values in table.items():
            assert values.dtype == empty[name][column].dtype, (name, column)


def test_tables_add_up_to_the_trace(trace: Trace) -> None:
    found = tables(trace)
    layers, k = trace.model.num_layers, trace.model.num_tokens
    assert len(found["drops"]["serial"]) == trace.step * layers * k
    last = trace.injections[-1]
    mine = (found["drops"]["step"] == last.step) & (found["drops"]["layer"] == 2)
    assert found["drops"]["serial"][mine].tolist() == last.dropped[2].tolist()
    assert found["drops"]["age"][mine].tolist() == last.dropped_ages[2].tolist()
    assert np.array_equal(found["drops"]["context"], origin(trace).context[found["drops"]["serial"]])
    assert len(found["evicted"]["serial"]) == sum(row.size for event in trace.injections for row in event.evicted)
    sizes = found["store_sizes"]
    assert sizes["store"][sizes["step"] == last.step].tolist() == last.store_size.tolist()
    assert found["contexts"]["injections"].sum() == trace.step
    assert found["contexts"]["text"].tolist() == [context.text for context in trace.contexts]
    assert (found["forgotten"]["short_term"] + found["forgotten"]["long_term"]).sum() > 0
    attention = found["attention"]
    for index, asked in enumerate(trace.questions):
        first = attention["mass"][(attention["question"] == index) & (attention["token"] == 0)]
        assert np.isclose(first.sum(), layers, atol=1e-3)
        mine = found["retrieved"]["question"] == index
        assert found["retrieved"]["serial"][mine].tolist() == asked.retrieved.ravel().tolist()
        mine = found["strongest"]["question"] == index
        assert found["strongest"]["mass"][mine].tolist() == asked.strongest_mass.ravel().tolist()
        mine = found["answer_tokens"]["question"] == index
        assert found["answer_tokens"]["id"][mine].tolist() == asked.answer_ids.tolist()
        assert tuple(found["answer_tokens"]["text"][mine]) == asked.answer_tokens
    assert found["questions"]["probability"][0] == np.float32(np.prod(trace.questions[0].probabilities.astype(float)))


def test_json_loses_nothing(trace: Trace, mplus: LoadedModel) -> None:
    for one in (trace, Session(mplus).trace):
        text = to_json(one)
        again = from_json(text)
        assert same_trace(one, again)
        assert to_json(again) == text


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": "other/1"}', '{"format": "palimpsest-trace/1"}'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(SnapshotError):
        from_json(text)


def test_parquet_in_a_zip_and_in_a_folder(trace: Trace, tmp_path: Path) -> None:
    wanted = tables(trace)
    path = to_parquet(trace, tmp_path / "trace.zip")
    to_parquet(trace, tmp_path / "tables")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == sorted(f"{name}.parquet" for name in wanted)
        for name, table in wanted.items():
            content = archive.read(f"{name}.parquet")
            assert content == (tmp_path / "tables" / f"{name}.parquet").read_bytes()
            found = parquet.read_table(io.BytesIO(content))
            for column, values in table.items():
                read = found[column].to_numpy()
                assert np.array_equal(read, values, equal_nan=values.dtype.kind == "f"), (name, column)
                assert found.schema.field(column).metadata[b"description"].decode() == COLUMNS[name][column]
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="could not be written"):
        to_parquet(trace, tmp_path / "file" / "trace.zip")
