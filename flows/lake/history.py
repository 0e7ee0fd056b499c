"""The snapshots a lake keeps: listed, taken back to, and collected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.errors import WrongUsage
from flows.lake.commit import publish_copy
from flows.lake.faults import SnapshotDamaged, told_plainly
from flows.lake.snapshot import Snapshot, newest_snapshot, read_snapshot

if TYPE_CHECKING:
    from flows.lake.store import Lake

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
    for number in sorted(lake.home.numbers(), reverse=True):
        try:
            snapshot = read_snapshot(lake.home, number)
        except SnapshotDamaged:
            snapshot = None
        yield Entry(number, lake.home.written_at(number), snapshot)


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
        return publish_copy(lake.home, wanted, newest, staging)


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

    A snapshot is first put out of sight, so that no reader can newly pin it; whoever reads it goes
    on or gets an error, never fewer rows. It is deleted by a later call, `grace_hours` after it was
    withdrawn. The newest is never touched.
    """
    if keep < 1:
        raise WrongUsage("at least the newest snapshot is kept", remedy="give --keep 1 or more")
    with told_plainly(lake.home.address, "write to"):
        deleted, waiting, freed = lake.home.sweep(grace_hours)
        gone = [n for n in _old(lake, keep, older_than_days) if lake.home.withdraw(n)]
        if grace_hours <= 0 and gone:
            more, waiting, bytes_more = lake.home.sweep(grace_hours)
            deleted, freed = (*deleted, *more), freed + bytes_more
    return Collection(tuple(gone), deleted, waiting, freed)


def _old(lake: Lake, keep: int, older_than_days: float) -> Iterator[int]:
    """Numbers of the snapshots that are not to be kept, the newest first."""
    newest = newest_snapshot(lake.home)
    if newest is None:
        return
    known = [n for n in sorted(lake.home.numbers(), reverse=True) if n <= newest.number]
    before = datetime.now(UTC) - timedelta(days=older_than_days)
    yield from (n for n in known[keep:] if lake.home.written_at(n) <= before)
