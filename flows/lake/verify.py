"""Every file against its manifest, and what can be mended from what is still whole."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from flows.lake.commit import mend_current, numbers
from flows.lake.durable import flush_folder, link_or_copy, write_lock
from flows.lake.faults import SnapshotDamaged, told_plainly
from flows.lake.layout import CURRENT, SNAPSHOTS, STAGING, snapshot_name
from flows.lake.snapshot import DataFile, Snapshot, read_snapshot

if TYPE_CHECKING:
    from pathlib import Path

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
    moves snapshots with no readable manifest away, and lets `current` lead to the newest.
    """
    faults: list[Fault] = []
    snapshots: list[Snapshot] = []
    for number in sorted(numbers(lake.path)):
        folder = lake.path / SNAPSHOTS / snapshot_name(number)
        try:
            snapshots.append(read_snapshot(folder))
        except SnapshotDamaged as error:
            mended = repair and _set_aside(lake.path, folder, number)
            faults.append(Fault(str(error.path), error.reason, mended, number))
    checked: dict[tuple[int, int], str | None] = {}
    broken, whole = _compared(snapshots, checked)
    for snapshot, file, what in broken:
        mended = repair and _mended(lake.path, snapshot, file, whole.get(file.sha256))
        faults.append(Fault(str(snapshot.path / file.path), what, mended, snapshot.number))
    faults.extend(_about_current(lake.path, snapshots, repair=repair))
    sizes = {f.sha256: f.byte_count for s in snapshots for n in s.datasets for f in s.files(n)}
    return Verdict(len(snapshots), len(sizes), sum(sizes.values()), tuple(faults))


def damaged_files(snapshot: Snapshot) -> tuple[Fault, ...]:
    """What is not as the manifest of this one snapshot says; every file of it is read."""
    broken, _ = _compared([snapshot], {})
    return tuple(
        Fault(str(snapshot.path / file.path), what, False, snapshot.number)
        for _, file, what in broken
    )


def _compared(
    snapshots: list[Snapshot], checked: dict[tuple[int, int], str | None]
) -> tuple[list[tuple[Snapshot, DataFile, str]], dict[str, Path]]:
    """What is broken, and for each content a place where it is whole. Links are read once."""
    broken: list[tuple[Snapshot, DataFile, str]] = []
    whole: dict[str, Path] = {}
    for snapshot in snapshots:
        for name in snapshot.datasets:
            for file in snapshot.files(name):
                path = snapshot.path / file.path
                what = _checked(path, file, checked)
                if what is None:
                    whole.setdefault(file.sha256, path)
                else:
                    broken.append((snapshot, file, what))
        broken.extend(_unlisted(snapshot))
    return broken, whole


def _checked(path: Path, file: DataFile, seen: dict[tuple[int, int], str | None]) -> str | None:
    try:
        about = path.stat()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    inode = about.st_dev, about.st_ino
    if inode not in seen:
        seen[inode] = _wrong(path, file)
    return seen[inode]


def _wrong(path: Path, file: DataFile) -> str | None:
    """What is wrong with one file; None where nothing is."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
        if size != file.byte_count:
            return f"has {size:,} bytes, not {file.byte_count:,}"
        if digest.hexdigest() != file.sha256:
            return f"has the hash {digest.hexdigest()[:16]}…, not {file.sha256[:16]}…"
        rows = pq.read_metadata(path).num_rows
    except pa.ArrowInvalid as error:
        return f"is no Parquet ({error})"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None if rows == file.rows else f"has {rows:,} rows, not {file.rows:,}"


def _unlisted(snapshot: Snapshot) -> Iterator[tuple[Snapshot, DataFile, str]]:
    """Data files that no manifest lists: plain readers of the folder would read them."""
    listed = {file.path for name in snapshot.datasets for file in snapshot.files(name)}
    for path in sorted(snapshot.path.rglob("*.parquet")):
        name = path.relative_to(snapshot.path).as_posix()
        if name not in listed:
            yield snapshot, DataFile(name, 0, 0, ""), "is in no manifest"


def _mended(lake: Path, snapshot: Snapshot, file: DataFile, whole: Path | None) -> bool:
    """Put the whole file in the place of the broken one, in one step."""
    target = snapshot.path / file.path
    with told_plainly(lake, "write to"), write_lock(lake):
        if not file.sha256:
            target.rename(_aside(lake, f"damaged-{target.name}"))
            return True
        if whole is None:
            return False
        scratch = _aside(lake, file.sha256)
        link_or_copy(whole, scratch)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(target)
        flush_folder(target.parent)
        return True


def _set_aside(lake: Path, folder: Path, number: int) -> bool:
    """Move a snapshot without a manifest out of sight; nobody can read it, and it may be wanted.

    The only one there is stays, so that the folder is still known for a lake.
    """
    with told_plainly(lake, "write to"), write_lock(lake):
        if number == max(numbers(lake)) and len(list(numbers(lake))) == 1:
            return False
        folder.rename(_aside(lake, f"damaged-{snapshot_name(number)}"))
        flush_folder(lake / SNAPSHOTS)
    return True


def _aside(lake: Path, name: str) -> Path:
    folder = lake / STAGING
    folder.mkdir(exist_ok=True)
    return folder / f"{name}-{uuid.uuid4().hex}"


def _about_current(lake: Path, snapshots: list[Snapshot], *, repair: bool) -> Iterator[Fault]:
    link = lake / CURRENT
    wanted = f"{SNAPSHOTS}/{snapshot_name(snapshots[-1].number)}" if snapshots else None
    found = link.readlink().as_posix() if link.is_symlink() else None
    if found == wanted and (wanted is not None or not link.exists()):
        return
    mended = False
    if repair and (link.is_symlink() or not link.exists()):
        with told_plainly(lake, "write to"), write_lock(lake):
            scratch = _aside(lake, "current")
            scratch.mkdir()
            mend_current(lake, scratch)
            scratch.rmdir()
        mended = True
    yield Fault(str(link), f"leads to {found or 'nothing'}, not to {wanted or 'nothing'}", mended)
