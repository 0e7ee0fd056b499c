"""The partitions of articles, quotes and versions that a merge changes, written anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.layout import Layout, bucket_bounds, in_bucket
from flows.lake.parquet import write_sorted
from flows.lake.snapshot import DataFile, Snapshot, aligned
from flows.lake.spill import UNIT, spill
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

Unit = tuple[str, int, int]
"""Partition, bucket, bits of the bucket: one file to be written."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one dataset."""

    dataset: str
    partitions: tuple[str, ...]
    """Those to be written anew, sorted."""
    choice: pa.Table
    """Staged rows to come in: _shard, _row, partition, and the first column of the key."""
    leaving: pa.Array
    """Values of `leaving_by` whose rows of the parent snapshot go."""
    mend: Callable[[pa.Table], pa.Table]
    """Last touch to the rows of a file, before they are sorted."""
    leaving_by: str = "article_id"


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
    choice = _with_units(change, units)
    spilled = spill(place.shards, change.dataset, choice, place.folder / "spill" / change.dataset)
    files: dict[str, tuple[DataFile, ...]] = dict.fromkeys(change.partitions, ())
    for position, unit in enumerate(units):
        kept = place.parent_files(change.dataset, unit[0]) if staying[unit[0]] else ()
        makers = [maker for file in kept for maker in file.made_by]
        rows = _unit_rows(place, change, unit, spilled.rows(position))
        files[unit[0]] += write_sorted(rows, change.dataset, unit[0], place.built, makers)
        del rows
        spilled.forget(position)
    pa.default_memory_pool().release_unused()
    return files


def _units(place: Workplace, change: Change, staying: Mapping[str, int]) -> Iterator[Unit]:
    counted = pc.value_counts(change.choice["partition"])
    coming = {item["values"].as_py(): item["counts"].as_py() for item in counted}
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
    choice = change.choice
    keys = choice[contract(change.dataset).primary_key[0]]
    numbers = np.zeros(choice.num_rows, np.int32)
    for position, (partition, bucket, bits) in enumerate(units):
        mask = pc.equal(choice["partition"], partition)
        if bits:
            mask = pc.and_(mask, in_bucket(keys, bucket, bits))
        numbers[mask.to_numpy()] = position
    return choice.select(["_shard", "_row"]).append_column(UNIT, pa.array(numbers))


def _unit_rows(place: Workplace, change: Change, unit: Unit, staged: list[pa.Table]) -> pa.Table:
    schema = contract(change.dataset).arrow
    tables = [aligned(pa.concat_tables(staged), schema)] if staged else []
    staged.clear()
    for file in place.parent_files(change.dataset, unit[0]):
        assert place.snapshot is not None
        with place.snapshot.open_file(file) as parquet:
            tables.extend(_parent_rows(parquet, change, unit))
    return change.mend(pa.concat_tables([schema.empty_table(), *tables]))


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
