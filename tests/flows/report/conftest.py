"""A lake whose data is hostile, and the pages of lakes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rows import digest, filled
from flows.lake import Lake, Made, publish, shard_schema, write_shard
from flows.lake.identity import speaker_ids
from flows.report.page import render

HOSTILE = (
    "<script>alert('read')</script>",
    '=HYPERLINK("http://collector.example","open")',
    "Ida \u202emloH\u202c Holm",
    "'; drop table quotes; --",
    '"><img src=x onerror=alert(1)>',
    "</style></svg><svg onload=alert(2)>",
    "{{ 7 * 7 }} {% raw %}",
    "Nora\u0000Bell\u001b[31m",
    "علی‌رضا",
)
"""Names that somebody put into an article to reach whoever reads the page."""
RUN = {
    "flow": "ingest",
    "started_at": dt.datetime(2024, 3, 2, 4, 5, tzinfo=dt.UTC),
    "finished_at": dt.datetime(2024, 3, 2, 4, 6, 30, tzinfo=dt.UTC),
    "state": "completed",
    "snapshot": 1,
    "parameters": '{"sources": ["s3://key:secret-word@bucket/a"]}',
    "code_version": "0.1",
    "stage_seconds": [{"stage": "quotes", "seconds": 12.5}],
    **dict.fromkeys(("seen", "published"), 9),
    **dict.fromkeys(("merged", "quarantined", "unchanged", "bytes_in", "bytes_out"), 0),
}


def rows_of(number: int, name: str) -> dict[str, list[dict[str, Any]]]:
    """An article in which `name` speaks, cued by the name itself, and a row set aside for it."""
    facts = {
        "article_id": digest("story", number)[:16],
        "document_sha256": digest("bytes", number),
        "text_sha256": digest("text", number),
        "text": "The ferry sailed.",
        "headline": "Ferry sails",
        "published_date": dt.date(2024, 3, 1 + number),
        "received_at": dt.datetime(2024, 4, 1, tzinfo=dt.UTC),
        "source_uri": f"https://user:secret-word@news.example/{name}?token=secret-word",
        "member": name,
        "outlet_id": name,
        "profile": name,
        "is_current": True,
        "quote_count": 1,
        "language": "en",
    }
    quote = {
        "quote_id": digest("quote", number)[:16],
        "text": "It sails",
        "kind": ("direct", "indirect", "mixed")[number % 3],
        "cue": name,
        "speaker_name": name,
        "speaker_ids": speaker_ids([name], "person"),
        "speaker_kind": "person",
        "speaker_title": name,
        "resolution": "stated",
        "confidence": 0.5,
    }
    aside = {"quarantine_id": digest("aside", number)[:16], "rules": [name], "message": name}
    return {
        **{dataset: [facts] for dataset in ("raw_documents", "articles", "versions")},
        "quotes": [{**facts, **quote}],
        "quarantine": [{**facts, **aside, "first_seen": facts["received_at"]}],
    }


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake in which every name, cue, outlet, rule, message and source is an attack."""
    lake = Lake.create(tmp_path_factory.mktemp("hostile") / "<b>lake & co")
    with lake.stage() as staging:
        for number, name in enumerate(HOSTILE):
            tables = {
                dataset: filled(shard_schema(dataset), rows)
                for dataset, rows in rows_of(number, name).items()
            }
            write_shard(staging.path, f"batch-{number:05d}", tables)
        publish(lake, staging, Made("test"))
    lake.record_run({**RUN, "run_id": "run-1"})
    lake.record_run({**RUN, "run_id": "run-2", "state": "failed", "finished_at": None})
    return lake


@pytest.fixture(scope="session")
def hostile_page(hostile: Lake) -> str:
    return render(hostile, hostile.snapshot())


@pytest.fixture(scope="session")
def pages(
    sample_lake: Path, hostile: Lake, hostile_page: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Pages on the disk: of the sample, of the hostile lake, and of an empty one."""
    folder = tmp_path_factory.mktemp("pages")
    sample = Lake.open(sample_lake)
    empty = Lake.create(folder / "empty")
    found = {
        "sample": render(sample, sample.snapshot()),
        "hostile": hostile_page,
        "empty": render(empty, empty.snapshot()),
    }
    for name, text in found.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in found}
