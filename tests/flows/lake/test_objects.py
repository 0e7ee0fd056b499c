"""A lake in an object store, at a real S3 server: what holds in a folder holds there."""

from __future__ import annotations

import datetime as dt
import os
import threading
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from newsroom import EPOCH, Document, Said, contents, filled, publish, tables

from flows.errors import LakeNotFound, LakeUnusable, WrongUsage
from flows.lake import (
    Lake,
    Made,
    SnapshotDamaged,
    SnapshotNotFound,
    SnapshotTaken,
    check_place,
    merge,
    read,
    write_shard,
)
from flows.lake import publish as publish_staged
from flows.lake.history import collect, history, rollback
from flows.lake.progress import Progress
from flows.lake.stale import Range
from flows.lake.verify import verify
from schemas import contract

HOLM = Said("It holds", ("Ida Holm",))
FIRST = Document("harbour", "The harbour opens.", updated=1, quotes=(HOLM,))
BETTER = Document("harbour", "It opens today.", updated=2, quotes=(HOLM, HOLM))
MARCH = Document("bridge", "It is closed.", day=dt.date(2024, 3, 2), quotes=(HOLM,))


def keys(lake: Lake, below: str = "") -> list[str]:
    prefix = lake.home.prefix
    return [each.key.removeprefix(prefix) for each in lake.home.store.list(prefix + below)]


def test_the_files_are_those_of_a_lake_in_a_folder_byte_for_byte(far, lake):
    for document in (FIRST, MARCH, BETTER):
        publish(far, [document])
        publish(lake, [document])
    there, here = far.snapshot(), lake.snapshot()
    assert there.listing == here.listing
    assert contents(there) == contents(here)
    for name in here.datasets:
        for file in here.files(name):
            with there.home.open(there.number, file) as content:
                assert content.read() == (here.path / file.path).read_bytes()


def test_the_bucket_is_laid_out_as_documented_and_nothing_stays_on_the_disk(far, tmp_path):
    publish(far, [FIRST])
    publish(far, [MARCH])
    assert keys(far, "_commits/") == ["_commits/00000001.json", "_commits/00000002.json"]
    listed = {key for number in (1, 2) for key in keys_of(far.snapshot(number))}
    commits = {"_commits/00000001.json", "_commits/00000002.json"}
    assert set(keys(far)) == listed | commits | {"_lake.json"}
    names = sorted(key.partition("-")[2] for key in keys_of(far.snapshot()) if "_guides/" in key)
    assert names == ["README.md", "croissant.json", "datapackage.json", "views.sql"]
    left = [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()]
    assert {path.name for path in left} == {".lock"}


def keys_of(snapshot):
    prefix = snapshot.home.prefix
    each = snapshot.everything()
    return {snapshot.home.key(f.path, f.sha256).removeprefix(prefix) for f in each}


def test_a_pinned_snapshot_does_not_see_what_is_committed_meanwhile(far):
    _, pinned = publish(far, [FIRST])
    before = contents(pinned)
    publish(far, [BETTER])
    assert contents(pinned) == before
    assert far.snapshot(1).listing == pinned.listing
    assert Lake.open(far.home.address).snapshot().number == 2
    with pytest.raises(SnapshotNotFound, match="no snapshot 7 in s3://"):
        far.snapshot(7)
    with pytest.raises(WrongUsage, match="is in no folder; read it with"):
        _ = pinned.path


@pytest.mark.parametrize(
    ("mine", "reason"), [(MARCH, "nothing in common"), (BETTER, "it changed articles of 2024-01")]
)
def test_a_writer_who_lost_the_race_says_why_and_loses_nothing(far, mine, reason):
    said = []
    with far.stage() as staging:
        write_shard(staging.path, "a", tables([mine]))
        merged = merge(None, staging, far.layout)
        publish(far, [FIRST])
        done = publish_staged(far, staging, Made("x"), merged=merged, say=said.append)
    assert reason in said[0]
    assert (done.snapshot.number, done.tries) == (2, 1)
    assert set(far.known_documents().to_pylist()) == {FIRST.sha256, mine.sha256}


