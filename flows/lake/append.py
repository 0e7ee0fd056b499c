"""Datasets that only grow: new rows become new files, the earlier files stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.layout import partition_values
from flows.lake.parquet import text_bytes, write_sorted
from flows.lake.rows import first_of_each, first_received
from flows.lake.shards import ROW, SHARD, chosen_rows, staged_columns
from flows.lake.snapshot import aligned
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.lake.rewrite import Workplace
    from flows.lake.snapshot import DataFile


def append(place: Workplace, dataset: str) -> tuple[DataFile, ...]:
    """Write the staged rows whose key is not known yet; of identical keys the first received."""
    choice = _choice(place, dataset)
    files: list[DataFile] = []
    for partition in sorted(pc.unique(choice["partition"]).to_pylist()):
        rows = choice.filter(pc.equal(choice["partition"], partition))
        files.extend(_write(place, dataset, partition, rows.select([SHARD, ROW])))
    return tuple(files)


def _write(place: Workplace, dataset: str, partition: str, choice: pa.Table) -> Iterator[DataFile]:
    """Files of the chosen rows in the order of the shards, each sorted by itself."""
    schema = contract(dataset).arrow
    pending = [schema.empty_table()]
    held = 0
    for rows in chosen_rows(place.shards, dataset, choice):
        pending.append(aligned(rows, schema))
        held += text_bytes(rows)
        del rows
        if held >= place.layout.appended_bytes:
            yield from write_sorted(_emptied(pending), dataset, partition, place.built)
            pending, held = [schema.empty_table()], 0
    yield from write_sorted(_emptied(pending), dataset, partition, place.built)
    pa.default_memory_pool().release_unused()


def _emptied(pending: list[pa.Table]) -> pa.Table:
    rows = pa.concat_tables(pending)
    pending.clear()
    return rows


def _choice(place: Workplace, dataset: str) -> pa.Table:
    declared = contract(dataset)
    key = declared.primary_key[0]
    source = declared.partition_source
    assert source is not None
    # raw_documents say where bytes came from; a row of quarantine follows from its key.
    named = [name for name in ("source_uri", "member") if name in declared.arrow.names]
    staged = staged_columns(place.shards, dataset, [key, source, *named])
    staged = staged.filter(pc.invert(_known(place, dataset, staged[key])))
    place_order = [(source, "ascending"), (SHARD, "ascending"), (ROW, "ascending")]
    first = (
        first_received(staged, [key], then=place_order)
        if named
        else first_of_each(staged, [key], place_order)
    )
    return first.append_column("partition", partition_values(dataset, first))


def _known(place: Workplace, dataset: str, keys: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mask of the staged keys that the parent snapshot holds, read a file at a time."""
    declared = contract(dataset)
    key = declared.primary_key[0]
    schema = pa.schema([declared.arrow.field(key)])
    staged = pc.unique(keys)
    found = [pa.array([], pa.string())]
    for file in place.snapshot.files(dataset) if place.snapshot is not None else ():
        assert place.snapshot is not None
        there = place.snapshot.read_file(file, schema)[key]
        found.append(there.filter(pc.is_in(there, value_set=staged)).combine_chunks())
    return pc.is_in(keys, value_set=pa.concat_arrays(found))
