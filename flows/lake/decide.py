"""Which document of each story is the published one.

A pure function of the documents known, whatever order they came in: the greatest by `updated_at`,
`published_at`, `is_correction`, `received_at`, `document_sha256`, where null is the lowest. When a
document was received stands in raw_documents alone: versions hold no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.faults import LakeConsistencyError, StoriesGrew
from flows.lake.rows import first_of_each, first_received, joint_key, places
from flows.lake.shards import RECEIVED, ROW, SHARD, with_column
from schemas import contract

if TYPE_CHECKING:
    from flows.lake.layout import Layout
    from flows.lake.slices import Slice
    from flows.lake.snapshot import Snapshot

KEY = ("article_id", "document_sha256")
PRECEDENCE = ("updated_at", "published_at", "is_correction", RECEIVED, "document_sha256")
VERSION = (*KEY, "text_sha256", *PRECEDENCE[:3], "published_date", "source_uri", "member")
COLUMNS: Mapping[str, Sequence[str]] = {
    "versions": (*VERSION, RECEIVED),
    "articles": (*KEY, "source_uri"),
    "quotes": ("quote_id", *KEY, "published_date"),
}
"""What is looked at of staged rows before any is chosen."""
MOST_VERSIONS = np.iinfo(np.int16).max
PARENT = -1
"""In the place of a shard's position: the version is known from the parent snapshot."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the staged versions of one slice change."""

    verdicts: pa.Table
    """A row per story that the shards speak of: article_id, document_sha256 (the published one),
    version_count, partition, was_document, was_in, was_count (all null for a new story)."""
    versions: pa.Table
    """Where the staged versions that were not known lie: _shard, _row, partition, article_id; and
    is_current."""
    articles: pa.Table
    """Where the staged articles to publish lie: _shard, _row, partition, their key; and
    version_count."""
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


def decide(snapshot: Snapshot | None, staged: Slice, again: Again, layout: Layout) -> Decision:
    """Weigh the staged versions against each other and against the versions of the snapshot.

    What the snapshot says of the documents read `again` does not count. Raises StoriesGrew where a
    version that is not among them would have to take their place.
    """
    fresh = staged.columns("versions", COLUMNS["versions"])
    withdrawn = again.withdrawn
    if staged.parted is not None:
        withdrawn = withdrawn.filter(staged.holds(withdrawn["article_id"]))
    stories = pa.chunked_array([*fresh["article_id"].chunks, *withdrawn["article_id"].chunks])
    known = _known_versions(snapshot, stories)
    known = known.filter(pc.invert(pc.is_in(known["document_sha256"], value_set=again.documents)))
    _check_grown(withdrawn, known)
    nothing = pa.nulls(fresh.num_rows, pa.bool_())
    versions = pa.concat_tables([known, fresh.append_column("is_current", nothing)])
    versions = first_received(versions, KEY, before=[("is_current", "descending")])
    versions = _with_received(snapshot, versions)
    verdicts = _verdicts(versions, known, layout)
    articles, candidates = _articles(staged, verdicts)
    return Decision(
        verdicts=verdicts,
        versions=_fresh(versions, verdicts, layout),
        articles=articles,
        candidates=candidates,
        withdrawn=withdrawn,
    )


def _fresh(versions: pa.Table, verdicts: pa.Table, layout: Layout) -> pa.Table:
    """Where the versions that come in lie, and which of them are the published ones."""
    fresh = versions.filter(pc.not_equal(versions[SHARD], PARENT))
    where = places(fresh["article_id"], verdicts["article_id"])
    published = verdicts["document_sha256"].combine_chunks().take(where)
    current = pc.equal(fresh["document_sha256"], published)
    fresh = fresh.select([SHARD, ROW, "article_id", "published_date"])
    fresh = fresh.append_column("partition", layout.partition_values("versions", fresh))
    return fresh.append_column("is_current", current).drop_columns(["published_date"])


@dataclass(frozen=True, slots=True)
class Again:
    """Documents that the lake has and that were read again: their hashes, and what goes of them."""

    documents: pa.Array
    withdrawn: pa.Table
    """Versions of the parent: their key, is_current, partition."""

    @classmethod
    def of(cls, snapshot: Snapshot | None, documents: pa.Array | None, layout: Layout) -> Self:
        """What the snapshot has of these documents; none where none was read again."""
        hashes = pa.array([], pa.string()) if documents is None else documents
        return cls(hashes, _withdrawn(snapshot, hashes, layout))


