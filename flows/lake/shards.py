"""Reading what the workers staged: a few columns of all shards first, chosen rows of them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.staging import shard_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SHARD, ROW = "_shard", "_row"
"""Columns added to staged rows: position of the shard among all, of the row in its file."""


def staged_columns(shards: Sequence[Path], dataset: str, columns: Sequence[str]) -> pa.Table:
    """Read the `columns` of a dataset over all shards, and where each row lies."""
    schema = pa.schema([shard_schema(dataset).field(name) for name in columns])
    tables = [
        schema.append(pa.field(SHARD, pa.int32())).append(pa.field(ROW, pa.int32())).empty_table()
    ]
    for position, shard in enumerate(shards):
        path = shard / f"{dataset}.parquet"
        if path.exists():
            with path.open("rb") as source, pq.ParquetFile(source) as parquet:
                rows = parquet.read(columns=list(columns), use_threads=False).select(list(columns))
            tables.append(_located(rows, position))
    return pa.concat_tables(tables)


def _located(rows: pa.Table, shard: int) -> pa.Table:
    rows = rows.replace_schema_metadata(None)
    rows = rows.append_column(SHARD, pa.array(np.full(rows.num_rows, shard, np.int32)))
    return rows.append_column(ROW, pa.array(np.arange(rows.num_rows, dtype=np.int32)))


def chosen_rows(shards: Sequence[Path], dataset: str, choice: pa.Table) -> Iterator[pa.Table]:
    """Read the rows that `choice` points at, group by group, its other columns beside them."""
    beside = [name for name in choice.column_names if name not in (SHARD, ROW)]
    order = pc.sort_indices(choice, sort_keys=[(SHARD, "ascending"), (ROW, "ascending")])
    choice = choice.take(order)
    owners = choice[SHARD].to_numpy()
    for position in np.unique(owners):
        first, last = np.searchsorted(owners, [position, position + 1])
        part = choice.slice(first, last - first)
        path = shards[position] / f"{dataset}.parquet"
        for rows, from_row, to_row in _groups(path, part[ROW].to_numpy()):
            taken = rows
            for name in beside:
                column = part[name].slice(from_row, to_row - from_row)
                taken = taken.append_column(name, column)
            yield taken


def _groups(path: Path, wanted: NDArray[np.int32]) -> Iterator[tuple[pa.Table, int, int]]:
    """Read the wanted rows of each row group of a file, and which of `wanted` (sorted) they are."""
    with path.open("rb") as source, pq.ParquetFile(source) as parquet:
        offset = 0
        for group in range(parquet.num_row_groups):
            count = parquet.metadata.row_group(group).num_rows
            first, last = np.searchsorted(wanted, [offset, offset + count])
            if last > first:
                rows = parquet.read_row_group(group, use_threads=False)
                if last - first < count:
                    rows = rows.take(pa.array(wanted[first:last] - offset))
                yield rows.replace_schema_metadata(None), first, last
            offset += count
