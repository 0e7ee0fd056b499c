"""One rename that publishes all datasets at once, and the link that readers follow."""

from __future__ import annotations

import errno
import logging
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flows.errors import LakeUnusable
from flows.lake.durable import flush_folder, flush_tree, link_or_copy, write_lock, write_whole
from flows.lake.faults import SnapshotDamaged, SnapshotTaken, told_plainly
from flows.lake.guides import write_guides
from flows.lake.layout import (
    CURRENT,
    MANIFEST,
    SNAPSHOT_DATASETS,
    SNAPSHOTS,
    snapshot_name,
    snapshot_number,
)
from flows.lake.makers import maker_id, maker_of
from flows.lake.snapshot import DataFile, Snapshot, manifest_bytes, read_snapshot
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flows.lake.changes import Changes
    from flows.lake.staging import Staging


@dataclass(frozen=True, slots=True)
class Made:
    """What a commit's rows are made with; `reference` is name -> version (tagger, profile:...)."""

    code_version: str
    reference: Mapping[str, str] = field(default_factory=dict)


LOG = logging.getLogger(__name__)
TAKEN = {errno.ENOTEMPTY, errno.EEXIST}


def newest_snapshot(lake: Path) -> Snapshot | None:
    """Read the newest whole snapshot, wherever `current` leads; None in an empty lake.

    Raises SnapshotDamaged where `current` leads to a snapshot that cannot be read: an older one in
    its place would hide what was published.
    """
    linked = lake / CURRENT
    pinned = snapshot_number(linked.resolve().name) if linked.is_dir() else None
    for number in sorted(numbers(lake), reverse=True):
        try:
            return read_snapshot(lake / SNAPSHOTS / snapshot_name(number))
        except SnapshotDamaged:
            if number == pinned:
                raise
    return None


def numbers(lake: Path) -> Iterable[int]:
    """Numbers of the snapshots that lie in the lake, whole or not."""
    names = (entry.name for entry in os.scandir(lake / SNAPSHOTS))
    return [number for name in names if (number := snapshot_number(name)) is not None]


def commit(
    lake: Path, parent: Snapshot | None, staging: Staging, changes: Changes, made: Made
) -> Snapshot:
    """Publish `changes` on top of `parent` as the next snapshot.

    Raises SnapshotTaken where another run was first, LakeUnusable where the disk refuses; the lake
    is then as it was.
    """
    if not changes:
        raise ValueError("there is nothing to publish")
    if changes.parent != (None if parent is None else parent.number):
        raise ValueError("the changes were made for another parent")
    snapshot = next_snapshot(lake, parent, changes, made)
    with told_plainly(lake, "write to"):
        folder = staging.path / "snapshot"
        snapshot = _fill(folder, parent, snapshot, staging.path / "built")
        with write_lock(lake):
            _publish(lake, folder, snapshot)
            try:
                point_current(lake, snapshot.number, staging.path)
            except OSError as error:
                # Published all the same: the next run mends the link.
                LOG.warning("%s still leads to an earlier snapshot: %s", lake / CURRENT, error)
    return snapshot


def publish_copy(lake: Path, wanted: Snapshot, newest: Snapshot, scratch: Path) -> Snapshot:
    """Publish the content of an earlier snapshot as the next one, from links alone."""
    number = newest.number + 1
    path = lake / SNAPSHOTS / snapshot_name(number)
    snapshot = replace(wanted, number=number, parent=newest.number, path=path)
    with told_plainly(lake, "write to"):
        folder = scratch / "snapshot"
        snapshot = _fill(folder, wanted, snapshot, scratch / "built")
        with write_lock(lake):
            _publish(lake, folder, snapshot)
            point_current(lake, number, scratch)
    return snapshot


