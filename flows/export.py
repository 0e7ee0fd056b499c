"""The newest snapshot in another format: CSV, JSON Lines, one DuckDB file, or Delta tables.

Rows are streamed, some at a time. CSV is safe to open in a spreadsheet: a text that begins like a
formula gets an apostrophe before it, as OWASP's page on CSV injection has it, and one that begins
with an apostrophe gets a second one; so whoever takes one leading apostrophe away has every value
back. Delta registers the files as they are, by hard links beside a log: no row is written again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from flows.errors import BroadsheetError, WrongUsage
from flows.lake.read import LibraryMissing
from flows.lake.snapshot import aligned
from schemas import contract

if TYPE_CHECKING:
    from flows.lake import Lake, Snapshot

ROWS = 1_024
MEMORY = "512MB"
FORMULA = r"^[=+\-@\t\r']"
"""How a text begins that gets an apostrophe before it in CSV."""
FORMS = ("csv", "jsonl", "duckdb", "delta")


class ExportFailed(BroadsheetError):
    """The place of an export cannot be written, or its disk is full."""

    def __init__(self, to: Path, reason: str) -> None:
        self.to = to
        super().__init__(
            f"the export to {to} could not be written ({reason})",
            remedy="make room or name another place; what is there so far may be deleted",
        )


def export(lake: Lake, to: Path, form: str, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Write datasets of the newest snapshot to `to`; a line for each. Nothing there is replaced.

    Raises WrongUsage for an unknown form or dataset, an empty lake and a place that holds something
    already; LibraryMissing; ExportFailed.
    """
    snapshot, names = _checked(lake, to, form, only)
    write: Callable[[Snapshot, str, Path], None] = {
        "csv": _csv,
        "jsonl": _jsonl,
        "duckdb": _duckdb,
        "delta": _delta,
    }[form]
    for name in names:
        try:
            write(snapshot, name, to)
        except (OSError, duckdb.Error) as error:
            reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            raise ExportFailed(to, reason) from error
        yield f"  {snapshot.rows(name):>9,} {name}"
    yield f"Snapshot {snapshot.number} of the lake {lake.home.address} as {form}: {to}"


def _checked(
    lake: Lake, to: Path, form: str, only: tuple[str, ...]
) -> tuple[Snapshot, tuple[str, ...]]:
    if form not in FORMS:
        raise WrongUsage(f"there is no format {form!r}", remedy=f"ask for {', '.join(FORMS)}")
    snapshot = lake.snapshot()
    if snapshot is None:
        raise WrongUsage(
            f"the lake {lake.home.address} is empty", remedy="bring something in first"
        )
    for name in only:
        snapshot.files(name)  # raises DatasetUnknown
    is_file = form == "duckdb"
    if to.is_symlink() or (to.exists() and (is_file or not to.is_dir() or any(to.iterdir()))):
        raise WrongUsage(f"{to} is there already", remedy="name a new place, or delete it first")
    if form == "delta":
        _deltalake()
    return snapshot, only or snapshot.datasets


def _rows(snapshot: Snapshot, dataset: str) -> Iterator[pa.Table]:
    """The rows of a dataset in the columns of its contract, some at a time."""
    schema = contract(dataset).arrow
    for file in snapshot.files(dataset):
        with snapshot.open_file(file) as parquet:
            for batch in parquet.iter_batches(batch_size=ROWS, use_threads=False):
                yield aligned(pa.Table.from_batches([batch]), schema)


def _csv(snapshot: Snapshot, dataset: str, to: Path) -> None:
    """One file by RFC 4180, UTF-8: null is an empty cell, an empty text stands in quotes."""
    to.mkdir(parents=True, exist_ok=True)
    declared = contract(dataset).arrow
    schema = pa.schema(
        [(item.name, item.type if _is_plain(item.type) else pa.string()) for item in declared]
    )
    with (to / f"{dataset}.csv").open("xb") as sink, pv.CSVWriter(sink, schema) as writer:
        for rows in _rows(snapshot, dataset):
            cells = [_cells(column) for column in rows.columns]
            writer.write_table(pa.Table.from_arrays(cells, schema=schema))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether values can be no formula: numbers and truth values."""
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if _is_plain(column.type):
        return column
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        printed = [None if value is None else _json(value) for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(printed, pa.string())])
    texts = column.cast(pa.string())
    guarded = pc.binary_join_element_wise("'", texts, "")
    return pc.if_else(pc.match_substring_regex(texts, FORMULA), guarded, texts)


def _json(value: Any) -> str:
    """A list or an object as JSON; bytes in base64."""
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value that JSON can hold: instants and days in ISO 8601, bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _jsonl(snapshot: Snapshot, dataset: str, to: Path) -> None:
    """One object a line, in UTF-8, every column there; null where there is no value."""
    to.mkdir(parents=True, exist_ok=True)
    with (to / f"{dataset}.jsonl").open("x", encoding="utf-8", newline="\n") as sink:
        for rows in _rows(snapshot, dataset):
            for row in rows.to_pylist():
                sink.write(json.dumps(_plain(row), ensure_ascii=False) + "\n")


def _duckdb(snapshot: Snapshot, dataset: str, to: Path) -> None:
    """One table of a database file, each column with what the contract says about it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(to), config={"memory_limit": MEMORY}) as database:
        empty = contract(dataset).arrow.empty_table()
        database.register("_columns", empty)
        database.execute(f"create table {dataset} as select * from _columns")
        for rows in _rows(snapshot, dataset):
            database.register("_rows", rows)
            database.execute(f"insert into {dataset} select * from _rows")
        for item in contract(dataset).arrow:
            meaning = item.metadata[b"description"].decode().replace("'", "''")
            database.execute(f"comment on column {dataset}.{item.name} is '{meaning}'")


def _deltalake() -> Any:
    try:
        import deltalake  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise LibraryMissing('"broadsheet[delta]"') from error
    return deltalake


def _delta(snapshot: Snapshot, dataset: str, to: Path) -> None:
    """A Delta table over links (or copies) of the files; the partition becomes one more column."""
    library, declared, table = _deltalake(), contract(dataset), to / dataset
    table.mkdir(parents=True)
    for file in snapshot.files(dataset):
        target = to / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        snapshot.home.bring(snapshot.number, file, target)
    about: dict[str, Any] = {"name": dataset, "description": declared.description}
    key = declared.partitions.get(snapshot.layout.grain_of(dataset))
    try:
        if snapshot.files(dataset):
            if key is not None:
                parted = library.Schema([library.Field(key, "string")])
                about |= {"partition_by": parted, "partition_strategy": "hive"}
            library.convert_to_deltalake(str(table), **about)
        else:
            more = [pa.field(key, pa.string())] if key is not None else []
            schema = pa.schema([*declared.arrow, *more])
            library.DeltaTable.create(str(table), schema=schema, partition_by=key, **about)
    except library.exceptions.DeltaError as error:
        raise ExportFailed(to, str(error)) from error
