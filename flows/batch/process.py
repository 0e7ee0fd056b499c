"""Read a batch of source files, check what they hold, and stage the rows."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import rmtree
from time import time

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batch.apart import documents_in
from flows.batch.article import Article, Unreadable, read_article
from flows.batch.known import KnownDocuments
from flows.batch.outcome import Outcome
from flows.batch.plan import Work
from flows.batch.quotations import Finder, find_in
from flows.batch.rows import Row, article_row, quote_rows, raw_row, short_hash, version_row
from flows.contract import check_rows
from flows.lake import shard_schema, write_shard
from flows.receive import decode
from flows.receive.documents import RawDocument, Rejection, Unread
from schemas import contract

OUTCOMES = "outcomes"
"""Beside the shards in staging: what became of each new document, for the rules over the batch."""

_DOCUMENTS = pa.schema(
    [
        ("document_sha256", pa.string()),
        ("profile", pa.string()),
        ("published_date", pa.date32()),
        ("_accepted", pa.int8()),
    ]
)
PASSING = frozenset(
    {errno.EAGAIN, errno.EBUSY, errno.EIO, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT}
)
"""Failures of reading that another try may not meet: a network file system that hiccups."""
_ARTICLES_AT_ONCE = 32
_CHUNK_BYTES = 2 * 1024 * 1024
_EXCERPT = 500
"""Code points of a value kept in `row_json`: the bytes themselves are in raw_documents."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A document and the instant (UTC) it was received first, which decides no row of articles."""

    document: RawDocument
    received_at: datetime


@dataclass(slots=True)
class _Read:
    """One new document on its way: its rows, or why it goes to quarantine.

    The article itself is let go once its rows are made: its way back to the raw characters takes
    several times the memory of its text.
    """

    document: RawDocument
    received_at: datetime
    row: Row | None = None
    version: Row | None = None
    quotes: list[Row] = field(default_factory=list)
    rejection: Rejection | None = None
    profile: str | None = None


def process(work: Work, known: KnownDocuments, *, patient: bool = False) -> Outcome:
    """Stage everything new in the files of `work`, a shard for so many documents at a time.

    A file that cannot be read now is counted as unread and stays at the source; a `patient`
    caller, who will try the batch again, gets the OSError of trouble that may pass instead.
    Whatever else goes wrong is an error of ours, and is raised with the document it happened on.
    """
    outcome = Outcome(began=time())
    start_afresh(work.staging, work.name)
    arriving = _arriving(work, outcome, patient)
    for number in count():
        with outcome.timed("receive"):
            chunk = next_chunk(arriving, work.documents_at_once)
        if not chunk:
            break
        new = [each for each in chunk if each.document.sha256 not in known]
        outcome.seen += len(chunk)
        outcome.unchanged += len(chunk) - len(new)
        outcome.bytes_in += sum(len(each.document.content) for each in chunk)
        if new:
            stage(work.staging, f"{work.name}-{number:05d}", new, work.finder, outcome)
        del chunk, new
        # All free pages, also between others: else each chunk leaves the process somewhat larger.
        pa.default_memory_pool().release_unused()
    return outcome


def next_chunk(arriving: Iterator[Arrived], at_most: int) -> list[Arrived]:
    """So many documents at most, and fewer where they are large: memory is bounded by the chunk.

    Bytes that are only kept, since the document is set aside already, weigh a third of those that
    become text, rows and frames.
    """
    chunk: list[Arrived] = []
    size = 0
    while len(chunk) < at_most and size < _CHUNK_BYTES:
        arrived = next(arriving, None)
        if arrived is None:
            break
        chunk.append(arrived)
        document = arrived.document
        size += len(document.content) // (1 if document.problem is None else 3)
    return chunk


def start_afresh(staging: Path, name: str) -> None:
    """Drop what an earlier try of this batch staged."""
    for left in (staging / "shards").glob(f"{name}-*"):
        rmtree(left)
    for left in (staging / OUTCOMES).glob(f"{name}-*"):
        left.unlink()


def _arriving(work: Work, outcome: Outcome, patient: bool) -> Iterator[Arrived]:
    for file in work.files:
        try:
            for document in documents_in(file, work.limits, work.mapping):
                yield Arrived(document, work.received_at)
        except OSError as error:
            if patient and error.errno in PASSING:
                raise
            outcome.unread.append(Unread(file.uri, error.strerror or type(error).__name__))


def stage(
    staging: Path,
    name: str,
    new: Sequence[Arrived],
    finder: Finder,
    outcome: Outcome,
    *,
    keep_bytes: bool = True,
) -> None:
    """Read, check and stage documents as one shard; without their bytes, if the lake has them."""
    read = [
        each
        for at in range(0, len(new), _ARTICLES_AT_ONCE)
        for each in _read(new[at : at + _ARTICLES_AT_ONCE], finder, outcome)
    ]
    with outcome.timed("contract"):
        tables = _checked(read, outcome)
    if not keep_bytes:
        del tables["raw_documents"]
    with outcome.timed("stage"):
        write_shard(staging, name, tables)
        (staging / OUTCOMES).mkdir(exist_ok=True)
        pq.write_table(_documents(read), staging / OUTCOMES / f"{name}.parquet")


