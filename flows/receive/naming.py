"""Names of files and members: what they say about the content, and how they may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

PIPED = "broadsheet-stdin-"
"""How the folder is called that standard input is put into."""
TAR_SUFFIXES = (
    ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
)  # fmt: skip
PACKINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
Kind = Literal[
    "text",
    "records",
    "json",
    "table",
    "parquet",
    "html",
    "markup",
    "markdown",
    "zip",
    "tar",
    "other",
]
_KINDS: dict[str, Kind] = {
    "": "text", "txt": "text", "text": "text",
    "jsonl": "records", "ndjson": "records",
    "json": "json",
    "csv": "table", "tsv": "table",
    "parquet": "parquet", "pq": "parquet",
    "html": "html", "htm": "html", "xhtml": "html",
    "sgml": "markup", "sgm": "markup", "xml": "markup",
    "md": "markdown", "markdown": "markdown",
    "zip": "zip",
}  # fmt: skip

_BEGINNINGS = (
    (b"pk\x03\x04", "zip"),
    (b"\x1f\x8b", "txt.gz"),
    (b"bzh", "txt.bz2"),
    (b"\xfd7zxz", "txt.xz"),
    (b"\x28\xb5\x2f\xfd", "txt.zst"),
    (b"par1", "parquet"),
    (b"[", "json"),
    (b'{"', "jsonl"),
    (b"{", "json"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
    (b"<doc>", "sgml"),
    (b"<?xml", "xml"),
)
# "08.43" and "No. 5" end in a number, not in an extension.
_EXTENSION = re.compile(r"\.([a-z][a-z0-9_]{0,15})\Z")
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Shape:
    """What a name promises.

    `extension` is lower-case, without the dot and without that of the packing (`.gz`); `packing`
    is the name of a codec, or empty.
    """

    kind: Kind
    packing: str
    extension: str

    @property
    def is_archive(self) -> bool:
        """Whether members lie in it."""
        return self.kind in ("zip", "tar")


def shape_of(name: str) -> Shape:
    """Tell by its name how a file or member is to be read; a name without an extension is a text.

    >>> shape_of("2024-01-02.TXT.gz")
    Shape(kind='text', packing='gzip', extension='txt')
    >>> shape_of("page.pdf").kind
    'other'
    """
    lowered = name.lower()
    if lowered.endswith(TAR_SUFFIXES):
        return Shape("tar", "", "tar")
    packing = next((codec for end, codec in PACKINGS.items() if lowered.endswith(end)), "")
    inner = lowered[: lowered.rfind(".")] if packing else lowered
    match = _EXTENSION.search(inner)
    extension = "" if match is None else match.group(1)
    kind = _KINDS.get(extension, "other")
    if kind == "zip" and packing:
        kind = "other"
    return Shape(kind, packing, extension)


def name_for(content: bytes, stem: str = "input") -> str:
    """A name for bytes that came without one, by what they begin like.

    >>> [name_for(each) for each in (b'{"text": "Rain"}', b"<!doctype html>", b"Rain falls")]
    ['input.jsonl', 'input.html', 'input.txt']
    """
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for begins, extension in _BEGINNINGS:
        if start.startswith(begins):
            return f"{stem}.{extension}"
    if content[257:262] == b"ustar":
        return f"{stem}.tar"
    return f"{stem}.txt"


def origin_of(uri: str) -> str:
    """Where a file came from; what was piped in is named by its bytes, wherever it lies for now.

    >>> origin_of("file:///landing/a.txt"), origin_of("file:///tmp/broadsheet-stdin-k3x/0123.txt")
    ('file:///landing/a.txt', 'stdin:0123.txt')
    """
    folder, _, name = uri.rpartition("/")
    return f"stdin:{name}" if folder.rpartition("/")[2].startswith(PIPED) else uri


def is_hidden(name: str) -> bool:
    """Whether a member is a system's own file (.DS_Store, ._x, __MACOSX/), as in a folder."""
    parts = name.split("/")
    return any(p == "__MACOSX" or (p.startswith(".") and p not in (".", "..")) for p in parts)


def escapes(name: str) -> bool:
    """Whether a member's name would lead out of a folder it is unpacked into, on any system."""
    return (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or _DRIVE.match(name) is not None
        or ".." in name.split("/")
    )


def printable(name: str) -> str:
    r"""Escape what would break a line, a terminal or UTF-8; bytes that were no text become \xNN.

    >>> printable("caf\udce9\n.txt")
    'caf\\xe9\\n.txt'
    """
    return name if name.isprintable() else "".join(map(_escaped, name))


def shown(name: str) -> str:
    """Return the name as a message may show it: printable and not endless."""
    text = printable(name)
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[: _SHOWN_CHARACTERS // 2]}...{text[-_SHOWN_CHARACTERS // 2 :]}"


def place(source_uri: str, member: str | None) -> str:
    """Where a document lies, for a message: the file's own name, and the member within it.

    >>> place("file:///landing/week%201.zip", "mon/a.txt")
    'week 1.zip, mon/a.txt'
    """
    name = urlsplit(source_uri).path.rpartition("/")[2]
    file = shown(unquote(name, errors="surrogateescape"))
    return file if member is None else f"{file}, {shown(member)}"


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
