"""A lake: a folder of immutable snapshots, one staging folder per run, one row per run."""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import LakeNotFound
from flows.lake.commit import Made, commit, mend_current, newest_snapshot
from flows.lake.durable import flush_folder, write_lock
from flows.lake.faults import (
    NoPlaceForLake,
    SnapshotDamaged,
    SnapshotNotFound,
    told_plainly,
    unusable,
)
from flows.lake.layout import (
    OWN_NAMES,
    RUNS,
    SNAPSHOTS,
    STAGING,
    Layout,
    snapshot_name,
    snapshot_number,
)
from flows.lake.snapshot import Snapshot, aligned, read_snapshot
from flows.lake.staging import Staging, open_staging, remove_stale
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.lake.changes import Changes

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
# What systems put into an empty folder by themselves.
NOISE = frozenset({"lost+found", ".DS_Store", ".gitkeep", ".gitignore"})


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake on a file system; `Lake.open` and `Lake.create` check that the folder is one."""

    path: Path
    layout: Layout = field(default_factory=Layout)
    """For the first snapshot of a new lake; then the manifest says how the lake is laid."""

    @classmethod
    def open(cls, path: str | Path, layout: Layout | None = None) -> Self:
        """Open an existing lake. Raises LakeNotFound, or LakeUnusable where it cannot be read."""
        folder = Path(path).absolute()
        names = _names(folder)
        if names is None or not _is_lake(folder, names):
            raise LakeNotFound(str(path))
        lake = cls(folder.resolve(), layout or Layout())
        lake.snapshot()
        return lake

    @classmethod
    def create(cls, path: str | Path, layout: Layout | None = None) -> Self:
        """Open the lake at `path`, made if need be. Refuses a folder with other things in it."""
        folder = Path(path).absolute()
        check_place(path)
        with told_plainly(folder, "make"):
            (folder / SNAPSHOTS).mkdir(parents=True, exist_ok=True)
        return cls.open(folder, layout)

    def snapshot(self, number: int | None = None) -> Snapshot | None:
        """Pin the newest snapshot, or the one of that number; None in an empty lake.

        Raises SnapshotNotFound, SnapshotDamaged, LakeUnusable (for example a newer format).
        """
        try:
            if number is None:
                return newest_snapshot(self.path)
            folder = self.path / SNAPSHOTS / snapshot_name(number)
            if not folder.is_dir():
                raise SnapshotNotFound(number, self.path)
            return read_snapshot(folder)
        except OSError as error:
            raise unusable(error, self.path, "read") from error

    def known_documents(self) -> pa.ChunkedArray:
        """Read `document_sha256` of every document ever received."""
        snapshot = self.snapshot()
        if snapshot is None:
            return pa.chunked_array([], pa.string())
        return snapshot.table("raw_documents", columns=["document_sha256"])["document_sha256"]

    def stage(self) -> Staging:
        """Make a folder for one run; on the way, mend `current` and remove what dead runs left."""
        with told_plainly(self.path, "write to"), write_lock(self.path) as alone:
            if alone:
                remove_stale(self.path)
            staging = open_staging(self.path)
            try:
                mend_current(self.path, staging.path)
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
        return commit(self.path, parent, staging, changes, made)

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
        with told_plainly(self.path, "write to"), write_lock(self.path):
            _replace_file(table, self.path / RUNS / f"{name}.parquet", self.path / STAGING)

    def runs(self) -> pa.Table:
        """Read the rows of all runs, the earliest first."""
        schema = contract("runs").arrow
        tables = [schema.empty_table()]
        folder = self.path / RUNS
        for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else ():
            try:
                tables.append(aligned(pq.read_table(path, partitioning=None), schema))
            except pa.ArrowInvalid as error:
                raise SnapshotDamaged(path, f"cannot be read ({error})") from error
            except OSError as error:
                raise unusable(error, path, "read") from error
        table = pa.concat_tables(tables)
        return table.sort_by([("started_at", "ascending"), ("run_id", "ascending")])


def check_place(path: str | Path) -> None:
    """Raise NoPlaceForLake where there can be no lake, and make none: a file, or others' things."""
    folder = Path(path).absolute()
    names = _names(folder)
    foreign = sorted((names or frozenset()) - OWN_NAMES - NOISE)
    if foreign and names is not None and not _is_lake(folder, names):
        raise NoPlaceForLake(
            f"{path} is no lake and not empty (it holds {foreign[0]!r})",
            remedy="name a new or an empty folder for the lake",
        )


def _replace_file(table: pa.Table, target: Path, scratch: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    scratch.mkdir(exist_ok=True)
    unfinished = scratch / f"{uuid.uuid4().hex}.parquet"
    try:
        with unfinished.open("xb") as sink:
            pq.write_table(table, sink, compression="zstd")
            sink.flush()
            os.fsync(sink.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    flush_folder(target.parent)


def _names(folder: Path) -> frozenset[str] | None:
    """Names in a folder, None where there is nothing. Raises LakeUnusable."""
    try:
        return frozenset(entry.name for entry in os.scandir(folder))
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise NoPlaceForLake(
            f"{folder} is a file, not the folder of a lake", remedy="name a folder"
        ) from error
    except OSError as error:
        raise unusable(error, folder, "read") from error


def _is_lake(folder: Path, names: frozenset[str]) -> bool:
    """Look for snapshots, or for nothing but what a lake has before its first one."""
    if SNAPSHOTS not in names or not (folder / SNAPSHOTS).is_dir():
        return False
    inside = _names(folder / SNAPSHOTS) or frozenset()
    if any(snapshot_number(name) is not None for name in inside):
        return True
    return not inside - NOISE and not names - OWN_NAMES - NOISE
