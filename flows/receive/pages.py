"""HTML pages: the article by trafilatura, and about it what the page's metadata say first."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from flows.receive.mapping import FieldMapping, plain_key
from flows.receive.records import SEPARATOR, Record, assemble, no_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LD = re.compile(
    r"<script[^>]{0,300}application/ld\+json[^>]{0,300}>(.{0,200000}?)</script",
    re.DOTALL | re.IGNORECASE,
)
_META = re.compile(r"<meta\s([^<>]{1,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_H1 = re.compile(r"<h1[^>]{0,500}>(.{1,2000}?)</h1", re.DOTALL | re.IGNORECASE)
_CANONICAL = re.compile(r"<link\s([^<>]{1,1000})>", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html[^>]{0,500}\slang=[\"']?([A-Za-z-]{2,12})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BELOW_TITLE = 20_000
"""Characters below the title's heading in which a page's byline and day are looked for."""
_MARKED = re.compile(
    r"<(\w{1,12})(\s[^<>]{0,800}?\bitemprop\s*=\s*[\"']?(author|datePublished|dateModified)\b[^<>]{0,800})>"
    r"(.{0,400}?)</\1",
    re.DOTALL | re.IGNORECASE,
)
_REL_AUTHOR = re.compile(
    r"<a\s[^<>]{0,800}\brel\s*=\s*[\"']?author\b[^<>]{0,800}>(.{1,200}?)</a",
    re.DOTALL | re.IGNORECASE,
)
_CLASSED = re.compile(
    r"<(p|div|span|address|h\d|li|a)\s[^<>]{0,500}?\b(?:class|id)\s*=\s*[\"'][^\"']{0,100}?"
    r"\b(?:(byline|author)|(dateline|date|published|pubdate|timestamp|posted-on))\b[^<>]{0,500}>"
    r"(.{1,400}?)</\1",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST_BYLINE = 120
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIME = re.compile(r"<time\s[^<>]{0,500}?datetime\s*=\s*[\"']([^\"'<>]{8,40})", re.IGNORECASE)
_ITEMS = {"author": "byline", "datepublished": "published", "datemodified": "updated"}
_ARTICLES = re.compile(r"Article|Posting|Report|Review|WebPage")
_META_FIELDS = {
    "headline": (
        "og:title", "twitter:title", "dc.title", "dcterms.title", "title", "parsely-title",
    ),
    "published": (
        "article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
        "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "sailthru.date",
        "parsely-pub-date", "article.published", "og:published_time", "article:published",
        "cxenseparse:recs:publishtime",
    ),
    "updated": (
        "article:modified_time", "og:updated_time", "lastmod", "dcterms.modified", "datemodified",
    ),
    "byline": (
        "author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author",
        "sailthru.author", "article:author_name", "cxenseparse:author",
    ),
    "outlet": ("og:site_name", "dc.publisher", "application-name", "publisher", "copyright"),
    "url": ("og:url", "twitter:url"),
    "language": ("og:locale", "content-language", "dc.language"),
}  # fmt: skip


def is_page(text: str) -> bool:
    """Whether a text begins as an HTML page does.

    >>> is_page("<!DOCTYPE html><html>"), is_page("<p> is a tag")
    (True, False)
    """
    return (
        re.match(
            r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html[\s>]|head[\s>])",
            text,
            re.IGNORECASE | re.DOTALL,
        )
        is not None
    )


def read_page(text: str) -> Record:
    """Put an article's fields together. Raises Broken (record.no_text) where the page has none."""
    found: dict[str, str] = {}
    for source in (_from_ld(text), _from_meta(text), _from_tags(text), _from_below_title(text)):
        for name, value in source:
            if name in found:
                continue
            plain = (
                html.unescape(value) if name == "text" else " ".join(html.unescape(value).split())
            )
            if plain and not _is_address(name, plain):
                found[name] = plain
    if "headline" in found and "outlet" in found:
        found["headline"] = _without_outlet(found["headline"], found["outlet"])
    stated = found.pop("text", "")
    body = _body(text, found.get("headline", "")) or stated
    if not body:
        raise no_text("the page holds no article")
    order = {name: found[name] for name in FieldMapping.names() if name in found}
    return assemble({**order, "text": body})


def _is_address(name: str, value: str) -> bool:
    return name == "byline" and value.startswith(("http://", "https://", "www."))


def _from_ld(text: str) -> Iterator[tuple[str, str]]:
    for match in _LD.finditer(text):
        try:
            given = json.loads(match.group(1).strip().rstrip(";"), strict=False)
        except (json.JSONDecodeError, RecursionError):
            continue
        nodes = list(_nodes(given, 0))
        named = {
            str(node["@id"]): node["name"] for node in nodes if "@id" in node and node.get("name")
        }
        for node in nodes:
            kind = node.get("@type")
            if any(
                _ARTICLES.search(str(each)) for each in (kind if isinstance(kind, list) else [kind])
            ):
                yield from _of_node(node, named)