def next_snapshot(lake: Path, parent: Snapshot | None, changes: Changes, made: Made) -> Snapshot:
    """The snapshot that `commit` would publish, as its manifest describes it."""
    number = 1 if parent is None else parent.number + 1
    datasets = SNAPSHOT_DATASETS if parent is None else parent.datasets
    maker = maker_of(made.code_version, datasets, made.reference)
    name = maker_id(maker)
    listing = {dataset: _listing(dataset, parent, changes, name) for dataset in datasets}
    used = {each for files in listing.values() for file in files for each in file.made_by}
    makers = {**({} if parent is None else parent.makers), name: maker}
    return Snapshot(
        number=number,
        path=lake / SNAPSHOTS / snapshot_name(number),
        parent=None if parent is None else parent.number,
        code_version=made.code_version,
        contracts={dataset: contract(dataset).version for dataset in datasets},
        listing=listing,
        makers={each: makers[each] for each in sorted(used)},
    )


def _listing(
    dataset: str, parent: Snapshot | None, changes: Changes, maker: str
) -> tuple[DataFile, ...]:
    """Files by partition; inside one as they were, then what is new."""
    kept = () if parent is None else parent.files(dataset)
    known = set(kept)
    gone = {partition for name, partition in changes.replaced if name == dataset}
    files = [file for file in kept if file.partition not in gone]
    for (name, _), replacing in changes.replaced.items():
        files.extend(replacing if name == dataset else ())
    files.extend(changes.appended.get(dataset, ()))
    stamped = [file if file in known else _stamped(file, maker) for file in files]
    return tuple(sorted(stamped, key=lambda file: file.partition or ""))


def _stamped(file: DataFile, maker: str) -> DataFile:
    return replace(file, made_by=tuple(sorted({*file.made_by, maker})))


def _fill(folder: Path, parent: Snapshot | None, snapshot: Snapshot, built: Path) -> Snapshot:
    """Every file of the snapshot: new ones moved here, the parent's linked; all of it flushed."""
    folder.mkdir()
    for dataset in snapshot.datasets:
        before = () if parent is None else parent.files(dataset)
        known = {(file.path, file.sha256) for file in before}
        for file in snapshot.files(dataset):
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if parent is not None and (file.path, file.sha256) in known:
                _link(parent.path / file.path, target)
            else:
                (built / file.path).rename(target)
    snapshot = write_guides(folder, snapshot)
    write_whole(folder / MANIFEST, manifest_bytes(snapshot))
    flush_tree(folder)
    return snapshot


def _link(published: Path, target: Path) -> None:
    try:
        link_or_copy(published, target)
    except FileNotFoundError as error:
        raise SnapshotDamaged(published, "is missing") from error


def _publish(lake: Path, folder: Path, snapshot: Snapshot) -> None:
    """Create-if-absent: a rename onto a folder that is not empty fails."""
    try:
        folder.rename(snapshot.path)
    except OSError as error:
        if error.errno not in TAKEN:
            raise
        read_snapshot(snapshot.path)
        raise SnapshotTaken(snapshot.path) from error
    flush_folder(lake / SNAPSHOTS)


def point_current(lake: Path, number: int, scratch: Path) -> None:
    """Swing the link in one step: a new one is made in `scratch` and renamed over the old."""
    link = scratch / CURRENT
    link.unlink(missing_ok=True)
    link.symlink_to(f"{SNAPSHOTS}/{snapshot_name(number)}", target_is_directory=True)
    link.replace(lake / CURRENT)
    flush_folder(lake)


def mend_current(lake: Path, scratch: Path) -> None:
    """Let `current` lead to the newest whole snapshot, where a crash or a copy left it elsewhere.

    Raises LakeUnusable where `current` is no link, and so a copy that would never change.
    """
    link = lake / CURRENT
    if link.exists() and not link.is_symlink():
        raise LakeUnusable(
            f"{link} is no link but a copy that readers would take for the newest snapshot",
            remedy=f"remove {link} and run again: it is made anew from {SNAPSHOTS}",
        )
    newest = newest_snapshot(lake)
    if newest is None:
        link.unlink(missing_ok=True)
    elif not _leads_to(link, newest.number):
        point_current(lake, newest.number, scratch)


def _leads_to(link: Path, number: int) -> bool:
    wanted = f"{SNAPSHOTS}/{snapshot_name(number)}"
    return link.is_symlink() and link.readlink().as_posix() == wanted
