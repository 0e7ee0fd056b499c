"""What the lake costs as it grows: python -m benchmarks.lake [ARTICLES ...] [--gate].

Without sizes 10,000 and 30,000; the aims of `--gate` are for 1,000,000, which takes hours and about
15 GB of disk (in TMPDIR). Nothing is parsed or tagged: synthetic articles of about 3 kB with four
quotations each, spread over 24 months, are staged as workers stage them, in a process beside, and
published. Every step runs in a process of its own (wait4 tells its CPU seconds and its largest
resident set) and is printed as soon as it is done, a table of all sizes at the end.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.measure import Gate, empty_folder, print_table
from benchmarks.rows import digest, filled
from flows.batch.known import KnownDocuments
from flows.lake import (
    Lake,
    Layout,
    Made,
    Snapshot,
    Staging,
    lay_anew,
    publish,
    shard_schema,
    write_shard,
)
from flows.lake.identity import speaker_ids
from flows.lake.stale import Range, plan
from flows.lake.verify import verify

MADE = Made("benchmark")
MONTHS = 24
BATCH = 2_000
FRESH = 1_000
RECEIVED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("ran", "lo", "", "sti")]
MIDDLE = MONTHS // 2
"""The month that is read again."""
AGAIN = Range(dt.date(2025, 1, 1), dt.date(2025, 1, 31), force=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step took: CPU seconds, user and system, and megabytes at most resident."""

    seconds: float
    resident: float


def main() -> None:
    """Measure every size given on the command line, each in a lake of its own."""
    sizes = [int(each) for each in sys.argv[1:] if each.isdigit()] or [10_000, 30_000]
    rows, gate = [], Gate()
    for size in sizes:
        with empty_folder() as folder:
            steps = dict(_steps(folder, size))
        rows.append((size, *_columns(steps, size)))
        _judge(gate, steps)
    print_table(HEADER, rows)
    gate.close()


HEADER = (
    "articles",
    "build CPU s",
    "ms each",
    "lake MB",
    "build MB resident",
    "+1,000: CPU s",
    "+1,000: MB written",
    "nothing new: CPU s",
    "month: CPU s",
    "alone: CPU s",
    "month/alone",
    "by day: CPU s",
    "verify CPU s",
    "most MB resident",
)


def _columns(steps: dict[str, Cost | float], size: int) -> Iterator[float]:
    costs = {name: cost for name, cost in steps.items() if isinstance(cost, Cost)}
    yield costs["build"].seconds
    yield 1000 * costs["build"].seconds / size
    yield float(steps["lake MB"])  # type: ignore[arg-type]
    yield costs["build"].resident
    yield costs["more"].seconds
    yield float(steps["written MB"])  # type: ignore[arg-type]
    yield costs["nothing new"].seconds
    yield costs["month"].seconds
    yield costs["alone"].seconds
    yield costs["month"].seconds / costs["alone"].seconds
    yield costs["laid anew"].seconds
    yield costs["verify"].seconds
    yield max(cost.resident for cost in costs.values())


def _judge(gate: Gate, steps: dict[str, Cost | float]) -> None:
    """The aims of the largest lake, which a smaller one keeps all the more."""
    costs = {name: cost for name, cost in steps.items() if isinstance(cost, Cost)}
    gate.at_most("megabytes resident", max(cost.resident for cost in costs.values()), 700)
    gate.at_most("1,000 new articles: CPU s", costs["more"].seconds, 6)
    gate.at_most("1,000 new articles: MB written", float(steps["written MB"]), 100)  # type: ignore[arg-type]
    gate.at_most("nothing new: CPU s", costs["nothing new"].seconds, 5)


def _steps(folder: Path, size: int) -> Iterator[tuple[str, Cost | float]]:
    """The steps by name, each told on standard error as soon as it is done."""
    lake = Lake.create(folder / "lake")
    month = range(MIDDLE, size, MONTHS)
    fresh = range(size, size + FRESH)
    yield from _published(lake, range(size), "stage", "build")
    yield "lake MB", _size(lake.snapshot(), None) / 1e6
    before = lake.snapshot()
    yield from _published(lake, fresh, "stage more", "more", month=MONTHS - 1)
    yield "written MB", _size(lake.snapshot(), before) / 1e6
    yield "nothing new", _told("nothing new", size, lambda: _nothing_new(lake, size))
    yield "plan", _told("plan", size, lambda: _planned(lake, len(month)))
    yield from _published(lake, month, "stage month", "month", again=True)
    alone = Lake.create(folder / "alone")
    yield from _published(alone, month, "stage alone", "build alone")
    yield from _published(alone, month, "stage alone again", "alone", again=True)
    anew = lambda: lay_anew(lake, Layout("day"), MADE)  # noqa: E731
    yield "laid anew", _told("laid anew by day", size, anew)
    yield "verify", _told("verify", size, lambda: _verified(lake))


def _published(  # noqa: PLR0917  # which articles, of which month, how, and what the steps are called
    lake: Lake,
    numbers: range,
    staged: str,
    published: str,
    month: int | None = None,
    again: bool = False,
) -> Iterator[tuple[str, Cost]]:
    """Stage the articles of these numbers, and commit them in another process."""
    with lake.stage() as staging:
        stage = lambda: _stage(staging, numbers, month, again)  # noqa: E731
        yield staged, _told(staged, len(numbers), stage)
        hashes = pa.array([digest("bytes", n) for n in numbers]) if again else None
        commit = lambda: _commit(lake, staging, hashes)  # noqa: E731
        yield published, _told(published, len(numbers), commit)


def _told(name: str, size: int, work: Callable[[], object]) -> Cost:
    cost = _in_a_process(work)
    print(
        f"{size:>9,}  {name:<18} {cost.seconds:>9.2f} CPU s  {cost.resident:>6.0f} MB",
        file=sys.stderr,
        flush=True,
    )
    return cost


def _in_a_process(work: Callable[[], object]) -> Cost:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # nothing may get past the fork
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit("a step failed")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3)


def _stage(staging: Staging, numbers: range, month: int | None, again: bool) -> None:
    for start in range(0, len(numbers), BATCH):
        tables = _tables(numbers[start : start + BATCH], month)
        if again:
            del tables["raw_documents"]
        write_shard(staging.path, f"batch-{start:08d}", tables)


def _commit(lake: Lake, staging: Staging, hashes: pa.Array | None) -> None:
    done = publish(lake, staging, MADE, again=hashes)
    assert hashes is not None or done.snapshot is not None


def _nothing_new(lake: Lake, size: int) -> None:
    """What a worker and the flow do where every document is known."""
    snapshot = lake.snapshot()
    assert snapshot is not None
    known = KnownDocuments(snapshot.column("raw_documents", "document_sha256"))
    assert all(digest("bytes", number) in known for number in range(0, size, max(1, size // 500)))
    with lake.stage() as staging:
        assert publish(lake, staging, MADE).snapshot is None


def _planned(lake: Lake, documents: int) -> None:
    snapshot = lake.snapshot()
    assert snapshot is not None
    (part,) = plan(snapshot, AGAIN, {})
    assert part.documents.num_rows == documents


def _verified(lake: Lake) -> None:
    assert verify(lake).is_whole


def _size(snapshot: Snapshot | None, before: Snapshot | None) -> float:
    """Bytes of the files that a snapshot has and an earlier one has not."""
    assert snapshot is not None
    old = {f.sha256 for n in before.datasets for f in before.files(n)} if before else set()
    files = (file for name in snapshot.datasets for file in snapshot.files(name))
    return sum(file.byte_count for file in files if file.sha256 not in old)


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
