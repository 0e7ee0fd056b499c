"""Rows that break their contract, or lie where they do not belong, in a lake that is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from flows.health.audit import audit
from flows.lake import Lake
from tests.flows.health.conftest import newest, put, rewrite, with_first

NOW = datetime(2025, 1, 3, tzinfo=UTC)


def test_everything_that_is_wrong_is_told_at_once(lake: Path) -> None:
    """One walk over one lake, so that Great Expectations is started once."""
    rewrite(lake, "articles", with_first("headline", "=HYPERLINK(1) sails"))
    rewrite(lake, "articles", with_first("language", "English"))
    rewrite(lake, "quotes", with_first("kind", "shouted"))
    moved = newest(lake).table("quotes", partitions=["2024-03"]).slice(1)
    put(lake, "quotes", "quotes/published_month=2024-04/0123456789abcdef.parquet", moved)
    rewrite(lake, "versions", lambda table: table.append_column("extra", pa.nulls(len(table))))
    wrong = newest(lake).table("speakers")
    at = wrong.column_names.index("quote_count")
    text = wrong.set_column(at, "quote_count", wrong["quote_count"].cast(pa.string()))
    put(lake, "speakers", newest(lake).files("speakers")[0].path, text)
    Lake.open(lake).record_run(
        {
            **dict.fromkeys(("published", "merged", "unchanged", "bytes_in", "bytes_out"), 0),
            "run_id": "r1",
            "flow": "ingest",
            "state": "completed",
            "code_version": "1",
            "seen": 9,
            "quarantined": 8,
            "parameters": "{}",
            "stage_seconds": [],
            "started_at": NOW,
            "finished_at": NOW,
        }
    )
    found = {each.code: each for each in audit(Lake.open(lake), NOW).findings}
    assert found["articles.headline.markup"].count == 1
    assert found["articles.language.pattern"].where == newest(lake).files("articles")[-1].path
    assert found["quotes.kind.valid_values"].what.endswith("one of direct, indirect, mixed")
    assert found["quotes.partition"].count == 3
    assert "2024-04" in found["quotes.partition"].where
    assert "extra" in found["versions.columns"].what
    assert "quote_count" in found["speakers.columns"].what
    assert found["runs.seen.balance"].look.startswith("broadsheet show runs --where run_id=r1")
    assert {each.severity for each in found.values()} == {"broken"}


def test_what_comes_from_the_data_never_drives_a_terminal(lake: Path) -> None:
    rewrite(lake, "quotes", with_first("quote_id", "\x1b[31m$(reboot)"))
    text = audit(Lake.open(lake), NOW).as_text()
    assert all(line.isprintable() for line in text.splitlines())
    assert "--where 'quote_id=\\x1b[31m$(reboot)'" in text


def test_a_damaged_file_is_told_and_its_rows_are_left_out(lake: Path) -> None:
    file = newest(lake).files("quotes")[0]
    path = newest(lake).path / file.path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = audit(Lake.open(lake), NOW)
    (found,) = done.findings
    assert (found.code, found.where) == ("files.manifest", file.path)
    assert found.look == f"broadsheet verify --lake {lake}"
    assert "Rows were not looked at: mend the files first" in done.as_text()


def test_a_lake_without_a_snapshot_has_nothing_to_audit(tmp_path: Path) -> None:
    done = audit(Lake.create(tmp_path / "lake"), NOW)
    assert not done.broken
    assert "has no snapshot yet" in done.as_text()
