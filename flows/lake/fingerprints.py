"""The fingerprints of the next snapshot: written, read, and which of them a commit changes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.rewrite import Change, Workplace, rewrite
from flows.lake.rows import places
from flows.lake.search import signed
from flows.lake.shards import shard_columns
from flows.lake.signing import FINGERPRINTS, TAKEN, fingerprints_of
from flows.lake.snapshot import aligned
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flows.lake.snapshot import DataFile, Snapshot

    Files = tuple[DataFile, ...]

SYNDICATION = "syndication"
_UPGRADE = "upgrade"


def fingerprints(place: Workplace, change: Change) -> tuple[NextPrints, bool]:
    """Write the partitions of fingerprints that change with articles; whether all are made anew.

    Parents of another form count as having none, and their texts are read again.
    """
    anew = not is_current(place.snapshot)
    if anew:
        place = _made_anew(place, change)
        partitions = {*change.partitions, *change.choice.partitions}
        change = replace(change, partitions=tuple(sorted(partitions)))
    return NextPrints(place, rewrite(place, change)), anew


def is_current(snapshot: Snapshot | None) -> bool:
    """Whether the parent's fingerprints and syndication are of today's form, so that they count."""
    if snapshot is None:
        return True
    names = (FINGERPRINTS, SYNDICATION)
    return all(snapshot.contracts.get(name) == contract(name).version for name in names)


def _made_anew(place: Workplace, change: Change) -> Workplace:
    """Stage fingerprints of the parent's articles that stay, from their texts, for `change`.

    Returns a workplace with these shards whose parent has neither dataset. A signature costs less
    than 0.1 ms: a minute or two for a million articles, once for each new form.
    """
    snapshot = place.snapshot
    assert snapshot is not None
    folder = place.folder / _UPGRADE
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    shards = list(place.shards)
    for rows in _texts(snapshot, change.leaving):
        shard = folder / f"{len(shards):06d}"
        shard.mkdir()
        pq.write_table(fingerprints_of(rows), shard / f"{FINGERPRINTS}.parquet")
        added = shard_columns(shard, len(shards), FINGERPRINTS, ["article_id", "published_date"])
        values = place.layout.partition_values(FINGERPRINTS, added)
        change.choice.add(added.append_column("partition", values), "article_id")
        shards.append(shard)
    snapshot = replace(snapshot, listing={**snapshot.listing, FINGERPRINTS: (), SYNDICATION: ()})
    return replace(place, snapshot=snapshot, shards=tuple(shards))


def _texts(snapshot: Snapshot, leaving: pa.Array) -> Iterator[pa.Table]:
    schema = contract("articles").arrow
    schema = pa.schema([schema.field(name) for name in (*TAKEN, "text")])
    for file in snapshot.files("articles"):
        with snapshot.open_file(file) as parquet:
            for group in range(parquet.num_row_groups):
                rows = parquet.read_row_group(group, columns=schema.names, use_threads=False)
                rows = rows.filter(pc.invert(pc.is_in(rows["article_id"], leaving)))
                if rows.num_rows:
                    yield aligned(rows, schema)


@dataclass(frozen=True, slots=True)
class NextPrints:
    """The fingerprints of the next snapshot: the parent's, and over them what a commit replaces."""

    place: Workplace
    replaced: Mapping[str, Files]

    @property
    def are_first(self) -> bool:
        """Whether the parent has none, so that all of them are new."""
        snapshot = self.place.snapshot
        return snapshot is None or not snapshot.files(FINGERPRINTS)

    def files(self) -> Iterator[DataFile]:
        """All files of the next snapshot, by partition."""
        snapshot = self.place.snapshot
        kept = snapshot.files(FINGERPRINTS) if snapshot is not None else ()
        yield from (file for file in kept if file.partition not in self.replaced)
        for files in self.replaced.values():
            yield from files

    def rows(self, file: DataFile) -> pa.Table:
        """The rows of one file, whether this commit wrote it or the parent has it."""
        schema = contract(FINGERPRINTS).arrow
        built = self.place.built / file.path
        if built.exists():
            with built.open("rb") as source:
                return aligned(pq.read_table(source, use_threads=False), schema)
        assert self.place.snapshot is not None
        return self.place.snapshot.read_file(file, schema)

    def find(self, members: pa.Table) -> pa.Table:
        """The rows of some articles, given their article_id and partition."""
        tables = [contract(FINGERPRINTS).arrow.empty_table()]
        for file in self.files() if members.num_rows else ():
            wanted = members.filter(pc.equal(members["partition"], file.partition))["article_id"]
            if len(wanted):
                rows = self.rows(file)
                mask = pc.is_in(rows["article_id"], value_set=wanted.combine_chunks())
                tables.append(signed(rows.filter(mask)))
        return pa.concat_tables(tables)

    def changed(self) -> tuple[pa.Table, pa.Table, pa.Array]:
        """What goes and what comes, of rows that have a signature; and all articles concerned.

        A row that changed goes and comes.
        """
        gone, come, ids = [], [], [pa.array([], pa.string())]
        for partition, files in self.replaced.items():
            parent = self.place.parent_files(FINGERPRINTS, partition)
            left, entered = differing(
                self._table([file for file in parent if file not in files]),
                self._table([file for file in files if file not in parent]),
            )
            ids += [*left["article_id"].chunks, *entered["article_id"].chunks]
            gone.append(signed(left))
            come.append(signed(entered))
        empty = contract(FINGERPRINTS).arrow.empty_table()
        every = pc.unique(pa.chunked_array(ids, pa.string()))
        return pa.concat_tables([empty, *gone]), pa.concat_tables([empty, *come]), every

    def _table(self, files: list[DataFile]) -> pa.Table:
        empty = contract(FINGERPRINTS).arrow.empty_table()
        return pa.concat_tables([empty, *(self.rows(file) for file in files)])


def differing(before: pa.Table, after: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Rows of each that the other has not, by the key and all values."""
    return _not_in(before, after), _not_in(after, before)


def _not_in(rows: pa.Table, others: pa.Table) -> pa.Table:
    if not others.num_rows:
        return rows
    where = places(rows["article_id"], others["article_id"])
    there = others.take(where)
    same = pc.is_valid(where)
    for name in rows.column_names:
        equal = pc.equal(rows[name], there[name])
        both_null = pc.and_(pc.is_null(rows[name]), pc.is_null(there[name]))
        same = pc.and_(same, pc.fill_null(pc.or_kleene(equal, both_null), False))
    return rows.filter(pc.invert(same))
