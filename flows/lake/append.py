"""Datasets that only grow: new rows become new files, the earlier files stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.parquet import text_bytes
from flows.lake.rewrite import PARTITION, Choice
from flows.lake.rows import first_of_each, first_received
from flows.lake.shards import ROW, SHARD, chosen_rows, staged_columns
from flows.lake.slices import slices
from flows.lake.snapshot import aligned
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.lake.rewrite import Workplace
    from flows.lake.snapshot import DataFile

    Files = tuple[DataFile, ...]


def append(place: Workplace, dataset: str) -> tuple[DataFile, ...]:
    """Write the staged rows whose key is not known yet; of identical keys the first received."""
    choice = _choice(place, dataset)
    if not choice.partitions:
        return ()
    rows = choice.table().select([SHARD, ROW, PARTITION])
    files: list[DataFile] = []
    for partition in sorted(choice.partitions):
        number = choice.partitions.index(partition)
        here = rows.filter(pc.equal(rows[PARTITION], number)).select([SHARD, ROW])
        files.extend(_write(place, dataset, partition, here))
    return tuple(files)


def judged_again(place: Workplace, again: pa.Array) -> dict[tuple[str, str | None], Files]:
    """The partitions of quarantine where documents read again are set aside no more, or otherwise.

    What says the same as before stays where it is, so that nothing new leaves nothing changed.
    """
    dataset = "quarantine"
    staged = _all_staged(place, dataset)
    unchanged: set[str] = set()
    replaced: dict[tuple[str, str | None], Files] = {}
    snapshot = place.snapshot
    for file in snapshot.files(dataset) if snapshot is not None else ():
        assert snapshot is not None
        rows = snapshot.read_file(file, contract(dataset).arrow)
        touched = rows.filter(pc.is_in(rows["document_sha256"], value_set=again)).to_pylist()
        same = {row["quarantine_id"] for row in touched if staged.get(row["quarantine_id"]) == row}
        unchanged |= same
        gone = pa.array([r["quarantine_id"] for r in touched if r["quarantine_id"] not in same])
        if len(gone):
            stay = rows.filter(pc.invert(pc.is_in(rows["quarantine_id"], value_set=gone)))
            files = replaced.get((dataset, file.partition))
            files = place.parent_files(dataset, file.partition) if files is None else files
            anew = place.write(stay, dataset, file.partition, file.made_by)
            replaced[dataset, file.partition] = tuple(
                new for old in files for new in (anew if old == file else (old,))
            )
    fresh = [row for key, row in sorted(staged.items()) if key not in unchanged]
    _add(place, fresh, replaced)
    return replaced


def _all_staged(place: Workplace, dataset: str) -> dict[str, dict[str, object]]:
    """The staged rows by key; set aside are few."""
    schema = contract(dataset).arrow
    rows = staged_columns(place.shards, dataset, schema.names).select(schema.names).to_pylist()
    return {row[contract(dataset).primary_key[0]]: row for row in rows}


def _add(
    place: Workplace,
    rows: list[dict[str, object]],
    replaced: dict[tuple[str, str | None], Files],
) -> None:
    table = pa.Table.from_pylist(rows, schema=contract("quarantine").arrow)
    partitions = place.layout.partition_values("quarantine", table)
    for partition in sorted(pc.unique(partitions).to_pylist()):
        here = table.filter(pc.equal(partitions, partition))
        before = replaced.get(("quarantine", partition))
        before = place.parent_files("quarantine", partition) if before is None else before
        files = place.write(here, "quarantine", partition)
        replaced["quarantine", partition] = (*before, *files)


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
            yield from _written(place, dataset, partition, pending)
            pending, held = [schema.empty_table()], 0
    yield from _written(place, dataset, partition, pending)
    pa.default_memory_pool().release_unused()


def _written(
    place: Workplace, dataset: str, partition: str | None, pending: list[pa.Table]
) -> tuple[DataFile, ...]:
    rows = pa.concat_tables(pending)
    pending.clear()
    return place.write(rows, dataset, partition)


def _choice(place: Workplace, dataset: str) -> Choice:
    declared = contract(dataset)
    key = declared.primary_key[0]
    source = declared.partition_source
    assert source is not None
    # raw_documents say where bytes came from; a row of quarantine follows from its key.
    named = [name for name in ("source_uri", "member") if name in declared.arrow.names]
    columns = [key, source, *named]
    place_order = [(source, "ascending"), (SHARD, "ascending"), (ROW, "ascending")]
    choice = Choice()
    parts = place.folder / "parts" / dataset
    for part in slices(place.shards, parts, key, {dataset: columns}):
        staged = part.columns(dataset, columns)
        staged = staged.filter(pc.invert(_known(place, dataset, staged[key])))
        first = (
            first_received(staged, [key], then=place_order)
            if named
            else first_of_each(staged, [key], place_order)
        )
        if first.num_rows:
            values = place.layout.partition_values(dataset, first)
            choice.add(first.append_column("partition", values), key)
    return choice


def _known(place: Workplace, dataset: str, keys: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mask of the staged keys that the parent snapshot holds, read a file at a time."""
    declared = contract(dataset)
    key = declared.primary_key[0]
    schema = pa.schema([declared.arrow.field(key)])
    staged = pc.unique(keys)
    found = [pa.array([], pa.string())]
    for file in place.snapshot.files(dataset) if place.snapshot is not None and len(staged) else ():
        assert place.snapshot is not None
        there = place.snapshot.read_file(file, schema)[key]
        found.append(there.filter(pc.is_in(there, value_set=staged)).combine_chunks())
    return pc.is_in(keys, value_set=pa.concat_arrays(found))
