"""Where a lake lives: everything that a medium does in its own way, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from flows.receive.naming import shown
from flows.receive.remote import check_address, is_remote

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator
    from datetime import datetime

    from flows.lake.snapshot import DataFile, Snapshot

Address = str | Path
"""What names a lake on a call: the path of a folder, or s3://bucket/prefix."""
_OBJECTS = re.compile(r"s3a?://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")
_PLAIN = re.compile(r"[A-Za-z0-9!_.*'()=+-]+(?:/[A-Za-z0-9!_.*'()=+-]+)*")


class Home(Protocol):
    """A place that holds one lake.

    Reading raises FileNotFoundError for what is not there. Where the medium refuses, any method
    raises OSError (see `told_plainly`) or LakeUnusable.
    """

    @property
    def address(self) -> str:
        """What a person is told, and what opens the lake again."""

    @property
    def scratch(self) -> Path:
        """Folder on the local disk for the staging folders of runs."""

    @property
    def is_far(self) -> bool:
        """Whether a read costs a round trip, so that few large ones are better than many."""

    def is_lake(self) -> bool:
        """Whether a lake is here, with snapshots or without."""

    def foreign(self) -> str | None:
        """Name of something that is here where no lake is; None where one is or can be made."""

    def make(self) -> None:
        """Make an empty lake here, or leave the one that is here."""

    def ready(self) -> None:
        """Before a writer begins: mend what a crash left, or refuse what cannot be written to."""

    def numbers(self) -> Collection[int]:
        """Numbers of the snapshots, whole or not, in no order."""

    def pointed(self) -> int | None:
        """Number of the snapshot that plain readers are led to; it may be none of `numbers`."""

    def folder(self, number: int) -> Path:
        """Folder that a snapshot is. Raises WrongUsage where snapshots are no folders."""

    def where(self, number: int, file: DataFile | str) -> str:
        """Address of a file of a snapshot; a name is its manifest's, or "" for the snapshot."""

    def filesystem(self) -> Any:
        """What fsspec opens the addresses of `where` with; None where they are paths."""

    def manifest(self, number: int) -> bytes:
        """The manifest of a snapshot as it was written."""

    def written_at(self, number: int) -> datetime:
        """When a snapshot was written (UTC), by the clock of the medium."""

    def open(self, number: int, file: DataFile) -> BinaryIO:
        """Open a data file of a snapshot, to be read in any order."""

    def bring(self, number: int, file: DataFile, target: Path) -> None:
        """Have a file of a snapshot at a place on the local disk, by a hard link where it can."""

    def identity(self, number: int, file: DataFile) -> Hashable:
        """What a data file of a snapshot has in common with the same bytes in another one."""

    def publish(self, snapshot: Snapshot, origin: Snapshot | None, built: Path) -> None:
        """Create-if-absent: all files and the manifest, in one step. Raises SnapshotTaken.

        What `origin` (or nothing) lists too is taken from there, the rest from the folder `built`.
        """

    def keep(self, name: str, content: bytes) -> None:
        """Keep a small file beside the snapshots, such as `runs/a.parquet`, or replace it."""

    def kept(self, name: str) -> bytes:
        """Read what `keep` kept."""

    def all_kept(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Name and content of all that is kept in a folder, by name."""

    def forget(self, name: str) -> None:
        """Remove what `keep` kept, if it is there."""

    def withdraw(self, number: int) -> bool:
        """Put a snapshot out of sight, so that nobody can newly pin it; False if it is gone."""

    def sweep(self, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Delete what was withdrawn so long ago: numbers deleted, still waiting, bytes freed."""

    def unlisted(self, snapshot: Snapshot) -> Iterator[str]:
        """Paths of data files that plain readers of a snapshot would read and no manifest lists."""

    def mend(self, number: int, file: DataFile, whole: tuple[int, DataFile] | None) -> bool:
        """Put a broken file right from the same content elsewhere; one with no hash goes away."""

    def set_aside(self, number: int) -> bool:
        """Move a snapshot without a readable manifest out of sight, unless it is the only one."""

    def astray(self, newest: int | None) -> tuple[str, str] | None:
        """Where plain readers are led elsewhere than to the newest snapshot, and whereto."""


def home_of(address: Address) -> Home:
    """The home of a lake, whether there is one or not. Raises AddressRefused."""
    if isinstance(address, str) and is_remote(address):
        return _objects(address)
    from flows.lake.folder import Folder  # noqa: PLC0415  # it needs what snapshots are

    path = Path(address).absolute()
    try:
        return Folder(path.resolve())
    except RuntimeError:  # a loop of links, which is said when it is read
        return Folder(path)


def _objects(address: str) -> Home:
    from flows.lake.objects import Objects  # noqa: PLC0415  # the same
    from flows.lake.s3 import Store  # noqa: PLC0415
    from flows.lake.s3_faults import AddressRefused  # noqa: PLC0415

    check_address(address)
    named = _OBJECTS.fullmatch(address)
    prefix = (named["prefix"] or "").strip("/") if named else ""
    if named is None or (prefix and _PLAIN.fullmatch(prefix) is None):
        raise AddressRefused(
            f"there can be no lake at {shown(address)}",
            remedy="name a folder, or s3://bucket/prefix of letters, digits and _ - . =",
        )
    return Objects(Store(named["bucket"]), f"{prefix}/" if prefix else "")
