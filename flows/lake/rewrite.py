"""The partitions of articles, quotes and versions that a merge changes, written anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.layout import MOST_BUCKET_BITS, Layout, bucket_bounds, in_bucket, leading_bits
from flows.lake.parquet import write_sorted
from flows.lake.shards import ROW, SHARD
from flows.lake.snapshot import DataFile, Snapshot, aligned
from flows.lake.spill import UNIT, spill
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

PARTITION, LEAD = "_partition", "_lead"
Unit = tuple[str, int, int]
"""Partition, bucket, bits of the bucket: one file to be written."""


class Choice:
    """Where the staged rows lie that come in: 16 bytes each, all that is held of a whole run."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._parts: list[pa.Table] = []

    def add(self, rows: pa.Table, key: str, *beside: str) -> None:
        """Take rows of _shard, _row, partition, the first column of their primary key, and beside.

        What is `beside` takes the place of the column of that name.
        """
        coded = rows["partition"].combine_chunks().dictionary_encode()
        names = coded.dictionary.to_pylist()
        numbers = [self._numbers.setdefault(name, len(self._numbers)) for name in names]
        at = np.array(numbers, np.int32)[coded.indices.to_numpy()]
        columns = {name: rows[name].combine_chunks() for name in (SHARD, ROW, *beside)}
        lead = leading_bits(rows[key])
        self._parts.append(pa.table({**columns, PARTITION: at, LEAD: lead}))

    @property
    def partitions(self) -> tuple[str, ...]:
        """Those that any row belongs to, by the number that stands for each."""
        return tuple(self._numbers)

    def counts(self) -> dict[str, int]:
        """Rows by partition."""
        counted = np.zeros(len(self._numbers), np.int64)
        for part in self._parts:
            counted += np.bincount(part[PARTITION].to_numpy(), minlength=len(counted))
        return dict(zip(self._numbers, counted.tolist(), strict=True))

    def table(self) -> pa.Table:
        """All of it."""
        return pa.concat_tables(self._parts)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one dataset."""

    dataset: str
    partitions: tuple[str, ...]
    """Those to be written anew, sorted."""
    choice: Choice
    """Staged rows to come in."""
    leaving: pa.Array
    """Values of `leaving_by` whose rows of the parent snapshot go."""
    mend: Callable[[pa.Table], pa.Table]
    """Last touch to rows of the parent snapshot that stay."""
    leaving_by: str = "article_id"
    finish: Callable[[pa.Table], pa.Table] = lambda rows: rows
    """Last touch to all rows of a file, staged or not."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every step of a merge reads from and writes to."""

    snapshot: Snapshot | None
    shards: tuple[Path, ...]
    folder: Path
    layout: Layout

    @property
    def built(self) -> Path:
        """Folder that stands for the next snapshot and takes its new files."""
        return self.folder / "built"

    def write(
        self, rows: pa.Table, dataset: str, partition: str | None, inherited: Sequence[str] = ()
    ) -> tuple[DataFile, ...]:
        """Write a new file of a partition: see `parquet.write_sorted`."""
        return write_sorted(
            rows, dataset, self.layout.folder(dataset, partition), self.built, inherited
        )

    def parent_files(self, dataset: str, partition: str | None) -> tuple[DataFile, ...]:
        """Files of a partition in the parent snapshot."""
        return () if self.snapshot is None else self.snapshot.partition_files(dataset, partition)

    def built_stories(self, dataset: str, files: Sequence[DataFile]) -> pa.ChunkedArray:
        """Stories in the rows of files that were just written."""
        schema = pa.schema([contract(dataset).arrow.field("article_id")])
        tables = [schema.empty_table()]
        for file in files:
            with (self.built / file.path).open("rb") as source, pq.ParquetFile(source) as parquet:
                rows = parquet.read(columns=["article_id"], use_threads=False)
            tables.append(rows.cast(schema))
        return pa.concat_tables(tables)["article_id"]


