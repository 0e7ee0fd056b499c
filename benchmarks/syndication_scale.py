"""What copies cost in a large lake: synthetic signatures, a tenth of them of copies."""

from __future__ import annotations

import datetime as dt
import resource
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.measure import empty_folder, print_table
from flows.lake.parquet import write_sorted
from flows.lake.search import Bands, slots_of
from flows.syndicate.pairs import Prints, groups
from flows.syndicate.signatures import SLOTS
from schemas import contract

MONTHS = 24
FRESH = 1_000
COPIED = 0.1
KEPT = 0.6
"""Share of the slots of its source that a synthetic copy has."""


def scale(size: int) -> None:
    """Print CPU seconds for all groups from nothing, and for the walk that 1,000 articles need."""
    slots = _signatures(size, np.random.default_rng(1))
    began = time.process_time()
    with empty_folder() as folder:
        byte_count = sum(_written(folder, slots, month) for month in range(MONTHS))
        written = time.process_time() - began
        began = time.process_time()
        bands = Bands.of(slots[:FRESH])
        near = sum(int(bands.shared_by(_read(path)).sum()) for path in folder.rglob("*.parquet"))
        walk = time.process_time() - began
    prints = Prints(slots, np.full(size, 400, np.int32), np.arange(size, dtype=np.int32) % 500)
    began = time.process_time()
    labels = groups(prints, np.ones(size, np.bool_), np.full(size, -1))
    whole = time.process_time() - began
    rows = [
        ("articles", size),
        ("groups", int((np.bincount(labels, minlength=size) > 1).sum())),
        ("all groups from signatures, CPU s", whole),
        ("fingerprints written, CPU s", written),
        ("bytes an article in fingerprints", byte_count / size),
        (f"walk for {FRESH:,} new articles, CPU s", walk),
        ("articles that share a band with one of them", near),
        ("resident MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    ]
    print_table(("figure", "value"), rows)


def _signatures(size: int, own: np.random.Generator) -> NDArray[np.uint16]:
    slots = own.integers(0, 1 << 16, (size, SLOTS), np.uint16)
    copies = np.flatnonzero(own.random(size) < COPIED)
    sources = own.integers(0, size, len(copies))
    for part in np.array_split(np.arange(len(copies)), max(1, len(copies) // 50_000)):
        kept = own.random((len(part), SLOTS)) < KEPT
        into = copies[part]
        slots[into] = np.where(kept, slots[sources[part]], slots[into])
    return slots


def _written(folder: Path, slots: NDArray[np.uint16], month: int) -> int:
    """Write the fingerprints of one month; returns their bytes."""
    numbers = np.arange(month, len(slots), MONTHS)
    day = dt.date(2023 + month // 12, month % 12 + 1, 1)
    columns = {
        "article_id": [f"{n * 0x9E3779B97F4A7C15 % (1 << 64):016x}" for n in numbers.tolist()],
        "published_date": [day + dt.timedelta(n % 28) for n in numbers.tolist()],
        "published_at": pa.nulls(len(numbers), pa.timestamp("us", "UTC")),
        "outlet_id": [f"outlet_{n % 500}" for n in numbers.tolist()],
        "agency_id": pa.nulls(len(numbers), pa.string()),
        "run_count": np.full(len(numbers), 400, np.int32),
        "signature": [row.tobytes() for row in slots[numbers]],
    }
    rows = pa.table(columns, schema=contract("fingerprints").arrow)
    home = f"fingerprints/published_month={day:%Y-%m}"
    files = write_sorted(rows, "fingerprints", home, folder)
    return sum(file.byte_count for file in files)


def _read(path: Path) -> NDArray[np.uint16]:
    with path.open("rb") as source:
        return slots_of(pq.read_table(source, use_threads=False))
