"""The lake: immutable snapshots of all datasets, committed by one rename."""

from flows.lake.commit import Made
from flows.lake.faults import (
    LakeConsistencyError,
    SnapshotDamaged,
    SnapshotNotFound,
    SnapshotTaken,
)
from flows.lake.layout import Layout
from flows.lake.merge import Changes, Counts, Merged, merge
from flows.lake.read import read
from flows.lake.snapshot import DataFile, Snapshot
from flows.lake.staging import Staging, shard_schema, write_shard
from flows.lake.store import Lake
from flows.lake.writers import Published, publish

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
    "merge",
    "publish",
    "read",
    "shard_schema",
    "write_shard",
]
