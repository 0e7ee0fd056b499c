"""Whatever finds quotations, called as the pipeline calls it: raw text in, raw offsets out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from flows.batch.article import Article, Unreadable, read_article
from flows.batch.quotations import Finder, find_in
from flows.normalise.marks import Marked
from flows.quotes import Quotation
from flows.receive import RawDocument, Rejection, decode
from flows.receive.documents import sha256_of
from tests.gold_articles import Span, Statement

Engine = Callable[[Article], Iterable[Quotation]]
"""Finds the quotations of one article; each says by its `field` what its offsets count in."""


class NotRead(ValueError):
    """A text that the pipeline does not read as an article, with the reason it gives."""


def _by(name: str) -> Engine:
    return lambda article: find_in([article], Finder(name))[0]


ENGINES: Final[Mapping[str, Engine]] = {name: _by(name) for name in ("marks", "fast", "best")}
"""The engines that are held to `tests/gold/floors.toml`; a new one is a line here."""


def predict(article_text: str, engine: Engine) -> list[Statement]:
    """The statements that `engine` finds in an article, in code points of the raw text.

    Raises NotRead.
    """
    article = read(article_text)
    fields = fields_of(article)
    return [_statement(found, fields[found.field]) for found in engine(article)]


def read(article_text: str) -> Article:
    """An article as the pipeline makes it of raw text. Raises NotRead."""
    content = article_text.encode()
    raw = RawDocument("gold.txt", None, content, "text/plain", sha256_of(content))
    decoded = decode(raw)
    if isinstance(decoded, Rejection):
        raise NotRead(decoded.message)
    article = read_article(decoded)
    if isinstance(article, Unreadable):
        raise NotRead(article.rejection.message)
    return article


def fields_of(article: Article) -> dict[str, Marked]:
    """The fields that may hold quotations, as `Quotation.field` names them."""
    return {"headline": article.headline, "text": article.text}


def _statement(quotation: Quotation, marked: Marked) -> Statement:
    def raw(start: int | None, end: int | None) -> Span | None:
        return None if start is None or end is None else marked.text.raw_span(start, end)

    return Statement(
        content=tuple(marked.text.raw_span(*part) for part in quotation.parts),
        source=raw(quotation.speaker_start, quotation.speaker_end),
        cue=raw(quotation.cue_start, quotation.cue_end),
        speaker=quotation.speaker_name,
        kind=quotation.kind,
    )
