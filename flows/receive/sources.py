"""What lies at a source: its files in one order, and what of it cannot be read now."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import SourceNotFound, SourceUnreadable, WrongUsage
from flows.receive.documents import Listing, SourceFile, Unread
from flows.receive.naming import shape_of, shown
from flows.receive.remote import check_remote, is_remote, remote_files

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
_EFFECTIVE = os.access in os.supports_effective_ids
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class SourceNotRegular(WrongUsage):
    """A source named on the call is a pipe, a socket or a device: reading it might never end."""

    def __init__(self, source: str, kind: str) -> None:
        self.source = source
        super().__init__(
            f"the source {source} is {kind}", remedy="name a file or a folder of articles"
        )


class SourceInLake(WrongUsage):
    """A source lies in the lake that is written: each run would add to what the next one reads."""

    def __init__(self, source: str, lake: str) -> None:
        self.source = source
        self.lake = lake
        super().__init__(
            f"the source {source} lies in the lake {lake}",
            remedy="name the articles themselves, or another lake",
        )


def scan(sources: Sequence[str | Path], lake: Path | str | None = None) -> Listing:
    """List the regular files at `sources`, folders recursively, each file and folder once.

    Links are followed. Names that begin with a dot are skipped, save a source that is named so
    itself, and so is the folder of the `lake` that is written. Raises SourceNotFound,
    SourceUnreadable, SourceNotRegular and SourceInLake for what was named.
    """
    found = _Scan(None if is_remote(str(lake)) else lake)
    for address in sorted({str(source) for source in sources if is_remote(str(source))}):
        for uri, size in remote_files(address):
            if not _is_below(uri, lake):
                found.files[uri] = SourceFile(uri, size)
    for root in check_sources(sources, lake):
        found.visit(root)
    return Listing(
        files=tuple(sorted(found.files.values(), key=lambda file: file.uri)),
        unread=tuple(sorted(found.unread.values(), key=lambda unread: unread.uri)),
    )


def is_read(file: SourceFile) -> bool:
    """Whether its name promises a format that is read; any other is kept and set aside."""
    return shape_of(file.name).kind != "other"


def check_sources(sources: Sequence[str | Path], lake: Path | str | None = None) -> list[Path]:
    """Raise what `scan` would raise for a source that is named wrongly, without listing any.

    Returns the paths that were named, absolute and each once. Of an address only its kind is
    looked at: what lies there is fetched by `scan`.
    """
    for address in filter(is_remote, map(str, sources)):
        check_remote(address)
        if _is_below(address, lake):
            raise SourceInLake(shown(address), shown(str(lake)))
    roots = sorted({_absolute(source) for source in sources if not is_remote(str(source))})
    for root in roots:
        _check_named(root)
        if lake is None or is_remote(str(lake)):
            continue
        if root.resolve().is_relative_to(Path(lake).resolve()):
            raise SourceInLake(shown(str(root)), shown(str(lake)))
    return roots


class _Scan:
    """What was found so far. Folders are known by device and inode, so a loop of links ends."""

    def __init__(self, lake: Path | str | None) -> None:
        self.files: dict[str, SourceFile] = {}
        self.unread: dict[str, Unread] = {}
        self._folders: set[tuple[int, int]] = set()
        if lake is not None and Path(lake).is_dir():
            status = Path(lake).stat()
            self._folders.add((status.st_dev, status.st_ino))  # As good as visited

    def visit(self, root: Path) -> None:
        """File everything at and below `root`."""
        waiting = [str(root)]
        while waiting:
            path = Path(waiting.pop())
            try:
                waiting += reversed(self._entries(path))
            except OSError as error:
                self._set_aside(path, _reason(error))

    def _entries(self, path: Path) -> list[str]:
        """File `path` under what it is; the entries to visit next, if it is a folder."""
        status = path.stat()
        kind = _kind(status.st_mode)
        if kind is not None:
            self._set_aside(path, f"{kind}, not a file")
        elif stat.S_ISDIR(status.st_mode):
            return self._folder(path, (status.st_dev, status.st_ino))
        elif not os.access(path, os.R_OK, effective_ids=_EFFECTIVE):
            self._set_aside(path, _reason(PermissionError(errno.EACCES, "")))
        else:
            uri = path.as_uri()
            self.files[uri] = SourceFile(uri, status.st_size)
        return []

    def _folder(self, path: Path, identity: tuple[int, int]) -> list[str]:
        if identity in self._folders:
            return []
        self._folders.add(identity)
        return sorted(str(each) for each in path.iterdir() if not each.name.startswith("."))

    def _set_aside(self, path: Path, reason: str) -> None:
        uri = path.as_uri()
        self.unread[uri] = Unread(uri, reason)


def _is_below(address: str, lake: Path | str | None) -> bool:
    """Whether an address lies in a lake that is at an address too.

    >>> _is_below("s3://news/lake/runs/a", "s3://news/lake/"), _is_below("s3://news/lake2", "s3://news/lake")
    (True, False)
    """
    if not is_remote(str(lake)):
        return False
    plain = [str(each).replace("s3a://", "s3://").rstrip("/") for each in (address, lake)]
    return plain[0] == plain[1] or plain[0].startswith(f"{plain[1]}/")


def _absolute(source: str | Path) -> Path:
    """Return the path as named, links kept; `..` is resolved, since it may follow a link."""
    if str(source) == "" or "\0" in str(source):
        raise SourceNotFound(f'"{shown(str(source))}"')
    path = Path(source)
    return path.resolve() if ".." in path.parts else path.absolute()


def _check_named(root: Path) -> None:
    name = shown(str(root))
    try:
        mode = root.stat().st_mode
        if stat.S_ISDIR(mode):
            os.scandir(root).close()
    except OSError as error:
        if error.errno in _ABSENT:
            raise SourceNotFound(name) from error
        raise SourceUnreadable(name, _reason(error)) from error
    kind = _kind(mode)
    if kind is not None:
        raise SourceNotRegular(name, kind)
    if not os.access(root, os.R_OK, effective_ids=_EFFECTIVE):
        raise SourceUnreadable(name, _reason(PermissionError(errno.EACCES, "")))


def _kind(mode: int) -> str | None:
    return next((kind for test, kind in _KINDS if test(mode)), None)


def _reason(error: OSError) -> str:
    if error.errno == errno.EACCES:
        return "no read permission"
    if error.errno == errno.ENOENT:
        return "not there: removed while the folder was listed, or a link to nothing"
    return "unknown failure" if error.errno is None else os.strerror(error.errno).lower()
