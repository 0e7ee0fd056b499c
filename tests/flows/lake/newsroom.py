"""Documents of a made-up newsroom, staged and published as the flow does it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from benchmarks.rows import EPOCH, digest, filled
from flows.lake import Lake, Merged, Snapshot, merge, shard_schema, write_shard
from flows.lake.identity import JOINT, speaker_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """A quotation with its speakers."""

    text: str
    names: tuple[str, ...]
    kind: str = "person"
    title: str | None = None
    mention: str | None = None
    resolution: str = "stated"

    def facts(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "speaker_name": JOINT.join(self.names) or None,
            "speaker_ids": speaker_ids(self.names, self.kind),
            "speaker_kind": self.kind,
            "speaker_title": self.title,
            "speaker_mention": self.mention,
            "resolution": self.resolution,
        }


@dataclass(frozen=True)
class Document:
    """One text of one story; hours count from EPOCH, `day` is the printed one."""

    story: str
    text: str
    day: dt.date | None = dt.date(2024, 1, 15)
    updated: float | None = None
    published: float | None = None
    received: float = 0
    correction: bool = False
    uri: str = "/landing/a.txt"
    member: str | None = None
    quotes: tuple[str | Said, ...] = ()
    retold: str | None = None

    @property
    def article_id(self) -> str:
        """By the story; read again by other code, the same bytes may tell another one."""
        return digest("story", self.retold or self.story)[:16]

    @property
    def sha256(self) -> str:
        return digest("bytes", self.story, self.text, self.updated, self.published)

    def facts(self) -> dict[str, Any]:
        """Values of all columns that any dataset may take from this document."""
        return {
            "article_id": self.article_id,
            "document_sha256": self.sha256,
            "text_sha256": digest(self.text),
            "content": self.text.encode(),
            "byte_count": len(self.text),
            "text": self.text,
            "headline": self.story,
            "published_date": self.day,
            "updated_at": _instant(self.updated),
            "published_at": _instant(self.published),
            "received_at": _instant(self.received),
            "is_correction": self.correction,
            "source_uri": self.uri,
            "member": self.member,
        }

    def quotations(self) -> list[dict[str, Any]]:
        """The rows of `quotes`: ids and positions follow from the order."""
        return [
            {
                **self.facts(),
                "quote_id": digest(self.article_id, position)[:16],
                "position": position,
                **({"text": quote} if isinstance(quote, str) else quote.facts()),
            }
            for position, quote in enumerate(self.quotes)
        ]


def _instant(hours: float | None) -> dt.datetime | None:
    return None if hours is None else EPOCH + dt.timedelta(hours=hours)


def tables(documents: Sequence[Document], refused: Sequence[str] = ()) -> dict[str, pa.Table]:
    """What a worker makes of a batch; `refused` are documents that went to quarantine."""
    facts = [document.facts() for document in documents]
    set_aside = [
        {"quarantine_id": digest(text)[:16], "document_sha256": digest(text)} for text in refused
    ]
    kept = [{**row, "content": b"\x00", "source_uri": "/landing/bad"} for row in set_aside]
    rows = {
        "raw_documents": [*facts, *kept],
        "articles": facts,
        "versions": facts,
        "quotes": [quote for document in documents for quote in document.quotations()],
        "quarantine": set_aside,
    }
    return {dataset: filled(shard_schema(dataset), found) for dataset, found in rows.items()}


def publish(
    lake: Lake, *batches: Sequence[Document], code_version: str = "code-1"
) -> tuple[Merged, Snapshot | None]:
    """Stage each batch as a shard, merge, and commit if there is anything to publish."""
    with lake.stage() as staging:
        for position, batch in enumerate(batches):
            write_shard(staging.path, f"batch-{position:04d}", tables(batch))
        merged = merge(lake.snapshot(), staging, lake.layout)
        if not merged.changes:
            return merged, None
        return merged, lake.commit(staging, merged.changes, code_version)


def contents(snapshot: Snapshot) -> dict[str, Any]:
    """All rows of a snapshot, by dataset."""
    return {name: snapshot.table(name).to_pylist() for name in snapshot.datasets}


def file_names(snapshot: Snapshot, *datasets: str) -> set[str]:
    """Paths of the files of some datasets; the names follow from the bytes."""
    return {file.path for name in datasets for file in snapshot.files(name)}


def flip_a_bit(path: Path) -> None:
    """Damage a file as a disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
