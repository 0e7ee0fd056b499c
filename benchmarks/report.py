"""What the page of a lake costs: python -m benchmarks.report [ARTICLES ...], default 10,000.

Synthetic articles with four quotations each, of 61 outlets over 24 months, with quarantine and
runs, are made up by DuckDB and written as the lake writes them, at most 16,384 articles a file;
texts are empty, since the page never reads one. Then `broadsheet report` in a process of its own,
and, where there are Chromium and playwright, the page opened in it.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.measure import empty_folder, print_table
from flows.lake import DataFile, Lake, Snapshot
from flows.lake.guides import write_guides
from flows.lake.layout import SNAPSHOT_DATASETS, Layout
from flows.lake.parquet import write_sorted
from schemas import contract
from schemas.guides.views import sql_type

MONTHS = 24
SPEAKER = "'Speaker ' || floor(pow((hash(n, p) % 1000003 + 1) / 1000004.0, -2.5))::bigint"
"""A few speak every day, most once: as in the news."""
COLUMNS = {
    "article_id": "left(sha256('story ' || n), 16)",
    "quote_id": "left(sha256('quote ' || n || ' ' || p), 16)",
    "quarantine_id": "left(sha256('aside ' || n), 16)",
    "document_sha256": "sha256('bytes ' || n)",
    "text_sha256": "sha256('text ' || n)",
    "published_date": "make_date(2024 + (n % 24) // 12, 1 + n % 12, 1 + (n // 24) % 28)",
    "received_at": "timestamptz '2026-01-01 00:00:00+00'",
    "first_seen": "timestamptz '2026-01-01 00:00:00+00'",
    "source_uri": "'file:///landing/' || n || '.txt'",
    "headline": "'Ferry ' || n || ' sails'",
    "outlet_id": "'outlet_' || (n * n % 61)",
    "profile": "(['people_daily', 'xinhua', 'reuters', 'generic', 'record'])[1 + n % 5]",
    "author_names": "case when n % 3 > 0 then ['Ida Holm'] else [] end",
    "language": "'en'",
    "quote_count": "4",
    "version_count": "1",
    "position": "p",
    "kind": "(['direct', 'indirect', 'indirect', 'mixed'])[1 + p]",
    "cue": "(['said', 'told', 'according to', 'asked', 'wrote'])[1 + (hash(n, p) % 5)::integer]",
    "speaker_name": SPEAKER,
    "speaker_ids": f"[left(sha256({SPEAKER}), 16)]",
    "speaker_kind": "'person'",
    "resolution": "(['stated', 'surname', 'pronoun', 'none'])[1 + (hash(p, n) % 4)::integer]",
    "confidence": "0.8",
    "rules": "[(['headline.required', 'text.required', 'document.undecodable'])[1 + n % 3]]",
    "stage": "'contract'",
    "message": "'document ' || n || ' is not as it should be'",
    "is_current": "true",
}
ROWS = {
    "raw_documents": "from range({size}) t(n) where n % 24 = {month}",
    "articles": "from range({size}) t(n) where n % 24 = {month}",
    "versions": "from range({size}) t(n) where n % 24 = {month}",
    "quotes": "from range({size}) t(n), range(4) u(p) where n % 24 = {month}",
    "quarantine": "from range({size}) t(n) where n % 24 = {month} and n % 50 = 0",
}


def main() -> None:
    """Measure every size given on the command line, each in a lake of its own."""
    rows = []
    for size in [int(each) for each in sys.argv[1:]] or [10_000]:
        with empty_folder() as folder:
            rows.append((size, *_measured(folder, size)))
    costs = ("CPU s", "wall s", "resident MB", "page kB", "opens: s")
    print_table(("articles", "files", "lake MB", *costs), rows)


def _measured(folder: Path, size: int) -> Iterator[float]:
    lake = Lake.create(folder / "lake")
    _fill(lake, size)
    for number in range(60):
        lake.record_run(_run(number))
    snapshot = lake.snapshot()
    assert snapshot is not None
    files = [file for name in snapshot.datasets for file in snapshot.files(name)]
    yield len(files)
    yield sum(file.byte_count for file in files) / 1e6
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", "report", "--lake", str(lake.path)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield time.perf_counter() - begun
    yield after.ru_maxrss / 1e3
    page = lake.path / "report.html"
    yield page.stat().st_size / 1e3
    yield _opened(page)


def _opened(page: Path) -> float:
    """Seconds until a browser has shown the page; not a number where there is none."""
    browser = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        return float("nan")
    if browser is None:
        return float("nan")
    with sync_playwright() as driver:
        # Chromium refuses its sandbox to root; the page is our own.
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        window = driver.chromium.launch(executable_path=browser, args=options).new_page()
        start = time.perf_counter()
        window.goto(page.as_uri(), wait_until="load")
        return time.perf_counter() - start


def _fill(lake: Lake, size: int) -> None:
    """The first snapshot, of so many articles; speakers follow from the quotations."""
    listing: dict[str, list[DataFile]] = {name: [] for name in SNAPSHOT_DATASETS}
    with lake.stage() as staging, duckdb.connect() as database:
        for month in range(MONTHS):
            printed = f"{2024 + month // 12}-{1 + month % 12:02d}"
            for name, rows in ROWS.items():
                table = _made_up(database, name, rows.format(size=size, month=month))
                folder = f"{name}/{contract(name).partitions['month']}={printed}"
                listing[name] += _written(table, name, folder, staging.built)
        said = [str(staging.built / file.path) for file in listing["quotes"]]
        listing["speakers"] += _written(
            _speakers(database, said), "speakers", "speakers", staging.built
        )
        snapshot = Snapshot(
            number=1,
            home=lake.home,
            parent=None,
            code_version="benchmark",
            contracts={name: contract(name).version for name in listing},
            listing={name: tuple(files) for name, files in listing.items()},
        )
        lake.home.publish(write_guides(snapshot, staging.built), None, staging.built)


def _made_up(database: duckdb.DuckDBPyConnection, name: str, rows: str) -> pa.Table:
    """Rows in the columns of the contract; what does not matter is null, or empty."""
    columns = []
    for field in contract(name).arrow:
        kind = sql_type(field.type)
        empty = "null" if field.nullable else "[]" if kind.endswith("[]") else _some(kind)
        columns.append(f"({COLUMNS.get(field.name, empty)})::{kind} as {field.name}")
    query = f"select {', '.join(columns)} {rows}"
    return database.sql(query).to_arrow_table().cast(contract(name).arrow)


def _some(kind: str) -> str:
    return {"varchar": "''", "blob": "''", "boolean": "false"}.get(kind, "0")


def _speakers(database: duckdb.DuckDBPyConnection, said: list[str]) -> pa.Table:
    query = f"""select speaker_ids[1] as speaker_id, any_value(speaker_name) as name,
        []::varchar[] as aliases, 'person' as kind, []::varchar[] as titles,
        min(published_date) as first_published, max(published_date) as last_published,
        count(*)::integer as quote_count, count(distinct article_id)::integer as article_count,
        ['2024-01'] as published_months
        from read_parquet({said!r}, hive_partitioning = false) group by 1"""
    schema = contract("speakers").arrow
    return database.sql(query).to_arrow_table().select(schema.names).cast(schema)


def _written(table: pa.Table, name: str, folder: str, built: Path) -> Iterator[DataFile]:
    """Files of as many rows as the lake gives them, about: it cuts by the key, not by the count."""
    most = Layout().rows_per_file.get(name, 100_000)
    for start in range(0, table.num_rows, most):
        yield from write_sorted(table.slice(start, most), name, folder, built)


def _run(number: int) -> dict[str, Any]:
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    whole = dict.fromkeys(("merged", "unchanged", "quarantined", "bytes_in", "bytes_out"), 0)
    return {
        "run_id": f"run-{number:08d}",
        "flow": "ingest",
        "started_at": started,
        "finished_at": started + timedelta(seconds=10 + number % 7),
        "state": "completed",
        "parameters": "{}",
        "code_version": "benchmark",
        "seen": number,
        "published": number,
        "stage_seconds": [{"stage": "quotes", "seconds": 5.0}],
        **whole,
    }


if __name__ == "__main__":
    pa.set_memory_pool(pa.system_memory_pool())
    main()