def rewrite(place: Workplace, change: Change) -> dict[str, tuple[DataFile, ...]]:
    """Write the changed partitions of one dataset; returns the files of each, in key order."""
    staying = {each: _staying(place, change, each) for each in change.partitions}
    units = list(_units(place, change, staying))
    folder = place.folder / "spill" / change.dataset
    spilled = spill(place.shards, change.dataset, _with_units(change, units), folder)
    files: dict[str, tuple[DataFile, ...]] = dict.fromkeys(change.partitions, ())
    for position, unit in enumerate(units):
        kept = place.parent_files(change.dataset, unit[0]) if staying[unit[0]] else ()
        makers = [maker for file in kept for maker in file.made_by]
        rows = _unit_rows(place, change, unit, spilled.rows(position))
        files[unit[0]] += place.write(rows, change.dataset, unit[0], makers)
        del rows
        spilled.forget(position)
    pa.default_memory_pool().release_unused()
    return files


def _units(place: Workplace, change: Change, staying: Mapping[str, int]) -> Iterator[Unit]:
    coming = change.choice.counts()
    for partition in change.partitions:
        rows = coming.get(partition, 0) + staying[partition]
        bits = place.layout.bucket_bits(change.dataset, rows)
        yield from ((partition, bucket, bits) for bucket in range(1 << bits))


def _staying(place: Workplace, change: Change, partition: str) -> int:
    """Rows of a partition of the parent that do not leave."""
    files = place.parent_files(change.dataset, partition)
    if not len(change.leaving):
        return sum(file.rows for file in files)
    schema = pa.schema([contract(change.dataset).arrow.field(change.leaving_by)])
    staying = 0
    for file in files:
        assert place.snapshot is not None
        stories = place.snapshot.read_file(file, schema)[change.leaving_by]
        staying += file.rows - (pc.sum(pc.is_in(stories, value_set=change.leaving)).as_py() or 0)
    return staying


def _with_units(change: Change, units: Sequence[Unit]) -> pa.Table:
    choice = change.choice.table()
    first, bits = np.zeros((2, len(change.choice.partitions)), np.int32)
    number = {name: at for at, name in enumerate(change.choice.partitions)}
    for position, (partition, bucket, of_bits) in enumerate(units):
        if bucket == 0 and partition in number:
            first[number[partition]], bits[number[partition]] = position, of_bits
    at = choice[PARTITION].to_numpy()
    buckets = choice[LEAD].to_numpy().astype(np.int32) >> (MOST_BUCKET_BITS - bits[at])
    return choice.drop_columns([PARTITION, LEAD]).append_column(UNIT, pa.array(first[at] + buckets))


def _unit_rows(place: Workplace, change: Change, unit: Unit, staged: list[pa.Table]) -> pa.Table:
    schema = contract(change.dataset).arrow
    tables = [aligned(pa.concat_tables(staged), schema)] if staged else []
    staged.clear()
    for file in place.parent_files(change.dataset, unit[0]):
        assert place.snapshot is not None
        with place.snapshot.open_file(file) as parquet:
            tables.extend(map(change.mend, _parent_rows(parquet, change, unit)))
    return change.finish(pa.concat_tables([schema.empty_table(), *tables]))


def _parent_rows(file: pq.ParquetFile, change: Change, unit: Unit) -> Iterator[pa.Table]:
    """Rows of one file of the parent that stay and belong to the unit, a row group at a time."""
    key = contract(change.dataset).primary_key[0]
    for group in range(file.num_row_groups):
        if not _may_hold(file, group, key, unit):
            continue
        rows = file.read_row_group(group, use_threads=False)
        mask = pc.invert(pc.is_in(rows[change.leaving_by], value_set=change.leaving))
        if unit[2]:
            mask = pc.and_(mask, in_bucket(rows[key], unit[1], unit[2]))
        if not pc.all(mask).as_py():
            rows = rows.filter(mask)
        yield aligned(rows, contract(change.dataset).arrow)


def _may_hold(file: pq.ParquetFile, group: int, key: str, unit: Unit) -> bool:
    """By the statistics of the row group: files of the parent are sorted by key."""
    leaves = [file.schema.column(position).path for position in range(len(file.schema))]
    statistics = file.metadata.row_group(group).column(leaves.index(key)).statistics
    if unit[2] == 0 or statistics is None or not statistics.has_min_max:
        return True
    low, above = bucket_bounds(unit[1], unit[2])
    return (unit[1] == 0 or statistics.max >= low) and (above is None or statistics.min < above)
