"""The first rows of a published dataset, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from flows.errors import DatasetUnknown
from flows.lake import Lake, Snapshot
from flows.lake.read import READABLE

_WIDTH = 100
"""Code points of a value shown; the Parquet has it whole."""


def as_records(dataset: str, lake: Path, limit: int) -> Iterator[str]:
    """Lines that show up to `limit` rows, one value a line. No more is read than is shown.

    Raises DatasetUnknown, LakeNotFound, LakeUnusable.
    """
    if dataset not in READABLE:
        raise DatasetUnknown(dataset, READABLE)
    store = Lake.open(lake)
    total, rows = _rows(store, dataset)
    shown = 0
    for row in islice(rows, limit):
        shown += 1
        yield f"-- {dataset} {shown:,} of {total:,}"
        width = max(map(len, row))
        for name, value in row.items():
            yield f"{name:<{width}}  {_short(value)}".rstrip()
    if not shown:
        yield f"{dataset} has no rows yet"


def _rows(store: Lake, dataset: str) -> tuple[int, Iterator[dict[str, Any]]]:
    if dataset == "runs":
        runs = store.runs()
        return runs.num_rows, iter(runs.to_pylist())
    snapshot = store.snapshot()
    if snapshot is None:
        return 0, iter(())
    return snapshot.rows(dataset), _of_files(snapshot, dataset)


def _of_files(snapshot: Snapshot, dataset: str) -> Iterator[dict[str, Any]]:
    for file in snapshot.files(dataset):
        with snapshot.open_file(file) as parquet:
            for batch in parquet.iter_batches(batch_size=64):
                yield from batch.to_pylist()


def _short(value: Any) -> str:
    r"""A value on one line; what a terminal would obey is shown as its escape.

    >>> _short("red \x1b[31m\nblue"), _short(b"\x00\x01"), _short(None)
    ('red \\x1b[31m blue', '2 bytes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, float):
        return f"{value:.3f}"
    text = " ".join(str(value).split())
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= _WIDTH else plain[: _WIDTH - 1] + "…"
