"""What the page of a lake costs: python -m benchmarks.report [ARTICLES ...], default 10,000.

Synthetic articles with four quotations each, of 60 outlets over 24 months, with quarantine and
runs, are staged as workers stage them and published; texts are short, since the page never reads
one. Then `broadsheet report` in a process of its own, and, where there are Chromium and playwright,
the page opened in it.
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

import pyarrow as pa

from benchmarks.lake import BATCH, MADE, MONTHS, facts_of, quotes_of
from benchmarks.measure import empty_folder, print_table
from benchmarks.rows import digest, filled
from flows.lake import Lake, publish, shard_schema, write_shard

COMMIT = 50_000
KINDS = ("direct", "indirect", "indirect", "mixed")
CUES = ("said", "told", "according to", "announced", "asked", "wrote", "added", "warned")
PROFILES = ("people_daily", "xinhua", "reuters", "generic", "record")
RULES = ("headline.required", "text.required", "document.undecodable", "author_names.pattern")


def main() -> None:
    """Measure every size given on the command line, each in a lake of its own."""
    rows = []
    for size in [int(each) for each in sys.argv[1:]] or [10_000]:
        with empty_folder() as folder:
            rows.append((size, *_measured(folder, size)))
    header = (
        "articles",
        "files",
        "lake MB",
        "CPU s",
        "wall s",
        "resident MB",
        "page kB",
        "opens: s",
    )
    print_table(header, rows)


def _measured(folder: Path, size: int) -> Iterator[float]:
    lake = Lake.create(folder / "lake")
    for start in range(0, size, COMMIT):
        _publish(lake, range(start, min(start + COMMIT, size)))
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


def _publish(lake: Lake, numbers: range) -> None:
    with lake.stage() as staging:
        for start in range(0, len(numbers), BATCH):
            write_shard(staging.path, f"batch-{start:08d}", _tables(numbers[start : start + BATCH]))
        publish(lake, staging, MADE)


def _tables(numbers: range) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("raw_documents", "articles", "versions", "quotes", "quarantine")
    }
    for number in numbers:
        facts = _facts(number)
        for name in ("raw_documents", "articles", "versions"):
            rows[name].append(facts)
        for place, quote in enumerate(quotes_of(number, facts)):
            kind, cue = KINDS[place], CUES[(number + place) ** 2 % len(CUES)]
            rows["quotes"].append(
                {**quote, "text": "x", "kind": kind, "cue": cue, "confidence": 0.8}
            )
        if number % 50 == 0:
            rows["quarantine"].append(_set_aside(number, facts))
    return {name: filled(shard_schema(name), found) for name, found in rows.items()}


def _facts(number: int) -> dict[str, Any]:
    facts = facts_of(number, number % MONTHS)
    short = facts["text"][:200]
    return {
        **facts,
        "text": short,
        "content": short.encode(),
        "outlet_id": f"outlet_{number * number % 61}",
        "profile": PROFILES[number % len(PROFILES)],
        "author_names": ["Ida Holm"] if number % 3 else [],
        "language": "en",
    }


def _set_aside(number: int, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "quarantine_id": digest("aside", number)[:16],
        "stage": "contract",
        "rules": [RULES[number % len(RULES)]],
        "message": f"text {number} is not as it should be",
        "document_sha256": facts["document_sha256"],
        "first_seen": facts["received_at"],
    }


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
