"""Which document of each story is the published one.

A pure function of the documents known, whatever order they came in: the greatest by `updated_at`,
`published_at`, `is_correction`, `received_at`, `document_sha256`, where null is the lowest. When a
document was received stands in raw_documents alone: versions hold no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.faults import LakeConsistencyError, StoriesGrew
from flows.lake.layout import partition_values
from flows.lake.rows import first_of_each, first_received, joint_key, places
from flows.lake.shards import ROW, SHARD, staged_columns
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flows.lake.snapshot import Snapshot

KEY = ("article_id", "document_sha256")
RECEIVED = "received_at"
PRECEDENCE = ("updated_at", "published_at", "is_correction", RECEIVED, "document_sha256")
COLUMNS = (*KEY, "text_sha256", *PRECEDENCE[:3], "published_date", "source_uri", "member")
MOST_VERSIONS = np.iinfo(np.int16).max
PARENT = -1
"""In the place of a shard's position: the version is known from the parent snapshot."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the staged versions change."""

    verdicts: pa.Table
    """A row per story that the shards speak of: article_id, document_sha256 (the published one),
    version_count, partition, was_document, was_in, was_count (all null for a new story)."""
    versions: pa.Table
    """Where the staged versions that were not known lie: _shard, _row, partition, article_id."""
    articles: pa.Table
    """Where the staged articles to publish lie: _shard, _row, partition, and their key."""
    candidates: int
    withdrawn: pa.Table
    """Versions of the parent whose documents are read again: their key, is_current, partition."""

    @property
    def replaced(self) -> pa.Table:
        """Verdicts whose published document is a new one."""
        verdicts = self.verdicts
        same = pc.equal(verdicts["document_sha256"], verdicts["was_document"])
        return verdicts.filter(pc.invert(pc.fill_null(same, False)))

    @property
    def altered(self) -> pa.Table:
        """Verdicts whose published row is not as it was: another document, or another count."""
        verdicts = self.verdicts
        document = pc.equal(verdicts["document_sha256"], verdicts["was_document"])
        count = pc.equal(verdicts["version_count"], verdicts["was_count"])
        return verdicts.filter(pc.invert(pc.fill_null(pc.and_(document, count), False)))


def decide(
    snapshot: Snapshot | None, shards: Sequence[Path], again: pa.Array | None = None
) -> Decision:
    """Weigh the staged versions against each other and against the versions of the snapshot.

    What the snapshot says of the documents `again` (hashes) does not count: they were read again.
    Raises StoriesGrew where a version that is not among them would have to take their place.
    """
    staged = staged_columns(shards, "versions", COLUMNS)
    withdrawn = _withdrawn(snapshot, again)
    stories = pa.chunked_array([*staged["article_id"].chunks, *withdrawn["article_id"].chunks])
    known = _known_versions(snapshot, stories)
    known = known.filter(pc.invert(pc.is_in(known["document_sha256"], value_set=_hashes(again))))
    _check_grown(withdrawn, known)
    nothing = pa.nulls(staged.num_rows, pa.bool_())
    versions = pa.concat_tables([known, staged.append_column("is_current", nothing)])
    versions = first_received(versions, KEY, before=[("is_current", "descending")])
    versions = versions.append_column(RECEIVED, _received(snapshot, shards, versions))
    verdicts = _verdicts(versions, known)
    fresh = versions.filter(pc.not_equal(versions[SHARD], PARENT))
    fresh = fresh.append_column("partition", partition_values("versions", fresh))
    articles, candidates = _articles(shards, verdicts)
    return Decision(
        verdicts=verdicts,
        versions=fresh.select([SHARD, ROW, "partition", "article_id"]),
        articles=articles,
        candidates=candidates,
        withdrawn=withdrawn,
    )


def _hashes(again: pa.Array | None) -> pa.Array:
    return pa.array([], pa.string()) if again is None else again


def _withdrawn(snapshot: Snapshot | None, again: pa.Array | None) -> pa.Table:
    """The parent's versions of the documents read again, found by their hash in all partitions."""
    declared = contract("versions").arrow
    schema = pa.schema([declared.field(n) for n in (*KEY, "is_current", "published_date")])
    tables = [schema.empty_table()]
    for file in snapshot.files("versions") if snapshot is not None and len(_hashes(again)) else ():
        assert snapshot is not None
        rows = snapshot.read_file(file, schema)
        tables.append(rows.filter(pc.is_in(rows["document_sha256"], value_set=_hashes(again))))
    table = pa.concat_tables(tables)
    return table.append_column("partition", partition_values("versions", table))


def _check_grown(withdrawn: pa.Table, known: pa.Table) -> None:
    """Of a story whose published version is withdrawn no other version may be left out."""
    headless = withdrawn.filter(withdrawn["is_current"])["article_id"].combine_chunks()
    left = known.filter(pc.is_in(known["article_id"], value_set=headless))
    if left.num_rows:
        raise StoriesGrew(tuple(sorted(left["document_sha256"].to_pylist())))


