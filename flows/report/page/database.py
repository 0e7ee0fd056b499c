"""DuckDB over one pinned snapshot: what is counted is counted there, and no row is loaded."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from flows.lake.faults import SnapshotDamaged
from flows.lake.read import snapshot_views
from schemas.guides.views import JOINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from flows.lake import Lake, Snapshot

Rows = list[tuple[Any, ...]]
MEMORY = "1GB"
"""Above it DuckDB goes to the disk, into a folder that is removed."""


@contextmanager
def opened(lake: Lake, snapshot: Snapshot) -> Iterator[DuckDBPyConnection]:
    """A connection with the views of views.sql over the files of one snapshot, and `runs`.

    Raises SnapshotDamaged where a file is gone or no Parquet.
    """
    from duckdb import InvalidInputException, IOException  # noqa: PLC0415

    try:
        with _opened(lake, snapshot) as database:
            yield database
    except (IOException, InvalidInputException) as error:
        where = snapshot.home.where(snapshot.number, "")
        raise SnapshotDamaged(where, f"cannot be read ({error})") from error


@contextmanager
def _opened(lake: Lake, snapshot: Snapshot) -> Iterator[DuckDBPyConnection]:
    with TemporaryDirectory(prefix="broadsheet-") as scratch, snapshot_views(snapshot) as database:
        database.execute(f"set memory_limit = '{MEMORY}'")
        database.execute("set preserve_insertion_order = false")
        database.execute("set autoinstall_known_extensions = false")
        database.execute(f"set temp_directory = '{scratch}'")
        database.register("runs", lake.runs())
        database.execute(JOINS)
        yield database


def asked(database: DuckDBPyConnection, query: str) -> Rows:
    """The rows that a query gives; only what is shown on the page may come this way."""
    rows: Rows = database.execute(query).fetchall()
    return rows


def one(database: DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row that a query gives."""
    (row,) = asked(database, query)
    return row
