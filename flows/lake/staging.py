"""The folder one run works in: shards of its workers, then the files of the next snapshot."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.parquet as pq

from flows.lake.durable import try_lock
from flows.lake.faults import told_plainly
from flows.lake.layout import SNAPSHOT_DATASETS, STAGING
from flows.lake.parquet import rows_per_group
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

OWNER = "owner.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux says which boot of which machine this is."""
SHARDS = "shards"
KEPT = ("collected-", "damaged-")
"""Snapshots that were withdrawn or set aside: not what a dead run left."""
SHARD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
SHARD_GROUP_BYTES = 8 * 2**20
FOREIGN_REST_SECONDS = 24 * 3600


@dataclass(slots=True)
class Staging:
    """A run's own folder on the local disk; leaving the `with` block removes what is left of it.

    The lock on its owner file, which the system drops when the process dies, says that it lives.
    """

    path: Path
    owner: int | None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove the folder. What cannot be removed is left to the next run."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.owner is not None:
            os.close(self.owner)
            self.owner = None

    @property
    def built(self) -> Path:
        """Folder that stands for the next snapshot and takes its new files."""
        return self.path / "built"

    def shards(self) -> tuple[Path, ...]:
        """List the folders of the finished shards, by name."""
        folder = self.path / SHARDS
        found = folder.iterdir() if folder.is_dir() else ()
        return tuple(sorted(path for path in found if SHARD_NAME.fullmatch(path.name)))


def open_staging(top: Path) -> Staging:
    """Make a staging folder in `top` (Home.scratch), whose lock the caller holds."""
    staging = Staging(top / STAGING / uuid.uuid4().hex, None)
    try:
        (staging.path / SHARDS).mkdir(parents=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        staging.owner = os.open(staging.path / OWNER, flags, 0o666)
        locked = try_lock(staging.owner) is True
        record = {"pid": os.getpid(), "host": this_host(), "locked": locked}
        os.write(staging.owner, json.dumps(record).encode())
    except BaseException:
        staging.discard()
        raise
    return staging


def this_host() -> str:
    """What no other machine has at the same time: two of one name have not booted at once.

    After a boot the folders that its own dead runs left look like those of another machine.
    """
    try:
        boot = BOOT.read_text("ascii").strip()
    except OSError:
        boot = f"{uuid.getnode():x}"
    return f"{socket.gethostname()} {boot}"


def remove_stale(top: Path) -> tuple[str, ...]:
    """Remove what dead processes left in the staging folder; returns the names removed.

    The caller holds the lock of `top`. A folder whose owner may be alive is left alone.
    """
    folder = top / STAGING
    stale = [path for path in folder.iterdir() if _is_stale(path)] if folder.is_dir() else []
    for path in stale:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return tuple(path.name for path in stale)


def _is_stale(path: Path) -> bool:
    """Nobody holds its lock; where locks say nothing, its process is gone from this host."""
    if path.name.startswith(KEPT):
        return False
    try:
        handle = os.open(path / OWNER, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        # Made under the lake's lock, which we hold: with no owner it is half made or removed.
        return not (path / OWNER).exists()
    try:
        record = _owner(handle)
        if try_lock(handle) is False:
            return False
        if record.get("host") != this_host():
            return time.time() - _last_change(path) > FOREIGN_REST_SECONDS
        return record.get("locked") is True or not _is_running(record.get("pid"))
    finally:
        os.close(handle)


def _owner(handle: int) -> dict[str, object]:
    try:
        record = json.loads(os.read(handle, 4096))
    except ValueError:
        return {"host": this_host(), "locked": True}
    return record if isinstance(record, dict) else {}


def _is_running(pid: object) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _last_change(path: Path) -> float:
    return max(entry.stat().st_mtime for entry in (path, *path.glob("*"), *path.glob("*/*")))


def shard_schema(dataset: str) -> pa.Schema:
    """Columns of a shard: the contract's, and for quotes the document they were read from."""
    schema = contract(dataset).arrow
    if dataset == "quotes":
        schema = schema.append(pa.field("document_sha256", pa.string(), nullable=False))
    return schema


def write_shard(staging: str | Path, name: str, tables: Mapping[str, pa.Table]) -> Path:
    """Write what one worker made of its batch; the shard is there as a whole or not at all.

    A shard of that name from an earlier try is replaced. Raises LakeUnusable for a full disk, and
    ValueError for a name that is no plain file name or a table that is not as its contract says.
    """
    if SHARD_NAME.fullmatch(name) is None:
        raise ValueError(f"no name for a shard: {name!r}")
    folder = Path(staging) / SHARDS
    unfinished = folder / f".{name}.{uuid.uuid4().hex}"
    with told_plainly(folder, "write to"):
        unfinished.mkdir()
        for dataset, table in tables.items():
            _write_rows(table, dataset, unfinished / f"{dataset}.parquet")
        if (folder / name).exists():
            (folder / name).rename(folder / f".{name}.{uuid.uuid4().hex}")
        return unfinished.rename(folder / name)


def _write_rows(table: pa.Table, dataset: str, path: Path) -> None:
    if dataset not in SNAPSHOT_DATASETS:
        raise ValueError(f"no dataset of a shard: {dataset!r}")
    schema = shard_schema(dataset)
    if not table.schema.equals(schema):
        raise ValueError(f"the rows of {dataset} are not as their contract says: {table.schema}")
    if table.num_rows:
        with path.open("xb") as sink:
            pq.write_table(
                table,
                sink,
                compression="lz4",
                use_dictionary=False,
                write_statistics=False,
                row_group_size=rows_per_group(table, SHARD_GROUP_BYTES),
            )
