"""Bytes out of archives, a piece at a time: counted, capped, and every damage named by its rule."""

from __future__ import annotations

import bz2
import hashlib
import io
import lzma
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flows.receive.documents import Limits, rejection

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE = 256 * 1024
# Dictionaries above this are no archive of articles; `xz -9` needs 65 MiB.
_XZ_MEMORY = 128 * 1024 * 1024
_ZSTD_WINDOW = 128 * 1024 * 1024
# A run of one letter is packed some ten thousand to one: so little packed is unpacked at once.
_ZSTD_PIECE = 1024
_DAMAGED = "; fetch the file again, its packed bytes are kept as they came"


class Broken(Exception):  # a document's state, more than an error
    """An archive, or a member of it, that cannot be read on: the rule it breaks and one line."""

    def __init__(self, rule: str, message: str) -> None:
        self.rejection = rejection(rule, message)
        super().__init__(message)


class MemberBroken(Broken):
    """Only this member is broken; the archive goes on."""


class Readable(Protocol):
    """Anything with a `read` that returns at most so many bytes, and none at the end."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""
        ...


class Meter:
    """Counts what one file unpacks to, members together, and stops a bomb by raising Broken."""

    def __init__(self, packed_bytes: int, limits: Limits) -> None:
        self.unpacked_bytes = 0
        self._by_ratio = max(packed_bytes * limits.archive_ratio, limits.document_bytes)
        self._limits = limits

    def count(self, byte_count: int) -> None:
        """Add unpacked bytes. Raises Broken (archive.bomb) above the cap or the ratio."""
        self.unpacked_bytes += byte_count
        self.check(self.unpacked_bytes)

    def check(self, byte_count: int) -> None:
        """Raise Broken (archive.bomb) if the file may not unpack to so many bytes."""
        if byte_count > self._limits.archive_bytes:
            raise Broken("archive.bomb", _bomb(f"{self._limits.archive_bytes:,} bytes"))
        if byte_count > self._by_ratio:
            ratio = f"{self._limits.archive_ratio} times its packed size"
            raise Broken("archive.bomb", _bomb(ratio))


class _Raw(io.RawIOBase):
    """A raw stream over `source`, its bytes counted by `meter` unless they already were."""

    def __init__(self, source: Readable, meter: Meter | None) -> None:
        self._source = source
        self._meter = meter

    def readable(self) -> bool:
        """Return True, as io asks."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._source.read(len(buffer))
        if self._meter is not None:
            self._meter.count(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def buffered(source: Readable, meter: Meter | None = None) -> io.BufferedReader:
    """`source` as a buffered stream; a meter counts what it gives and may stop it."""
    return io.BufferedReader(_Raw(source, meter), PIECE)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _GzipDecoder:
    """zlib's decoder with the manners of the other two; it checks length and CRC at the end."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return self._zlib.unconsumed_tail == b""

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _ZstdDecoder:
    """zstandard's decoder with the manners of the others: it hands out no more than was asked for.

    A frame whose window is above what archives of articles need is refused.
    """

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415  most runs meet no Zstandard file

        self._new = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj
        self._frame = self._new(write_size=PIECE)
        self._error = zstandard.ZstdError
        self._ready = b""
        self._input = b""

    @property
    def eof(self) -> bool:
        return self._frame.eof and not self._ready

    @property
    def needs_input(self) -> bool:
        return not self._ready and not self._input

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data) + self._input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._input += data
        if not self._ready and self._input and not self._frame.eof:
            piece, self._input = self._input[:_ZSTD_PIECE], self._input[_ZSTD_PIECE:]
            try:
                self._ready = self._frame.decompress(piece)
            except self._error as error:
                raise ValueError(str(error)) from error
        given, self._ready = self._ready[:max_length], self._ready[max_length:]
        return given


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to pack a stream; `new` makes a decoder for one of its frames."""

    name: str
    magic: bytes
    new: Callable[[], _Decoder]


GZIP = Codec("gzip", b"\x1f\x8b", _GzipDecoder)
_CODECS = (
    GZIP,
    Codec("bzip2", b"BZh", bz2.BZ2Decompressor),
    Codec("xz", b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)),
    Codec("zstd", b"\x28\xb5\x2f\xfd", _ZstdDecoder),
)


