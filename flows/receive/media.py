"""Media types: what a name promises the content to be, and what of it is not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.receive.documents import Rejection, rejection

if TYPE_CHECKING:
    from flows.receive.naming import Shape

TEXT = "text/plain"
OCTETS = "application/octet-stream"
TAR = "application/x-tar"
HTML, MARKUP, MARKDOWN, CSV = "text/html", "application/xml", "text/markdown", "text/csv"
WHAT_IS_READ = (
    ".txt, .html, .md, .sgml, .xml, .json, .jsonl, .csv, .tsv or .parquet, "
    "packed as .gz, .bz2, .xz or .zst, or in a .zip or .tar"
)

_TYPES = {
    "text": TEXT,
    "html": HTML,
    "markup": MARKUP,
    "markdown": MARKDOWN,
    "json": "application/json",
    "table": CSV,
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
    "tar": TAR,
}
_PACKINGS = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zstd": "application/zstd",
}


def media_type_of(shape: Shape) -> str:
    """Return the media type of a file or member as it lies there, packed where it is packed.

    Line by line, records have another: the one that says how their fields are mapped.
    """
    if shape.packing:
        return _PACKINGS[shape.packing]
    if shape.extension == "pdf":
        return "application/pdf"
    return _TYPES.get(shape.kind, OCTETS)


def unsupported(shape: Shape) -> Rejection | None:
    """Return the rejection of what is not read: other formats, and an archive within an archive."""
    if shape.is_archive:
        message = "an archive inside an archive is not read; unpack the outer one"
    elif shape.kind != "other":
        return None
    else:
        packing = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}.get(
            shape.packing, ""
        )
        message = (
            f".{shape.extension}{packing} files are not read; give the articles as {WHAT_IS_READ}"
        )
    return rejection("document.unsupported", message)