def test_a_number_is_committed_once_whoever_is_late(far):
    with far.stage() as mine, far.stage() as theirs:
        for staging, document in ((mine, FIRST), (theirs, MARCH)):
            write_shard(staging.path, "a", tables([document]))
        ours, other = merge(None, mine), merge(None, theirs)
        far.commit(theirs, other.changes, "code-1")
        with pytest.raises(SnapshotTaken, match=r"another run has published s3://.*00000001\.json"):
            far.commit(mine, ours.changes, "code-1")
    assert far.snapshot().table("articles")["headline"].to_pylist() == ["bridge"]


def test_two_writers_at_once_lose_nothing_and_double_nothing(far):
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(2):
                day = dt.date(2024, 1 + number, 1)
                document = Document(f"{name}{number}", "T.", day=day, quotes=(HOLM,))
                with far.stage() as staging:
                    write_shard(staging.path, "a", tables([document]))
                    publish_staged(far, staging, Made("x"), say=lambda _: None)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    snapshot = far.snapshot()
    headlines = sorted(snapshot.table("articles")["headline"].to_pylist())
    assert headlines == ["a0", "a1", "b0", "b1"]
    assert (snapshot.number, snapshot.rows("quotes")) == (4, 4)
    assert snapshot.table("speakers")["quote_count"].to_pylist() == [4]


@pytest.mark.parametrize("form", ["arrow", "pandas", "polars", "duckdb"])
def test_every_form_is_read_from_one_snapshot(far, form):
    publish(far, [FIRST, MARCH])
    found = read("articles", far.home.address, columns=["headline"], since="2024-03-01", form=form)
    if form == "duckdb":
        query = "select headline, q.text from articles join quotes q using (article_id) order by 1"
        assert found.sql(query).fetchall() == [("bridge", "It holds"), ("harbour", "It holds")]
    else:
        rows = found.to_pylist() if form == "arrow" else found["headline"].to_list()
        assert rows in ([{"headline": "bridge"}], ["bridge"])


def test_of_a_large_file_only_what_is_read_is_fetched(far, proxied, monkeypatch):
    monkeypatch.setattr("flows.lake.objects.WHOLE_BYTES", 0)
    document = replace(FIRST, text=os.urandom(300_000).hex())
    _, snapshot = publish(far, [document])
    file = snapshot.files("articles")[0]
    sizes = []
    get = type(far.home.store).get
    monkeypatch.setattr(
        type(far.home.store),
        "get",
        lambda *asked: sizes.append(len(get(*asked))) or get(*asked),
    )
    proxied.reset()
    schema = pa.schema([contract("articles").arrow.field("headline")])
    assert snapshot.read_file(file, schema)["headline"].to_pylist() == ["harbour"]
    assert sum(sizes) < file.byte_count / 3
    assert contents(snapshot)["articles"][0]["text"] == document.text


def test_a_large_file_goes_up_in_parts_and_is_never_overwritten(far, tmp_path, monkeypatch):
    monkeypatch.setattr("flows.lake.s3.PART_BYTES", 5 * 2**20)
    store, content = far.home.store, os.urandom(11 * 2**20)
    (tmp_path / "large").write_bytes(content)
    (tmp_path / "other").write_bytes(content[::-1])
    store.upload(tmp_path / "large", f"{far.home.prefix}large")
    with pytest.raises(FileExistsError):
        store.upload(tmp_path / "other", f"{far.home.prefix}large")
    assert store.get(f"{far.home.prefix}large") == content
    assert store.call("list_multipart_uploads").get("Uploads", []) == []


