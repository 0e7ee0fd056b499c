"""Delimited tables: a row with its header is a document, both as the bytes that were received."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flows.receive.naming import shown
from flows.receive.records import Record, assemble, fields_in, no_text
from flows.receive.streams import Broken, Kept, of_bytes
from flows.receive.undecodable import undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.receive.documents import Limits
    from flows.receive.mapping import FieldMapping

_DELIMITERS = ",\t;|"
# The limit is the process's own: it is set once, above all that is kept of a row.
csv.field_size_limit(1 << 30)
_BOM = b"\xef\xbb\xbf"
_HEADER_BYTES = 64 * 1024
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


def table_rows(
    stream: io.BufferedReader, mapping: FieldMapping, limits: Limits
) -> Iterator[tuple[int, Kept]]:
    """Yield the rows that are not blank, numbered from 1, each with the header before it.

    Raises Broken: document.unsupported for UTF-16, record.no_text where no column holds the text.
    """
    if stream.peek(4)[:4].startswith(_WIDE):
        what = "the table is in UTF-16 or UTF-32; write it in UTF-8"
        raise Broken("document.unsupported", what)
    rows = _raw_rows(stream, limits.kept_bytes)
    header = next(rows, b"").removeprefix(_BOM)
    if not header.strip():
        raise Broken("document.blank", "the table has no header; name its columns in the first row")
    _check_header(header, mapping)
    for number, row in enumerate(rows, start=1):
        if row.strip():
            yield number, of_bytes(header + b"\n" + row, limits.kept_bytes)


def _raw_rows(stream: io.BufferedReader, kept_bytes: int) -> Iterator[bytes]:
    """Lines, joined for as long as a quotation mark is open; CSV doubles the marks inside."""
    pieces: list[bytes] = []
    marks = size = 0
    while line := stream.readline(kept_bytes + 2):
        pieces.append(line)
        marks += line.count(b'"')
        size += len(line)
        if marks % 2 == 0 or size > kept_bytes:
            yield b"".join(pieces).rstrip(b"\r\n")
            pieces, marks, size = [], 0, 0
    if pieces:
        yield b"".join(pieces).rstrip(b"\r\n")


def _check_header(header: bytes, mapping: FieldMapping) -> None:
    names = _cells(header[:_HEADER_BYTES].decode("utf-8", errors="replace"))[0]
    if "text" not in mapping.field_of(names):
        columns = ", ".join(shown(name) for name in names[:12])
        raise no_text(f"no column of the table holds the text (it has {columns})")


def read_row(text: str, mapping: FieldMapping) -> Record:
    """Put the fields of a header and a row together. Raises Broken: record.malformed or no_text."""
    try:
        rows = _cells(text)
    except csv.Error as error:
        raise Broken("record.malformed", f"the row is no CSV ({error}); mend it") from error
    header, row = rows[0], [cell for each in rows[1:] for cell in each]
    if len(rows) != 2 or len(row) != len(header):
        what = f"the row has {len(row):,} cells and the header {len(header):,}"
        remedy = "put marks around a cell that holds the delimiter, and double those inside"
        raise Broken("record.malformed", f"{what}; {remedy}")
    found = fields_in(dict(zip(header, row, strict=True)), mapping)
    if "text" not in found:
        raise no_text("no text in the row")
    return assemble(found)


def _cells(text: str) -> list[list[str]]:
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [row for row in reader if row]
    except UnicodeDecodeError as error:
        raise undecodable(error, "utf-8") from error
