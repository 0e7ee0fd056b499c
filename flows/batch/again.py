"""Documents that the lake has, read again from their bytes: what backfill and replay stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batch.errand import Errand
from flows.batch.outcome import Outcome
from flows.batch.process import Arrived, next_chunk, stage, start_afresh
from flows.lake import Lake, Snapshot
from flows.lake.originals import originals
from flows.receive.documents import RawDocument

_MOST_BATCHES = 30
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework(Errand):
    """One batch of documents to be read again: where their bytes lie in which snapshot."""

    lake: str
    snapshot: int

    @property
    def where(self) -> Path:
        """The file that says where the documents lie (see flows.lake.originals)."""
        return self.place.with_suffix(".parquet")

    def of_documents(self, documents: pa.Table) -> Self:
        """The same, once it is written down where the documents lie."""
        self.where.parent.mkdir(exist_ok=True)
        pq.write_table(documents, self.where)
        return self


def cut_again(documents: pa.Table) -> Iterator[pa.Table]:
    """Batches of located documents in the order of their files, a few dozen at most."""
    total = sum(documents["byte_count"].to_pylist())
    share = max(_BATCH_BYTES, -(-total // _MOST_BATCHES))
    start = held = 0
    for at, size in enumerate(documents["byte_count"].to_pylist()):
        if held and held + size > share:
            yield documents.slice(start, at - start)
            start, held = at, 0
        held += size
    if documents.num_rows > start:
        yield documents.slice(start)


def read_again(work: Path) -> Outcome:
    """Stage what the documents of a batch are today; their bytes stay where they are."""
    rework = Rework.load(work)
    snapshot = Lake.open(rework.lake).snapshot(rework.snapshot)
    assert snapshot is not None
    outcome = Outcome(began=time())
    start_afresh(rework.staging, rework.name)
    arriving = _arriving(snapshot, rework)
    chunks = iter(lambda: next_chunk(arriving, rework.documents_at_once), [])
    for number, chunk in enumerate(chunks):
        outcome.seen += len(chunk)
        outcome.bytes_in += sum(len(each.document.content) for each in chunk)
        name = f"{rework.name}-{number:05d}"
        stage(rework.staging, name, chunk, rework.finder, outcome, keep_bytes=False)
    return outcome


def _arriving(snapshot: Snapshot, rework: Rework) -> Iterator[Arrived]:
    for rows in originals(snapshot, pq.read_table(rework.where)):
        for batch in rows.to_batches(max_chunksize=64):
            for row in batch.to_pylist():
                document = RawDocument(
                    row["source_uri"],
                    row["member"],
                    row["content"],
                    row["media_type"],
                    row["document_sha256"],
                )
                yield Arrived(document, row["received_at"])
