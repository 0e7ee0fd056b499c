"""Shards that are whole or not there, and folders that dead runs left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from newsroom import Document, tables

from flows.errors import LakeUnusable
from flows.lake import write_shard
from flows.lake.staging import this_host

LEAVE = """
import os, sys
from flows.lake import Lake
staging = Lake.open(sys.argv[1]).stage()
print(staging.path, flush=True)
sys.stdin.read()
os._exit(9)
"""


def test_a_staging_folder_is_gone_when_its_run_ends_well_or_badly(lake):
    with pytest.raises(ZeroDivisionError), lake.stage() as staging:
        raise ZeroDivisionError
    assert not staging.path.exists()


def test_a_dead_run_s_staging_is_removed_and_a_live_one_s_is_not(lake):
    child = subprocess.Popen(
        [sys.executable, "-c", LEAVE, str(lake.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    left = lake.path / ".staging" / Path(child.stdout.readline().strip()).name
    lake.stage().discard()
    assert left.is_dir()
    child.communicate()
    lake.stage().discard()
    assert not left.exists()


def test_a_run_never_takes_its_own_other_staging_for_dead(lake):
    with lake.stage() as one, lake.stage() as other:
        assert one.path.is_dir()
        assert other.path.is_dir()


def leave(lake, **owner):
    folder = lake.path / ".staging" / "left"
    folder.mkdir(parents=True)
    if owner:
        (folder / "owner.json").write_text(json.dumps(owner))
    return folder


def rest_for_a_day(folder):
    yesterday = time.time() - 25 * 3600
    for path in (*folder.iterdir(), folder):
        os.utime(path, (yesterday, yesterday))


def test_a_half_made_staging_is_removed(lake):
    folder = leave(lake)
    lake.stage().discard()
    assert not folder.exists()


def test_another_host_s_staging_is_left_alone_until_it_has_rested_for_a_day(lake):
    folder = leave(lake, pid=1, host="elsewhere", locked=True)
    lake.stage().discard()
    assert folder.exists()
    rest_for_a_day(folder)
    lake.stage().discard()
    assert not folder.exists()


def test_a_host_of_the_same_name_is_another_host(lake):
    """Its locks may not be seen from here, nor its processes."""
    name = this_host().split(" ")[0]
    folder = leave(lake, pid=2**22 + 1, host=f"{name} 0f0f0f0f-another-boot", locked=True)
    lake.stage().discard()
    assert folder.exists()
    rest_for_a_day(folder)
    lake.stage().discard()
    assert not folder.exists()


def test_a_clock_that_jumped_back_does_not_take_a_living_run_for_dead(lake):
    folder = leave(lake, pid=1, host="elsewhere", locked=True)
    tomorrow = time.time() + 25 * 3600
    os.utime(folder, (tomorrow, tomorrow))
    lake.stage().discard()
    assert folder.exists()


def test_where_locks_say_nothing_the_process_id_does(lake):
    folder = leave(lake, pid=os.getpid(), host=this_host(), locked=False)
    lake.stage().discard()
    assert folder.exists()
    (folder / "owner.json").write_text(
        json.dumps({"pid": 2**22 + 1, "host": this_host(), "locked": False})
    )
    lake.stage().discard()
    assert not folder.exists()


def test_a_worker_s_second_try_replaces_its_shard(lake):
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([Document("s", "One."), Document("t", "Two.")]))
        write_shard(str(staging.path), "a", tables([Document("s", "One.")]))
        assert [path.name for path in staging.shards()] == ["a"]


def test_rows_that_are_not_as_their_contract_says_never_reach_a_shard(lake):
    rows = tables([Document("s", "One.")])
    with lake.stage() as staging:
        with pytest.raises(ValueError, match="the rows of quotes are not as their contract says"):
            write_shard(staging.path, "a", {"quotes": rows["articles"]})
        with pytest.raises(ValueError, match="no dataset of a shard: 'runs'"):
            write_shard(staging.path, "a", {"runs": rows["articles"]})
        assert staging.shards() == ()


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a\n", "x" * 200])
def test_a_shard_has_a_plain_name(lake, name):
    with lake.stage() as staging, pytest.raises(ValueError, match="no name for a shard"):
        write_shard(staging.path, name, {})


def test_a_worker_that_outlives_its_run_writes_nothing(lake):
    staging = lake.stage()
    staging.discard()
    with pytest.raises(LakeUnusable, match="cannot write to the lake"):
        write_shard(staging.path, "a", tables([Document("s", "One.")]))
    assert not staging.path.exists()
