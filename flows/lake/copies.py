"""syndication, brought up to the fingerprints of the same commit.

Cost: one walk over the signatures of the lake (192 bytes an article), and what hangs together with
the articles that came, went or changed: their groups, and whoever shares a band with them. Only
partitions of articles and syndication in which something changes are written. The outcome is that
of making all groups anew: a function of the fingerprints alone (see flows.syndicate.pairs).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.fingerprints import SYNDICATION, NextPrints, fingerprints
from flows.lake.layout import in_bucket
from flows.lake.near import gather
from flows.lake.rows import places
from flows.lake.search import Touched
from flows.lake.shards import with_column
from flows.lake.signing import FINGERPRINTS
from flows.syndicate.copies import syndication_rows
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flows.lake.derive import Place
    from flows.lake.near import Near
    from flows.lake.rewrite import Change, Workplace
    from flows.lake.snapshot import DataFile

    Files = tuple[DataFile, ...]

KEY = "syndication_id"
_BATCH = 16_384


@dataclass(frozen=True, slots=True)
class Copies:
    """What a commit changes about copies."""

    files: Mapping[Place, Files]
    """Partitions of fingerprints and syndication."""
    groups: pa.Table
    """article_id and syndication_id of every copy in the next snapshot."""
    altered: frozenset[str]
    """Partitions of articles in which a syndication_id is not as it was."""
    touched: Touched

    def told_in(self, change: Change) -> Change:
        """The change of articles, and with it what articles say of their copies; others as is."""
        if change.dataset != "articles":
            return change
        partitions = tuple(sorted({*change.partitions, *self.altered}))
        return replace(change, partitions=partitions, finish=self._with_keys)

    def _with_keys(self, articles: pa.Table) -> pa.Table:
        stories = articles["article_id"].combine_chunks()
        # Few copies of a lake are in one file.
        here = self.groups.filter(pc.is_in(self.groups["article_id"], value_set=stories))
        where = places(articles["article_id"], here["article_id"])
        return with_column(articles, KEY, here[KEY].combine_chunks().take(where))


def syndicate(place: Workplace, change: Change) -> Copies:
    """Write fingerprints as `change` says, and syndication as follows from them."""
    prints, anew = fingerprints(place, change)
    known = _keys(prints.place, SYNDICATION)
    near = gather(prints, known)
    made = _made(near, prints, known)
    dropped = pc.is_in(known[KEY], value_set=near.dropped)
    files: dict[Place, Files] = {(FINGERPRINTS, at): each for at, each in prints.replaced.items()}
    files |= _written(prints.place, known.filter(dropped), near.dropped, made)
    before = known.filter(dropped)
    if anew:
        before = _keys(place, "articles")
        for file in place.snapshot.listing[SYNDICATION] if place.snapshot else ():
            files.setdefault((SYNDICATION, file.partition), ())
    now = made.replace_schema_metadata(None).select(["article_id", KEY])
    now = now.append_column("partition", place.layout.partition_values(SYNDICATION, made))
    now = now.cast(known.schema)
    both = pa.concat_tables([known.filter(pc.invert(dropped)), now]).select(["article_id", KEY])
    touched = pa.concat_arrays([near.dropped, pc.unique(now[KEY])])
    return Copies(files, both, _altered(before, now), Touched(near.bands, touched))


def _keys(place: Workplace, dataset: str) -> pa.Table:
    """Copies as a dataset of the parent says: article_id, syndication_id and partition."""
    schema = contract(dataset).arrow
    schema = pa.schema([schema.field(name) for name in ("article_id", KEY, "published_date")])
    tables = [schema.empty_table()]
    for file in place.snapshot.files(dataset) if place.snapshot is not None else ():
        assert place.snapshot is not None
        rows = place.snapshot.read_file(file, schema)
        tables.append(rows.filter(pc.is_valid(rows[KEY])))
    rows = pa.concat_tables(tables).combine_chunks()
    partition = place.layout.partition_values(dataset, rows)
    rows = rows.drop_columns(["published_date"]).append_column("partition", partition)
    return rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names]))


def _altered(before: pa.Table, now: pa.Table) -> frozenset[str]:
    """Partitions of articles that have another key than `before`, a first one, or none any more."""
    was = (
        before[KEY]
        .combine_chunks()
        .take(places(now["article_id"], before["article_id"]).combine_chunks())
    )
    same = pc.fill_null(pc.equal(was, now[KEY]), False)
    come = now.filter(pc.invert(same))["partition"]
    still = pc.is_in(before["article_id"], value_set=now["article_id"].combine_chunks())
    lost = before.filter(pc.invert(still))["partition"]
    return frozenset(come.to_pylist()) | frozenset(lost.to_pylist())


def _made(near: Near, prints: NextPrints, known: pa.Table) -> pa.Table:
    """Rows of syndication for every group that has a member which came or changed."""
    schema = contract(SYNDICATION).arrow
    rows = (row for each in near.groups(prints, known) for row in syndication_rows(each))
    tables = [schema.empty_table()]
    while batch := list(islice(rows, _BATCH)):
        tables.append(pa.Table.from_pylist(batch, schema=schema))
    return pa.concat_tables(tables)


def _written(
    place: Workplace, old: pa.Table, dropped: pa.Array, made: pa.Table
) -> Iterator[tuple[Place, Files]]:
    """Each partition that loses or gains rows: what stays in it and what comes, in files."""
    schema = contract(SYNDICATION).arrow
    into = place.layout.partition_values(SYNDICATION, made)
    both = pa.chunked_array([*old["partition"].chunks, into], pa.string())
    for partition in sorted(pc.unique(both).to_pylist()):
        tables = [schema.empty_table(), made.filter(pc.equal(into, partition))]
        for file in place.parent_files(SYNDICATION, partition):
            assert place.snapshot is not None
            rows = place.snapshot.read_file(file, schema)
            tables.append(rows.filter(pc.invert(pc.is_in(rows[KEY], value_set=dropped))))
        rows = pa.concat_tables(tables)
        bits = place.layout.bucket_bits(SYNDICATION, rows.num_rows)
        parts = (rows.filter(in_bucket(rows["article_id"], b, bits)) for b in range(1 << bits))
        yield (
            (SYNDICATION, partition),
            tuple(file for part in parts for file in place.write(part, SYNDICATION, partition)),
        )
