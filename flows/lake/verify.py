"""Every file against its manifest, and what can be mended from what is still whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import LakeUnusable
from flows.lake.faults import SnapshotDamaged, told_plainly
from flows.lake.snapshot import DataFile, Snapshot, read_snapshot

if TYPE_CHECKING:
    from flows.lake.home import Home
    from flows.lake.store import Lake

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the manifest says; `mended` where `repair` put it right."""

    path: str
    what: str
    mended: bool = False
    snapshot: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found in so many snapshots and distinct files."""

    snapshots: int
    files: int
    byte_count: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong (any more)."""
        return all(fault.mended for fault in self.faults)


def verify(lake: Lake, *, repair: bool = False) -> Verdict:
    """Read every file of every snapshot once, and compare bytes, hash and rows with its manifest.

    `repair` takes a damaged or missing file from another snapshot that has the same content whole,
    moves snapshots with no readable manifest away, and leads plain readers to the newest.
    """
    home = lake.home
    faults: list[Fault] = []
    snapshots: list[Snapshot] = []
    for number in sorted(home.numbers()):
        try:
            snapshots.append(read_snapshot(home, number))
        except SnapshotDamaged as error:
            mended = repair and _done(home, partial(home.set_aside, number))
            faults.append(Fault(str(error.path), error.reason, mended, number))
    broken, whole = _compared(home, snapshots)
    for snapshot, file, what in broken:
        number = snapshot.number
        mended = repair and _done(home, partial(home.mend, number, file, whole.get(file.sha256)))
        faults.append(Fault(home.where(number, file), what, mended, number))
    faults.extend(_astray(home, snapshots, repair=repair))
    sizes = {file.sha256: file.byte_count for each in snapshots for file in each.everything()}
    return Verdict(len(snapshots), len(sizes), sum(sizes.values()), tuple(faults))


def damaged_files(snapshot: Snapshot) -> tuple[Fault, ...]:
    """What is not as the manifest of this one snapshot says; every file of it is read."""
    broken, _ = _compared(snapshot.home, [snapshot])
    return tuple(Fault(file.path, what, False, snapshot.number) for _, file, what in broken)


def _done(home: Home, repair: Callable[[], bool]) -> bool:
    with told_plainly(home.address, "write to"):
        return repair()


def _compared(
    home: Home, snapshots: list[Snapshot]
) -> tuple[list[tuple[Snapshot, DataFile, str]], dict[str, tuple[int, DataFile]]]:
    """What is broken, and for each content a place where it is whole. The same bytes once."""
    broken: list[tuple[Snapshot, DataFile, str]] = []
    whole: dict[str, tuple[int, DataFile]] = {}
    checked: dict[Hashable, str | None] = {}
    for snapshot in snapshots:
        for file in snapshot.everything():
            what = _checked(home, snapshot.number, file, checked)
            if what is None:
                whole.setdefault(file.sha256, (snapshot.number, file))
            else:
                broken.append((snapshot, file, what))
        # Plain readers of the folder would read them.
        stray = (DataFile(path, 0, 0, "") for path in home.unlisted(snapshot))
        broken.extend((snapshot, file, "is in no manifest") for file in stray)
    return broken, whole


def _checked(
    home: Home, number: int, file: DataFile, seen: dict[Hashable, str | None]
) -> str | None:
    try:
        identity = home.identity(number, file)
        if identity not in seen:
            seen[identity] = _wrong(home, number, file)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return seen[identity]


def _wrong(home: Home, number: int, file: DataFile) -> str | None:
    """What is wrong with one file; None where nothing is. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with home.open(number, file) as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
        if size != file.byte_count:
            return f"has {size:,} bytes, not {file.byte_count:,}"
        if digest.hexdigest() != file.sha256:
            return f"has the hash {digest.hexdigest()[:16]}…, not {file.sha256[:16]}…"
        if not file.path.endswith(".parquet"):
            return None
        source.seek(0)
        try:
            rows = pq.read_metadata(source).num_rows
        except pa.ArrowInvalid as error:
            return f"is no Parquet ({error})"
    return None if rows == file.rows else f"has {rows:,} rows, not {file.rows:,}"


def _astray(home: Home, snapshots: list[Snapshot], *, repair: bool) -> Iterator[Fault]:
    """Plain readers that are led elsewhere than to the newest snapshot."""
    found = home.astray(snapshots[-1].number if snapshots else None)
    if found is None:
        return
    mended = False
    if repair:
        try:
            with told_plainly(home.address, "write to"):
                home.ready()
            mended = True
        except LakeUnusable:
            # A copy in the place of the link is nothing that may be removed unasked.
            mended = False
    yield Fault(*found, mended)
