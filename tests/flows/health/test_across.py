"""Harm done to a lake bit by bit, where every file still is what the manifest says."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from flows.health.across import across
from flows.health.findings import Finding
from flows.health.session import Session
from flows.lake.verify import damaged_files
from tests.flows.health.conftest import Change, newest, put, rewrite, with_first


def broken(lake: Path) -> dict[str, Finding]:
    snapshot = newest(lake)
    assert not damaged_files(snapshot)  # what verify finds is not what is tested here
    with Session.over(str(lake), snapshot) as session:
        return {each.code: each for each in across(session)}


def test_a_sound_lake_has_no_findings(ferry_lake: Path, sample_lake: Path) -> None:
    assert newest(ferry_lake).rows("quotes") == 6
    assert broken(ferry_lake) == {}
    assert broken(sample_lake) == {}


def later(column: str) -> Change:
    return with_first(column, lambda value: value + 1)


@pytest.mark.parametrize(
    ("dataset", "change", "code"),
    [
        ("quotes", with_first("article_id", "0" * 16), "quotes.article"),
        (
            "quotes",
            with_first("published_date", date(2024, 3, 9)),
            "quotes.published_date",
        ),
        ("quotes", with_first("text", "We had no people"), "quotes.text"),
        ("quotes", later("char_end"), "quotes.parts"),
        ("quotes", later("cue_start"), "quotes.cue"),
        ("quotes", with_first("speaker_mention", "Nobody"), "quotes.speaker_mention"),
        ("quotes", with_first("quote_id", "0" * 16), "quotes.quote_id"),
        ("quotes", lambda table: table.slice(1), "articles.quote_count"),
        ("quotes", lambda table: pa.concat_tables([table, table.slice(0, 1)]), "quotes.unique"),
        ("articles", later("quote_count"), "articles.quote_count"),
        ("articles", later("version_count"), "articles.version_count"),
        ("articles", with_first("document_sha256", "0" * 64), "articles.document"),
        ("articles", with_first("document_sha256", "0" * 64), "articles.document_sha256"),
        ("articles", with_first("text", lambda text: text + "!"), "versions.text_sha256"),
        ("articles", lambda table: table.slice(1), "versions.article"),
        ("versions", with_first("is_current", False), "versions.is_current"),
        ("versions", with_first("document_sha256", "0" * 64), "versions.document"),
        ("versions", lambda table: table.slice(1), "versions.is_current"),
        ("raw_documents", with_first("content", b"other"), "raw_documents.document_sha256"),
        ("raw_documents", later("byte_count"), "raw_documents.byte_count"),
        ("raw_documents", lambda table: table.slice(1), "versions.document"),
        ("speakers", later("quote_count"), "speakers.quote_count"),
        ("speakers", lambda table: table.slice(0, 0), "speakers.quote_count"),
        ("speaker_months", later("article_count"), "speaker_months.quote_count"),
        ("speaker_months", lambda table: table.slice(0, 0), "speaker_months.quote_count"),
    ],
)
def test_each_harm_is_told_by_its_code(lake: Path, dataset: str, change: Change, code: str) -> None:
    rewrite(lake, dataset, change)
    found = broken(lake)
    assert code in found, sorted(found)
    assert found[code].severity == "broken"
    assert found[code].count == 1
    assert found[code].look.startswith("broadsheet show ")


def test_a_finding_names_the_file_and_the_row(lake: Path) -> None:
    rewrite(lake, "quotes", with_first("text", "We had no people"))
    (finding,) = broken(lake).values()
    file = newest(lake).files("quotes")[-1]
    assert finding.where == file.path
    quote = newest(lake).table("quotes")["quote_id"].to_pylist()
    assert any(f"--where quote_id={each} --lake {lake}" in finding.look for each in quote)


def test_an_article_in_two_partitions_is_told_with_both(lake: Path) -> None:
    snapshot = newest(lake)
    first, *_ = snapshot.files("articles")
    rows = snapshot.table("articles", partitions=[first.partition]).slice(0, 1)
    put(lake, "articles", "articles/published_month=2031-01/0123456789abcdef.parquet", rows)
    found = broken(lake)["articles.unique"]
    assert found.count == 1
    assert "published_month=2031-01" in found.where
    assert f"published_month={first.partition}" in found.where


def test_spans_count_code_points_and_not_bytes(lake: Path) -> None:
    """A lake of pictures, accents and letters beyond the basic plane is as sound as any."""
    snapshot = newest(lake)
    before = snapshot.table("articles", partitions=["2024-03"])["text"][0].as_py()

    def longer(text: str) -> str:
        return "🛳é" + text if text == before else text

    def moved(table: pa.Table) -> pa.Table:
        return with_first("text", longer)(table)

    rewrite(lake, "articles", moved)
    found = broken(lake)
    # Two code points more before them: now every offset into this text is off by two.
    assert found["quotes.text"].count == 2
    assert found["versions.text_sha256"].count == 1


def test_bytes_that_were_too_many_to_be_kept_are_no_finding(lake: Path) -> None:
    rewrite(lake, "raw_documents", with_first("content", b""))
    assert set(broken(lake)) == {"raw_documents.byte_count"}
    rewrite(lake, "raw_documents", with_first("byte_count", 0))
    assert broken(lake) == {}
    assert hashlib.sha256(b"").hexdigest() not in str(newest(lake).table("raw_documents"))
