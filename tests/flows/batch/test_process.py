from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.batch.known import KnownDocuments
from flows.batch.outcome import Outcome
from flows.batch.plan import Work
from flows.batch.process import PASSING, Arrived, _parsed, process
from flows.errors import LakeUnusable
from flows.lake import Lake, merge, read
from flows.receive import FieldMapping, Limits, RawDocument, SourceFile, scan
from flows.receive.documents import Unread

NOTHING = KnownDocuments(())
ARTICLE = (
    "Ferry sails again\n\nThe ferry left at noon on Friday.\n\n"
    '"She floats," said captain Mira Dell.\n'
)


def work(staging: Path, listed: Sequence[SourceFile], at_once: int = 1000) -> Work:
    return Work(
        name="batch-00000",
        files=tuple(listed),
        staging=staging,
        received_at=datetime(2025, 1, 2, tzinfo=UTC),
        limits=Limits(),
        mapping=FieldMapping(),
        documents_at_once=at_once,
    )


def listed(source: Path) -> tuple[SourceFile, ...]:
    return scan([source]).files


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(5):
        article = ARTICLE.replace("again", f"for the {number + 2}nd time")
        (folder / f"{number}.txt").write_text(article, encoding="utf-8")
    (folder / "5-empty.txt").write_bytes(b"")
    (folder / "6-again.txt").write_bytes((folder / "2.txt").read_bytes())
    return folder


def staged(lake: Path, source: Path, at_once: int) -> Outcome:
    store = Lake.create(lake)
    with store.stage() as staging:
        outcome = process(work(staging.path, listed(source), at_once), NOTHING)
        store.commit(staging, merge(None, staging).changes, "test")
    return outcome


def test_many_small_chunks_give_the_same_lake_as_one(source: Path, tmp_path: Path) -> None:
    one = staged(tmp_path / "one", source, 1000)
    many = staged(tmp_path / "many", source, 2)
    assert (one.seen, one.candidates, one.quarantined) == (7, 6, 1)
    assert (many.seen, many.candidates, many.quarantined) == (7, 6, 1)
    assert (many.rules, many.profiles, many.quotes) == (one.rules, one.profiles, one.quotes)
    for dataset in ("articles", "quotes", "versions"):
        first = Lake.open(tmp_path / "one").snapshot()
        second = Lake.open(tmp_path / "many").snapshot()
        assert first is not None
        assert second is not None
        assert first.files(dataset) == second.files(dataset)
    for dataset in ("raw_documents", "quarantine"):
        # These grow in the order of arrival, and the small chunks come in the same order.
        assert sorted(map(str, read(dataset, tmp_path / "one").to_pylist())) == sorted(
            map(str, read(dataset, tmp_path / "many").to_pylist())
        )


def test_the_same_bytes_twice_do_not_count_their_quotations_twice(
    source: Path, tmp_path: Path
) -> None:
    staged(tmp_path / "lake", source, 1000)
    assert read("articles", tmp_path / "lake")["quote_count"].to_pylist() == [1] * 5


def test_what_the_lake_has_is_counted_and_not_staged_again(source: Path, tmp_path: Path) -> None:
    staged(tmp_path / "lake", source, 1000)
    store = Lake.open(tmp_path / "lake")
    known = KnownDocuments(store.known_documents().chunks)
    with store.stage() as staging:
        outcome = process(work(staging.path, listed(source), 3), known)
        assert staging.shards() == ()
    assert (outcome.seen, outcome.unchanged, outcome.candidates) == (7, 7, 0)


def test_a_second_try_of_a_batch_replaces_what_the_first_staged(
    source: Path, tmp_path: Path
) -> None:
    store = Lake.create(tmp_path / "lake")
    with store.stage() as staging:
        process(work(staging.path, listed(source), 2), NOTHING)
        assert len(staging.shards()) == 4
        for name in ("0", "1", "3"):
            (source / f"{name}.txt").unlink()
        process(work(staging.path, listed(source), 2), NOTHING)
        assert len(staging.shards()) == 2
        assert len(list((staging.path / "outcomes").iterdir())) == 2


@pytest.mark.parametrize("patient", [False, True])
def test_a_file_that_vanishes_after_it_was_listed_is_unread_and_the_rest_is_read(
    source: Path, tmp_path: Path, patient: bool
) -> None:
    store = Lake.create(tmp_path / "lake")
    files = listed(source)
    (source / "3.txt").unlink()
    with store.stage() as staging:
        outcome = process(work(staging.path, files), NOTHING, patient=patient)
    assert outcome.unread == [Unread((source / "3.txt").as_uri(), os.strerror(errno.ENOENT))]
    assert outcome.seen == 6


