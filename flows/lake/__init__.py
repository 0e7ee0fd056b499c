"""The lake: immutable snapshots of all datasets, committed by one rename."""

from flows.lake.changes import Changes, Counts, Merged
from flows.lake.commit import Made
from flows.lake.faults import (
    LakeConsistencyError,
    SnapshotDamaged,
    SnapshotNotFound,
    SnapshotTaken,
    StoriesGrew,
)
from flows.lake.layout import Layout
from flows.lake.merge import merge
from flows.lake.read import read
from flows.lake.snapshot import DataFile, Snapshot
from flows.lake.staging import Staging, shard_schema, write_shard
from flows.lake.store import Lake, check_place
from flows.lake.writers import Published, lay_anew, publish

__all__ = [
    "Changes",
    "Counts",
    "DataFile",
    "Lake",
    "LakeConsistencyError",
    "Layout",
    "Made",
    "Merged",
    "Published",
    "Snapshot",
    "SnapshotDamaged",
    "SnapshotNotFound",
    "SnapshotTaken",
    "Staging",
    "StoriesGrew",
    "check_place",
    "lay_anew",
    "merge",
    "publish",
    "read",
    "shard_schema",
    "write_shard",
]
