"""Media types: what a name promises the content to be, and what of it is not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.receive.documents import Rejection, rejection

if TYPE_CHECKING:
    from flows.receive.naming import Shape

TEXT = "text/plain"
OCTETS = "application/octet-stream"
TAR = "application/x-tar"
WHAT_IS_READ = ".txt, .txt.gz, .zip, .tar, .tar.gz, .tar.bz2, .tar.xz, .jsonl and .ndjson"

_PACKED = {"zip": "application/zip", "tar": TAR}
_OTHERS = {
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "sgml": "text/sgml",
    "xml": "application/xml",
}


def media_type_of(shape: Shape) -> str:
    """Return the media type of a file or member as it lies there, packed where it is packed.

    Line by line, records have another: the one that says how their fields are mapped.
    """
    if shape.gzipped:
        return "application/gzip"
    if shape.kind == "text":
        return TEXT
    return _PACKED.get(shape.kind) or _OTHERS.get(shape.extension, OCTETS)


def unsupported(shape: Shape) -> Rejection | None:
    """Return the rejection of what is not read: other formats, and an archive within an archive."""
    if shape.kind in ("text", "records"):
        return None
    if shape.kind in ("zip", "tar"):
        message = "an archive inside an archive is not read; unpack the outer one"
    else:
        extension = f".{shape.extension}.gz" if shape.gzipped else f".{shape.extension}"
        message = f"{extension} files are not read; give the articles as {WHAT_IS_READ}"
    return rejection("document.unsupported", message)
