"""The snapshots a lake keeps: listed, taken back to, and collected."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.errors import WrongUsage
from flows.lake.commit import newest_snapshot, numbers, publish_copy
from flows.lake.durable import flush_folder, write_lock
from flows.lake.faults import SnapshotDamaged, told_plainly
from flows.lake.layout import MANIFEST, SNAPSHOTS, STAGING, snapshot_name
from flows.lake.snapshot import Snapshot, read_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flows.lake.store import Lake

COLLECTED = "collected-"
"""Before the number of a snapshot that was renamed away and waits for its readers to end."""
WITHDRAWN = "withdrawn"
"""An empty file whose time is when the snapshot was withdrawn, from which the grace counts."""
GRACE_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One snapshot of the history. `written_at` is the clock of the machine that wrote it (UTC)."""

    number: int
    written_at: datetime
    snapshot: Snapshot | None
    """None where its manifest cannot be read."""


def history(lake: Lake) -> Iterator[Entry]:
    """All snapshots that the lake keeps, the newest first."""
    for number in sorted(numbers(lake.path), reverse=True):
        folder = lake.path / SNAPSHOTS / snapshot_name(number)
        try:
            snapshot = read_snapshot(folder)
        except SnapshotDamaged:
            snapshot = None
        yield Entry(number, _written_at(folder), snapshot)


def _written_at(folder: Path) -> datetime:
    manifest = folder / MANIFEST
    stated = (manifest if manifest.exists() else folder).stat().st_mtime
    return datetime.fromtimestamp(stated, UTC)


def rollback(lake: Lake, number: int) -> Snapshot:
    """Publish a new snapshot with the content of an earlier one; nothing is lost by it.

    What came later is not read again by itself, since raw_documents go back as well: run ingest
    over the sources again. Raises SnapshotNotFound, SnapshotDamaged, SnapshotTaken, LakeUnusable.
    """
    wanted = lake.snapshot(number)
    newest = lake.snapshot()
    assert wanted is not None
    assert newest is not None
    if wanted.listing == newest.listing:
        raise WrongUsage(
            f"snapshot {number} is what the newest, {newest.number}, has",
            remedy="name another one (broadsheet history lists them)",
        )
    with lake.stage() as staging:
        return publish_copy(lake.path, wanted, newest, staging.path)


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection did: `withdrawn` are out of sight, `deleted` are gone."""

    withdrawn: tuple[int, ...]
    deleted: tuple[int, ...]
    waiting: tuple[int, ...]
    """Withdrawn earlier, still kept for readers that pinned them."""
    freed_bytes: int


def collect(
    lake: Lake, keep: int = 30, older_than_days: float = 0.0, grace_hours: float = GRACE_HOURS
) -> Collection:
    """Withdraw all but the newest `keep` snapshots if older than so many days, and delete later.

    A snapshot is first renamed away, so that no reader can newly pin it; whoever reads it by open
    files goes on, and whoever opens more gets FileNotFoundError rather than fewer rows. It is
    deleted by a later call, `grace_hours` after it was withdrawn. The newest is never touched.
    """
    if keep < 1:
        raise WrongUsage("at least the newest snapshot is kept", remedy="give --keep 1 or more")
    with told_plainly(lake.path, "write to"), write_lock(lake.path):
        deleted, waiting, freed = _delete(lake.path, grace_hours)
        withdrawn = _withdraw(lake.path, keep, older_than_days)
    if grace_hours <= 0 and withdrawn:
        with told_plainly(lake.path, "write to"), write_lock(lake.path):
            more, waiting, bytes_more = _delete(lake.path, grace_hours)
            deleted, freed = (*deleted, *more), freed + bytes_more
    return Collection(withdrawn, deleted, waiting, freed)


def _withdraw(lake: Path, keep: int, older_than_days: float) -> tuple[int, ...]:
    newest = newest_snapshot(lake)
    if newest is None:
        return ()
    known = [number for number in sorted(numbers(lake), reverse=True) if number <= newest.number]
    before = datetime.now(UTC) - timedelta(days=older_than_days)
    gone = []
    for number in known[keep:]:
        folder = lake / SNAPSHOTS / snapshot_name(number)
        if _written_at(folder) <= before:
            target = lake / STAGING / f"{COLLECTED}{snapshot_name(number)}"
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                shutil.rmtree(target)
            folder.rename(target)
            (target / WITHDRAWN).touch()
            gone.append(number)
    if gone:
        flush_folder(lake / SNAPSHOTS)
    return tuple(gone)


def _delete(lake: Path, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    deleted, waiting, freed = [], [], 0
    for folder in sorted((lake / STAGING).glob(f"{COLLECTED}*")):
        number = int(folder.name.removeprefix(COLLECTED))
        marker = folder / WITHDRAWN
        if not marker.exists():
            # Killed between the rename and the mark: the grace begins now.
            marker.touch()
        since = marker.stat().st_mtime
        # A clock that jumped back must not delete early, nor keep for ever.
        if abs(time.time() - since) < grace_hours * 3600:
            waiting.append(number)
            continue
        # What other snapshots link stays on the disk.
        freed += sum(f.stat().st_size for f in folder.rglob("*.parquet") if f.stat().st_nlink == 1)
        shutil.rmtree(folder)
        deleted.append(number)
    return tuple(deleted), tuple(waiting), freed
