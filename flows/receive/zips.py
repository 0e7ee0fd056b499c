"""Members of a zip file, straight from the file, with its directory believed in nothing."""

from __future__ import annotations

import errno
import io
import lzma
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from flows.receive.archives import Member, escape_of, link_of, too_many_members
from flows.receive.documents import Limits, Rejection, rejection
from flows.receive.media import OCTETS
from flows.receive.naming import shown
from flows.receive.streams import Broken, MemberBroken, Meter, Readable, buffered

if TYPE_CHECKING:
    from collections.abc import Iterator

# What zipfile and the decoders raise on broken bytes; places and sizes may be any 64-bit number.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,
    OverflowError,
    ValueError,
)
_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800


def zip_members(file: io.BufferedReader, meter: Meter, limits: Limits) -> Iterator[Member]:
    """Yield the files in a zip, in its directory's order. Raises Broken for the whole archive.

    What the directory declares is checked before the first member is handed out, and every byte
    is counted again while it is read.
    """
    guard = _DirectoryGuard(file, limits)
    try:
        archive = zipfile.ZipFile(guard)
    except (*_DAMAGES, NotImplementedError, OSError) as error:
        _raise_if_of_the_disk(error)
        message = f"the zip's directory cannot be read ({shown(str(error))}); fetch the file again"
        raise Broken("archive.damaged", message) from error
    guard.is_open = True
    infos = archive.infolist()
    if len(infos) > limits.archive_members:
        raise too_many_members(limits)
    meter.check(sum(info.file_size for info in infos))
    for info in infos:
        if not info.is_dir():
            yield _member(archive, guard, info, meter)


class _DirectoryGuard:
    """The file as zipfile sees it while it reads the directory, which it does in one piece.

    A directory of tens of millions of entries would fill the memory before it could be counted,
    so the entries are counted in the bytes, by their signature, wherever zipfile looks for them.
    """

    def __init__(self, file: io.BufferedReader, limits: Limits) -> None:
        self.is_open = False
        self._limits = limits
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1, /) -> bytes:
        if not self.is_open and size > self._limits.kept_bytes:
            raise too_many_members(self._limits)
        data = self._file.read(size)
        if not self.is_open and data.count(_ENTRY) > self._limits.archive_members:
            raise too_many_members(self._limits)
        return data


class _Opened:
    """A member's unpacked bytes, opened at the first read; every damage is a MemberBroken."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._info = info
        self._stream: Readable | None = None

    def read(self, size: int, /) -> bytes:
        try:
            if self._stream is None:
                self._stream = self._archive.open(self._info)
            return self._stream.read(size)
        except NotImplementedError as error:
            message = f"packed in a way that is not read ({error}); pack it again with deflate"
            raise MemberBroken("document.unsupported", message) from error
        except EOFError as error:
            message = "its packed bytes end too early; fetch the archive again"
            raise MemberBroken("document.truncated", message) from error
        except (*_DAMAGES, OSError) as error:
            _raise_if_of_the_disk(error)
            message = f"it cannot be unpacked ({shown(str(error))}); fetch the archive again"
            raise MemberBroken("archive.damaged", message) from error


class _Packed:
    """A member's header and packed bytes as they lie in the file, read by position."""

    def __init__(self, file: _DirectoryGuard, info: zipfile.ZipInfo) -> None:
        self._file = file
        # A place outside the file has no bytes to keep; those of the archive are at its source.
        self._at = min(max(info.header_offset, 0), file.seek(0, io.SEEK_END))
        self._end = self._at + _local_bytes(file, self._at) + info.compress_size

    def read(self, size: int, /) -> bytes:
        self._file.seek(self._at)
        piece = self._file.read(max(0, min(size, self._end - self._at)))
        self._at += len(piece)
        return piece


def _member(
    archive: zipfile.ZipFile, file: _DirectoryGuard, info: zipfile.ZipInfo, meter: Meter
) -> Member:
    name = _name(info)

    def packed() -> Readable:
        return buffered(_Packed(file, info), meter)

    problem = _problem(info, name)
    if info.flag_bits & _ENCRYPTED:
        return Member(name, buffered(_Packed(file, info), meter), problem, OCTETS)
    stream = buffered(_Opened(archive, info), meter)
    media_type = OCTETS if _is_link(info) else None
    return Member(name, stream, problem, media_type, packed)


def _problem(info: zipfile.ZipInfo, name: str) -> Rejection | None:
    if info.flag_bits & _ENCRYPTED:
        return rejection("archive.encrypted", "it is encrypted; pack it without a password")
    if _is_link(info):
        return link_of("it is a symbolic link")
    return escape_of(name)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name; where it is not marked as UTF-8 but is, zipfile reads it as cp437."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _local_bytes(file: _DirectoryGuard, start: int) -> int:
    """Return the length of the header before a member's packed bytes."""
    file.seek(start)
    header = file.read(_LOCAL_HEADER_BYTES)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return _LOCAL_HEADER_BYTES + names


def _raise_if_of_the_disk(error: Exception) -> None:
    """Raise a failure to read the file again; a place before its start is damage to the archive.

    bz2 says by an OSError without a number that its data are broken.
    """
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        raise error
