"""DuckDB over the files of one pinned snapshot, in bounded memory: what is more goes to disk."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.lake import DataFile, Snapshot

MEMORY = "512MB"
"""Of DuckDB's own; a larger sort, join or group is spilled into a temporary folder."""
THREADS = 2
PLACE = "filename"
"""Column that says which file a row is in."""


class Session:
    """Questions to one snapshot. Rows come with `filename`, the path of their file."""

    def __init__(self, lake: str, snapshot: Snapshot, connection: Any) -> None:
        self.lake = lake
        self.snapshot = snapshot
        self.connection = connection
        self._places: dict[str, str] = {}

    @classmethod
    @contextmanager
    def over(cls, lake: str, snapshot: Snapshot) -> Iterator[Session]:
        """A session with a view for each dataset, and its temporary folder for as long."""
        with tempfile.TemporaryDirectory(prefix="broadsheet-") as scratch:
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "threads": THREADS,
                "temp_directory": scratch,
                "preserve_insertion_order": False,
            }
            with duckdb.connect(config=config) as connection:
                if (filesystem := snapshot.home.filesystem()) is not None:
                    connection.register_filesystem(filesystem)
                session = cls(lake, snapshot, connection)
                for name in snapshot.datasets:
                    session.view(name, name, snapshot.files(name))
                yield session

    def view(self, name: str, dataset: str, files: Sequence[DataFile]) -> None:
        """Make `name` a view of some files of a dataset; without any it has no rows."""
        if files:
            snapshot = self.snapshot
            paths = [snapshot.home.where(snapshot.number, file) for file in files]
            self._places |= {path: file.path for path, file in zip(paths, files, strict=True)}
            # Columns come by name; the partition is in the folder alone, and in no column.
            relation = self.connection.read_parquet(
                paths, hive_partitioning=False, filename=True, union_by_name=True
            )
            relation.create_view(name, replace=True)
            return
        empty = contract(dataset).arrow.empty_table()
        self.connection.register("_empty", empty)
        self.connection.sql(f"create or replace temp table _no_{name} as select * from _empty")
        self.connection.sql(
            f"create or replace view {name} as select *, '' as {PLACE} from _no_{name}"
        )

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Answer of a question; `values` stand for its question marks."""
        answer: list[tuple[Any, ...]] = self.connection.execute(sql, values).fetchall()
        return answer

    def place(self, path: str) -> str:
        """A file's path within its snapshot, as the manifest has it."""
        return self._places.get(path, path)
