"""What lies in a lake's folder, and which folders are lakes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import pickle
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from newsroom import EPOCH, Document, contents, filled, publish, tables

from flows.errors import DatasetUnknown, LakeNotFound, LakeUnusable, WrongUsage
from flows.lake import (
    Lake,
    SnapshotDamaged,
    SnapshotNotFound,
    SnapshotTaken,
    merge,
    read,
    write_shard,
)
from schemas import contract

FIRST = Document("harbour", "The harbour opens.", quotes=("It opens",))
SECOND = Document("bridge", "The bridge is closed.", day=dt.date(2024, 3, 2), received=2000)


def test_the_folder_is_laid_out_as_analysts_expect_it(lake):
    publish(lake, [FIRST])
    found = {
        "/".join(path.relative_to(lake.path).parts[:-1])
        for path in lake.path.rglob("*.parquet")
        if "current" not in path.parts
    }
    assert found == {
        "snapshots/00000001/raw_documents/received_month=2024-01",
        "snapshots/00000001/articles/published_month=2024-01",
        "snapshots/00000001/quotes/published_month=2024-01",
        "snapshots/00000001/versions/published_month=2024-01",
    }
    assert (lake.path / "current").readlink().as_posix() == "snapshots/00000001"
    assert list((lake.path / ".staging").iterdir()) == []


def test_the_manifest_tells_the_truth_about_every_file(lake):
    publish(lake, [FIRST])
    _, snapshot = publish(lake, [SECOND])
    record = json.loads((snapshot.path / "_snapshot.json").read_bytes())
    assert (record["format"], record["number"], record["parent"]) == (3, 2, 1)
    assert record["code_version"] == "code-1"
    assert record["contracts"]["articles"] == contract("articles").version
    listed = [file for files in record["datasets"].values() for file in files]
    assert {snapshot.path / file["path"] for file in listed} == set(
        snapshot.path.rglob("*.parquet")
    )
    for file in listed:
        content = (snapshot.path / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert Path(file["path"]).stem == file["sha256"][:16]
        assert len(content) == file["bytes"]
        assert pq.read_metadata(snapshot.path / file["path"]).num_rows == file["rows"]


def test_a_file_carries_the_contract_and_not_the_partition_column(lake):
    _, snapshot = publish(lake, [FIRST])
    schema = pq.read_schema(snapshot.path / snapshot.files("articles")[0].path)
    declared = contract("articles").arrow
    assert schema.equals(declared)
    assert schema.metadata == declared.metadata
    for name in declared.names:
        said = schema.field(name).metadata[b"description"]
        assert said == declared.field(name).metadata[b"description"]


def test_a_pinned_snapshot_does_not_see_what_is_committed_meanwhile(lake):
    _, pinned = publish(lake, [FIRST])
    before = contents(pinned)
    publish(lake, [SECOND])
    assert contents(pinned) == before
    assert pinned.path == pinned.path.resolve()
    assert lake.snapshot(1).listing == pinned.listing
    assert lake.snapshot().number == 2


def test_a_dangling_current_is_read_past_and_mended_by_the_next_run(lake):
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    (lake.path / "current").unlink()
    (lake.path / "current").symlink_to("snapshots/00000009")
    assert Lake.open(lake.path).snapshot().number == 2
    lake.stage().discard()
    assert (lake.path / "current").readlink().as_posix() == "snapshots/00000002"


@pytest.mark.parametrize("left", ["nothing", "an earlier one"])
def test_a_current_that_a_crash_left_behind_is_mended_though_nothing_is_new(lake, left):
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    (lake.path / "current").unlink()
    if left == "an earlier one":
        (lake.path / "current").symlink_to("snapshots/00000001")
    assert lake.snapshot().number == 2
    assert publish(lake, [SECOND])[1] is None
    assert (lake.path / "current").readlink().as_posix() == "snapshots/00000002"


def test_a_current_that_is_a_copy_and_no_link_is_refused(lake):
    publish(lake, [FIRST])
    (lake.path / "current").unlink()
    (lake.path / "current" / "articles").mkdir(parents=True)
    with pytest.raises(LakeUnusable, match="is no link but a copy"):
        publish(lake, [SECOND])


def test_a_folder_that_is_no_snapshot_is_passed_over(lake):
    publish(lake, [FIRST])
    for name in ("00000002", "2", "notes"):
        (lake.path / "snapshots" / name).mkdir()
    assert lake.snapshot().number == 1


def test_a_published_snapshot_without_its_manifest_is_said_to_be_damaged(lake):
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    (lake.path / "current" / "_snapshot.json").unlink()
    with pytest.raises(SnapshotDamaged, match=r"00000002/_snapshot.json is missing"):
        Lake.open(lake.path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": "1"}', b'{"format": 1}'])
def test_a_manifest_cut_short_is_said_to_be_damaged(lake, content):
    publish(lake, [FIRST])
    (lake.path / "current" / "_snapshot.json").write_bytes(content)
    with pytest.raises(SnapshotDamaged, match="is no manifest"):
        lake.snapshot()


def test_a_missing_and_a_cut_data_file_are_named(lake):
    _, snapshot = publish(lake, [FIRST])
    path = snapshot.path / snapshot.files("articles")[0].path
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SnapshotDamaged, match=f"{path} has another footer than its"):
        snapshot.table("articles")
    path.unlink()
    with pytest.raises(SnapshotDamaged, match=f"{path} is missing"):
        snapshot.table("articles")


def test_a_lake_of_a_newer_format_is_left_alone(lake):
    publish(lake, [FIRST])
    manifest = lake.path / "current" / "_snapshot.json"
    record = json.loads(manifest.read_bytes()) | {"format": 4, "datasets": "otherwise"}
    manifest.write_text(json.dumps(record))
    with pytest.raises(LakeUnusable, match="is of lake format 4, this Broadsheet knows 3"):
        Lake.open(lake.path)


def test_an_unknown_snapshot_is_wrong_usage(lake):
    publish(lake, [FIRST])
    with pytest.raises(SnapshotNotFound, match="no snapshot 7"):
        lake.snapshot(7)


def test_there_is_no_lake_where_there_is_nothing_or_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "notes.txt" / "below"):
        with pytest.raises((LakeNotFound, LakeUnusable)):
            Lake.open(path)
    with pytest.raises(LakeUnusable, match="is a file"):
        Lake.open(tmp_path / "notes.txt")
    with pytest.raises(LakeUnusable, match="is a file"):
        Lake.create(tmp_path / "notes.txt")


@pytest.mark.parametrize("theirs", ["notes.txt", "snapshots/holiday.jpg"])
def test_a_lake_is_never_made_in_a_folder_with_other_things_in_it(tmp_path, theirs):
    (tmp_path / theirs).parent.mkdir(exist_ok=True)
    (tmp_path / theirs).write_text("mine")
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(LakeUnusable, match=r"is no lake and not empty"):
        Lake.create(tmp_path)
    assert not (tmp_path / ".staging").exists()


def test_a_lake_is_made_in_an_empty_folder_and_opened_again(tmp_path):
    (tmp_path / "lost+found").mkdir()
    assert Lake.create(tmp_path) == Lake.create(tmp_path) == Lake.open(tmp_path)
    assert Lake.open(tmp_path).snapshot() is None
    assert len(Lake.open(tmp_path).known_documents()) == 0


def test_known_documents_are_the_hashes_of_all_that_ever_came(lake):
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    assert set(lake.known_documents().to_pylist()) == {FIRST.sha256, SECOND.sha256}


def test_columns_and_partitions_can_be_chosen(lake):
    _, snapshot = publish(lake, [FIRST, SECOND])
    rows = snapshot.table("articles", columns=["text", "headline"], partitions={"2024-03"})
    assert rows.to_pylist() == [{"text": SECOND.text, "headline": "bridge"}]
    assert snapshot.table("quarantine").schema.equals(contract("quarantine").arrow)


def test_reading_takes_one_line(lake):
    assert read("articles", lake.path).num_rows == 0
    publish(lake, [FIRST])
    assert read("quotes", lake.path, columns=["text"]).to_pylist() == [{"text": "It opens"}]
    with pytest.raises(DatasetUnknown, match="unknown dataset: qoutes"):
        read("qoutes", lake.path)
    with pytest.raises(WrongUsage, match="articles has no column title"):
        read("articles", lake, columns=["title"])
    with pytest.raises(LakeNotFound):
        read("articles", lake.path / "elsewhere")


def run_row(run_id: str, hour: int) -> dict[str, object]:
    row: dict[str, object] = filled(contract("runs").arrow, [{"run_id": run_id}]).to_pylist()[0]
    return row | {"started_at": EPOCH + dt.timedelta(hours=hour)}


def test_runs_are_kept_beside_the_snapshots_in_the_order_of_their_start(lake):
    lake.record_run(run_row("late", 5))
    lake.record_run(run_row("early", 1))
    lake.record_run(run_row("late", 6))
    assert lake.runs()["run_id"].to_pylist() == ["early", "late"]
    assert read("runs", lake, columns=["run_id"]).num_rows == 2
    assert lake.snapshot() is None
    assert Lake.open(lake.path).runs().schema.equals(contract("runs").arrow)


def test_the_row_of_a_run_has_to_be_as_its_contract_says(lake):
    with pytest.raises(ValueError, match="surprise"):
        lake.record_run(run_row("a", 1) | {"surprise": 1})
    with pytest.raises(ValueError, match="started_at"):
        lake.record_run({"run_id": "a"})
    with pytest.raises(ValueError, match="no name for a run"):
        lake.record_run(run_row("../a", 1))


def test_a_second_writer_that_was_first_is_not_overwritten(lake):
    with lake.stage() as mine, lake.stage() as theirs:
        for staging, document in ((mine, FIRST), (theirs, SECOND)):
            write_shard(staging.path, "a", tables([document]))
        ours, other = merge(None, mine), merge(None, theirs)
        lake.commit(theirs, other.changes, "code-1")
        with pytest.raises(SnapshotTaken, match="another run has published"):
            lake.commit(mine, ours.changes, "code-1")
        lake.commit(mine, merge(lake.snapshot(), mine).changes, "code-1")
    assert lake.snapshot().number == 2
    assert lake.snapshot().rows("articles") == 2


def test_failures_travel_between_processes():
    for error in (
        SnapshotDamaged(Path("/lake/a"), "is missing"),
        SnapshotTaken(Path("/lake/a")),
        SnapshotNotFound(3, Path("/lake")),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