def _known_versions(snapshot: Snapshot | None, stories: pa.ChunkedArray) -> pa.Table:
    """Read the parent's versions of the staged stories, wherever their partitions are."""
    schema = contract("versions").arrow
    names = [*COLUMNS, "is_current"]
    schema = pa.schema([schema.field(name) for name in names])
    tables = [schema.empty_table()]
    wanted = pc.unique(stories)
    keys = pa.schema([schema.field("article_id")])
    for file in snapshot.files("versions") if snapshot is not None else ():
        assert snapshot is not None
        # Most partitions know none of the stories, and the other columns are ten times as wide.
        mask = pc.is_in(snapshot.read_file(file, keys)["article_id"], value_set=wanted)
        if pc.any(mask).as_py():
            tables.append(snapshot.read_file(file, schema).filter(mask))
    table = pa.concat_tables(tables)
    place = pa.array(np.full(table.num_rows, PARENT, np.int32))
    known = table.select(list(COLUMNS)).append_column(SHARD, place).append_column(ROW, place)
    return known.append_column("is_current", table["is_current"])


def _received(
    snapshot: Snapshot | None, shards: Sequence[Path], versions: pa.Table
) -> pa.ChunkedArray:
    """When the document of each version was received first."""
    columns = ["document_sha256", RECEIVED]
    tables = [staged_columns(shards, "raw_documents", columns).select(columns)]
    lacking = versions["document_sha256"].filter(
        pc.invert(pc.is_in(versions["document_sha256"], value_set=pc.unique(tables[0][0])))
    )
    known_before = pc.any(pc.equal(versions[SHARD], PARENT)).as_py() or len(lacking)
    if snapshot is not None and known_before:
        tables.insert(0, snapshot.table("raw_documents", columns).select(columns))
    documents = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
    where = places(versions["document_sha256"], documents["document_sha256"])
    return documents[RECEIVED].combine_chunks().take(where)


def _verdicts(versions: pa.Table, known: pa.Table) -> pa.Table:
    best = first_of_each(versions, ["article_id"], [(name, "descending") for name in PRECEDENCE])
    current = known.filter(known["is_current"])
    was = places(best["article_id"], current["article_id"])
    was_document = current["document_sha256"].combine_chunks().take(was)
    verdicts = pa.table(
        {
            "article_id": best["article_id"],
            "document_sha256": best["document_sha256"],
            "version_count": _counts(versions, best["article_id"]),
            "partition": partition_values("articles", best),
            "was_document": was_document,
            "was_in": pa.array(partition_values("articles", current)).take(was),
            "was_count": _counts(known, best["article_id"]),
        }
    )
    _check_precedence(best, was_document)
    return verdicts


def _counts(versions: pa.Table, stories: pa.ChunkedArray) -> pa.ChunkedArray:
    """Distinct texts of each story, null for a story without versions; what int16 holds at most."""
    texts = first_of_each(versions, ["article_id", "text_sha256"], [])
    counted = pc.value_counts(texts["article_id"].combine_chunks())
    capped = pc.min_element_wise(counted.field("counts"), MOST_VERSIONS)
    where = places(stories, counted.field("values"))
    return capped.take(where).cast(pa.int16())


def _check_precedence(best: pa.Table, was_document: pa.ChunkedArray) -> None:
    """Let a known version win only if it is the published one: no text of the others was kept."""
    known = pc.equal(best[SHARD], PARENT)
    unpublished = pc.fill_null(pc.not_equal(best["document_sha256"], was_document), True)
    wrong = best.filter(pc.and_(known, unpublished))
    if wrong.num_rows:
        story = wrong["article_id"][0].as_py()
        raise LakeConsistencyError(
            f"the published document of {story} is not the one that should be"
        )


def _articles(shards: Sequence[Path], verdicts: pa.Table) -> tuple[pa.Table, int]:
    """Where the winners lie among the staged candidates, and how many candidates there are."""
    staged = staged_columns(shards, "articles", [*KEY, "source_uri"])
    order = [("source_uri", "ascending"), (SHARD, "ascending"), (ROW, "ascending")]
    candidates = first_of_each(staged, KEY, order)
    is_same = pc.equal(verdicts["document_sha256"], verdicts["was_document"])
    winners = verdicts.filter(pc.invert(pc.fill_null(is_same, False)))
    where = places(joint_key(winners, KEY), joint_key(candidates, KEY))
    if where.null_count:
        lacking = winners.filter(pc.is_null(where))["article_id"][0].as_py()
        raise LakeConsistencyError(f"the shards hold a version of {lacking} but no article")
    found = candidates.take(where).select([SHARD, ROW, *KEY])
    return found.append_column("partition", winners["partition"]), staged.num_rows
