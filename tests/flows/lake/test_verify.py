"""A lake that something has damaged: each fault is named, and mended where it can be."""

from __future__ import annotations

import shutil

import pytest
from newsroom import Document, contents, flip_a_bit, publish

from flows.lake import Lake
from flows.lake.verify import verify

FIRST = Document("harbour", "Opens.", updated=1, quotes=("q",))
OTHER = Document("bridge", "Closed.")


def quote_file(lake, number):
    snapshot = lake.snapshot(number)
    return snapshot.path / snapshot.files("quotes")[0].path


def test_a_whole_lake_is_whole_and_links_are_read_once(lake):
    publish(lake, [FIRST])
    publish(lake, [OTHER])
    verdict = verify(lake)
    assert (verdict.is_whole, verdict.faults, verdict.snapshots) == (True, (), 2)
    files = [each for each in lake.path.glob("snapshots/*/**/*") if each.is_file()]
    distinct = {each.read_bytes() for each in files if each.name != "_snapshot.json"}
    assert verdict.files == len(distinct)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (flip_a_bit, "has the hash"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "bytes, not"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b""), "has 0 bytes"),
    ],
)
def test_a_damaged_file_is_named_and_taken_from_where_it_is_whole(copied, damage, words):
    rows = contents(copied.snapshot())
    path = quote_file(copied, 2)
    damage(path)
    (fault,) = verify(copied).faults
    assert (fault.path, fault.snapshot, fault.mended) == (str(path), 2, False)
    assert words in fault.what
    mended = verify(copied, repair=True)
    assert ([each.mended for each in mended.faults], mended.is_whole) == ([True], True)
    assert verify(copied).faults == ()
    assert contents(copied.snapshot()) == rows


def test_a_file_that_is_whole_nowhere_stays_a_fault(lake):
    publish(lake, [FIRST])
    flip_a_bit(quote_file(lake, 1))
    verdict = verify(lake, repair=True)
    assert not verdict.is_whole
    assert [fault.mended for fault in verdict.faults] == [False]


def test_a_data_file_that_no_manifest_lists_is_moved_out_of_the_way_of_plain_readers(copied):
    path = quote_file(copied, 2)
    shutil.copy(path, path.with_name("0123456789abcdef.parquet"))
    (fault,) = verify(copied, repair=True).faults
    assert fault.what == "is in no manifest"
    assert verify(copied).faults == ()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_lake_half_copied_goes_back_to_its_last_whole_snapshot(copied):
    manifest = copied.path / "snapshots" / "00000002" / "_snapshot.json"
    manifest.write_bytes(manifest.read_bytes()[:200])
    verdict = verify(copied)
    assert any("is no manifest" in fault.what for fault in verdict.faults)
    assert verify(copied, repair=True).is_whole
    assert verify(copied).faults == ()
    assert Lake.open(copied.path).snapshot().number == 1
    assert (copied.path / "current").readlink().as_posix() == "snapshots/00000001"


def test_a_dangling_current_is_a_fault_that_repair_mends(copied):
    (copied.path / "current").unlink()
    (copied.path / "current").symlink_to("snapshots/00000009")
    (fault,) = verify(copied).faults
    assert fault.what == "leads to snapshots/00000009, not to snapshots/00000002"
    assert verify(copied, repair=True).is_whole
    assert verify(copied).faults == ()
