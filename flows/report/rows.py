"""The first rows of a published dataset, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import DatasetUnknown, WrongUsage
from flows.lake import Lake, Snapshot
from flows.lake.read import READABLE
from flows.lake.snapshot import narrowed
from schemas import contract

_WIDTH = 100
"""Code points of a value shown; the Parquet has it whole."""


Where = Sequence[tuple[str, str]]


def as_records(dataset: str, lake: Path | str, limit: int, where: Where = ()) -> Iterator[str]:
    """Lines that show up to `limit` rows, one value a line. No more is read than is shown.

    `where` are columns and the values they must have, as they are printed; a list has a value
    where one of its items is that. Raises DatasetUnknown, WrongUsage, LakeNotFound, LakeUnusable.
    """
    if dataset not in READABLE:
        raise DatasetUnknown(dataset, READABLE)
    names = contract(dataset).arrow.names
    if unknown := [name for name, _ in where if name not in names]:
        raise WrongUsage(
            f"{dataset} has no column {unknown[0]}", remedy=f"name one of {', '.join(names)}"
        )
    store = Lake.open(lake)
    total, rows = _rows(store, dataset, where)
    shown = 0
    for row in islice(rows, limit):
        shown += 1
        yield f"-- {dataset} {shown:,}" + ("" if where else f" of {total:,}")
        width = max(map(len, row))
        for name, value in row.items():
            yield f"{name:<{width}}  {_short(value)}".rstrip()
    if not shown:
        yield f"no such row of {dataset}" if where else f"{dataset} has no rows yet"


def _rows(store: Lake, dataset: str, where: Where) -> tuple[int, Iterator[dict[str, Any]]]:
    if dataset == "runs":
        runs = store.runs()
        return runs.num_rows, iter(_kept(runs, where).to_pylist())
    snapshot = store.snapshot()
    if snapshot is None:
        return 0, iter(())
    return snapshot.rows(dataset), _of_files(snapshot, dataset, where)


def _of_files(snapshot: Snapshot, dataset: str, where: Where) -> Iterator[dict[str, Any]]:
    asked = narrowed(contract(dataset).arrow, list(dict.fromkeys(name for name, _ in where)))
    for file in snapshot.files(dataset):
        # The few columns asked about first: texts are read only of files that have such a row.
        if where and not pc.any(_mask(snapshot.read_file(file, asked), where)).as_py():
            continue
        with snapshot.open_file(file) as parquet:
            for batch in parquet.iter_batches(batch_size=64):
                yield from _kept(pa.Table.from_batches([batch]), where).to_pylist()


def _kept(rows: pa.Table, where: Where) -> pa.Table:
    # A mask made of Python values imports pandas, which takes longer than all else.
    return rows.filter(_mask(rows, where)) if where else rows


def _mask(rows: pa.Table, where: Where) -> pa.Array:
    kept = [all(_has(row[name], value) for name, value in where) for row in _values(rows, where)]
    return pa.array(kept, pa.bool_())


def _values(rows: pa.Table, where: Where) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(name for name, _ in where if name in rows.column_names))
    return rows.select(names).to_pylist() if names else [{}] * rows.num_rows


def _has(value: Any, wanted: str) -> bool:
    return (
        any(_has(each, wanted) for each in value)
        if isinstance(value, list)
        else (_short(value) == wanted if value is not None else wanted == "")
    )


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
