"""A lake laid anew: the same rows in other partitions and files, in one commit.

Nothing is parsed: rows go from the files of one snapshot to those of the next, a month at a time.
All months come in one commit, since readers of a folder cannot take two kinds of partition keys in
it. The files are those of a lake that was built so from nothing; but raw_documents and quarantine,
which know when a document came, keep the files they have, under their new partition.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.changes import Changes
from flows.lake.layout import APPENDED, MOST_BUCKET_BITS, Layout, leading_bits, month_of
from flows.lake.rewrite import Workplace
from flows.lake.snapshot import aligned
from flows.lake.spill import UNIT, Parting
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from flows.lake.derive import Place
    from flows.lake.rewrite import Unit
    from flows.lake.snapshot import DataFile, Snapshot
    from flows.lake.staging import Staging

Files = tuple["DataFile", ...]


@dataclass(frozen=True, slots=True)
class Relay:
    """What laying a lake anew comes to."""

    before: Layout
    after: Layout
    months: tuple[str, ...]
    """Months of publication, "undated" among them."""
    bytes_written: int
    """Size of the files whose rows are written again."""


def planned_relay(snapshot: Snapshot, layout: Layout) -> Relay | None:
    """What has to be done so that a snapshot is laid so; None where it is."""
    if snapshot.layout == layout:
        return None
    datasets = [name for name in snapshot.datasets if _is_cut_otherwise(snapshot, layout, name)]
    rewritten = [name for name in datasets if name not in APPENDED]
    months = {_month(file) or "" for name in rewritten for file in snapshot.files(name)} - {""}
    size = sum(file.byte_count for name in rewritten for file in snapshot.files(name))
    return Relay(snapshot.layout, layout, tuple(sorted(months)), size)


def relaid(
    snapshot: Snapshot, staging: Staging, layout: Layout, say: Callable[[str], None]
) -> Changes:
    """Write the files of every dataset in another layout; `say` is told of each month done."""
    place = Workplace(snapshot, (), staging.path, layout)
    place.built.mkdir(exist_ok=True)
    replaced: dict[Place, Files] = {}
    for dataset in snapshot.datasets:
        if not _is_cut_otherwise(snapshot, layout, dataset):
            continue
        groups: dict[str | None, list[DataFile]] = defaultdict(list)
        for file in snapshot.files(dataset):
            groups[_month(file)].append(file)
            replaced.setdefault((dataset, file.partition), ())
        for month, files in groups.items():
            made = _moved if dataset in APPENDED else _cut
            for partition, anew in made(place, dataset, files).items():
                replaced[dataset, partition] = replaced.get((dataset, partition), ()) + anew
            say(f"{dataset} of {month or 'all months'} is laid anew")
    return Changes(snapshot.number, replaced, {}, layout, is_relaid=True)


def _is_cut_otherwise(snapshot: Snapshot, layout: Layout, dataset: str) -> bool:
    before = snapshot.layout
    if contract(dataset).partitions and before.grain_of(dataset) != layout.grain_of(dataset):
        return True
    rows = (before.rows_per_file.get(dataset), layout.rows_per_file.get(dataset))
    return dataset not in APPENDED and rows[0] != rows[1]


def _month(file: DataFile) -> str | None:
    """The month of a partition, "undated", or None in a dataset that is not parted."""
    return None if file.partition is None else month_of(file.partition)


def _cut(place: Workplace, dataset: str, files: Sequence[DataFile]) -> dict[str | None, Files]:
    """Rows of some files, which together hold all of a month, as files of the new layout."""
    schema, units = contract(dataset).arrow, _units(place, dataset, files)
    makers = [maker for file in files for maker in file.made_by]
    made: dict[str | None, Files] = {}
    with Parting(place.folder / "spill" / f"{dataset}-{_month(files[0])}") as parting:
        for rows in _groups(place, dataset, files):
            numbers = _numbers(place, dataset, rows, units)
            parting.add(rows.append_column(UNIT, pa.array(numbers)))
    for number, unit in enumerate(units):
        rows = pa.concat_tables([schema.empty_table(), *parting.target.rows(number)])
        partition = unit[0] or None
        made[partition] = made.get(partition, ()) + place.write(rows, dataset, partition, makers)
        del rows
        parting.target.forget(number)
    return made


def _groups(place: Workplace, dataset: str, files: Sequence[DataFile]) -> Iterator[pa.Table]:
    """All rows, a row group at a time, in the columns of today's contract."""
    assert place.snapshot is not None
    schema = contract(dataset).arrow
    for file in files:
        with place.snapshot.open_file(file) as parquet:
            for group in range(parquet.num_row_groups):
                rows = parquet.read_row_group(group, use_threads=False)
                yield aligned(rows, schema)


