"""What a backfill would do: the stories of a range of days that were made otherwise than today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.layout import UNDATED
from flows.lake.makers import outdated
from flows.lake.originals import located
from schemas import contract

if TYPE_CHECKING:
    from datetime import date

    from flows.lake.snapshot import DataFile, Snapshot

MADE_FROM_DOCUMENTS = ("articles", "quotes")
"""Datasets whose files say whether a partition is stale; versions may hold other stories too."""
FORCED = "forced"


@dataclass(frozen=True, slots=True)
class Range:
    """Days of publication, both included, None for no bound; undated articles only without bounds.

    `outlet` leaves the articles of others alone; `force` takes what is not stale as well.
    """

    first: date | None = None
    last: date | None = None
    outlet: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One partition to be made again; `reasons` name what changed since its rows were made."""

    partition: str
    reasons: tuple[str, ...]
    stories: pa.Array
    documents: pa.Table
    """All documents of the stories, those of earlier versions too: see originals.located."""
    days: int
    rewritten_bytes: int
    """Size of the files of articles, quotes and versions that will be written anew."""
    is_whole: bool
    """Whether no story of the partition is left out, so that it is not stale afterwards."""

    @property
    def bytes_in(self) -> int:
        """Bytes of the documents to be read."""
        return pc.sum(self.documents["byte_count"]).as_py() or 0


def plan(snapshot: Snapshot, asked: Range, now: Mapping[str, str]) -> Iterator[Part]:
    """The partitions of the range that are stale, by their name; `now` is today's maker."""
    names = ["article_id", "document_sha256", "published_date", "is_current"]
    versions = snapshot.table("versions", names)
    current = versions.filter(versions["is_current"])
    current = current.append_column(
        "partition", snapshot.layout.partition_values("articles", current)
    )
    for partition in sorted(pc.unique(current["partition"]).to_pylist()):
        files = _files(snapshot, partition, MADE_FROM_DOCUMENTS)
        reasons = _reasons(snapshot, files, now)
        if not reasons and not asked.force:
            continue
        here = current.filter(pc.equal(current["partition"], partition))
        chosen = _chosen(snapshot, here, asked, partition)
        if chosen.num_rows:
            stories = chosen["article_id"].combine_chunks()
            mask = pc.is_in(versions["article_id"], value_set=stories)
            documents = pc.unique(versions.filter(mask)["document_sha256"])
            yield Part(
                partition=partition,
                reasons=reasons or (FORCED,),
                stories=stories,
                documents=located(snapshot, documents),
                days=pc.count_distinct(chosen["published_date"]).as_py(),
                rewritten_bytes=_size(
                    _files(snapshot, partition, (*MADE_FROM_DOCUMENTS, "versions"))
                ),
                is_whole=chosen.num_rows == here.num_rows,
            )


def _files(snapshot: Snapshot, partition: str, datasets: Sequence[str]) -> list[DataFile]:
    return [file for name in datasets for file in snapshot.partition_files(name, partition)]


def _size(files: Sequence[DataFile]) -> int:
    return sum(file.byte_count for file in files)


def _reasons(
    snapshot: Snapshot, files: Sequence[DataFile], now: Mapping[str, str]
) -> tuple[str, ...]:
    return tuple(sorted({n for file in files for n in outdated(file, snapshot.makers, now)}))


def _chosen(snapshot: Snapshot, here: pa.Table, asked: Range, partition: str) -> pa.Table:
    """Those of the current versions of a partition that are asked for."""
    if partition == UNDATED and (asked.first is not None or asked.last is not None):
        return here.slice(0, 0)
    if asked.first is not None:
        here = here.filter(pc.greater_equal(here["published_date"], pa.scalar(asked.first)))
    if asked.last is not None:
        here = here.filter(pc.less_equal(here["published_date"], pa.scalar(asked.last)))
    if asked.outlet is not None:
        schema = contract("articles").arrow
        schema = pa.schema([schema.field("article_id"), schema.field("outlet_id")])
        files = snapshot.partition_files("articles", partition)
        articles = pa.concat_tables([snapshot.read_file(file, schema) for file in files])
        own = articles.filter(pc.equal(articles["outlet_id"], asked.outlet))["article_id"]
        here = here.filter(pc.is_in(here["article_id"], value_set=own.combine_chunks()))
    return here
