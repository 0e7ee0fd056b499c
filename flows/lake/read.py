"""Reading a published dataset in one line, pinned to one snapshot."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import BroadsheetError, DatasetUnknown, WrongUsage
from flows.lake.layout import SNAPSHOT_DATASETS, UNDATED
from flows.lake.snapshot import narrowed
from flows.lake.store import Lake
from schemas import contract
from schemas.guides.views import in_two_versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from flows.lake.snapshot import Snapshot

READABLE = (*SNAPSHOT_DATASETS, "runs")
Form = Literal["arrow", "pandas", "polars", "duckdb"]
FORMS = ("arrow", "pandas", "polars", "duckdb")
Day = date | str


class LibraryMissing(BroadsheetError):
    """The form asked for needs a library that is not installed."""

    def __init__(self, library: str) -> None:
        self.library = library
        super().__init__(f"{library} is not installed", remedy=f"pip install {library}")


def read(
    dataset: str,
    lake: Lake | str | Path,
    *,
    snapshot: int | None = None,
    columns: Sequence[str] | None = None,
    since: Day | None = None,
    until: Day | None = None,
    form: Form = "arrow",
) -> Any:
    """Read a dataset from one snapshot, the newest unless numbered, by partition and key.

    `since` and `until` (both included, dates or "2024-01-31") bound the day of the partition column
    and open only the partitions they need; undated rows are then left out. `form` gives a pyarrow
    Table, a pandas or polars DataFrame, or a DuckDB connection with a view for every dataset of
    that snapshot and the asked one as `asked`. Raises DatasetUnknown, LakeNotFound, LakeUnusable,
    SnapshotNotFound, LibraryMissing, and WrongUsage for an unknown column, form or day.
    """
    _check(dataset, columns, form)
    store = lake if isinstance(lake, Lake) else Lake.open(lake)
    pinned = store.snapshot(snapshot)
    table = _table(store, pinned, dataset, columns, (_day(since), _day(until)))
    if form == "duckdb":
        return _duckdb(pinned, table)
    return _as(table, form)


def _check(dataset: str, columns: Sequence[str] | None, form: str) -> None:
    if dataset not in READABLE:
        raise DatasetUnknown(dataset, READABLE)
    schema = contract(dataset).arrow
    if unknown := [name for name in columns or () if name not in schema.names]:
        raise WrongUsage(
            f"{dataset} has no column {unknown[0]}", remedy=f"ask for {', '.join(schema.names)}"
        )
    if form not in FORMS:
        raise WrongUsage(f"there is no form {form!r}", remedy=f"ask for {', '.join(FORMS)}")


def _day(value: Day | None) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise WrongUsage(f"{value!r} is no day", remedy="write it as 2024-01-31") from error


def _table(
    store: Lake,
    pinned: Snapshot | None,
    dataset: str,
    columns: Sequence[str] | None,
    days: tuple[date | None, date | None],
) -> pa.Table:
    schema = narrowed(contract(dataset).arrow, columns)
    source = contract(dataset).partition_source
    bounded = days != (None, None)
    if bounded and source is None:
        raise WrongUsage(
            f"{dataset} is not parted by day", remedy="leave since and until away, and filter"
        )
    if dataset == "runs":
        return store.runs().select(schema.names)
    if pinned is None:
        return schema.empty_table()
    if not bounded or source is None:
        return pinned.table(dataset, columns)
    names = list(dict.fromkeys([*schema.names, source]))
    table = pinned.table(dataset, names, _partitions(pinned, dataset, days))
    printed = table[source].cast(pa.date32(), safe=False)
    for bound, compare in zip(days, (pc.greater_equal, pc.less_equal), strict=True):
        if bound is not None:
            mask = pc.fill_null(compare(printed, pa.scalar(bound)), False)
            table, printed = table.filter(mask), printed.filter(mask)
    return table.select(schema.names)


def _partitions(
    pinned: Snapshot, dataset: str, days: tuple[date | None, date | None]
) -> set[str | None]:
    """Those that may hold a day: names sort as days do, and a month is a prefix of its days."""
    first, last = (None if day is None else day.isoformat() for day in days)
    return {
        name
        for name in {file.partition for file in pinned.files(dataset)}
        if name is not None
        and name != UNDATED
        and (first is None or name >= first[: len(name)])
        and (last is None or name <= last[: len(name)])
    }


def _as(table: pa.Table, form: str) -> Any:
    if form == "pandas":
        return table.to_pandas()
    if form == "polars":
        try:
            import polars as pl  # noqa: PLC0415  # an analyst's library, no dependency of ours
        except ImportError as error:
            raise LibraryMissing("polars") from error
        return pl.from_arrow(table)
    return table


def _duckdb(pinned: Snapshot | None, table: pa.Table) -> DuckDBPyConnection:
    connection = snapshot_views(pinned)
    connection.register("asked", table)
    return connection


def snapshot_views(pinned: Snapshot | None) -> DuckDBPyConnection:
    """A connection of its own, in memory: a view for every dataset, over the snapshot's files."""
    import duckdb  # noqa: PLC0415  # costs as much as all else that is imported here

    connection = duckdb.connect()
    filesystem = None if pinned is None else pinned.home.filesystem()
    if filesystem is not None:
        connection.register_filesystem(filesystem)
    for name in pinned.datasets if pinned is not None else ():
        assert pinned is not None
        paths = [pinned.home.where(pinned.number, file) for file in pinned.files(name)]
        if paths:
            # Their partition is in the name of the folder alone, and all columns in the file.
            by_name = in_two_versions(name, pinned.files(name), pinned)
            connection.read_parquet(
                paths, hive_partitioning=False, union_by_name=by_name
            ).create_view(name)
        else:
            connection.register(name, contract(name).arrow.empty_table())
    return connection
