"""Reading what the workers staged: a few columns of all shards first, chosen rows of them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.rows import places
from flows.lake.staging import shard_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DOCUMENT, RECEIVED = "document_sha256", "received_at"
SHARD, ROW = "_shard", "_row"
"""Columns added to staged rows: position of the shard among all, of the row in its file."""


def staged_columns(shards: Sequence[Path], dataset: str, columns: Sequence[str]) -> pa.Table:
    """Read the `columns` of a dataset over all shards, and where each row lies.

    A version may be asked for RECEIVED as well: null where its bytes are not staged with it.
    """
    schema = pa.schema([_field(dataset, name) for name in columns])
    place = [pa.field(SHARD, pa.int32()), pa.field(ROW, pa.int32())]
    tables = [pa.schema([*schema, *place]).empty_table()]
    tables += [shard_columns(shard, at, dataset, columns) for at, shard in enumerate(shards)]
    return pa.concat_tables(tables)


def shard_columns(shard: Path, position: int, dataset: str, columns: Sequence[str]) -> pa.Table:
    """Read the `columns` of a dataset in one shard, the one at `position` among all."""
    own = [name for name in columns if _is_own(dataset, name)]
    rows = _read(shard, dataset, own)
    if len(own) < len(columns):
        documents = _read(shard, "raw_documents", [DOCUMENT, RECEIVED])
        where = places(rows[DOCUMENT], documents[DOCUMENT])
        rows = rows.append_column(RECEIVED, documents[RECEIVED].combine_chunks().take(where))
    return _located(rows.select(list(columns)), position)


def _is_own(dataset: str, name: str) -> bool:
    return dataset != "versions" or name != RECEIVED


def _field(dataset: str, name: str) -> pa.Field:
    if _is_own(dataset, name):
        return shard_schema(dataset).field(name)
    return shard_schema("raw_documents").field(name).with_nullable(True)


def _read(shard: Path, dataset: str, columns: Sequence[str]) -> pa.Table:
    path = shard / f"{dataset}.parquet"
    if not path.exists():
        schema = shard_schema(dataset)
        return pa.schema([schema.field(name) for name in columns]).empty_table()
    with path.open("rb") as source, pq.ParquetFile(source) as parquet:
        return parquet.read(columns=list(columns), use_threads=False).select(list(columns))


def _located(rows: pa.Table, shard: int) -> pa.Table:
    rows = rows.replace_schema_metadata(None)
    rows = rows.append_column(SHARD, pa.array(np.full(rows.num_rows, shard, np.int32)))
    return rows.append_column(ROW, pa.array(np.arange(rows.num_rows, dtype=np.int32)))


def chosen_rows(shards: Sequence[Path], dataset: str, choice: pa.Table) -> Iterator[pa.Table]:
    """Read the rows that `choice` points at, group by group, with its other columns.

    Where a row has a column of that name, that of `choice` takes its place.
    """
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
                taken = with_column(taken, name, column)
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


def with_column(rows: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    """A table with these values in a column, a new one or one it has."""
    if name not in rows.column_names:
        return rows.append_column(name, values)
    position = rows.column_names.index(name)
    return rows.set_column(position, rows.schema.field(name), values)