def test_a_file_that_became_a_folder_is_unread(source: Path, tmp_path: Path) -> None:
    store = Lake.create(tmp_path / "lake")
    files = listed(source)
    (source / "3.txt").unlink()
    (source / "3.txt").mkdir()
    with store.stage() as staging:
        outcome = process(work(staging.path, files), NOTHING)
    assert outcome.unread == [Unread((source / "3.txt").as_uri(), os.strerror(errno.EISDIR))]
    assert outcome.seen == 6


def test_trouble_that_may_pass_is_raised_to_the_patient_and_counted_for_the_others(
    source: Path, tmp_path: Path
) -> None:
    # Reading the first page of a process's memory is the plainest real EIO that a system has.
    broken = SourceFile("file:///proc/self/mem", 0)
    if not broken.path.exists():
        pytest.skip("no /proc here")
    with pytest.raises(OSError, match=os.strerror(errno.EIO)) as caught:
        broken.path.read_bytes()
    assert caught.value.errno in PASSING
    files = (*listed(source), broken)
    store = Lake.create(tmp_path / "lake")
    with store.stage() as staging:
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            process(work(staging.path, files), NOTHING, patient=True)
        outcome = process(work(staging.path, files), NOTHING, patient=False)
    assert outcome.unread == [Unread(broken.uri, os.strerror(errno.EIO))]
    assert outcome.seen == 7


def test_an_unread_file_is_taken_by_the_next_run(source: Path, tmp_path: Path) -> None:
    store = Lake.create(tmp_path / "lake")
    away = tmp_path / "away.txt"
    files = listed(source)
    (source / "3.txt").rename(away)
    with store.stage() as staging:
        process(work(staging.path, files), NOTHING)
        store.commit(staging, merge(None, staging).changes, "test")
    away.rename(source / "3.txt")
    with store.stage() as staging:
        known = KnownDocuments(store.known_documents().chunks)
        outcome = process(work(staging.path, files), known)
        store.commit(staging, merge(store.snapshot(), staging).changes, "test")
    assert (outcome.seen, outcome.unchanged, outcome.candidates) == (7, 6, 1)
    assert read("articles", tmp_path / "lake").num_rows == 5


def test_a_lake_that_cannot_be_written_is_no_matter_of_the_documents(
    source: Path, tmp_path: Path
) -> None:
    store = Lake.create(tmp_path / "lake")
    with store.stage() as staging:
        (staging.path / "shards").rmdir()
        with pytest.raises(LakeUnusable, match="cannot write to the lake"):
            process(work(staging.path, listed(source)), NOTHING)


def test_a_quarantined_document_keeps_its_bytes_and_points_to_them(
    source: Path, tmp_path: Path
) -> None:
    (source / "7-nul.txt").write_bytes(b"Ferry\0 sails\n\nIt left at noon.")
    staged(tmp_path / "lake", source, 1000)
    raw = {
        row["document_sha256"]: row["content"]
        for row in read("raw_documents", tmp_path / "lake").to_pylist()
    }
    aside = {
        tuple(row["rules"]): raw[row["document_sha256"]]
        for row in read("quarantine", tmp_path / "lake").to_pylist()
    }
    assert aside == {
        ("document.empty",): b"",
        ("document.nul",): b"Ferry\0 sails\n\nIt left at noon.",
    }


def test_the_rules_over_the_batch_see_every_new_document(source: Path, tmp_path: Path) -> None:
    store = Lake.create(tmp_path / "lake")
    with store.stage() as staging:
        process(work(staging.path, listed(source), 3), NOTHING)
        tables = [pq.read_table(path) for path in (staging.path / "outcomes").iterdir()]
    rows = [row for table in tables for row in table.to_pylist()]
    assert (
        sorted((row["_accepted"], row["profile"]) for row in rows if row["profile"])
        == [(1, "generic")] * 6
    )
    assert [row["_accepted"] for row in rows if row["profile"] is None] == [0]


def test_an_error_of_ours_names_the_document_it_happened_on() -> None:
    # No bytes can do this, so far as we know: a document that is none stands for what we do not.
    none: Any = None
    broken = RawDocument("file:///news.zip", "ferry.txt", none, "text/plain", "0" * 64)
    with pytest.raises((TypeError, AttributeError)) as caught:
        _parsed(Arrived(broken, datetime(2025, 1, 1, tzinfo=UTC)))
    assert caught.value.__notes__ == ["while reading file:///news.zip ferry.txt"]
