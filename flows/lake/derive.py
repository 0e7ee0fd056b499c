"""speaker_months and speakers, brought up to the quotations of the same commit.

Cost: the rows of the quote partitions that changed, which the commit has just written, and the
files of `speakers` (cut by the first bits of the id, Layout.rows_per_file rows each) that hold a
speaker whose row of such a partition is not as it was. The other months are read for speakers
alone that lost a spelling, a title or their first or last day, and then only the months and row
groups that hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.layout import bucket_of, in_bucket, month_of
from flows.lake.snapshot import aligned
from flows.lake.speakers import (
    READ,
    differing,
    evidence,
    known,
    months_rows,
    shrinking,
    speakers_rows,
    taken_back,
)
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.lake.rewrite import Workplace
    from flows.lake.snapshot import DataFile, Snapshot

Place = tuple[str, str | None]
Files = tuple["DataFile", ...]
DERIVED = ("speaker_months", "speakers")


@dataclass(frozen=True, slots=True)
class Month:
    """One month with quotes that changed: its speakers before and after."""

    name: str
    before: pa.Table
    after: pa.Table
    files: Files

    @property
    def touched(self) -> pa.Array:
        """Speakers whose row is not as it was."""
        return differing(self.before, self.after)


def derive(place: Workplace, replaced: Mapping[Place, Files]) -> dict[Place, Files]:
    """Files of speaker_months and speakers for a commit that replaces partitions of quotes."""
    whole = not _has_speakers(place.snapshot)
    quotes = _quotes_by_month(place, replaced, whole)
    months = [_month(place, name, files, whole) for name, files in sorted(quotes.items())]
    derived: dict[Place, Files] = {("speaker_months", month.name): month.files for month in months}
    touched = pa.concat_arrays([month.touched for month in months] or [pa.array([], pa.string())])
    if len(touched):
        derived["speakers", None] = _speakers(place, months, pc.unique(touched).sort(), whole)
    elif whole and place.snapshot is not None and place.snapshot.files("speakers"):
        derived["speakers", None] = ()
    return derived


def _quotes_by_month(
    place: Workplace, replaced: Mapping[Place, Files], whole: bool
) -> Mapping[str, Files]:
    """All files of quotes of the months that changed, or of all: months of speakers are whole.

    Where a lake is parted by day, these are the other days of the month as well.
    """
    now = {part: files for (name, part), files in replaced.items() if name == "quotes" and part}
    parent = () if place.snapshot is None else place.snapshot.files("quotes")
    before = {file: month_of(file.partition) for file in parent if file.partition}
    changed = {month_of(part) for part in now} | (set(before.values()) if whole else set())
    found: dict[str, list[DataFile]] = {month: [] for month in changed}
    for file, month in before.items():
        if month in found and file.partition not in now:
            found[month].append(file)
    for part, files in now.items():
        found[month_of(part)].extend(files)
    return {month: tuple(files) for month, files in found.items()}


def _has_speakers(snapshot: Snapshot | None) -> bool:
    """Whether the parent's speakers are of today's form; if not, all are made anew."""
    if snapshot is None:
        return True
    return all(snapshot.contracts.get(name) == contract(name).version for name in DERIVED)


def _month(place: Workplace, name: str, quotes: Files, whole: bool) -> Month:
    """The speakers of one partition; written unless they are as they were."""
    after = months_rows(_quotes(place, quotes), name)
    parent = () if whole else place.parent_files("speaker_months", name)
    before = _read(place, parent)
    same = not whole and before.equals(after)
    files = parent if same else tuple(_written(place, "speaker_months", name, after))
    return Month(name, before, after, files)


def _quotes(place: Workplace, files: Files) -> pa.Table:
    schema = contract("quotes").arrow
    schema = pa.schema([schema.field(name) for name in READ])
    tables = [schema.empty_table()]
    for file in files:
        built = place.built / file.path
        if built.exists():
            with built.open("rb") as source, pq.ParquetFile(source) as parquet:
                rows = parquet.read(columns=list(READ), use_threads=False)
            tables.append(aligned(rows, schema))
        else:
            assert place.snapshot is not None
            tables.append(place.snapshot.read_file(file, schema))
    return pa.concat_tables(tables)


def _read(place: Workplace, files: Files, dataset: str = "speaker_months") -> pa.Table:
    schema = contract(dataset).arrow
    tables = [schema.empty_table()]
    for file in files:
        assert place.snapshot is not None
        tables.append(place.snapshot.read_file(file, schema))
    return pa.concat_tables(tables).combine_chunks()


def _written(
    place: Workplace,
    dataset: str,
    partition: str | None,
    rows: pa.Table,
    *,
    buckets: Sequence[int] | None = None,
    bits: int | None = None,
) -> Iterator[DataFile]:
    """Rows in files by the first bits of their id, in order."""
    bits = place.layout.bucket_bits(dataset, rows.num_rows) if bits is None else bits
    for bucket in range(1 << bits) if buckets is None else buckets:
        own = rows.filter(in_bucket(rows["speaker_id"], bucket, bits))
        yield from place.write(own, dataset, partition)


def _speakers(place: Workplace, months: Sequence[Month], touched: pa.Array, whole: bool) -> Files:
    """All files of speakers: those without a touched one as they are, the others written anew."""
    parent = () if whole or place.snapshot is None else place.snapshot.files("speakers")
    rows = sum(file.rows for file in parent)
    bits = place.layout.bucket_bits("speakers", rows)
    shards = _shards(place, parent, bits)
    hit = {bucket_of(each, bits) for each in touched.to_pylist()}
    opened = parent if shards is None else tuple(shards[b] for b in sorted(hit & shards.keys()))
    before = _read(place, opened, "speakers")
    is_touched = pc.is_in(before["speaker_id"], value_set=touched)
    made = _made(place, months, touched, before.filter(is_touched))
    now_rows = rows - before.filter(is_touched).num_rows + made.num_rows
    kept = before.filter(pc.invert(is_touched))
    now_bits = place.layout.bucket_bits("speakers", now_rows)
    if shards is None or now_bits != bits:
        others = [file for file in parent if file not in opened]
        everything = pa.concat_tables([kept, made, _read(place, tuple(others), "speakers")])
        return tuple(_written(place, "speakers", None, everything, bits=now_bits))
    anew = pa.concat_tables([kept, made])
    files: dict[int, Files] = {bucket: (file,) for bucket, file in shards.items()}
    for bucket in sorted(hit):
        files[bucket] = tuple(_written(place, "speakers", None, anew, buckets=[bucket], bits=bits))
    return tuple(file for bucket in sorted(files) for file in files[bucket])


def _shards(place: Workplace, files: Files, bits: int) -> dict[int, DataFile] | None:
    """Files of the parent by bucket, as their footers say; None where they were cut otherwise."""
    shards: dict[int, DataFile] = {}
    for file in files:
        assert place.snapshot is not None
        with place.snapshot.open_file(file) as parquet:
            groups = parquet.metadata.num_row_groups
            first = parquet.metadata.row_group(0).column(0).statistics.min
            last = parquet.metadata.row_group(groups - 1).column(0).statistics.max
        bucket = bucket_of(first, bits)
        if bucket in shards or bucket_of(last, bits) != bucket:
            return None
        shards[bucket] = file
    return shards


def _made(
    place: Workplace, months: Sequence[Month], touched: pa.Array, before: pa.Table
) -> pa.Table:
    """Rows of the touched speakers: sums where that is enough, from all their months elsewhere."""
    lost = {each for month in months for each in shrinking(*_changed(month))}
    again = pa.array(sorted(lost), pa.string())
    summed = [known(_without(before, again))]
    afresh = []
    for month in months:
        old, new = _changed(month)
        summed += [evidence(_without(new, again)), taken_back(_without(old, again))]
        # Speakers made anew count with their whole row of the month, changed or not.
        afresh.append(evidence(_of(month.after, again)))
    done = {month.name for month in months}
    others = sorted(_months_of(_of(before, again)) - done)
    afresh.extend(evidence(_found(place, name, again)) for name in others)
    both = pa.concat_tables([*summed, *afresh])
    assert set(both["speaker_id"].to_pylist()) <= set(touched.to_pylist())
    return speakers_rows(both)


def _changed(month: Month) -> tuple[pa.Table, pa.Table]:
    ids = month.touched
    return _of(month.before, ids), _of(month.after, ids)


def _of(rows: pa.Table, ids: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows["speaker_id"], value_set=ids))


def _without(rows: pa.Table, ids: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["speaker_id"], value_set=ids)))


def _months_of(speakers: pa.Table) -> set[str]:
    return set(pc.list_flatten(speakers["published_months"]).to_pylist())


def _found(place: Workplace, month: str, ids: pa.Array) -> pa.Table:
    """Rows of some speakers in a month that did not change: from the row groups that hold them."""
    schema = contract("speaker_months").arrow
    tables = [schema.empty_table()]
    wanted = sorted(ids.to_pylist())
    for file in place.parent_files("speaker_months", month):
        assert place.snapshot is not None
        with place.snapshot.open_file(file) as parquet:
            groups = [
                number
                for number in range(parquet.num_row_groups)
                if _may_hold(parquet.metadata.row_group(number).column(0).statistics, wanted)
            ]
            rows = parquet.read_row_groups(groups, use_threads=False)
            tables.append(_of(aligned(rows, schema), ids))
    return pa.concat_tables(tables)


def _may_hold(statistics: pq.Statistics | None, wanted: Sequence[str]) -> bool:
    if statistics is None or not statistics.has_min_max:
        return True
    return any(statistics.min <= each <= statistics.max for each in wanted)
