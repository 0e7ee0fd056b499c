"""A text in which one article is glued to the next, taken apart where the evidence is strong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from flows.batch.laying import laid_out
from flows.parse.layout import Layout
from flows.parse.starts import starts
from flows.receive import FieldMapping, Limits, documents
from flows.receive.documents import Decoded, RawDocument, SourceFile, sha256_of
from flows.receive.encodings import text_of
from flows.receive.media import TEXT
from flows.receive.streams import Broken

_DATED = ("published", "page_date", "byline")


def documents_in(file: SourceFile, limits: Limits, mapping: FieldMapping) -> Iterator[RawDocument]:
    """The documents of a file, glued ones apart. Raises OSError where it cannot be read."""
    for received in documents(file, limits, mapping):
        yield from apart(received)


def apart(document: RawDocument) -> Iterator[RawDocument]:
    """The document, or each of the articles that are glued together in it, with its own bytes.

    They are taken apart only where each is read by the same profile with a headline, a day or a
    byline, and a body; else the document stays whole, and its article is told of (`text.glued`).
    """
    pieces = _pieces(document)
    if len(pieces) < 2:
        yield document
        return
    for number, content in enumerate(pieces, 1):
        label = f"article {number}"
        member = label if document.member is None else f"{document.member}, {label}"
        yield replace(document, member=member, content=content, sha256=sha256_of(content))


def _pieces(document: RawDocument) -> list[bytes]:
    if document.problem is not None or document.media_type.partition(";")[0] != TEXT:
        return []
    try:
        text, encoding = text_of(document.content)
    except Broken:
        return []
    # A page or a record that goes by the name of a text is one document.
    cuts = [] if text.lstrip()[:1] in "<{" else starts(text)
    if not cuts:
        return []
    parts = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    if not _are_alike([_layout(part, encoding, document.name) for part in parts]):
        return []
    pieces = [part.encode(encoding.removesuffix("-sig")) for part in parts]
    # A byte order mark belongs to the first.
    mark = document.content[: len(document.content) - sum(map(len, pieces))]
    pieces[0] = mark + pieces[0]
    return pieces if b"".join(pieces) == document.content else []


def _layout(part: str, encoding: str, name: str) -> Layout | None:
    return laid_out(Decoded(part, encoding, {}), name)[1]


def _are_alike(layouts: list[Layout | None]) -> bool:
    """Whether all are articles, and of one profile."""
    names = {layout.profile.name if layout else None for layout in layouts}
    return len(names) == 1 and all(
        layout is not None
        and layout.paragraphs
        and layout.first("headline")
        and any(layout.first(field) for field in _DATED)
        for layout in layouts
    )
