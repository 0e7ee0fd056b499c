"""Snapshots listed, taken back to and collected, with readers in the middle of it."""

from __future__ import annotations

import os
import time

import pandas as pd
import pytest
from newsroom import Document, Said, contents, publish

from flows.errors import WrongUsage
from flows.lake import Lake, SnapshotNotFound, write_shard
from flows.lake import publish as publish_staged
from flows.lake.commit import Made
from flows.lake.history import collect, history, rollback
from flows.lake.verify import verify

FIRST = Document("harbour", "Opens.", updated=1, quotes=(Said("Yes", ("Ida Holm",)),))
BETTER = Document("harbour", "Opens today.", updated=2)
OTHER = Document("bridge", "Closed.")


def numbers(lake):
    return [entry.number for entry in history(lake)]


def test_the_history_has_every_snapshot_and_says_which_cannot_be_read(lake):
    assert numbers(lake) == []
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    (lake.path / "snapshots" / "00000001" / "_snapshot.json").write_text("{")
    newest, damaged = history(lake)
    assert (newest.number, newest.snapshot.rows("articles")) == (2, 1)
    assert (damaged.number, damaged.snapshot) == (1, None)


def test_a_rollback_is_a_new_snapshot_with_the_content_of_the_old_one(lake):
    _, first = publish(lake, [FIRST])
    publish(lake, [BETTER, OTHER])
    done = rollback(lake, 1)
    assert (done.number, done.parent) == (3, 2)
    assert contents(lake.snapshot()) == contents(first)
    assert (lake.path / "current").readlink().as_posix() == "snapshots/00000003"
    for file in done.files("articles"):
        assert (done.path / file.path).samefile(first.path / file.path)
    assert verify(lake).is_whole
    publish(lake, [BETTER, OTHER])
    assert contents(lake.snapshot()) == contents(lake.snapshot(2))


def test_a_rollback_to_what_is_there_or_to_what_is_not_is_wrong_usage(lake):
    publish(lake, [FIRST])
    with pytest.raises(WrongUsage, match="snapshot 1 is what the newest, 1, has"):
        rollback(lake, 1)
    with pytest.raises(SnapshotNotFound, match="no snapshot 7"):
        rollback(lake, 7)
    assert numbers(lake) == [1]


def test_a_writer_whose_parent_was_rolled_back_brings_what_then_lacks(lake):
    publish(lake, [OTHER])
    publish(lake, [FIRST])
    said = []
    with lake.stage() as staging:
        from newsroom import tables

        from flows.lake import merge

        write_shard(staging.path, "a", tables([FIRST, BETTER]))
        parent = lake.snapshot()
        merged = merge(parent, staging, lake.layout)
        rollback(lake, 1)
        publish_staged(lake, staging, Made("x"), merged=merged, parent=parent, say=said.append)
    assert "merging again" in said[0]
    assert lake.snapshot().rows("raw_documents") == 3
    assert lake.snapshot().table("articles", ["version_count"]).num_rows == 2


def test_old_snapshots_are_withdrawn_first_and_deleted_after_the_grace(lake):
    for document in (FIRST, BETTER, OTHER):
        publish(lake, [document])
    pinned = lake.snapshot(1)
    done = collect(lake, keep=2)
    assert (done.withdrawn, done.deleted, done.waiting) == ((1,), (), ())
    assert numbers(lake) == [3, 2]
    with pytest.raises(FileNotFoundError):
        pd.read_parquet(pinned.path / "articles")
    assert collect(lake, keep=2).waiting == (1,)
    lake.stage().discard()
    (folder,) = (lake.path / ".staging").glob("collected-*")
    long_ago = time.time() - 25 * 3600
    os.utime(folder / "withdrawn", (long_ago, long_ago))
    done = collect(lake, keep=2)
    assert (done.withdrawn, done.deleted) == ((), (1,))
    assert done.freed_bytes > 0
    assert verify(lake).is_whole


def test_an_open_reader_goes_on_reading_what_it_pinned(lake):
    publish(lake, [FIRST])
    snapshot = lake.snapshot()
    with snapshot.open_file(snapshot.files("articles")[0]) as parquet:
        publish(lake, [BETTER])
        assert collect(lake, keep=1, grace_hours=0).deleted == (1,)
        assert parquet.read()["text"].to_pylist() == [FIRST.text]


def test_the_newest_snapshot_and_those_young_enough_are_kept(lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    assert collect(lake, keep=1, older_than_days=1).withdrawn == ()
    assert collect(lake, keep=5).withdrawn == ()
    with pytest.raises(WrongUsage, match="at least the newest"):
        collect(lake, keep=0)
    assert collect(Lake.create(lake.path.parent / "empty")).withdrawn == ()


def test_a_clock_that_jumped_back_neither_deletes_early_nor_keeps_for_ever(lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    collect(lake, keep=1)
    (folder,) = (lake.path / ".staging").glob("collected-*")
    for ahead in (1, 48, 24 * 365):
        later = time.time() + 3600 * ahead
        os.utime(folder / "withdrawn", (later, later))
        assert collect(lake, keep=1).waiting == (1,)
        assert (folder / "withdrawn").stat().st_mtime <= time.time()
    earlier = time.time() - 3600 * 25
    os.utime(folder / "withdrawn", (earlier, earlier))
    assert collect(lake, keep=1).deleted == (1,)


def test_a_death_between_withdrawing_and_marking_does_not_cost_the_grace(lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    collect(lake, keep=1)
    (folder,) = (lake.path / ".staging").glob("collected-*")
    (folder / "withdrawn").unlink()
    assert collect(lake, keep=1).waiting == (1,)
    assert collect(lake, keep=1).waiting == (1,)


def test_a_writer_whose_parent_is_collected_meanwhile_starts_from_the_newest(lake):
    from newsroom import tables

    from flows.lake import merge

    publish(lake, [FIRST])
    said = []
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([OTHER]))
        parent = lake.snapshot()
        merged = merge(parent, staging, lake.layout)
        publish(lake, [BETTER])
        collect(lake, keep=1, grace_hours=0)
        publish_staged(lake, staging, Made("x"), merged=merged, parent=parent, say=said.append)
    assert sorted(lake.snapshot().table("articles")["headline"].to_pylist()) == [
        "bridge",
        "harbour",
    ]
