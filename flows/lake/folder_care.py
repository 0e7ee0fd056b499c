"""Snapshots of a folder that go out of sight: withdrawn, deleted, set aside, mended."""

from __future__ import annotations

import shutil
import time
import uuid
from typing import TYPE_CHECKING

from flows.lake.durable import flush_folder, link_or_copy, write_lock
from flows.lake.layout import SNAPSHOTS, STAGING, snapshot_name

if TYPE_CHECKING:
    from pathlib import Path

COLLECTED = "collected-"
"""Before the number of a snapshot that was renamed away and waits for its readers to end."""
WITHDRAWN = "withdrawn"
"""An empty file whose time is when the snapshot was withdrawn, from which the grace counts."""


def withdraw(lake: Path, number: int) -> bool:
    """Rename a snapshot away; whoever reads it by open files goes on."""
    folder = lake / SNAPSHOTS / snapshot_name(number)
    target = lake / STAGING / f"{COLLECTED}{snapshot_name(number)}"
    with write_lock(lake):
        if not folder.is_dir():
            return False
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
        (target / WITHDRAWN).touch()
        flush_folder(lake / SNAPSHOTS)
    return True


def sweep(lake: Path, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Delete the folders that were withdrawn long enough ago."""
    deleted, waiting, freed = [], [], 0
    with write_lock(lake):
        for folder in sorted((lake / STAGING).glob(f"{COLLECTED}*")):
            number = int(folder.name.removeprefix(COLLECTED))
            if _is_waiting(folder / WITHDRAWN, grace_hours):
                waiting.append(number)
                continue
            # What other snapshots link stays on the disk.
            files = (file.stat() for file in folder.rglob("*.parquet"))
            freed += sum(about.st_size for about in files if about.st_nlink == 1)
            shutil.rmtree(folder)
            deleted.append(number)
    return tuple(deleted), tuple(waiting), freed


def _is_waiting(marker: Path, grace_hours: float) -> bool:
    now = time.time()
    if not marker.exists() or marker.stat().st_mtime > now:
        # Killed between the rename and the mark, or the clock jumped back: the grace begins now, so
        # that nothing is deleted early or kept until the clock has come as far again.
        marker.touch()
    return now - marker.stat().st_mtime < grace_hours * 3600


def mend(lake: Path, target: Path, sha256: str, whole: Path | None) -> bool:
    """Put the whole file in the place of the broken one; without a hash it is only moved away."""
    with write_lock(lake):
        if not sha256:
            target.rename(_aside(lake, f"damaged-{target.name}"))
            return True
        if whole is None:
            return False
        scratch = _aside(lake, sha256)
        link_or_copy(whole, scratch)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(target)
        flush_folder(target.parent)
    return True


def set_aside(lake: Path, folder: Path) -> bool:
    """Move a snapshot without a manifest out of sight: nobody can read it, and it may be wanted."""
    with write_lock(lake):
        folder.rename(_aside(lake, f"damaged-{folder.name}"))
        flush_folder(lake / SNAPSHOTS)
    return True


def _aside(lake: Path, name: str) -> Path:
    folder = lake / STAGING
    folder.mkdir(exist_ok=True)
    return folder / f"{name}-{uuid.uuid4().hex}"
