"""Bytes that are no text at all, told by how they begin and by their control characters."""

from __future__ import annotations

# What a text may hold besides printable bytes: BEL to CR, DOS's end of file, an escape.
_CONTROLS = bytes(set(range(32)) - set(range(7, 14)) - {0x1A, 0x1B}) + b"\x7f"
_CONTROL_SHARE = 0.05
_MAGIC = (
    (b"PK\x03\x04", "a zip file or an office document"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\x1f\x8b", "a gzip file"),
    *((b"BZh%d1AY&SY" % level, "a bzip2 file") for level in range(1, 10)),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (b"Rar!\x1a\x07", "a RAR file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
)


def known_binary(content: bytes) -> str | None:
    """Return what kind of binary file bytes begin like, or None.

    >>> known_binary(b"%PDF-1.7 ...")
    'a PDF file'
    """
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)


def control_share(content: bytes) -> float:
    """Return the share of bytes that are control characters which no text needs, NUL among them."""
    if not content:
        return 0.0
    return 1 - len(content.translate(None, _CONTROLS)) / len(content)


def is_control_ridden(content: bytes) -> bool:
    """Whether more bytes are control characters than in any text, a damaged one included."""
    return control_share(content) > _CONTROL_SHARE
