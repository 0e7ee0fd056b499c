"""A commit that other writers may come before: told apart from conflicts, and tried again.

Nothing is locked while rows are read and merged. Whoever loses the race for the next snapshot looks
at what the winner changed. Where it touched nothing that this commit read or wrote, the files made
already are put on top of it; elsewhere everything is merged again from what is staged.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.changes import Merged
from flows.lake.commit import Made, commit, next_snapshot
from flows.lake.faults import SnapshotDamaged, SnapshotTaken, told_plainly
from flows.lake.layout import REWRITTEN
from flows.lake.merge import merge, on_top_of
from flows.lake.relay import relaid
from flows.lake.shards import staged_columns
from schemas import contract

if TYPE_CHECKING:
    from flows.lake.layout import Layout
    from flows.lake.snapshot import Snapshot
    from flows.lake.staging import Staging
    from flows.lake.store import Lake

LOG = logging.getLogger(__name__)
MOST_TRIES = 60
FIRST_WAIT_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 2.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of staged rows: `snapshot` is None where they change nothing."""

    merged: Merged
    snapshot: Snapshot | None
    tries: int


def publish(
    lake: Lake,
    staging: Staging,
    made: Made,
    *,
    merged: Merged | None = None,
    parent: Snapshot | None = None,
    again: pa.Array | None = None,
    say: Say = LOG.warning,
) -> Published:
    """Merge what is staged and commit it, whoever commits meanwhile; see `merge` for `again`.

    `merged`, made on top of `parent`, saves the first merge where the caller has done it. `say` is
    told of every race lost. Raises SnapshotTaken after MOST_TRIES, StoriesGrew, LakeUnusable.
    """
    if merged is None:
        parent = lake.snapshot()
        merged = merge(parent, staging, lake.layout, again)
    for tries in range(1, MOST_TRIES + 1):
        newest = lake.snapshot()
        try:
            if newest is not None and newest.number != merged.changes.parent:
                merged = _brought_up(lake, staging, parent, newest, merged, again, say)
                parent = newest
            if not merged.changes or not _differs(lake, parent, merged, made):
                return Published(merged, None, tries)
            snapshot = commit(lake.home, parent, staging, merged.changes, made)
        except (SnapshotTaken, SnapshotDamaged) as error:
            # A parent that was collected while its files were read or linked is a race lost too.
            collected = parent is not None and parent.number not in lake.home.numbers()
            if tries == MOST_TRIES or not (isinstance(error, SnapshotTaken) or collected):
                raise
            _wait(tries)
        else:
            return Published(merged, snapshot, tries)
    raise AssertionError("unreachable")


def lay_anew(lake: Lake, layout: Layout, made: Made, say: Say = LOG.warning) -> Snapshot | None:
    """Commit the newest snapshot in another layout, whoever commits meanwhile.

    None where it is laid so already. Where another commit came first the whole is done again.
    Raises SnapshotTaken after MOST_TRIES, LakeUnusable.
    """
    for tries in range(1, MOST_TRIES + 1):
        parent = lake.snapshot()
        if parent is None or parent.layout == layout:
            return None
        try:
            with lake.stage() as staging, told_plainly(staging.path, "write to"):
                changes = relaid(parent, staging, layout, LOG.info)
                return commit(lake.home, parent, staging, changes, made)
        except SnapshotTaken as error:
            if tries == MOST_TRIES:
                raise
            say(f"{error}; laying it anew again")
            _wait(tries)
    raise AssertionError("unreachable")


def _brought_up(  # noqa: PLR0917  # two snapshots, what lies between them, and what is to be done
    lake: Lake,
    staging: Staging,
    parent: Snapshot | None,
    newest: Snapshot,
    merged: Merged,
    again: pa.Array | None,
    say: Say,
) -> Merged:
    """The changes for `newest`, which came first: put on top of it, or merged again."""
    why = conflict(parent, newest, staging, merged, again)
    if why is None:
        say(f"snapshot {newest.number} came first and has nothing in common with this commit")
        return on_top_of(newest, staging, lake.layout, merged)
    say(f"snapshot {newest.number} came first: {why}; merging again")
    return merge(newest, staging, lake.layout, again)


def _differs(lake: Lake, parent: Snapshot | None, merged: Merged, made: Made) -> bool:
    """Whether the manifest would list anything else: other files, or rows otherwise made."""
    if parent is None:
        return True
    return next_snapshot(lake.home, parent, merged.changes, made).listing != parent.listing


def _wait(tries: int) -> None:
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**tries)
    time.sleep(random.uniform(0, longest))  # noqa: S311  # parts two writers, keeps no secret


def conflict(
    base: Snapshot | None,
    newest: Snapshot,
    staging: Staging,
    merged: Merged,
    again: pa.Array | None,
) -> str | None:
    """What the snapshots after `base` changed that this commit read or wrote; None for nothing."""
    if newest.layout != merged.changes.layout:
        return "it laid the lake anew"
    for dataset, partition in merged.changes.replaced:
        before = base.partition_files(dataset, partition) if base else ()
        derived = dataset not in REWRITTEN and dataset != "quarantine"
        if not derived and newest.partition_files(dataset, partition) != before:
            return f"it changed {dataset} of {partition} too"
    shards = staging.shards()
    for dataset, column in (("versions", "article_id"), ("raw_documents", "document_sha256")):
        ours = pc.unique(staged_columns(shards, dataset, [column])[column])
        if _among(base, newest, dataset, column, ours):
            return f"it brought rows of the same {column}"
    if again is not None and _among(base, newest, "versions", "document_sha256", again):
        return "it read some of the same documents again"
    return None


def _among(
    base: Snapshot | None, newest: Snapshot, dataset: str, column: str, ours: pa.Array
) -> bool:
    """Whether files that came, or went as after a rollback, hold any of our keys."""
    schema = pa.schema([contract(dataset).arrow.field(column)])
    for one, other in ((newest, base), (base, newest)):
        there = {(file.path, file.sha256) for file in (other.files(dataset) if other else ())}
        for file in one.files(dataset) if one else ():
            if (file.path, file.sha256) not in there:
                assert one is not None
                keys = one.read_file(file, schema)[column]
                if pc.any(pc.is_in(keys, value_set=ours)).as_py():
                    return True
    return False
