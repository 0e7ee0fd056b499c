"""Bytes to text, strictly: no byte is skipped, none replaced, and the encoding is named."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from flows.receive.binary import is_control_ridden, known_binary
from flows.receive.detection import detect
from flows.receive.documents import Decoded, RawDocument, Rejection, located
from flows.receive.faults import faults
from flows.receive.mapping import NDJSON, FieldMapping
from flows.receive.markdown import read_markdown
from flows.receive.markup import is_markup, read_markup
from flows.receive.media import CSV, HTML, MARKDOWN, MARKUP, TEXT, WHAT_IS_READ
from flows.receive.mixed import check_unmixed
from flows.receive.naming import place
from flows.receive.pages import is_page, read_page
from flows.receive.records import Record, read_record
from flows.receive.streams import Broken
from flows.receive.tables import read_row
from flows.receive.undecodable import undecodable
from flows.receive.wide import wide_encoding

# The mark of UTF-16-LE begins that of UTF-32-LE, so the longer ones come first.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_CHARSET = re.compile(rb"(?:charset|encoding)=[\"']?([A-Za-z0-9_-]{2,30})")
_TAG = re.compile(r"<[A-Za-z]{2,20}[^<>]{0,500}>.*?</[A-Za-z]{2,20}>", re.DOTALL)
_ASCII = bytes(range(128))
# Above this share of bytes beyond ASCII that UTF-8 cannot read, it is some other encoding.
_BROKEN_SHARE = 0.2


def decode(document: RawDocument) -> Decoded | Rejection:
    """Return a document's text, or why it has none; only its content and media type count.

    A byte order mark decides and is dropped; then UTF-8, UTF-16 by its NULs, and what `detect`
    finds. A record's text is that of its fields.
    """
    if document.problem is not None:
        return document.problem
    where = place(document.source_uri, document.member)
    try:
        decoded = _decoded(document)
    except Broken as broken:
        return located(where, broken.rejection)
    found = tuple(faults(decoded.text))
    return located(where, *found) if found else decoded


def text_of(content: bytes) -> tuple[str, str]:
    """Return the text of bytes and its encoding's name. Raises Broken with the rule broken."""
    if content == b"":
        raise Broken("document.empty", "it holds no byte; fetch it again")
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content, codec, len(mark)), name
    kind = known_binary(content)
    if kind is not None:
        raise Broken("document.binary", f"it is {kind}, not a text; give the text itself")
    is_ridden = is_control_ridden(content)
    if is_ridden or b"\0" in content:
        wide = wide_encoding(content)
        if wide is not None:
            return _strictly(content, wide), wide
    if is_ridden:
        what = "it is full of control characters, so not a text; give the text itself"
        raise Broken("document.binary", what)
    return _eight_bit(content)


def _decoded(document: RawDocument) -> Decoded:
    kind = document.media_type.partition(";")[0]
    reads = _READERS.get(kind)
    if reads is None:
        what = f"{kind} is not read; give the articles as {WHAT_IS_READ}"
        raise Broken("document.unsupported", what)
    if kind in (HTML, MARKUP):
        text, encoding = _declared(document.content)
    else:
        text, encoding = text_of(document.content)
    record = reads(text, FieldMapping.of_media_type(document.media_type))
    return Decoded(record.text, encoding, record.fields)


def _plain(text: str, mapping: FieldMapping) -> Record:
    """A text, or a page or a record that goes by the name of one."""
    if text.startswith("<") or text[:200].lstrip()[:1] == "<":
        if is_page(text):
            return read_page(text)
        if is_markup(text):
            return read_markup(text)
    if text[:200].lstrip()[:2] in ('{"', "{\n", "{ ") and text.rstrip().endswith("}"):
        try:
            return read_record(text, mapping)
        except Broken:
            return Record(text, {})
    if text.startswith("---\n"):
        return read_markdown(text, mapping)
    return Record(text, {})


def _page(text: str, _mapping: FieldMapping) -> Record:
    return read_page(text)


def _markup(text: str, _mapping: FieldMapping) -> Record:
    """What goes by the name of markup and has none is a text."""
    if is_page(text):
        return read_page(text)
    return read_markup(text) if is_markup(text) or _TAG.search(text) else Record(text, {})


_READERS = {
    TEXT: _plain,
    HTML: _page,
    MARKUP: _markup,
    MARKDOWN: read_markdown,
    CSV: read_row,
    NDJSON: read_record,
}


def _declared(content: bytes) -> tuple[str, str]:
    """Bytes by the encoding that the page declares, strictly, where they are no UTF-8."""
    found = _CHARSET.search(content[:2048])
    codec = _codec(found.group(1).decode("ascii")) if found else None
    if codec not in (None, "utf-8", "ascii"):
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            with suppress(UnicodeDecodeError):
                return content.decode(str(codec)), str(codec)
    return text_of(content)


def _codec(name: str) -> str | None:
    """An encoding of texts by Python's name, or None."""
    with suppress(LookupError):
        found = codecs.lookup(name)
        if found._is_text_encoding:  # noqa: SLF001  "hex" is an encoding as well, and of no text
            return found.name
    return None


def _eight_bit(content: bytes) -> tuple[str, str]:
    if b"\x1b$" in content and content.isascii():
        return _strictly(content, "iso2022_jp"), "iso-2022-jp"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        check_unmixed(content)
        if _is_mostly_utf8(content):
            raise undecodable(error, "utf-8") from error
    return detect(content)


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether it is UTF-8 with some damage: read otherwise, all of the text would be garbled."""
    beyond_ascii = len(content.translate(None, _ASCII))
    valid = content.decode("utf-8", errors="ignore").encode("utf-8")
    if len(content) - len(valid) <= beyond_ascii * _BROKEN_SHARE:
        return True
    try:
        content.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _strictly(content: bytes, codec: str, start: int = 0) -> str:
    try:
        return content[start:].decode(codec)
    except UnicodeDecodeError as error:
        raise undecodable(error, codec, start) from error
