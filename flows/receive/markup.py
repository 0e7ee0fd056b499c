"""Newswire SGML and XML: an element with a title and a text, read without a parser's trust.

Tags are looked at one by one and nothing is ever looked up or expanded: no entity of the document's
own, no file, no schema. What never closes is read to its end. Time is linear in the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.receive.mapping import FieldMapping, plain_key
from flows.receive.records import SEPARATOR, Record, assemble, no_text
from flows.receive.streams import Kept, of_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARTICLE = rb"(?i:DOC|article|story|item|record|document|newsitem|entry)"
_OPENING = re.compile(rb"<(" + _ARTICLE + rb")(?=[\s>])")
_MARKS = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<[!?][^>]{0,2000}>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]{0,60})(?P<attributes>(?:\s[^<>]{0,4000})?)/?>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,60})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CONTROL = re.compile(r"&(?:[A-Z]{2}|Cx[0-9a-fA-F]{2});")
"""What wires mark typesetting with: &UR; &LR; &QL; &QC; &HT;"""
_PARAGRAPHS = frozenset(
    ["p", "para", "br", "div", "h1", "h2", "h3", "li", "item", "caption", "head", "hl2"]
)
_SKIPPED = frozenset(
    ["docno", "docid", "doctype", "header", "slug", "category", "trailer", "annotation"]
)
_TEXTS = frozenset(map(plain_key, FieldMapping().text)) - {"article", "story", "content"}
"""Without what articles themselves are called, in which the text is one element of several."""
_TITLES = frozenset(map(plain_key, (*FieldMapping().headline, "hl", "hedline")))
_TEXT_ONLY = frozenset(["text"])
_TEXT_ELEMENT = re.compile(r"<text[\s>]", re.IGNORECASE)
_OTHER_FIELDS = ("published", "byline", "outlet", "url", "language")
_INDENT = re.compile(r"\n(?=\t| {3,}\S)")
_TOKEN = re.compile(r"([^\t\n]+)\t[^\t\n]+\t[^\t\n]+")
_WIRE_BYLINE = re.compile(r"(?m)^\s*(?:\([^()]*\)\s*)?(B[Yy] +[^\n(]{3,120}?)\s*$")
_WIRE_TITLE = re.compile(r"\A\s*((?![Bb][Yy] |c\. ?\d|\(|(?:Eds|EDS|Ed):)[^\n]{8,200}?)\s*\n")
_BRACKETED = re.compile(r"\A(?:\s*\((?:For use|EDS|Eds|Also|ART)[^()]{0,500}\))+")
_WIRE_NOTE = re.compile(
    r"\s*\((?:For use|EDS|Eds|Also|ART)\b|\s*(?<![A-Z])By [A-Z][\w.]+ [A-Z]|\bc\. ?\d{4} "
)
_WIRE_COPYRIGHT = re.compile(r"\bc\. ?\d{4} ([A-Z][^\n&<]{3,60}?)\s*(?:\n|$)")
_WIRE_ID = re.compile(r"<DOCNO>\s*([A-Z]{2,4})\d{8}")
_WIRE_ZONE = re.compile(r"\d{4}(E[SD]T|GMT)\b")
_WIRES = {"APW": "AP", "AP": "AP", "NYT": "NYT", "XIN": "Xinhua", "XIE": "Xinhua", "AFP": "AFP"}


def articles(content: bytes) -> Iterator[tuple[str, Kept]]:
    """Yield label and bytes of each article: those of the first element that articles are named by.

    An article that never closes ends where the next begins.
    """
    first = _OPENING.search(content)
    starts = [] if first is None else _starts(content, first.group(1))
    if len(starts) < 2:
        yield "", of_bytes(content, len(content))
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(content)], strict=True), 1):
        closing = content.find(b"</" + first.group(1) + b">", start, end) if first else -1
        cut = closing + len(first.group(1)) + 3 if first and closing >= 0 else end
        yield f"article {number}", of_bytes(content[start:cut], len(content))


def _starts(content: bytes, name: bytes) -> list[int]:
    opening = re.compile(b"<" + re.escape(name) + rb"(?=[\s>])")
    return [match.start() for match in opening.finditer(content)]


def is_markup(text: str) -> bool:
    r"""Whether a text begins as newswire SGML or XML does.

    >>> is_markup("<DOC>\n<DOCNO>"), is_markup("<b>Rain</b> fell")
    (True, False)
    """
    return re.match(r"\s*<(?:\?xml\s|(?:DOC|article|text|nitf|newsItem)[\s>])", text) is not None


@dataclass(slots=True)
class _Found:
    """What was read so far, by field; `text` in pieces, `stack` the elements that are open."""

    fields: dict[str, str] = field(default_factory=dict)
    texts: frozenset[str] = _TEXTS
    text: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)


def read_markup(text: str) -> Record:
    r"""Put the fields of one article together. Raises Broken (record.no_text).

    >>> read_markup("<DOC><HEADLINE>Rain</HEADLINE><TEXT><P>It\nrained.</P></TEXT></DOC>").text
    'Rain\n\nIt rained.'
    """
    # Where an element is called text, a body around it holds more than the text.
    found = _Found(texts=_TEXT_ONLY if _TEXT_ELEMENT.search(text) else _TEXTS)
    at = 0
    for mark in _MARKS.finditer(text):
        _take(found, text[at : mark.start()])
        at = mark.end()
        if mark.group("cdata") is not None:
            _take(found, mark.group("cdata"), escaped=False)
        elif mark.group("name"):
            _tag(found, mark)
    _take(found, text[at:])
    read = {name: _line(value) for name, value in found.fields.items()}
    fields = _wire_fields(text) | {name: value for name, value in read.items() if value}
    if "published" in fields and (zone := _WIRE_ZONE.search(text)):
        fields["published"] += f" {zone.group(1)}"
    if "headline" in fields:
        fields["headline"] = _BRACKETED.sub("", fields["headline"]).strip()
        fields["headline"] = _WIRE_NOTE.split(fields["headline"])[0].strip() or fields["headline"]
    body = _body("".join(found.text))
    title = fields.get("headline", "")
    if title and body.startswith(title + SEPARATOR):
        body = body[len(title + SEPARATOR) :]
    if not body:
        raise no_text("no element of it holds a text")
    order = {name: fields[name] for name in FieldMapping.names() if fields.get(name)}
    return assemble(order | {"text": body})


def _tag(found: _Found, mark: re.Match[str]) -> None:
    name = plain_key(mark.group("name"))
    if mark.group("close"):
        if name in found.stack:
            del found.stack[found.stack.index(name) :]
        if name == "w":
            found.text.append("\x03")
    else:
        if name in found.texts or not found.stack:
            _attributes(found, mark.group("attributes"))
        if name == "w":
            found.text.append("\x02")
        if not mark.group().endswith("/>") and name not in ("br", "hr", "img"):
            found.stack.append(name)
            del found.stack[40:]
    if name in _PARAGRAPHS and _in_text(found):
        found.text.append("\x01")


def _attributes(found: _Found, written: str) -> None:
    """Attributes of the outermost element and of the text's: title, dateCreated, sourceURL."""
    given = {key: double or single for key, double, single in _ATTRIBUTE.findall(written)}
    for name, key in FieldMapping().field_of(given).items() if given else ():
        if name != "text":
            found.fields.setdefault(name, html.unescape(given[key]))


