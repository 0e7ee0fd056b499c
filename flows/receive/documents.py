"""What `receive` hands on: files found, documents read from them, and why one was set aside."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a document goes to quarantine: the stage, its rules, one line for a person."""

    stage: str
    rules: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The bytes of one document as received, before anything is made of them.

    `sha256` (lower-case hex) is that of the bytes received, also where they are too many to be kept
    and `content` is therefore empty. `member` is the place within the file, printable and unique
    within it: a path in an archive, a line of records. A document with a `problem` is not decoded.
    """

    source_uri: str
    member: str | None
    content: bytes
    media_type: str
    sha256: str
    problem: Rejection | None = None

    @property
    def name(self) -> str:
        """The file's own name and the place in it: a title may be told by them."""
        return f"{self.source_uri.rpartition('/')[2]}/{self.member or ''}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One regular file to read; `byte_count` is its size when it was listed.

    A run may list a million: a path as an object of its own would take twice the memory.
    """

    uri: str
    byte_count: int

    @property
    def path(self) -> Path:
        """Where the file lies; for an address only its path, from which names are read.

        >>> SourceFile("file:///landing/a%20b.txt", 1).path.name
        'a b.txt'
        """
        parts = urlsplit(self.uri)
        if parts.scheme != "file":
            return Path(PurePosixPath(parts.path or "/"))
        return Path(os.fsdecode(unquote_to_bytes(parts.path)))

    @property
    def name(self) -> str:
        """The last part of `path`, which says the format."""
        if not self.uri.startswith("file:"):
            return self.path.name
        return os.fsdecode(unquote_to_bytes(self.uri.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class Unread:
    """Listed or named, but not to be read now: it stays at the source, the next run tries again."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a scan found, both parts sorted by URI, so that two scans of one source are equal."""

    files: tuple[SourceFile, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost. Bytes are unpacked ones; the ratio is unpacked to packed bytes.

    A document above `document_bytes` is kept and set aside; above `kept_bytes` only its hash is
    kept. The ratio counts only once an archive has unpacked to more than `document_bytes`, since a
    page of one repeated letter is packed a thousand to one and harms nobody.
    """

    document_bytes: int = 16 * MEBIBYTE
    kept_bytes: int = 64 * MEBIBYTE
    archive_bytes: int = 2048 * MEBIBYTE
    archive_members: int = 200_000
    archive_ratio: int = 200


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, as strictly decoded, and the encoding (IANA name) it was read in.

    `fields` are the spans, in code points of `text`, of what a record names (headline, text,
    published, byline, outlet, language, url); empty for a plain text.
    """

    text: str
    encoding: str
    fields: Mapping[str, tuple[int, int]]


def rejection(rule: str, message: str) -> Rejection:
    """Return a rejection of the stage `receive`."""
    return Rejection(stage="receive", rules=(rule,), message=message)


def located(where: str, *rejections: Rejection) -> Rejection:
    """Several rejections of one document as one, its message beginning with where it lies."""
    return Rejection(
        stage="receive",
        rules=tuple(rule for each in rejections for rule in each.rules),
        message=f"{where}: {'; '.join(each.message for each in rejections)}",
    )


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes, as lower-case hex."""
    return hashlib.sha256(content).hexdigest()
