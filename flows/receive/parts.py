"""A file's content to the documents in it: one, or one of each record, row, element or article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.receive.arrays import elements
from flows.receive.lines import lines_of
from flows.receive.mapping import NDJSON
from flows.receive.markup import articles
from flows.receive.media import CSV, HTML, MARKDOWN, MARKUP, TEXT
from flows.receive.parquets import parquet_rows
from flows.receive.streams import Broken, Kept, keep
from flows.receive.tables import table_rows

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from flows.receive.documents import Limits, Rejection
    from flows.receive.mapping import FieldMapping
    from flows.receive.naming import Kind

_WHOLE = {"text": TEXT, "html": HTML, "markdown": MARKDOWN}


@dataclass(frozen=True, slots=True)
class Part:
    """One document's bytes; `label` is its place in the content (`line 3`), empty for all of it."""

    label: str
    kept: Kept
    media_type: str
    problem: Rejection | None = None


def parts_of(
    stream: io.BufferedReader, kind: Kind, mapping: FieldMapping, limits: Limits
) -> Iterator[Part]:
    """Yield what lies in unpacked content of a kind that is read; the mapping goes with each part.

    Raises Broken where the content as a whole is not what its name says.
    """
    if kind in _WHOLE:
        yield Part("", keep(stream, limits.kept_bytes), _WHOLE[kind])
        return
    number = 0
    for part in _divided(stream, kind, mapping, limits):
        number += 1
        yield part
    if number == 0:
        raise Broken("document.blank", "there is no record in it; fetch it again")


def _divided(
    stream: io.BufferedReader, kind: Kind, mapping: FieldMapping, limits: Limits
) -> Iterator[Part]:
    kept_bytes = limits.kept_bytes
    if kind == "records":
        for number, kept in lines_of(stream, kept_bytes):
            yield Part(f"line {number}", kept, mapping.media_type)
    elif kind == "table":
        for row, kept in table_rows(stream, mapping, limits):
            yield Part(f"row {row}", kept, mapping.in_media_type(CSV))
    elif kind == "parquet":
        for row, kept in parquet_rows(stream, mapping, limits):
            yield Part(f"row {row}", kept, mapping.media_type)
    elif kind == "json":
        for label, kept, problem in elements(_whole(stream, kept_bytes), kept_bytes):
            yield Part(label, kept, mapping.in_media_type(NDJSON), problem)
    else:
        for label, kept in articles(_whole(stream, kept_bytes)):
            yield Part(label, kept, MARKUP)


def _whole(stream: io.BufferedReader, kept_bytes: int) -> bytes:
    """All of a file that is taken apart in memory. Raises Broken (document.size)."""
    kept = keep(stream, kept_bytes)
    if kept.byte_count > kept_bytes:
        what = f"{kept.byte_count:,} bytes are too many to be taken apart in memory"
        raise Broken("document.size", f"{what}; split the file, or write it as JSON Lines")
    return kept.content