def _withdrawn(snapshot: Snapshot | None, again: pa.Array, layout: Layout) -> pa.Table:
    """The parent's versions of the documents read again, found by their hash in all partitions."""
    declared = contract("versions").arrow
    schema = pa.schema([declared.field(n) for n in (*KEY, "is_current", "published_date")])
    key = pa.schema([declared.field("document_sha256")])
    tables = [schema.empty_table()]
    for file in snapshot.files("versions") if snapshot is not None and len(again) else ():
        assert snapshot is not None
        mask = pc.is_in(snapshot.read_file(file, key)["document_sha256"], value_set=again)
        if pc.any(mask).as_py():
            tables.append(snapshot.read_file(file, schema).filter(mask))
    table = pa.concat_tables(tables)
    return table.append_column("partition", layout.partition_values("versions", table))


def _check_grown(withdrawn: pa.Table, known: pa.Table) -> None:
    """Of a story whose published version is withdrawn no other version may be left out."""
    headless = withdrawn.filter(withdrawn["is_current"])["article_id"].combine_chunks()
    left = known.filter(pc.is_in(known["article_id"], value_set=headless))
    if left.num_rows:
        raise StoriesGrew(tuple(sorted(left["document_sha256"].to_pylist())))


def _known_versions(snapshot: Snapshot | None, stories: pa.ChunkedArray) -> pa.Table:
    """Read the parent's versions of the staged stories, wherever their partitions are."""
    schema = contract("versions").arrow
    schema = pa.schema([schema.field(name) for name in (*VERSION, "is_current")])
    tables = [schema.empty_table()]
    wanted = pc.unique(stories)
    keys = pa.schema([schema.field("article_id")])
    for file in snapshot.files("versions") if snapshot is not None and len(wanted) else ():
        assert snapshot is not None
        # Most partitions know none of the stories, and the other columns are ten times as wide.
        mask = pc.is_in(snapshot.read_file(file, keys)["article_id"], value_set=wanted)
        if pc.any(mask).as_py():
            tables.append(snapshot.read_file(file, schema).filter(mask))
    table = pa.concat_tables(tables)
    place = pa.array(np.full(table.num_rows, PARENT, np.int32))
    received = pa.nulls(table.num_rows, contract("raw_documents").arrow.field(RECEIVED).type)
    known = table.select(list(VERSION)).append_column(RECEIVED, received)
    known = known.append_column(SHARD, place).append_column(ROW, place)
    return known.append_column("is_current", table["is_current"])


def _with_received(snapshot: Snapshot | None, versions: pa.Table) -> pa.Table:
    """Fill in from raw_documents when the document of each version was received first."""
    lacking = versions["document_sha256"].filter(pc.is_null(versions[RECEIVED]))
    if snapshot is None or not len(lacking):
        return versions
    declared = contract("raw_documents").arrow
    schema = pa.schema([declared.field("document_sha256"), declared.field(RECEIVED)])
    wanted = pc.unique(lacking)
    tables = [schema.empty_table()]
    for file in snapshot.files("raw_documents"):
        keys = snapshot.read_file(file, pa.schema([schema[0]]))["document_sha256"]
        mask = pc.is_in(keys, value_set=wanted)
        if pc.any(mask).as_py():
            tables.append(snapshot.read_file(file, schema).filter(mask))
    documents = pa.concat_tables(tables)
    where = places(versions["document_sha256"], documents["document_sha256"])
    found = documents[RECEIVED].combine_chunks().take(where)
    return with_column(versions, RECEIVED, pc.coalesce(versions[RECEIVED], found))


def _verdicts(versions: pa.Table, known: pa.Table, layout: Layout) -> pa.Table:
    best = first_of_each(versions, ["article_id"], [(name, "descending") for name in PRECEDENCE])
    current = known.filter(known["is_current"])
    was = places(best["article_id"], current["article_id"])
    was_document = current["document_sha256"].combine_chunks().take(was)
    verdicts = pa.table(
        {
            "article_id": best["article_id"],
            "document_sha256": best["document_sha256"],
            "version_count": _counts(versions, best["article_id"]),
            "partition": layout.partition_values("articles", best),
            "was_document": was_document,
            "was_in": pa.array(layout.partition_values("articles", current)).take(was),
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


def _articles(slice_: Slice, verdicts: pa.Table) -> tuple[pa.Table, int]:
    """Where the winners lie among the staged candidates, and how many candidates there are."""
    staged = slice_.columns("articles", COLUMNS["articles"])
    order = [("source_uri", "ascending"), (SHARD, "ascending"), (ROW, "ascending")]
    candidates = first_of_each(staged, KEY, order)
    is_same = pc.equal(verdicts["document_sha256"], verdicts["was_document"])
    winners = verdicts.filter(pc.invert(pc.fill_null(is_same, False)))
    where = places(joint_key(winners, KEY), joint_key(candidates, KEY))
    if where.null_count:
        lacking = winners.filter(pc.is_null(where))["article_id"][0].as_py()
        raise LakeConsistencyError(f"the shards hold a version of {lacking} but no article")
    found = candidates.take(where).select([SHARD, ROW, *KEY])
    found = found.append_column("partition", winners["partition"])
    return found.append_column("version_count", winners["version_count"]), staged.num_rows
