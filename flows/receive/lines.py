"""JSON Lines to lines, as bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flows.receive.documents import sha256_of
from flows.receive.streams import PIECE, Broken, Kept

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


def lines_of(stream: io.BufferedReader, kept_bytes: int) -> Iterator[tuple[int, Kept]]:
    """Yield the lines that are not blank, numbered from 1, without LF or CRLF.

    Raises Broken (document.unsupported) for UTF-16 and UTF-32, whose lines do not end in one byte.
    """
    if stream.peek(4)[:4].startswith(_WIDE):
        message = "the records are in UTF-16 or UTF-32; write JSON Lines in UTF-8"
        raise Broken("document.unsupported", message)
    number = 0
    while first := stream.readline(kept_bytes + 2):
        number += 1
        if first.endswith(b"\n") or len(first) < kept_bytes + 2:
            line = _without_end(first)
            if line.strip() != b"":
                content = line if len(line) <= kept_bytes else b""
                yield number, Kept(content, sha256_of(line), len(line))
        else:
            yield number, _overlong(first, stream)


def _overlong(first: bytes, stream: io.BufferedReader) -> Kept:
    """Take the hash and count of a line too long to be kept, over all of it."""
    digest, count, piece = hashlib.sha256(), 0, first
    while piece != b"":
        # A CR is held back until it is known whether it is part of the line's end.
        if piece.endswith(b"\r"):
            piece += stream.readline(1)
        line = _without_end(piece)
        digest.update(line)
        count += len(line)
        piece = b"" if piece.endswith(b"\n") else stream.readline(PIECE)
    return Kept(b"", digest.hexdigest(), count)


def _without_end(line: bytes) -> bytes:
    return line[:-1].removesuffix(b"\r") if line.endswith(b"\n") else line
