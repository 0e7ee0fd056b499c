"""Full and read-only disks, half a copy, flipped bits, odd clocks: an error, and the lake whole.

The disks are real ones, small file systems in memory; who may not mount skips those tests.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import traceback
from contextlib import contextmanager

import pyarrow as pa
import pytest
from newsroom import (
    EPOCH,
    Document,
    Said,
    contents,
    file_names,
    filled,
    flip_a_bit,
    publish,
    tables,
)
from small_disk import Disk

from flows.errors import LakeUnusable
from flows.lake import Lake, Layout, Made, SnapshotDamaged, lay_anew, read, write_shard
from flows.lake import publish as publish_staged
from flows.lake.history import collect, rollback
from flows.lake.progress import Progress
from flows.lake.stale import Range
from flows.lake.verify import verify
from schemas import contract

HOLM = Said("It holds", ("Ida Holm",))
FIRST = Document("harbour", "Opens.", updated=1, quotes=(HOLM,))
BETTER = Document("harbour", "Opens today.", updated=2, quotes=(HOLM,))
OTHER = Document("bridge", "Closed.", day=dt.date(2024, 3, 2), quotes=("q",))
RUN = filled(contract("runs").arrow, [{"run_id": "later"}]).to_pylist()[0]


def again(lake):
    """Read a document of the lake again, as a backfill does."""
    rows = tables([FIRST])
    del rows["raw_documents"]
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        publish_staged(lake, staging, Made("code-2"), again=pa.array([FIRST.sha256]))


WRITES = {
    "ingest": lambda lake: publish(lake, [OTHER]),
    "backfill": again,
    "another layout": lambda lake: lay_anew(lake, Layout("day"), Made("code-2")),
    "rollback": lambda lake: rollback(lake, 1),
    "collect": lambda lake: collect(lake, keep=1),
    "repair": lambda lake: verify(lake, repair=True),
    "a run's row": lambda lake: lake.record_run(RUN),
    "progress": lambda lake: Progress.of(lake.home, Range(), {}).with_done("2024-01"),
}
BLIND = {"a run's row", "progress", "repair"}
"""They work beside the snapshots, or on whatever can be read of them."""


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path / "disk")
    yield disk
    disk.unmount()


def lake_on(disk, write):
    """Two snapshots; their files are no links, so that what is broken can be mended."""
    made = Lake.create(disk.folder / "made")
    publish(made, [FIRST])
    publish(made, [BETTER])
    shutil.copytree(disk.folder / "made", disk.folder / "lake", symlinks=True)
    lake = Lake.open(disk.folder / "lake")
    if write == "repair":
        flip_a_bit(lake.snapshot().path / lake.snapshot().files("raw_documents")[0].path)
    return lake


def state(lake):
    folders = sorted(path.name for path in (lake.path / "snapshots").iterdir())
    return folders, (lake.path / "current").readlink(), lake.snapshot().listing


def refusal(write, lake):
    """Why something cannot be written; None where it was."""
    try:
        WRITES[write](lake)
    except LakeUnusable as error:
        return error
    return None


def functions(error):
    """Names of the functions that a failure went through."""
    chain = (error, error.__cause__)
    return {f.name for each in chain if each for f in traceback.extract_tb(each.__traceback__)}


STAGES = {
    "ingest": {"write_shard", "spill", "write_sorted", "_fill"},
    "backfill": {"write_shard", "spill", "write_sorted"},
    "another layout": {"relaid", "append", "write_sorted", "_fill"},
    "rollback": {"_fill"},
}


@pytest.mark.parametrize("kind", ["files", "blocks"])
@pytest.mark.parametrize("write", [name for name in WRITES if name != "collect"])
def test_a_disk_that_is_full_at_any_moment_is_told_and_changes_nothing(write, kind, disk):
    lake = lake_on(disk, write)
    before, stages, room = state(lake), set(), 0
    while True:
        disk.leave({kind: room})
        refused = refusal(write, lake)
        if refused is None:
            break
        assert "No space left on device" in str(refused)
        assert "make room on the disk" in str(refused)
        stages |= functions(refused)
        room += 1
        assert state(lake) == before
        assert {path.name for path in lake.path.glob(".staging/*/*")} == set()
    if kind == "files" and write in STAGES:
        assert STAGES[write] <= stages
    disk.leave({})
    assert verify(lake, repair=True).is_whole


@pytest.mark.parametrize("write", WRITES)
def test_a_read_only_disk_is_told_and_can_still_be_read(write, disk):
    lake = lake_on(disk, write)
    disk.lock()
    before = state(lake)
    with pytest.raises(LakeUnusable, match="cannot write to the lake") as caught:
        WRITES[write](lake)
    assert "Read-only file system" in str(caught.value)
    assert "give the user that runs Broadsheet the right to, or name another lake" in str(
        caught.value
    )
    assert state(lake) == before
    assert read("articles", lake)["text"].to_pylist() == [BETTER.text]


def damaged(path):
    """What a person is told of a damaged snapshot."""
    return pytest.raises(SnapshotDamaged, match=f"{path}.*broadsheet verify --repair, or copy")


def test_a_lake_copied_without_its_last_files_names_them_and_takes_back_what_it_can(copied):
    rows = contents(copied.snapshot())
    lacking = [copied.snapshot().path / f.path for f in copied.snapshot().files("articles")]
    for path in lacking:
        path.unlink()
    with damaged(lacking[0]):
        read("articles", copied)
    verdict = verify(copied, repair=True)
    assert {(fault.path, fault.what) for fault in verdict.faults} == {
        (str(path), "is missing") for path in lacking
    }
    assert [fault.mended for fault in verdict.faults] == [True, False]
    with damaged("articles"):
        read("articles", copied)
    assert read("articles", copied, snapshot=1).num_rows == 1
    assert read("raw_documents", copied).to_pylist() == rows["raw_documents"]


def test_a_manifest_cut_short_anywhere_is_told_and_never_read_as_fewer_files(lake):
    publish(lake, [FIRST])
    manifest = lake.path / "current" / "_snapshot.json"
    whole = manifest.read_bytes()
    for length in range(0, len(whole.rstrip()), 97):
        manifest.write_bytes(whole[:length])
        with damaged("_snapshot.json"):
            lake.snapshot()
    manifest.write_bytes(whole)
    assert lake.snapshot().rows("articles") == 1


@pytest.mark.parametrize("dataset", ["raw_documents", "articles", "quotes", "speakers"])
def test_a_flipped_bit_anywhere_in_a_page_is_told_when_it_is_read(dataset, lake):
    _, snapshot = publish(lake, [Document(f"s{n}", f"T{n}.", quotes=(HOLM,)) for n in range(9)])
    path = snapshot.path / snapshot.files(dataset)[0].path
    whole, rows = path.read_bytes(), snapshot.table(dataset)
    told = 0
    for at in range(4, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            found = snapshot.table(dataset)
        except LakeUnusable as error:
            told += "broadsheet verify --repair" in str(error)
        else:
            assert found.equals(rows), f"byte {at} gives other rows and no error"
        assert [fault.what[:12] for fault in verify(lake).faults] == ["has the hash"]
    assert told > 5


def test_a_missing_file_stops_a_commit_that_needs_it_and_no_other(copied):
    (lacking,) = [f for f in copied.snapshot().files("quotes") if f.partition == "2024-03"]
    (copied.snapshot().path / lacking.path).unlink()
    with damaged(lacking.path):
        publish(copied, [Document("ferry", "Sails.", day=dt.date(2024, 1, 9))])
    assert copied.snapshot().number == 2


@contextmanager
def written_as(lake, **changed):
    """The newest manifest with other values in it."""
    manifest = lake.path / "current" / "_snapshot.json"
    whole = manifest.read_bytes()
    manifest.write_text(json.dumps({**json.loads(whole), **changed}))
    yield
    manifest.write_bytes(whole)


@pytest.mark.parametrize("write", [name for name in WRITES if name not in BLIND])
def test_a_lake_that_a_newer_version_wrote_is_neither_read_nor_written(write, lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    newer = pytest.raises(LakeUnusable, match=r"of lake format 9, .* use the newer Broadsheet")
    with written_as(lake, format=9, datasets="otherwise"):
        with newer:
            Lake.open(lake.path)
        with newer:
            WRITES[write](lake)
    assert [path.name for path in sorted((lake.path / "snapshots").iterdir())] == [
        "00000001",
        "00000002",
    ]


def test_a_layout_that_is_not_known_is_told(lake):
    publish(lake, [FIRST])
    layout = {"grain": "week", "rows_per_file": {}, "appended_bytes": 1}
    with written_as(lake, layout=layout), damaged("_snapshot.json"):
        lake.snapshot()


def test_what_comes_while_the_clock_is_behind_is_weighed_by_what_it_says_of_itself(lake, tmp_path):
    """Arrival decides last: with the same two documents, the later by it stays published."""
    behind = Document("harbour", "Closed.", updated=1, received=-48, quotes=("q",))
    publish(lake, [FIRST])
    _, after = publish(lake, [behind, Document("quay", "Sold.", received=-48)])
    assert sorted(row["text"] for row in contents(after)["articles"]) == ["Opens.", "Sold."]
    received = {row["received_at"] for row in contents(after)["raw_documents"]}
    assert received == {EPOCH, EPOCH - dt.timedelta(hours=48)}
    assert {file.partition for file in after.files("raw_documents")} == {"2023-12", "2024-01"}
    other = Lake.create(tmp_path / "other")
    publish(other, [behind, Document("quay", "Sold.", received=-48)])
    publish(other, [FIRST])
    datasets = ("articles", "quotes", "versions", "speakers")
    assert file_names(other.snapshot(), *datasets) == file_names(after, *datasets)


def test_a_dangling_current_is_read_past_and_every_write_mends_it(lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    link = lake.path / "current"
    for write in ("ingest", "rollback"):
        link.unlink()
        link.symlink_to("snapshots/00000099")
        assert read("articles", lake.path).num_rows >= 1
        WRITES[write](Lake.open(lake.path))
        assert link.resolve() == lake.snapshot().path