def _partitions(place: Workplace, dataset: str, rows: pa.Table) -> pa.Array:
    """The new partition of each row; "" in a dataset that is not parted."""
    if contract(dataset).partition_source is None:
        return pa.array([""] * rows.num_rows, pa.string())
    return place.layout.partition_values(dataset, rows)


def _units(place: Workplace, dataset: str, files: Sequence[DataFile]) -> list[Unit]:
    """The files to be written, in order: partition, bucket, bits; some may have no row."""
    assert place.snapshot is not None
    declared = contract(dataset)
    name = declared.partition_source or declared.primary_key[0]
    schema = pa.schema([declared.arrow.field(name)])
    keys = pa.concat_tables([place.snapshot.read_file(file, schema) for file in files])
    counted = pc.value_counts(_partitions(place, dataset, keys)).to_pylist()
    units: list[Unit] = []
    for partition, rows in sorted((each["values"], each["counts"]) for each in counted):
        bits = place.layout.bucket_bits(dataset, rows)
        units.extend((partition, bucket, bits) for bucket in range(1 << bits))
    return units


def _numbers(
    place: Workplace, dataset: str, rows: pa.Table, units: Sequence[Unit]
) -> NDArray[np.int32]:
    """The position of each row's file among `units`."""
    coded = _partitions(place, dataset, rows).dictionary_encode()
    first = {
        partition: (at, bits) for at, (partition, bucket, bits) in enumerate(units) if not bucket
    }
    known = np.array([first[name] for name in coded.dictionary.to_pylist()], np.int32)
    at, bits = known[coded.indices.to_numpy()].T
    leads = leading_bits(rows[contract(dataset).primary_key[0]]).astype(np.int32)
    numbers: NDArray[np.int32] = at + (leads >> (MOST_BUCKET_BITS - bits))
    return numbers


def _moved(place: Workplace, dataset: str, files: Sequence[DataFile]) -> dict[str | None, Files]:
    """Each file as it is under its new partition, or cut where it has rows of several."""
    assert place.snapshot is not None
    made: dict[str | None, Files] = {}
    source = contract(dataset).partition_source
    key = pa.schema([contract(dataset).arrow.field(source)])
    for file in files:
        values = place.layout.partition_values(dataset, place.snapshot.read_file(file, key))
        partitions = sorted(pc.unique(values).to_pylist())
        if len(partitions) == 1:
            parts: Mapping[str, Files] = {partitions[0]: (_as_it_is(place, file, partitions[0]),)}
        else:
            rows = place.snapshot.read_file(file, contract(dataset).arrow)
            parts = {
                each: place.write(rows.filter(pc.equal(values, each)), dataset, each, file.made_by)
                for each in partitions
            }
        for partition, anew in parts.items():
            made[partition] = made.get(partition, ()) + anew
    return made


def _as_it_is(place: Workplace, file: DataFile, partition: str) -> DataFile:
    assert place.snapshot is not None
    name = file.path.rpartition("/")[2]
    moved = replace(file, path=f"{place.layout.folder(file.dataset, partition)}/{name}")
    target = place.built / moved.path
    target.parent.mkdir(parents=True, exist_ok=True)
    place.snapshot.home.bring(place.snapshot.number, file, target)
    return moved
