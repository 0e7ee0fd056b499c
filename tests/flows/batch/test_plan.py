from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flows.batch.plan import Work, cut
from flows.receive import FieldMapping, Limits, SourceFile, scan

MEBIBYTE = 1024 * 1024


def files(*sizes: int) -> list[SourceFile]:
    return [SourceFile(f"file:///{at}", size) for at, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 10**8), max_size=200), st.integers(1, 100))
def test_every_file_is_in_exactly_one_batch_and_in_order(sizes: list[int], at_once: int) -> None:
    listed = files(*sizes)
    batches = list(cut(listed, at_once))
    assert [file for batch in batches for file in batch] == listed
    assert all(batches)


def test_no_files_are_no_batches() -> None:
    assert list(cut([], 10)) == []


def test_batches_are_even_so_that_all_workers_are_busy() -> None:
    assert [len(batch) for batch in cut(files(*[10] * 1200), 1000)] == [600, 600]


def test_many_files_are_still_few_batches() -> None:
    assert len(list(cut(files(*[10] * 10_000), 10))) <= 30


def test_large_files_are_cut_by_bytes() -> None:
    listed = files(60 * MEBIBYTE, 60 * MEBIBYTE, 1, 1)
    assert [len(batch) for batch in cut(listed, 1000)] == [1, 3]


def test_a_file_larger_than_a_batch_is_a_batch() -> None:
    assert [len(batch) for batch in cut(files(1, 500 * MEBIBYTE, 1), 1000)] == [1, 1, 1]


def work(staging: Path, *listed: SourceFile) -> Work:
    return Work(
        name="batch-00007",
        files=listed,
        staging=staging,
        received_at=datetime(2025, 1, 2, 3, 4, 5, 678901, UTC),
        limits=Limits(document_bytes=7),
        mapping=FieldMapping.parse("headline=title,text=body"),
        documents_at_once=250,
    )


def test_work_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    written = work(tmp_path, *files(1, 2))
    assert Work.load(written.save()) == written


def test_a_file_whose_name_is_no_text_survives_the_way_to_the_worker(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    odd = os.fsencode(source) + b"/caf\xe9 \xff\n.txt"
    Path(os.fsdecode(odd)).write_bytes(b"Ferry sails\n\nIt left at noon.")
    written = work(tmp_path, *scan([source]).files)
    (file,) = Work.load(written.save()).files
    assert os.fsencode(file.path) == odd
    assert file.path.read_bytes().startswith(b"Ferry")
