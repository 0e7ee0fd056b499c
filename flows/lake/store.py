"""A lake: immutable snapshots, one staging folder per run, one row per run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import LakeNotFound
from flows.lake.commit import Made, commit
from flows.lake.durable import write_lock
from flows.lake.faults import (
    NoPlaceForLake,
    SnapshotDamaged,
    SnapshotNotFound,
    told_plainly,
    unusable,
)
from flows.lake.home import Address, Home, home_of
from flows.lake.layout import RUNS, Layout
from flows.lake.snapshot import Snapshot, aligned, newest_snapshot, read_snapshot
from flows.lake.staging import Staging, open_staging, remove_stale
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.lake.changes import Changes

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake, wherever it lives; `Lake.open` and `Lake.create` check that there is one."""

    home: Home
    layout: Layout = field(default_factory=Layout)
    """For the first snapshot of a new lake; then the manifest says how the lake is laid."""

    @classmethod
    def open(cls, address: Address, layout: Layout | None = None) -> Self:
        """Open an existing lake. Raises LakeNotFound, or LakeUnusable where it cannot be read."""
        home = home_of(address)
        if not home.is_lake():
            raise LakeNotFound(str(address))
        lake = cls(home, layout or Layout())
        lake.snapshot()
        return lake

    @classmethod
    def create(cls, address: Address, layout: Layout | None = None) -> Self:
        """Open the lake at `address`, made if need be. Refuses a place with other things in it."""
        check_place(address)
        home = home_of(address)
        with told_plainly(home.address, "make"):
            home.make()
        return cls.open(address, layout)

    @property
    def path(self) -> Path:
        """Folder of the lake. Raises WrongUsage where it is in none."""
        return self.home.folder(0).parent.parent

    def snapshot(self, number: int | None = None) -> Snapshot | None:
        """Pin the newest snapshot, or the one of that number; None in an empty lake.

        Raises SnapshotNotFound, SnapshotDamaged, LakeUnusable (for example a newer format).
        """
        try:
            if number is None:
                return newest_snapshot(self.home)
            if number not in self.home.numbers():
                raise SnapshotNotFound(number, self.home.address)
            return read_snapshot(self.home, number)
        except OSError as error:
            raise unusable(error, self.home.address, "read") from error

    def known_documents(self) -> pa.ChunkedArray:
        """Read `document_sha256` of every document ever received."""
        snapshot = self.snapshot()
        if snapshot is None:
            return pa.chunked_array([], pa.string())
        return snapshot.table("raw_documents", columns=["document_sha256"])["document_sha256"]

    def stage(self) -> Staging:
        """Make a folder for one run; on the way, mend and remove what dead runs left."""
        scratch = self.home.scratch
        with told_plainly(self.home.address, "write to"), write_lock(scratch) as alone:
            if alone:
                remove_stale(scratch)
            staging = open_staging(scratch)
            try:
                self.home.ready()
            except BaseException:
                staging.discard()
                raise
            return staging

    def commit(
        self,
        staging: Staging,
        changes: Changes,
        code_version: str,
        reference: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """Publish what `merge` made of the staging folder. Raises SnapshotTaken, LakeUnusable.

        `reference` names what else the rows were made with: `tagger`, `profile:...`, `lookup:...`.
        """
        parent = None if changes.parent is None else self.snapshot(changes.parent)
        made = Made(code_version, reference or {})
        return commit(self.home, parent, staging, changes, made)

    def record_run(self, row: Mapping[str, Any]) -> None:
        """Keep the row of one run, beside the snapshots; a row of the same run_id is replaced.

        Raises ValueError for a column that the contract does not name or requires and does not get.
        """
        schema = contract("runs").arrow
        lacking = {item.name for item in schema if not item.nullable and row.get(item.name) is None}
        if unfit := lacking | (set(row) - set(schema.names)):
            raise ValueError(f"the row of a run is not as its contract says: {sorted(unfit)}")
        name = str(row["run_id"])
        if RUN_NAME.fullmatch(name) is None:
            raise ValueError(f"no name for a run: {name!r}")
        table = pa.Table.from_pylist([dict(row)], schema=schema)
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        with told_plainly(self.home.address, "write to"):
            self.home.keep(f"{RUNS}/{name}.parquet", sink.getvalue().to_pybytes())

    def runs(self) -> pa.Table:
        """Read the rows of all runs, the earliest first."""
        schema = contract("runs").arrow
        tables = [schema.empty_table()]
        with told_plainly(self.home.address, "read"):
            for name, content in self.home.all_kept(RUNS):
                if name.endswith(".parquet"):
                    tables.append(aligned(_table_of(name, content), schema))
        table = pa.concat_tables(tables)
        return table.sort_by([("started_at", "ascending"), ("run_id", "ascending")])


def _table_of(name: str, content: bytes) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(content))
    except pa.ArrowInvalid as error:
        raise SnapshotDamaged(name, f"cannot be read ({error})") from error


def check_place(address: Address) -> None:
    """Raise NoPlaceForLake where there can be no lake, and make none: a file, or others' things."""
    foreign = home_of(address).foreign()
    if foreign is not None:
        raise NoPlaceForLake(
            f"{address} is no lake and not empty (it holds {foreign!r})",
            remedy="name a new or an empty folder for the lake",
        )
