"""Failures of the lake: what the file system refused, and what may never happen."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.errors import LakeUnusable, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


class LakeConsistencyError(RuntimeError):
    """The lake or the staged rows contradict themselves: a defect of the program."""


class NoPlaceForLake(LakeUnusable):
    """What was named for a lake is something else: a file, or a folder with others' things."""

    exit_code = 2


class SnapshotDamaged(LakeUnusable):
    """A file of a snapshot is missing or is not what its manifest says."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"the snapshot is damaged: {path} {reason}",
            remedy="try broadsheet verify --repair, or copy the lake again from where it is whole",
        )


class SnapshotTaken(LakeUnusable):
    """Another run published a snapshot first; what was staged here has to be merged again."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        super().__init__(
            f"another run has published {path} in the meantime, so nothing was published here",
            remedy="run the same command again",
        )


class StoriesGrew(LakeUnusable):
    """While documents were read again, their stories got others, which have to be read as well."""

    def __init__(self, documents: tuple[str, ...]) -> None:
        self.documents = documents
        super().__init__(
            f"{len(documents)} documents came to stories that are being read again",
            remedy="run the same command again",
        )


class SnapshotNotFound(WrongUsage):
    """There is no snapshot of that number (any more)."""

    def __init__(self, number: int, lake: Path | str) -> None:
        self.number = number
        self.lake = lake
        super().__init__(
            f"no snapshot {number} in {lake}", remedy="name another (broadsheet history lists them)"
        )


@contextmanager
def told_plainly(path: Path | str, doing: str) -> Iterator[None]:
    """Turn an OSError into a LakeUnusable that says what could not be done, where, and why."""
    try:
        yield
    except OSError as error:
        raise unusable(error, path, doing) from error


def unusable(error: OSError, path: Path | str, doing: str) -> LakeUnusable:
    """Say what could not be done, where, why, and the remedy for this kind of failure."""
    where = error.filename if isinstance(error.filename, str) else path
    reason = error.strerror or str(error)
    if error.errno in NO_ROOM:
        remedy = "make room on the disk (or raise the quota) and run again; the lake is as it was"
    elif error.errno in NO_RIGHT:
        remedy = "give the user that runs Broadsheet the right to, or name another lake"
    else:
        remedy = "look after the disk and run again; the lake is as it was"
    return LakeUnusable(f"cannot {doing} the lake: {where} ({reason})", remedy=remedy)
