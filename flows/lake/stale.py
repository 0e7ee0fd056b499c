"""What a backfill would do: the stories of a range of days that were made otherwise than today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.layout import month_of
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

    @property
    def is_all(self) -> bool:
        """Whether no article is left out."""
        return self.first is None and self.last is None and self.outlet is None


@dataclass(frozen=True, slots=True)
class Part:
    """One month to be made again; `reasons` name what changed since its rows were made.

    In a lake that is parted by day it is the stale days of a month.
    """

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
    """The months of the range that are stale, by their name; `now` is today's maker."""
    names = ["article_id", "document_sha256", "published_date", "is_current"]
    versions = snapshot.table("versions", names)
    current = versions.filter(versions["is_current"])
    values = snapshot.layout.partition_values("articles", current)
    current = current.append_column("partition", values)
    months: dict[str, list[str]] = defaultdict(list)
    for partition in sorted(pc.unique(values).to_pylist()):
        months[month_of(partition)].append(partition)
    for month, partitions in months.items():
        stale = {name: _reasons(snapshot, name, now) for name in partitions}
        if not asked.force:
            stale = {name: reasons for name, reasons in stale.items() if reasons}
        here = current.filter(
            pc.is_in(current["partition"], value_set=pa.array(stale, pa.string()))
        )
        chosen = _chosen(snapshot, here, asked)
        if chosen.num_rows:
            is_whole = chosen.num_rows == here.num_rows
            yield _part(snapshot, versions, chosen, month, stale, is_whole=is_whole)


def _part(
    snapshot: Snapshot,
    versions: pa.Table,
    chosen: pa.Table,
    month: str,
    stale: Mapping[str, set[str]],
    *,
    is_whole: bool,
) -> Part:
    stories = chosen["article_id"].combine_chunks()
    mask = pc.is_in(versions["article_id"], value_set=stories)
    documents = pc.unique(versions.filter(mask)["document_sha256"])
    written = [
        f for name in stale for f in _files(snapshot, name, (*MADE_FROM_DOCUMENTS, "versions"))
    ]
    return Part(
        partition=month,
        reasons=tuple(sorted(set().union(*stale.values()))) or (FORCED,),
        stories=stories,
        documents=located(snapshot, documents),
        days=pc.count_distinct(chosen["published_date"]).as_py(),
        rewritten_bytes=sum(file.byte_count for file in written),
        is_whole=is_whole,
    )


def _files(snapshot: Snapshot, partition: str, datasets: Sequence[str]) -> list[DataFile]:
    return [file for name in datasets for file in snapshot.partition_files(name, partition)]


def _reasons(snapshot: Snapshot, partition: str, now: Mapping[str, str]) -> set[str]:
    """What changed since the rows of a partition were made."""
    files = _files(snapshot, partition, MADE_FROM_DOCUMENTS)
    return {name for file in files for name in outdated(file, snapshot.makers, now)}


def _chosen(snapshot: Snapshot, here: pa.Table, asked: Range) -> pa.Table:
    """Those of some current versions that are asked for."""
    days = here["published_date"]
    if asked.first is not None:
        here = here.filter(pc.fill_null(pc.greater_equal(days, pa.scalar(asked.first)), False))
    if asked.last is not None:
        days = here["published_date"]
        here = here.filter(pc.fill_null(pc.less_equal(days, pa.scalar(asked.last)), False))
    if asked.outlet is not None:
        schema = contract("articles").arrow
        schema = pa.schema([schema.field("article_id"), schema.field("outlet_id")])
        names = pc.unique(here["partition"]).to_pylist()
        files = [file for name in names for file in snapshot.partition_files("articles", name)]
        read = [snapshot.read_file(file, schema) for file in files]
        articles = pa.concat_tables([schema.empty_table(), *read])
        own = articles.filter(pc.equal(articles["outlet_id"], asked.outlet))["article_id"]
        here = here.filter(pc.is_in(here["article_id"], value_set=own.combine_chunks()))
    return here
