"""Sound rows to break one value of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
ARTICLE: Row = {
    "article_id": "0123456789abcdef",
    "version_count": 1,
    "outlet_id": "harbour_gazette",
    "agency_id": None,
    "headline": "Old ferry sails again",
    "text": 'The ferry left at noon.\n\n"She floats," said the captain.',
    "subheads": [],
    "captions": [],
    "published_at": datetime(2024, 5, 2, 4, 0, tzinfo=UTC),
    "published_date": date(2024, 5, 2),
    "published_raw": "May 2, 2024, 12:00",
    "published_precision": "minute",
    "timezone": "Asia/Shanghai",
    "timezone_origin": "outlet",
    "updated_at": None,
    "dateline_place": None,
    "dateline_date": None,
    "dateline_raw": None,
    "author_names": ["Mira O'Dell"],
    "editor_names": [],
    "contributor_names": [],
    "byline_raw": "By Mira O'Dell",
    "language": "en",
    "language_confidence": 0.98,
    "word_count": 9,
    "quote_count": 1,
    "syndication_id": None,
    "document_sha256": "ab" * 32,
    "source_uri": "file:///in/ferry.txt",
    "encoding": "utf-8",
    "profile": "generic",
}
QUOTE: Row = {
    "quote_id": "0123456789abcdef",
    "article_id": "0123456789abcdef",
    "published_date": date(2024, 5, 2),
    "position": 0,
    "field": "text",
    "paragraph": 1,
    "text": "She floats",
    "char_start": 26,
    "char_end": 36,
    "parts": [{"char_start": 26, "char_end": 36}],
    "raw_start": None,
    "raw_end": None,
    "kind": "direct",
    "mark": "“",
    "cue": None,
    "cue_start": None,
    "cue_end": None,
    "speaker_mention": None,
    "speaker_start": None,
    "speaker_end": None,
    "speaker_name": None,
    "speaker_ids": [],
    "speaker_kind": "unknown",
    "speaker_title": None,
    "resolution": "none",
    "confidence": 1.0,
}
RUN: Row = {
    "run_id": "20240502T040000Z-0a1b2c3d",
    "flow": "ingest",
    "started_at": datetime(2024, 5, 2, 4, 0, tzinfo=UTC),
    "finished_at": datetime(2024, 5, 2, 4, 1, tzinfo=UTC),
    "state": "completed",
    "snapshot": None,
    "parameters": "{}",
    "code_version": "0.1.0",
    "seen": 10,
    "published": 4,
    "merged": 3,
    "quarantined": 2,
    "unchanged": 1,
    "bytes_in": 0,
    "bytes_out": 0,
    "stage_seconds": [{"stage": "receive", "seconds": 0.5}],
}
SOUND = {"articles": ARTICLE, "quotes": QUOTE, "runs": RUN}


@pytest.fixture
def table() -> Callable[..., pa.Table]:
    """Return a maker of tables: one sound row of a dataset for each change given."""

    def make(dataset: str, *changes: Row) -> pa.Table:
        rows = [SOUND[dataset] | change for change in changes]
        return pa.Table.from_pylist(rows, schema=contract(dataset).arrow)

    return make
