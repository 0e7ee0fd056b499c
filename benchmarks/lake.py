"""What the lake costs as it grows: python -m benchmarks.lake [ARTICLES ...], default 3,000 10,000.

Synthetic articles of about 3 kB with four quotations each, spread over 24 months, are staged as
workers stage them (no parsing, no tagging) and published. Then, for each size: 1,000 new articles
of the newest month, a run with nothing new, a month read again as a backfill commits it, in the
large lake and in one of that month alone, and a verification.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.measure import empty_folder, print_table
from benchmarks.rows import digest, filled
from flows.batch.known import KnownDocuments
from flows.lake import Lake, Made, Snapshot, publish, shard_schema, write_shard
from flows.lake.identity import speaker_ids
from flows.lake.verify import verify

MADE = Made("benchmark")
MONTHS = 24
BATCH = 2_000
RECEIVED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("ran", "lo", "", "sti")]


def main() -> None:
    """Measure every size given on the command line, each in a lake of its own."""
    sizes = [int(each) for each in sys.argv[1:]] or [3_000, 10_000]
    rows = []
    for size in sizes:
        with empty_folder() as folder:
            rows.append((size, *_measured(folder, size)))
    header = (
        "articles",
        "build CPU s",
        "lake MB",
        "+1,000: CPU s",
        "+1,000: MB written",
        "nothing new: s",
        "month again: CPU s",
        "alone: CPU s",
        "verify: s",
        "resident MB",
    )
    print_table(header, rows)


def _measured(folder: Path, size: int) -> Iterator[float]:
    lake = Lake.create(folder / "lake")
    yield _cpu(lambda: _publish(lake, range(size)))
    yield _size(lake.snapshot(), None) / 1e6
    before = lake.snapshot()
    fresh = range(size, size + 1_000)
    yield _cpu(lambda: _publish(lake, fresh, month=MONTHS - 1))
    yield _size(lake.snapshot(), before) / 1e6
    start = time.perf_counter()
    known = KnownDocuments(lake.known_documents().chunks)
    assert all(digest("bytes", number) in known for number in range(0, size, max(1, size // 500)))
    yield time.perf_counter() - start
    month = range(MONTHS // 2, size, MONTHS)
    yield _cpu(lambda: _publish(lake, month, again=True))
    alone = Lake.create(folder / "alone")
    _publish(alone, month)
    yield _cpu(lambda: _publish(alone, month, again=True))
    start = time.perf_counter()
    assert verify(lake).is_whole
    yield time.perf_counter() - start
    yield resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _size(snapshot: Snapshot | None, before: Snapshot | None) -> int:
    """Bytes of the files that a snapshot has and an earlier one has not."""
    assert snapshot is not None
    old = {f.sha256 for n in before.datasets for f in before.files(n)} if before else set()
    files = (file for name in snapshot.datasets for file in snapshot.files(name))
    return sum(file.byte_count for file in files if file.sha256 not in old)


def _publish(lake: Lake, numbers: range, *, month: int | None = None, again: bool = False) -> None:
    """Stage the articles of these numbers and commit them; `again` as a backfill does.

    The time to make them up is part of what is measured: about 0.1 ms each.
    """
    with lake.stage() as staging:
        for start in range(0, len(numbers), BATCH):
            tables = _tables(numbers[start : start + BATCH], month)
            if again:
                del tables["raw_documents"]
            write_shard(staging.path, f"batch-{start:08d}", tables)
        hashes = pa.array([digest("bytes", number) for number in numbers]) if again else None
        done = publish(lake, staging, MADE, again=hashes)
    assert again or done.snapshot is not None


def _tables(numbers: range, month: int | None) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("raw_documents", "articles", "versions", "quotes")
    }
    for number in numbers:
        facts = facts_of(number, number % MONTHS if month is None else month)
        for name in ("raw_documents", "articles", "versions"):
            rows[name].append(facts)
        rows["quotes"].extend(quotes_of(number, facts))
    return {name: filled(shard_schema(name), found) for name, found in rows.items()}


def facts_of(number: int, month: int) -> dict[str, Any]:
    """Values of all columns that any dataset may take from the article of this number."""
    draw = random.Random(number)  # noqa: S311  # the same articles each time
    text = " ".join(draw.choices(WORDS, k=600))
    day = dt.date(2024 + month // 12, 1 + month % 12, 1 + number // MONTHS % 28)
    return {
        "article_id": digest("story", number)[:16],
        "document_sha256": digest("bytes", number),
        "text_sha256": digest("text", number),
        "content": text.encode(),
        "byte_count": len(text),
        "text": text,
        "headline": text[:60],
        "published_date": day,
        "received_at": RECEIVED,
        "source_uri": f"file:///landing/{number:09d}.txt",
        "is_correction": False,
        "is_current": True,
        "version_count": 1,
        "quote_count": 4,
    }


def quotes_of(number: int, facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The four quotations of an article."""
    draw = random.Random(-number)  # noqa: S311
    for position in range(4):
        # A few speak every day, most once: as in the news.
        name = f"Speaker {int(draw.paretovariate(0.4))}"
        yield {
            **facts,
            "quote_id": digest(number, position)[:16],
            "position": position,
            "text": facts["text"][position * 100 : position * 100 + 90],
            "speaker_name": name,
            "speaker_ids": speaker_ids([name], "person"),
            "speaker_kind": "person",
            "resolution": "stated",
        }


if __name__ == "__main__":
    pa.set_memory_pool(pa.system_memory_pool())
    main()