def codec_named(name: str) -> Codec:
    """Return the codec of this name. Raises KeyError."""
    return {codec.name: codec for codec in _CODECS}[name]


def codec_of(start: bytes) -> Codec | None:
    """Return the codec that the first bytes of a file speak of, whatever its name says."""
    return next((codec for codec in _CODECS if start.startswith(codec.magic)), None)


class Unpacked:
    """The bytes of a packed stream, of all its frames; zero padding after a frame is skipped.

    Raises Broken: document.truncated when the packed bytes end early, archive.damaged when they
    are not what the codec can read.
    """

    def __init__(self, packed: Readable, codec: Codec) -> None:
        self._packed = packed
        self._codec = codec
        self._decoder = codec.new()
        self._waiting = b""

    def read(self, size: int, /) -> bytes:
        """Return some unpacked bytes, at most `size`; none only at the end."""
        while not self._decoder.eof or self._next_frame():
            piece = b""
            if self._decoder.needs_input:
                piece, self._waiting = self._waiting or self._packed.read(PIECE), b""
            data = self._decode(piece, size)
            if data:
                return data
            if not piece and self._decoder.needs_input and not self._decoder.eof:
                what = f"the {self._codec.name} stream ends too early"
                raise Broken("document.truncated", what + _DAMAGED)
        return b""

    def _decode(self, piece: bytes, size: int) -> bytes:
        try:
            return self._decoder.decompress(piece, size)
        except (zlib.error, lzma.LZMAError, OSError, ValueError) as error:
            what = f"the {self._codec.name} stream cannot be unpacked ({error})"
            raise Broken("archive.damaged", what + _DAMAGED) from error

    def _next_frame(self) -> bool:
        rest = self._decoder.unused_data.lstrip(b"\0")
        while not rest and (piece := self._packed.read(PIECE)):
            rest = piece.lstrip(b"\0")
        if rest:
            self._decoder, self._waiting = self._codec.new(), rest
        return rest != b""


class Slice:
    """The next bytes of a stream. Raises Broken (document.truncated) if there are fewer."""

    def __init__(self, source: Readable, byte_count: int) -> None:
        self.source = source
        self.byte_count = byte_count
        self._left = byte_count

    def read(self, size: int, /) -> bytes:
        """Return some bytes, at most `size`; none only at the end of the slice."""
        piece = self.source.read(min(size, self._left))
        if not piece and self._left and size:
            what = f"the archive ends {self._left:,} bytes before the end of a member"
            raise Broken("document.truncated", what + _DAMAGED)
        self._left -= len(piece)
        return piece


@dataclass(frozen=True, slots=True)
class Kept:
    """A stream read to its end: its bytes, if not too many, their hash and their count."""

    content: bytes
    sha256: str
    byte_count: int


def of_bytes(content: bytes, kept_bytes: int) -> Kept:
    """Bytes that are at hand as if they had been read: above the limit only their hash is kept."""
    kept = content if len(content) <= kept_bytes else b""
    return Kept(kept, hashlib.sha256(content).hexdigest(), len(content))


def keep(stream: Readable, kept_bytes: int) -> Kept:
    """Read a stream to its end, holding at most `kept_bytes` and one piece in memory."""
    digest, count, pieces = hashlib.sha256(), 0, []
    while piece := stream.read(PIECE):
        digest.update(piece)
        count += len(piece)
        if count <= kept_bytes:
            pieces.append(piece)
        else:
            pieces.clear()
    return Kept(b"".join(pieces) if count <= kept_bytes else b"", digest.hexdigest(), count)


def _bomb(bound: str) -> str:
    return (
        f"the archive unpacks to more than {bound}, as a bomb would; "
        "unpack it by hand if it is sound, or raise the limit"
    )