def _read(new: Sequence[Arrived], finder: Finder, outcome: Outcome) -> list[_Read]:
    """The rows of some documents, whose quotations are looked for together."""
    with outcome.timed("parse"):
        parsed = [_parsed(each) for each in new]
    articles = [article for _, _, article in parsed if article is not None]
    with outcome.timed("quotes"):
        quotes = iter(find_in(articles, finder))
        for read, encoding, article in parsed:
            if article is not None:
                read.quotes = quote_rows(article, read.document, next(quotes))
                read.row = article_row(article, read.document, encoding, len(read.quotes))
                read.version = version_row(article, read.document)
                outcome.removed.update(article.removed)
                outcome.warnings.update(article.warnings)
    return [read for read, _, _ in parsed]


def _parsed(arrived: Arrived) -> tuple[_Read, str, Article | None]:
    """A document with its encoding and its article, None where it goes to quarantine."""
    document, at = arrived.document, arrived.received_at
    if document.problem is not None:
        return _Read(document, at, rejection=document.problem), "", None
    try:
        decoded = decode(document)
        if isinstance(decoded, Rejection):
            return _Read(document, at, rejection=decoded), "", None
        article = read_article(decoded, document.name)
    except Exception as error:
        error.add_note(f"while reading {document.source_uri} {document.member or ''}".rstrip())
        raise
    if isinstance(article, Unreadable):
        rejected = _Read(document, at, rejection=article.rejection, profile=article.profile)
        return rejected, decoded.encoding, None
    return _Read(document, at, profile=article.profile), decoded.encoding, article


def _checked(read: list[_Read], outcome: Outcome) -> dict[str, pa.Table]:
    """The rows of all datasets, those that break a critical rule set aside."""
    aside = [_set_aside(each, outcome) for each in read if each.rejection]
    aside += _refused_articles([each for each in read if each.row], outcome)
    articles = [each for each in read if each.rejection is None]
    quotes, refused = _accepted_quotes(articles, outcome)
    aside += refused
    outcome.candidates += len(articles)
    outcome.quotes += quotes.num_rows
    outcome.unattributed += quotes["speaker_name"].null_count
    outcome.profiles.update(each.profile for each in articles if each.profile)
    return {
        "raw_documents": _table(
            "raw_documents", [raw_row(each.document, each.received_at) for each in read]
        ),
        "articles": _table("articles", [each.row for each in articles]),
        "versions": _table("versions", [each.version for each in articles]),
        "quotes": quotes,
        "quarantine": _table("quarantine", aside),
    }


def _table(dataset: str, rows: Sequence[Row | None]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=shard_schema(dataset))


def _refused_articles(read: list[_Read], outcome: Outcome) -> list[Row]:
    """Set aside the articles that break a critical rule; returns their rows of quarantine."""
    verdict = check_rows(
        contract("articles"),
        _table("articles", [each.row for each in read]),
        synthetic={"_received_date": [each.received_at.date() for each in read]},
    )
    outcome.warnings.update(verdict.warnings)
    aside = []
    for at, codes in verdict.broken.items():
        read[at].rejection = Rejection("contract", codes, verdict.messages[at])
        aside.append(_set_aside(read[at], outcome))
    return aside


def _accepted_quotes(articles: list[_Read], outcome: Outcome) -> tuple[pa.Table, list[Row]]:
    """A quotation that breaks a rule goes to quarantine alone; its article stays."""
    rows = [row for each in articles for row in each.quotes]
    owners = [each for each in articles for _ in each.quotes]
    table = _table("quotes", rows)
    verdict = check_rows(contract("quotes"), table.select(contract("quotes").arrow.names))
    outcome.warnings.update(verdict.warnings)
    aside = []
    for at, codes in verdict.broken.items():
        row, owner = rows[at], owners[at]
        rejection = Rejection("contract", codes, verdict.messages[at])
        aside.append(_quarantine_row(owner, row["quote_id"], rejection, row))
        outcome.rules.update(codes)
        if owner.row is not None:
            owner.row["quote_count"] -= 1
    return table.filter(pa.array(verdict.accepted)), aside


def _set_aside(read: _Read, outcome: Outcome) -> Row:
    """The quarantine row of a document; one that never became an article has no `row_json`."""
    rejection = read.rejection
    assert rejection is not None
    outcome.quarantined += 1
    outcome.rules.update(rejection.rules)
    member = read.document.member
    place = read.document.source_uri + (f" ({member})" if member else "")
    for rule in rejection.rules:
        outcome.examples.setdefault(rule, place)
    return _quarantine_row(read, "", rejection, read.row)


def _quarantine_row(read: _Read, key: str, rejection: Rejection, row: Row | None) -> Row:
    document = read.document.sha256
    return {
        "quarantine_id": short_hash(document, key),
        "stage": rejection.stage,
        "rules": list(rejection.rules),
        "message": rejection.message,
        "document_sha256": document,
        "row_json": _row_json(row) if row is not None else None,
        "first_seen": read.received_at,
    }


def _row_json(row: Row) -> str:
    short = {
        name: value[:_EXCERPT] if isinstance(value, str) else value for name, value in row.items()
    }
    return json.dumps(short, ensure_ascii=False, default=str)


def _documents(read: list[_Read]) -> pa.Table:
    rows = [
        {
            "document_sha256": each.document.sha256,
            "profile": each.profile,
            "published_date": each.row["published_date"] if each.row else None,
            "_accepted": int(each.rejection is None),
        }
        for each in read
    ]
    return pa.Table.from_pylist(rows, schema=_DOCUMENTS)
