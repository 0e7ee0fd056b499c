"""Read a batch of source files, check what they hold, and stage the rows."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from shutil import rmtree
from time import time

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batch.article import Unreadable, read_article
from flows.batch.known import KnownDocuments
from flows.batch.outcome import Outcome
from flows.batch.plan import Work
from flows.batch.rows import Row, article_row, quote_rows, raw_row, short_hash, version_row
from flows.contract import check_rows
from flows.lake import shard_schema, write_shard
from flows.receive import decode, documents
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
_CHUNK_BYTES = 8 * 1024 * 1024
_EXCERPT = 500
"""Code points of a value kept in `row_json`: the bytes themselves are in raw_documents."""


@dataclass(slots=True)
class _Read:
    """One new document on its way: its rows, or why it goes to quarantine.

    The article itself is let go once its rows are made: its way back to the raw characters takes
    several times the memory of its text.
    """

    document: RawDocument
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
    _start_afresh(work)
    arriving = _arriving(work, outcome, patient)
    for number in range(sys.maxsize):
        with outcome.timed("receive"):
            chunk = _chunk(arriving, work.documents_at_once)
        if not chunk:
            return outcome
        new = [document for document in chunk if document.sha256 not in known]
        outcome.seen += len(chunk)
        outcome.unchanged += len(chunk) - len(new)
        outcome.bytes_in += sum(len(document.content) for document in chunk)
        if new:
            _stage(work, f"{work.name}-{number:05d}", new, outcome)
    raise AssertionError("unreachable")


def _chunk(arriving: Iterator[RawDocument], at_most: int) -> list[RawDocument]:
    """So many documents at most, and fewer where they are large: memory is bounded by the chunk.

    Bytes that are only kept, since the document is set aside already, weigh a third of those that
    become text, rows and frames.
    """
    chunk: list[RawDocument] = []
    size = 0
    while len(chunk) < at_most and size < _CHUNK_BYTES:
        document = next(arriving, None)
        if document is None:
            break
        chunk.append(document)
        size += len(document.content) // (1 if document.problem is None else 3)
    return chunk


def _start_afresh(work: Work) -> None:
    """Drop what an earlier try of this batch staged."""
    for left in (work.staging / "shards").glob(f"{work.name}-*"):
        rmtree(left)
    for left in (work.staging / OUTCOMES).glob(f"{work.name}-*"):
        left.unlink()


def _arriving(work: Work, outcome: Outcome, patient: bool) -> Iterator[RawDocument]:
    for file in work.files:
        try:
            yield from documents(file, work.limits, work.mapping)
        except OSError as error:
            if patient and error.errno in PASSING:
                raise
            outcome.unread.append(Unread(file.uri, error.strerror or type(error).__name__))


def _stage(work: Work, name: str, new: Sequence[RawDocument], outcome: Outcome) -> None:
    read = [_read(document, outcome) for document in new]
    with outcome.timed("contract"):
        tables = _checked(work, read, outcome)
    with outcome.timed("stage"):
        write_shard(work.staging, name, tables)
        (work.staging / OUTCOMES).mkdir(exist_ok=True)
        pq.write_table(_documents(read), work.staging / OUTCOMES / f"{name}.parquet")


def _read(document: RawDocument, outcome: Outcome) -> _Read:
    if document.problem is not None:
        return _Read(document, rejection=document.problem)
    try:
        with outcome.timed("parse"):
            decoded = decode(document)
            if isinstance(decoded, Rejection):
                return _Read(document, rejection=decoded)
            article = read_article(decoded, _name(document))
            if isinstance(article, Unreadable):
                return _Read(document, rejection=article.rejection, profile=article.profile)
        with outcome.timed("quotes"):
            quotes = quote_rows(article, document)
    except Exception as error:
        error.add_note(f"while reading {document.source_uri} {document.member or ''}".rstrip())
        raise
    row = article_row(article, document, decoded.encoding, len(quotes))
    version = version_row(article, document)
    outcome.removed.update(article.removed)
    if article.date_problem:
        outcome.warnings[f"published_date.{article.date_problem}"] += 1
    return _Read(document, row, version, quotes, profile=article.profile)


def _name(document: RawDocument) -> str:
    """The file's own name and the place in it: a title may be told by them."""
    return f"{document.source_uri.rpartition('/')[2]}/{document.member or ''}"


def _checked(work: Work, read: list[_Read], outcome: Outcome) -> dict[str, pa.Table]:
    """The rows of all datasets, those that break a critical rule set aside."""
    aside = [_set_aside(work, each, outcome) for each in read if each.rejection]
    aside += _refused_articles(work, [each for each in read if each.row], outcome)
    articles = [each for each in read if each.rejection is None]
    quotes, refused = _accepted_quotes(work, articles, outcome)
    aside += refused
    outcome.candidates += len(articles)
    outcome.quotes += quotes.num_rows
    outcome.profiles.update(each.profile for each in articles if each.profile)
    return {
        "raw_documents": _table(
            "raw_documents", [raw_row(e.document, work.received_at) for e in read]
        ),
        "articles": _table("articles", [each.row for each in articles]),
        "versions": _table("versions", [each.version for each in articles]),
        "quotes": quotes,
        "quarantine": _table("quarantine", aside),
    }


def _table(dataset: str, rows: Sequence[Row | None]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=shard_schema(dataset))


def _refused_articles(work: Work, read: list[_Read], outcome: Outcome) -> list[Row]:
    """Set aside the articles that break a critical rule; returns their rows of quarantine."""
    received: date = work.received_at.date()
    verdict = check_rows(
        contract("articles"),
        _table("articles", [each.row for each in read]),
        synthetic={"_received_date": [received] * len(read)},
    )
    outcome.warnings.update(verdict.warnings)
    aside = []
    for at, codes in verdict.broken.items():
        read[at].rejection = Rejection("contract", codes, verdict.messages[at])
        aside.append(_set_aside(work, read[at], outcome))
    return aside


def _accepted_quotes(
    work: Work, articles: list[_Read], outcome: Outcome
) -> tuple[pa.Table, list[Row]]:
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
        aside.append(_quarantine_row(work, owner.document.sha256, row["quote_id"], rejection, row))
        outcome.rules.update(codes)
        if owner.row is not None:
            owner.row["quote_count"] -= 1
    return table.filter(pa.array(verdict.accepted)), aside


def _set_aside(work: Work, read: _Read, outcome: Outcome) -> Row:
    """The quarantine row of a document; one that never became an article has no `row_json`."""
    rejection = read.rejection
    assert rejection is not None
    outcome.quarantined += 1
    outcome.rules.update(rejection.rules)
    place = read.document.source_uri + (
        f" ({read.document.member})" if read.document.member else ""
    )
    for rule in rejection.rules:
        outcome.examples.setdefault(rule, place)
    return _quarantine_row(work, read.document.sha256, "", rejection, read.row)


def _quarantine_row(
    work: Work, document: str, key: str, rejection: Rejection, row: Row | None
) -> Row:
    return {
        "quarantine_id": short_hash(document, key),
        "stage": rejection.stage,
        "rules": list(rejection.rules),
        "message": rejection.message,
        "document_sha256": document,
        "row_json": _row_json(row) if row is not None else None,
        "first_seen": work.received_at,
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