def _in_text(found: _Found) -> bool:
    return not found.texts.isdisjoint(found.stack)


def _take(found: _Found, piece: str, *, escaped: bool = True) -> None:
    if not piece or any(name in _SKIPPED for name in found.stack):
        return
    plain = html.unescape(_CONTROL.sub(" ", piece)) if escaped else piece
    inner = found.stack[-1] if found.stack else ""
    # A title or a day inside the text is a sub-head or a word of it.
    within = not (found.texts - {"body"}).isdisjoint(found.stack)
    if inner in _TITLES and not within:
        found.fields["headline"] = found.fields.get("headline", "") + plain
    elif not within and (name := _field_named(inner)):
        found.fields[name] = found.fields.get(name, "") + plain
    elif _in_text(found):
        found.text.append(plain)


@lru_cache(1024)
def _field_named(element: str) -> str | None:
    return next(iter(FieldMapping().field_of([element]).keys() & {*_OTHER_FIELDS}), None)


def _body(raw: str) -> str:
    """Paragraphs a blank line apart: those that are marked, else those that are indented."""
    if "\x01" not in raw:
        raw = _INDENT.sub("\x01", raw)
        raw = re.sub(r"\n[ \t]*\n", "\x01", raw)
    pieces = (_tokens(piece) if "\t" in piece else piece for piece in raw.split("\x01"))
    lines = (_line(piece) for piece in pieces)
    return SEPARATOR.join(line for line in lines if line)


def _line(text: str) -> str:
    return " ".join(re.sub("[\x01-\x03]", "", text).split())


def _tokens(piece: str) -> str:
    """A text that was taken apart into tokens, one a line with its part of speech, put together.

    Tokens that were one word stand between marks of their own; the rest goes by custom.
    """
    lines = [line for line in piece.split("\n") if line.strip(" \x02\x03")]
    if sum(_TOKEN.search(line) is not None for line in lines) < 0.8 * len(lines):
        return piece
    words: list[str] = []
    glued = opened = False
    for line in re.findall(r"[\x02\x03]|[^\n\x02\x03]+", piece):
        if line in "\x02\x03":
            glued = line == "\x02"
            words += [""] if glued else []
            continue
        token = _TOKEN.search(line)
        if token is None:
            continue
        word = token.group(1)
        closes = word in ('"', "'", "”", "’") and opened
        joins = (
            glued or closes or re.fullmatch(r"[,.;:!?%)\]}…]|n['’]t|['’](?:s|re|ve|ll|d|m)?", word)
        )
        if words and (joins or words[-1][-1:] in "([{$£€" or words[-1].endswith("\x04")):
            words[-1] = words[-1].rstrip("\x04") + word
        else:
            words.append(word)
        if word in ('"', "'", "“", "‘"):
            opened = not opened
            if opened:
                words[-1] += "\x04"
    return " ".join(word for word in words if word).replace("\x04", "")


def _wire_fields(text: str) -> dict[str, str]:
    """What wires say between the title and the text, in no element of its own."""
    top = _CONTROL.sub(" ", text.partition("<TEXT>")[0].rpartition("</HEADLINE>")[2])
    found = {}
    if "</HEADLINE>" in text and (title := _WIRE_TITLE.search(top)):
        found["headline"] = title.group(1)
    if byline := _WIRE_BYLINE.search(top):
        found["byline"] = byline.group(1)
    if owner := _WIRE_COPYRIGHT.search(top):
        found["outlet"] = owner.group(1)
    elif (wire := _WIRE_ID.search(text)) and wire.group(1) in _WIRES:
        found["outlet"] = _WIRES[wire.group(1)]
    return found
