"""Writing so that a power cut or a kill leaves either the old state or the new one."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.errors import LakeUnusable
from flows.lake.layout import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A folder cannot be flushed on every network file system; the rename stays atomic there.
NOT_FLUSHABLE = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
NOT_LINKABLE = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS}
NOT_LOCKABLE = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}
LOCK_WAIT_SECONDS = 120.0
LOCK_POLL_SECONDS = 0.05


def flush_folder(folder: Path) -> None:
    """Make the entries of one folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NOT_FLUSHABLE:
            raise
    finally:
        os.close(handle)


def flush_tree(top: Path) -> None:
    """Flush every folder below `top`, the deepest first; files were flushed when written."""
    for folder, _, _ in os.walk(top, topdown=False):
        flush_folder(top / folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file and flush it. It appears under its name before it is whole."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def link_or_copy(source: Path, target: Path) -> None:
    """Hard-link a published file, or copy it where the file system knows no (further) links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NOT_LINKABLE:
            raise
        with source.open("rb") as original, target.open("xb") as copy:
            shutil.copyfileobj(original, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())


def try_lock(handle: int) -> bool | None:
    """Lock an open file: True taken, False held by a live process, None not supported."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NOT_LOCKABLE:
            raise
        return None
    return True


@contextmanager
def write_lock(lake: Path, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[bool]:
    """Hold the lake's lock; a second writer waits, then gets a LakeUnusable.

    Yields False where the file system has no locks. Correctness never rests on it, since the rename
    of a commit is create-if-absent: it only saves one of two writers the work of merging again.
    """
    handle = os.open(lake / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield _wait_for(handle, lake, wait_seconds)
    finally:
        os.close(handle)


def _wait_for(handle: int, lake: Path, wait_seconds: float) -> bool:
    deadline = time.monotonic() + wait_seconds
    while (taken := try_lock(handle)) is False:
        if time.monotonic() > deadline:
            raise LakeUnusable(
                f"another process has been writing to the lake {lake} for {wait_seconds:.0f} s",
                remedy="wait for it to end (or end it) and run again",
            )
        time.sleep(LOCK_POLL_SECONDS)
    return taken is True
