from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from flows.errors import DatasetUnknown, LakeNotFound
from flows.lake import Lake, SnapshotDamaged
from flows.report.rows import as_records


def test_rows_are_shown_up_to_the_limit(sample_lake: Path) -> None:
    lines = list(as_records("articles", sample_lake, 3))
    assert [line for line in lines if line.startswith("--")] == [
        "-- articles 1 of 72",
        "-- articles 2 of 72",
        "-- articles 3 of 72",
    ]


def test_no_more_is_read_than_is_shown(sample_lake: Path) -> None:
    assert len(list(islice(as_records("articles", sample_lake, 10**9), 40))) == 40


def test_a_dataset_or_a_lake_that_is_not_there_is_said_at_once(
    sample_lake: Path, tmp_path: Path
) -> None:
    with pytest.raises(DatasetUnknown, match="ask for one of raw_documents"):
        next(as_records("article", sample_lake, 1))
    with pytest.raises(LakeNotFound, match="no lake at"):
        next(as_records("articles", tmp_path, 1))


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "is missing"), (b"garbage", "has another footer")]
)
def test_a_damaged_file_is_named_and_no_traceback(
    content: bytes | None, reason: str, sample_lake: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_lake, tmp_path / "lake", symlinks=True)
    for file in (tmp_path / "lake" / "snapshots").glob("*/articles/*/*.parquet"):
        file.unlink()
        if content is not None:
            file.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=reason):
        list(as_records("articles", tmp_path / "lake", 1))


def test_an_empty_lake_has_no_rows_yet(tmp_path: Path) -> None:
    Lake.create(tmp_path / "lake")
    assert list(as_records("quotes", tmp_path / "lake", 5)) == ["quotes has no rows yet"]


def test_what_a_terminal_would_obey_is_shown_as_its_escape(
    tmp_path: Path, publish: Callable[..., object]
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "\x1b]0;owned\x07\u202egnp.txt").write_bytes(b"Ferry\0 sails\n\nNoon.")
    member = b'{"headline": "Ferry \\u001b[31m", "text": "It left at noon."}\n'
    (tmp_path / "source" / "red.jsonl").write_bytes(member)
    publish(tmp_path / "source", tmp_path / "lake")
    for dataset in ("raw_documents", "articles", "versions", "quarantine"):
        for line in as_records(dataset, tmp_path / "lake", 10):
            assert line.isprintable(), line
            assert "\n" not in line


def test_a_long_value_is_cut_and_bytes_are_counted(sample_lake: Path) -> None:
    lines = list(as_records("raw_documents", sample_lake, 91))
    assert all(len(line) <= 120 for line in lines)
    assert any(line.startswith("content") and line.endswith(" bytes") for line in lines)
