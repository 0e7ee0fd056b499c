"""Members of a tar file, read once from front to end.

The headers are parsed by tarfile, the walk over them is ours: tarfile reads an extended header of
any size into memory, and takes the end of a cut file for the end of the archive.
"""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from flows.receive.archives import Member, escape_of, link_of, too_many_members
from flows.receive.media import TAR
from flows.receive.naming import shown
from flows.receive.streams import (
    PIECE,
    Broken,
    Meter,
    Slice,
    Unpacked,
    buffered,
    codec_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.receive.documents import Limits

_BLOCK = tarfile.BLOCKSIZE
_NO_BLOCK = bytes(_BLOCK)
_EXTENDED_BYTES = 1024 * 1024
_PAX_TYPES = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_SPARSE = {"GNU.sparse.size", "GNU.sparse.realsize"}
_PAX_KEYS = {"path", "linkpath", "size"} | _SPARSE
_LINKS = {
    tarfile.SYMTYPE: "it is a symbolic link to {}",
    tarfile.LNKTYPE: "it is a hard link to {}",
    tarfile.FIFOTYPE: "it is a named pipe",
    tarfile.CHRTYPE: "it is a device",
    tarfile.BLKTYPE: "it is a device",
}


def tar_members(file: io.BufferedReader, meter: Meter, limits: Limits) -> Iterator[Member]:
    """Yield the files in a tar, in their order, packed or not as its first bytes say.

    What is no file (a link, a device) is handed out as its header. Raises Broken where the archive
    is damaged, cut or a bomb; the members before that place have been handed out by then.
    """
    codec = codec_of(file.peek(6)[:6])
    source = buffered(file if codec is None else Unpacked(file, codec), meter)
    for count, (header, info) in enumerate(_headers(source), start=1):
        if count > limits.archive_members:
            raise too_many_members(limits)
        body = Slice(source, _body_bytes(info))
        if info.type in _LINKS:
            problem = link_of(_LINKS[info.type].format(shown(info.linkname)))
            yield Member(info.name, buffered(io.BytesIO(header)), problem, TAR)
        elif not info.isdir():
            yield Member(info.name, buffered(body), escape_of(info.name))
        _skip(body)


def _headers(source: io.BufferedReader) -> Iterator[tuple[bytes, tarfile.TarInfo]]:
    """Each member's header, with the long names of the extended headers before it put in.

    Two archives one after the other are read as one. Raises Broken where no mark ends the last.
    """
    ended = False
    extended: dict[str, str] = {}
    while block := source.read(_BLOCK):
        ended = block == _NO_BLOCK
        if ended:
            continue
        info = _parse(block)
        if info.type in _PAX_TYPES or info.type in tarfile.GNU_TYPES:
            found = _extension(source, info)
            extended |= {} if info.type == tarfile.XGLTYPE else found
            continue
        yield block, _extend(info, extended)
        extended = {}
    if not ended:
        message = "the tar file ends without its end mark: it was cut; fetch it again"
        raise Broken("document.truncated", message)


def _parse(block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, IndexError) as error:
        if len(block) < _BLOCK:
            message = "the tar file ends inside a header: it was cut; fetch it again"
            raise Broken("document.truncated", message) from error
        message = f"a header of the tar file cannot be read ({error}); fetch it again"
        raise Broken("archive.damaged", message) from error
    if info.type == tarfile.GNUTYPE_SPARSE:
        raise _unread("a sparse file")
    if info.size < 0:
        raise _unread("a member of negative size")
    return info


def _extension(source: io.BufferedReader, info: tarfile.TarInfo) -> dict[str, str]:
    """Return what an extended header says of the next member: its path, link path or size."""
    if info.size > _EXTENDED_BYTES:
        raise _unread(f"an extended header of {info.size:,} bytes")
    body = Slice(source, info.size)
    data = b"".join(iter(lambda: body.read(PIECE), b""))
    _skip(body)
    if info.type in _PAX_TYPES:
        return _pax(data)
    key = {tarfile.GNUTYPE_LONGNAME: "path", tarfile.GNUTYPE_LONGLINK: "linkpath"}[info.type]
    return {key: data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")}


def _pax(data: bytes) -> dict[str, str]:
    r"""Read the records `LENGTH KEY=VALUE\n` of a pax header; the length counts all of each."""
    found: dict[str, str] = {}
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or len(length) > 8 or not len(length) < int(length) <= len(data):
            raise _unread("a broken extended header")
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, _, value = record.removesuffix(b"\n").decode("utf-8", "surrogateescape").partition("=")
        if key in _PAX_KEYS:
            found[key] = value
    return found


def _extend(info: tarfile.TarInfo, extended: dict[str, str]) -> tarfile.TarInfo:
    if not _SPARSE.isdisjoint(extended):
        raise _unread("a sparse file")
    info.name = extended.get("path", info.name)
    info.linkname = extended.get("linkpath", info.linkname)
    size = extended.get("size", str(info.size))
    if not (size.isascii() and size.isdigit() and len(size) < 20):
        raise _unread("a broken extended header")
    info.size = int(size)
    return info


def _body_bytes(info: tarfile.TarInfo) -> int:
    return 0 if info.type in _LINKS or info.isdir() else info.size


def _skip(body: Slice) -> None:
    """Go to the next header, over what was not read of this member and its padding."""
    while body.read(PIECE):
        pass
    padding = Slice(body.source, -body.byte_count % _BLOCK)
    padding.read(_BLOCK)


def _unread(what: str) -> Broken:
    message = f"the tar file holds {what}, which is not read; pack it again with plain members"
    return Broken("archive.damaged", message)
