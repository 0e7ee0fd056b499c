"""A lake in a folder: snapshots are folders, a commit is one rename, unchanged files are links."""

from __future__ import annotations

import errno
import logging
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from flows.errors import LakeUnusable
from flows.lake import folder_care as care
from flows.lake.durable import flush_folder, flush_tree, link_or_copy, write_lock, write_whole
from flows.lake.faults import NoPlaceForLake, SnapshotDamaged, SnapshotTaken, unusable
from flows.lake.layout import (
    CURRENT,
    MANIFEST,
    OWN_NAMES,
    SNAPSHOTS,
    STAGING,
    snapshot_name,
    snapshot_number,
)
from flows.lake.snapshot import manifest_bytes, newest_snapshot, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator
    from pathlib import Path

    from flows.lake.snapshot import DataFile, Snapshot

LOG = logging.getLogger(__name__)
TAKEN = {errno.ENOTEMPTY, errno.EEXIST}
# What systems put into an empty folder by themselves.
NOISE = frozenset({"lost+found", ".DS_Store", ".gitkeep", ".gitignore"})


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a lake; see Home."""

    path: Path
    is_far = False

    @property
    def address(self) -> str:
        """The path."""
        return str(self.path)

    @property
    def scratch(self) -> Path:
        """The lake itself: what is staged gets into it by a rename."""
        return self.path

    def is_lake(self) -> bool:
        """Look for snapshots, or for nothing but what a lake has before its first one."""
        names = _names(self.path)
        if names is None or SNAPSHOTS not in names or not (self.path / SNAPSHOTS).is_dir():
            return False
        inside = _names(self.path / SNAPSHOTS) or frozenset()
        if any(snapshot_number(name) is not None for name in inside):
            return True
        return not inside - NOISE and not names - OWN_NAMES - NOISE

    def foreign(self) -> str | None:
        """The first of the names that no lake has. Raises NoPlaceForLake for a file."""
        foreign = sorted((_names(self.path) or frozenset()) - OWN_NAMES - NOISE)
        return foreign[0] if foreign and not self.is_lake() else None

    def make(self) -> None:
        """Make the folder of snapshots."""
        (self.path / SNAPSHOTS).mkdir(parents=True, exist_ok=True)

    def ready(self) -> None:
        """Let `current` lead to the newest whole snapshot, where a crash or a copy left it.

        Raises LakeUnusable where `current` is no link, and so a copy that would never change.
        """
        link = self.path / CURRENT
        if link.exists() and not link.is_symlink():
            raise LakeUnusable(
                f"{link} is no link but a copy that readers would take for the newest snapshot",
                remedy=f"remove {link} and run again: it is made anew from {SNAPSHOTS}",
            )
        newest = newest_snapshot(self)
        if newest is None:
            link.unlink(missing_ok=True)
        elif self.astray(newest.number) is not None:
            self._point(newest.number)

    def numbers(self) -> Collection[int]:
        """By the names of the folders."""
        names = (entry.name for entry in os.scandir(self.path / SNAPSHOTS))
        return [number for name in names if (number := snapshot_number(name)) is not None]

    def pointed(self) -> int | None:
        """The one that `current` leads to, unless it dangles."""
        link = self.path / CURRENT
        return snapshot_number(link.resolve().name) if link.is_dir() else None

    def folder(self, number: int) -> Path:
        """The folder of a snapshot."""
        return self.path / SNAPSHOTS / snapshot_name(number)

    def where(self, number: int, file: DataFile | str) -> str:
        """The path of a file."""
        return str(self.folder(number) / (file if isinstance(file, str) else file.path))

    def filesystem(self) -> None:
        """Paths are opened as such."""

    def manifest(self, number: int) -> bytes:
        """Read the manifest."""
        return (self.folder(number) / MANIFEST).read_bytes()

    def written_at(self, number: int) -> datetime:
        """By the manifest; by the folder where that is gone."""
        manifest = self.folder(number) / MANIFEST
        stated = (manifest if manifest.exists() else self.folder(number)).stat().st_mtime
        return datetime.fromtimestamp(stated, UTC)

    def open(self, number: int, file: DataFile) -> BinaryIO:
        """Open a file."""
        return (self.folder(number) / file.path).open("rb")

    def bring(self, number: int, file: DataFile, target: Path) -> None:
        """Link it, or copy it."""
        link_or_copy(self.folder(number) / file.path, target)

    def identity(self, number: int, file: DataFile) -> Hashable:
        """Device and inode, the same for all links."""
        about = (self.folder(number) / file.path).stat()
        return about.st_dev, about.st_ino

    def publish(self, snapshot: Snapshot, origin: Snapshot | None, built: Path) -> None:
        """Fill a folder beside `built`, then rename it; then swing `current`."""
        folder = built.parent / "snapshot"
        self._fill(folder, origin, snapshot, built)
        with write_lock(self.path):
            # Create-if-absent: a rename onto a folder that is not empty fails.
            try:
                folder.rename(self.folder(snapshot.number))
            except OSError as error:
                if error.errno not in TAKEN:
                    raise
                read_snapshot(self, snapshot.number)
                raise SnapshotTaken(self.where(snapshot.number, "")) from error
            flush_folder(self.path / SNAPSHOTS)
            try:
                self._point(snapshot.number)
            except OSError as error:
                # Published all the same: the next run mends the link.
                LOG.warning("%s still leads to an earlier snapshot: %s", self.path, error)

    def _fill(self, folder: Path, origin: Snapshot | None, snapshot: Snapshot, built: Path) -> None:
        """Every file of the snapshot: new ones moved here, the others linked; all of it flushed."""
        folder.mkdir()
        before = () if origin is None else origin.everything()
        known = {(file.path, file.sha256) for file in before}
        for file in snapshot.everything():
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if origin is not None and (file.path, file.sha256) in known:
                _link(self.folder(origin.number) / file.path, target)
            else:
                (built / file.path).rename(target)
        write_whole(folder / MANIFEST, manifest_bytes(snapshot))
        flush_tree(folder)

    def _point(self, number: int) -> None:
        """Swing the link in one step: a new one is made and renamed over the old."""
        scratch = self.path / STAGING
        scratch.mkdir(exist_ok=True)
        link = scratch / f"{CURRENT}-{uuid.uuid4().hex}"
        link.symlink_to(f"{SNAPSHOTS}/{snapshot_name(number)}", target_is_directory=True)
        link.replace(self.path / CURRENT)
        flush_folder(self.path)

    def keep(self, name: str, content: bytes) -> None:
        """Write beside, then rename over what was there."""
        target = self.path / name
        unfinished = self.path / STAGING / f"{uuid.uuid4().hex}{target.suffix}"
        target.parent.mkdir(exist_ok=True)
        unfinished.parent.mkdir(exist_ok=True)
        with write_lock(self.path):
            try:
                write_whole(unfinished, content)
                unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
            flush_folder(target.parent)

    def kept(self, name: str) -> bytes:
        """Read a file."""
        return (self.path / name).read_bytes()

    def all_kept(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Read the files of a folder one after the other."""
        top = self.path / folder
        for path in sorted(top.iterdir()) if top.is_dir() else ():
            yield f"{folder}/{path.name}", path.read_bytes()

    def forget(self, name: str) -> None:
        """Remove a file."""
        (self.path / name).unlink(missing_ok=True)

    def withdraw(self, number: int) -> bool:
        """See folder_care."""
        return care.withdraw(self.path, number)

    def sweep(self, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """See folder_care."""
        return care.sweep(self.path, grace_hours)

    def unlisted(self, snapshot: Snapshot) -> Iterator[str]:
        """Parquet files in the folder of the snapshot that its manifest does not list."""
        folder = self.folder(snapshot.number)
        listed = {file.path for name in snapshot.datasets for file in snapshot.files(name)}
        for path in sorted(folder.rglob("*.parquet")):
            name = path.relative_to(folder).as_posix()
            if name not in listed:
                yield name

    def mend(self, number: int, file: DataFile, whole: tuple[int, DataFile] | None) -> bool:
        """Link the whole file into the place of the broken one, in one step."""
        source = None if whole is None else self.folder(whole[0]) / whole[1].path
        return care.mend(self.path, self.folder(number) / file.path, file.sha256, source)

    def set_aside(self, number: int) -> bool:
        """Rename the folder away; the only one stays, so that the lake is still known for one."""
        if len(self.numbers()) == 1:
            return False
        return care.set_aside(self.path, self.folder(number))

    def astray(self, newest: int | None) -> tuple[str, str] | None:
        """Where `current` leads."""
        link = self.path / CURRENT
        wanted = None if newest is None else f"{SNAPSHOTS}/{snapshot_name(newest)}"
        found = link.readlink().as_posix() if link.is_symlink() else None
        if found == wanted and (wanted is not None or not link.exists()):
            return None
        return str(link), f"leads to {found or 'nothing'}, not to {wanted or 'nothing'}"


def _link(published: Path, target: Path) -> None:
    try:
        link_or_copy(published, target)
    except FileNotFoundError as error:
        raise SnapshotDamaged(published, "is missing") from error


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