def test_history_and_rollback(far):
    _, first = publish(far, [FIRST])
    publish(far, [BETTER, MARCH])
    before = keys(far, "data/")
    done = rollback(far, 1)
    assert (done.number, done.parent) == (3, 2)
    assert contents(far.snapshot()) == contents(first)
    assert keys(far, "data/") == before
    entries = list(history(far))
    assert [entry.number for entry in entries] == [3, 2, 1]
    assert abs(entries[0].written_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    with pytest.raises(WrongUsage, match="snapshot 1 is what the newest, 3, has"):
        rollback(far, 1)


def test_collection_waits_out_the_grace_and_then_deletes_what_nobody_lists(far):
    _, first = publish(far, [FIRST])
    publish(far, [BETTER])
    only_first = keys_of(first) - keys_of(far.snapshot())
    assert {key.partition("/")[0] for key in only_first} == {"data", "_guides"}
    done = collect(far, keep=1)
    assert (done.withdrawn, done.deleted, done.waiting) == ((1,), (), ())
    assert contents(first)["articles"][0]["text"] == FIRST.text, "whoever pinned it reads on"
    assert [entry.number for entry in history(far)] == [2]
    done = collect(far, keep=1)
    assert (done.withdrawn, done.deleted, done.waiting) == ((), (), (1,))
    done = collect(far, keep=1, grace_hours=0)
    assert (done.deleted, done.waiting) == ((1,), ())
    assert done.freed_bytes > 0
    assert only_first.isdisjoint(keys(far))
    assert keys_of(far.snapshot()) < set(keys(far))
    assert contents(far.snapshot())["articles"][0]["text"] == BETTER.text
    assert verify(far).is_whole
    with pytest.raises(SnapshotDamaged, match="is missing"):
        first.table("articles")


def test_a_withdrawn_number_is_never_free_again(far):
    with far.stage() as late:
        write_shard(late.path, "a", tables([MARCH]))
        merged = merge(None, late, far.layout)
        publish(far, [FIRST])
        publish(far, [BETTER])
        collect(far, keep=1, grace_hours=0)
        with pytest.raises(SnapshotTaken):
            far.commit(late, merged.changes, "code-1")
        done = publish_staged(far, late, Made("x"), merged=merged, say=lambda _: None)
    assert done.snapshot.number == 3
    assert sorted(far.snapshot().table("articles")["headline"].to_pylist()) == ["bridge", "harbour"]


def test_an_unused_object_that_is_needed_again_survives_a_collection(far, monkeypatch):
    """A dead writer left some; a live one finds them there, and they are collected meanwhile."""
    store, commit = far.home.store, type(far.home.store).commit
    with far.stage() as staging:
        write_shard(staging.path, "a", tables([FIRST]))
        merged = merge(None, staging, far.layout)
        left = [file.path for files in merged.changes.replaced.values() for file in files]
        for path in left:
            store.upload(staging.built / path, far.home.data_prefix + path)

        def commit_late(*asked):
            store.delete([far.home.data_prefix + path for path in left])
            return commit(*asked)

        monkeypatch.setattr(type(store), "commit", commit_late)
        publish_staged(far, staging, Made("x"), merged=merged, say=lambda _: None)
    assert len(left) > 4
    assert verify(far).faults == ()


def test_what_a_dead_writer_left_goes_after_a_day_and_not_before(far, monkeypatch):
    publish(far, [FIRST])
    far.home.store.put(f"{far.home.data_prefix}articles/left.parquet", b"left")
    assert collect(far, grace_hours=0).freed_bytes == 0
    monkeypatch.setattr("flows.lake.objects_care.STRAY", dt.timedelta(0))
    assert collect(far).freed_bytes == 0, "the grace counts for strays too"
    assert collect(far, grace_hours=0).freed_bytes == 4
    assert verify(far).is_whole


def test_a_damaged_and_a_missing_object_are_named(far):
    _, snapshot = publish(far, [FIRST])
    file, guide = snapshot.files("quotes")[0], snapshot.guides[0]
    where, beside = (snapshot.home.where(1, each) for each in (file, guide))
    assert beside.endswith(f"/_guides/{guide.sha256[:16]}-README.md")
    for each in (file, guide):
        far.home.store.put(far.home.key(each.path, each.sha256), b"x" * each.byte_count)
    faults = verify(far, repair=True).faults
    assert [(fault.path, fault.mended) for fault in faults] == [(where, False), (beside, False)]
    assert all("has the hash" in fault.what for fault in faults)
    far.home.store.delete([far.home.key(guide.path, guide.sha256)])
    assert [fault.what for fault in verify(far).faults if fault.path == beside] == ["is missing"]
    with pytest.raises(SnapshotDamaged, match="cannot be read"):
        snapshot.table("quotes")
    far.home.store.delete([far.home.data_prefix + file.path])
    assert (where, "is missing") in [(fault.path, fault.what) for fault in verify(far).faults]


def test_a_missing_object_is_taken_from_where_the_same_content_lies(far):
    _, snapshot = publish(far, [FIRST])
    file = snapshot.files("quotes")[0]
    whole = replace(file, path=f"elsewhere/{file.path}")
    far.home.store.copy(far.home.data_prefix + file.path, far.home.data_prefix + whole.path)
    far.home.store.delete([far.home.data_prefix + file.path])
    assert far.home.mend(1, file, (1, whole))
    assert verify(far).faults == ()


def test_a_death_in_the_middle_of_withdrawing_withdraws_nothing(far):
    publish(far, [FIRST])
    publish(far, [BETTER])
    far.home.store.put(f"{far.home.prefix}_withdrawn/00000001.json", far.home.manifest(1))
    done = collect(far, keep=2, grace_hours=0)
    assert (done.withdrawn, done.deleted, done.waiting) == ((), (), ())
    assert verify(far).snapshots == 2
    assert verify(far).is_whole
    assert collect(far, keep=1).withdrawn == (1,)


def test_a_commit_that_cannot_be_read_is_said_and_repair_goes_back_behind_it(far):
    publish(far, [FIRST])
    publish(far, [BETTER])
    far.home.store.put(f"{far.home.prefix}_commits/00000002.json", b'{"format": 2')
    with pytest.raises(SnapshotDamaged, match=r"s3://.*/_commits/00000002.json is no manifest"):
        Lake.open(far.home.address)
    assert verify(far, repair=True).is_whole
    assert far.snapshot().number == 1
    publish(far, [BETTER])
    assert far.snapshot().number == 2
    assert len(keys(far, "_damaged/")) == 1


def test_runs_and_the_progress_of_a_backfill_are_kept_there(far):
    row = filled(contract("runs").arrow, [{"run_id": "late"}]).to_pylist()[0]
    for name, hour in (("late", 5), ("early", 1)):
        far.record_run(row | {"run_id": name, "started_at": EPOCH + dt.timedelta(hours=hour)})
    assert far.runs()["run_id"].to_pylist() == ["early", "late"]
    asked, maker = Range(dt.date(2024, 1, 1)), {"code": "1"}
    progress = Progress.of(far.home, asked, maker).with_done("2024-01")
    assert Progress.of(far.home, asked, maker).done == ("2024-01",)
    progress.finish()
    assert Progress.of(far.home, asked, maker).done == ()


def test_there_is_no_lake_where_there_is_nothing_or_something_else(far):
    with pytest.raises(LakeNotFound):
        Lake.open(f"{far.home.address}/elsewhere")
    far.home.store.put(f"{far.home.prefix}other/notes.txt", b"mine")
    with pytest.raises(LakeUnusable, match=r"is no lake and not empty \(it holds 'notes.txt'\)"):
        check_place(f"{far.home.address}/other")
    check_place(far.home.address)
    assert Lake.create(f"{far.home.address}/new/").snapshot() is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://me:hidden@press/lake", "there is a secret in the address s3://…@press/lake"),
        ("https://me:hidden@store/press/lake", "a secret in the address https://…@store"),
        ("s3://press/lake?versionId=1", "there can be no lake at s3://press/lake?versionId=1"),
        ("s3://press/a//b", "there can be no lake"),
        ("gs://press/lake", "there can be no lake at gs://press/lake; name a folder, or s3://"),
        ("s3://", "there can be no lake"),
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(address, said):
    with pytest.raises(WrongUsage) as caught:
        Lake.open(address)
    assert said in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_the_lake_is_no_source_and_no_part_of_one(far):
    from flows.receive import SourceInLake, check_sources, scan

    address = far.home.address
    publish(far, [FIRST])
    far.home.store.put(f"{far.home.prefix.rstrip('/')}-news/a.txt", b"Rain.")
    above = address.rpartition("/")[0]
    uris = [file.uri for file in scan([above], address).files]
    assert f"{address}-news/a.txt" in uris
    assert [uri for uri in uris if uri.startswith(f"{address}/")] == []
    with pytest.raises(SourceInLake):
        check_sources([f"{address}/runs"], address)
    assert check_sources([Path("/"), above], address) == [Path("/")]