def _nodes(given: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects of a graph, those that are articles before whole pages."""
    if depth > 6:
        return
    if isinstance(given, dict):
        inner = [node for value in given.values() for node in _nodes(value, depth + 1)]
        found = [given, *inner] if "@type" in given else inner
        yield from sorted(found, key=lambda node: str(node.get("@type")) == "WebPage")
    elif isinstance(given, list):
        for each in given:
            yield from _nodes(each, depth + 1)


def _of_node(node: dict[str, Any], named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of an article; `named` are the names of the nodes that it may point to."""
    for name, key in (
        ("headline", "headline"), ("published", "datePublished"), ("updated", "dateModified"),
        ("byline", "author"), ("editors", "editor"), ("outlet", "publisher"), ("url", "url"),
        ("language", "inLanguage"),
    ):  # fmt: skip
        value = _name(node.get(key), named, 0)
        if value:
            yield name, value
    body = node.get("articleBody")
    if isinstance(body, str):
        yield "text", SEPARATOR.join(filter(None, map(str.strip, body.split("\n"))))


def _name(value: Any, named: Mapping[str, Any], depth: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and depth < 2:
        return ", ".join(filter(None, (_name(each, named, depth + 1) for each in value)))
    if isinstance(value, dict) and depth < 3:
        name = value.get("name") or named.get(str(value.get("@id")))
        return _name(name, named, depth + 1)
    return ""


def _from_meta(text: str) -> Iterator[tuple[str, str]]:
    given: dict[str, str] = {}
    for match in _META.finditer(text):
        attributes = {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(match.group(1))}
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if key and attributes.get("content"):
            given.setdefault(key.lower(), attributes["content"])
    for name, keys in _META_FIELDS.items():
        value = next((given[key] for key in keys if key in given), None)
        if value:
            yield name, value


def _from_tags(text: str) -> Iterator[tuple[str, str]]:
    if first := _H1.search(text):
        yield "headline", _TAG.sub(" ", first.group(1))
    if title := _TITLE.search(text):
        yield "headline", title.group(1)
    for match in _CANONICAL.finditer(text):
        attributes = {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(match.group(1))}
        if attributes.get("rel") == "canonical" and attributes.get("href"):
            yield "url", attributes["href"]
    if language := _LANGUAGE.search(text):
        yield "language", language.group(1)


def _from_below_title(text: str) -> Iterator[tuple[str, str]]:
    """What the page marks as author or day, by microdata, rel, class or <time>, below its title."""
    title = _H1.search(text)
    start = title.end() if title else 0
    below = text[start : start + _BELOW_TITLE]
    marked: dict[str, list[str]] = {}
    for _, attributes, item, inner in _MARKED.findall(text if "itemprop" in text else ""):
        given = {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(attributes)}
        value = given.get("content") or given.get("datetime") or _TAG.sub(" ", inner)
        marked.setdefault(_ITEMS[item.lower()], []).append(" ".join(value.split()))
    for name, values in marked.items():
        yield name, ", ".join(dict.fromkeys(values)) if name == "byline" else values[0]
    people = [_TAG.sub(" ", each) for each in _REL_AUTHOR.findall(below)]
    if people:
        yield "byline", ", ".join(dict.fromkeys(people))
    if title and (stamp := _TIME.search(below)):
        yield "published", stamp.group(1)
    for _, author, day, inner in _CLASSED.findall(below):
        plain = " ".join(_TAG.sub(" ", inner).split())
        if author and len(plain) <= _LONGEST_BYLINE:
            yield "byline", plain
        elif day and _YEAR.search(plain) and len(plain) <= _LONGEST_BYLINE:
            yield "published", plain


def _without_outlet(headline: str, outlet: str) -> str:
    """`Rain falls | The Almery Gazette` without the name of the paper.

    >>> _without_outlet("Rain falls - The Almery Gazette", "Almery Gazette")
    'Rain falls'
    """
    cut = re.search(r"\s[|–—-]\s([^|–—]{2,60})$", headline)
    if cut and plain_key(outlet) in plain_key(cut.group(1)):
        return headline[: cut.start()]
    return headline


def _body(text: str, headline: str) -> str:
    import trafilatura  # noqa: PLC0415  costs a second, and only pages need it

    extracted = trafilatura.extract(
        text,
        output_format="txt",
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    paragraphs = [line.strip() for line in (extracted or "").split("\n")]
    paragraphs = [line.removeprefix("- ") for line in paragraphs if line]
    if paragraphs and headline and plain_key(paragraphs[0]) == plain_key(headline):
        del paragraphs[0]
    return SEPARATOR.join(paragraphs)
