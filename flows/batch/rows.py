"""Articles and their quotations as rows of the datasets, keyed as the contracts name them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flows.batch.article import Article
from flows.lake.identity import speaker_ids
from flows.normalise.marks import Marked
from flows.quotes import Quotation
from flows.receive.documents import RawDocument

Row = dict[str, Any]


def raw_row(document: RawDocument, received_at: datetime) -> Row:
    """The bytes of a document as received."""
    return {
        "document_sha256": document.sha256,
        "source_uri": document.source_uri,
        "member": document.member,
        "content": document.content,
        "byte_count": len(document.content),
        "received_at": received_at,
        "media_type": document.media_type,
    }


def article_row(article: Article, document: RawDocument, encoding: str, quotes: int) -> Row:
    """One article; `version_count` is counted when it meets the other versions in the lake."""
    stamp = article.stamp
    return {
        "article_id": article.article_id,
        "version_count": 1,
        "outlet_id": article.outlet_id,
        "agency_id": article.agency_id,
        "headline": article.headline.text.value,
        "text": article.text.text.value,
        "subheads": [
            {"paragraph": number, "char_start": start, "char_end": end}
            for number, start, end in article.subheads
        ],
        "captions": list(article.captions),
        "published_at": stamp.instant if stamp else None,
        "published_date": article.published_date,
        "published_raw": article.published_raw,
        "published_precision": stamp.precision if stamp else None,
        "timezone": stamp.timezone if stamp else None,
        "timezone_origin": stamp.origin if stamp else None,
        "updated_at": article.updated_at,
        "dateline_place": article.dateline_place,
        "dateline_date": article.dateline_date,
        "dateline_raw": article.dateline_raw,
        "author_names": list(article.authors),
        "editor_names": list(article.editors),
        "contributor_names": list(article.contributors),
        "byline_raw": article.byline_raw,
        "language": article.language,
        "language_confidence": article.language_confidence,
        "word_count": article.word_count,
        "quote_count": quotes,
        "syndication_id": None,
        "document_sha256": document.sha256,
        "source_uri": document.source_uri,
        "encoding": encoding,
        "profile": article.profile,
    }


def version_row(article: Article, document: RawDocument) -> Row:
    """One text received for a story; which of them is current is decided in the lake."""
    return {
        "article_id": article.article_id,
        "document_sha256": document.sha256,
        "text_sha256": article.text_sha256,
        "published_date": article.published_date,
        "published_at": article.stamp.instant if article.stamp else None,
        "updated_at": article.updated_at,
        "is_correction": article.is_correction,
        "is_current": True,
        "source_uri": document.source_uri,
        "member": document.member,
    }


def quote_rows(article: Article, document: RawDocument, found: Sequence[Quotation]) -> list[Row]:
    """The quotations of headline and text, numbered in the order of the article.

    Beside the columns of the contract each row carries its document, by which the lake keeps
    the quotations of the version that is published.
    """
    fields = {"headline": article.headline, "text": article.text}
    return [
        _quote_row(article, document, position, quotation, fields[quotation.field])
        for position, quotation in enumerate(found)
    ]


def _quote_row(
    article: Article, document: RawDocument, position: int, quotation: Quotation, marked: Marked
) -> Row:
    raw_start, raw_end = marked.text.raw_span(quotation.char_start, quotation.char_end)
    return {
        "quote_id": short_hash(
            article.article_id, quotation.field, quotation.char_start, quotation.char_end
        ),
        "article_id": article.article_id,
        "published_date": article.published_date,
        "position": position,
        "field": quotation.field,
        "paragraph": quotation.paragraph,
        "text": quotation.text,
        "char_start": quotation.char_start,
        "char_end": quotation.char_end,
        "parts": _parts(quotation.parts),
        "raw_start": raw_start,
        "raw_end": raw_end,
        "kind": quotation.kind,
        "mark": quotation.mark,
        "cue": quotation.cue,
        "cue_start": quotation.cue_start,
        "cue_end": quotation.cue_end,
        "speaker_mention": quotation.speaker_mention,
        "speaker_start": quotation.speaker_start,
        "speaker_end": quotation.speaker_end,
        "speaker_name": quotation.speaker_name,
        "speaker_ids": speaker_ids(quotation.speaker_names, quotation.speaker_kind),
        "speaker_kind": quotation.speaker_kind,
        "speaker_title": quotation.speaker_title,
        "speaker_reason": quotation.speaker_reason,
        "resolution": quotation.resolution,
        "confidence": quotation.confidence,
        "document_sha256": document.sha256,
    }


def _parts(parts: Sequence[tuple[int, int]]) -> list[Row]:
    return [{"char_start": start, "char_end": end} for start, end in parts]


def short_hash(*parts: object) -> str:
    """An id: the first 16 hex digits of the SHA-256 of its parts, one a line."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:16]
