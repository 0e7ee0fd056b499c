"""Deaths and full disks while a snapshot is written: the old snapshot or the new one, each time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from newsroom import Document, contents, publish

from flows.lake import Lake

HERE = Path(__file__).parent
FIRST = Document("harbour", "The harbour opens.", quotes=("It opens",))


@pytest.mark.parametrize(
    ("action", "before", "after", "deaths_at_least"),
    [("publish", 1, 2, 30), ("again", 1, 2, 15), ("rollback", 2, 3, 20), ("collect", 2, 2, 10)],
)
def test_a_death_at_any_change_of_the_disk_leaves_one_snapshot_and_the_next_run_ends_well(
    action, before, after, deaths_at_least
):
    # In memory where that is possible: some hundred publications wait for the disk otherwise.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        done = subprocess.run(
            [sys.executable, str(HERE / "dying_writer.py"), folder, action],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(deaths) > deaths_at_least
    assert [death["wrong"] for death in deaths] == [[]] * len(deaths)
    published = [death["after_death"] for death in deaths]
    assert set(published) == {before, after}
    assert published == sorted(published)
    assert {death["after_run"] for death in deaths} == {after}
    assert {death["current"] for death in deaths} == {f"snapshots/{after:08d}"}
    assert {len(death["left"]) for death in deaths} == {0}


# Texts that do not shrink when they are compressed, so that the limits below are really met.
FILL = """
import os, resource, sys
sys.path.insert(0, {here!r})
from newsroom import Document, publish
from flows.errors import LakeUnusable
from flows.lake import Lake
lake = Lake.open(sys.argv[1])
{limit}
large = [Document(f"s{{n}}", os.urandom(40_000).hex()) for n in range(100)]
try:
    publish(lake, large)
except LakeUnusable as error:
    print(error)
    sys.exit(3)
"""


def fill(limit: str, lake: Path, *before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, sys.executable, "-c", FILL.format(here=str(HERE), limit=limit), str(lake)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("limit_bytes", [1_000, 1_000_000, 3_000_000, 4_500_000])
def test_a_file_that_may_not_grow_is_an_error_and_the_lake_stays_as_it_was(lake, limit_bytes):
    _, before = publish(lake, [FIRST])
    rows = contents(before)
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))"
    done = fill(limit, lake.path)
    assert done.returncode == 3, done.stderr
    assert "cannot write to the lake" in done.stdout
    assert "File too large" in done.stdout
    assert "make room on the disk" in done.stdout
    assert Lake.open(lake.path).snapshot().listing == before.listing
    assert contents(Lake.open(lake.path).snapshot()) == rows
    assert list((lake.path / ".staging").iterdir()) == []


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="a small disk of one's own needs user namespaces")
@pytest.mark.parametrize("size", ["200k", "3m", "9m", "16m"])
def test_a_full_disk_is_an_error_and_the_lake_stays_as_it_was(tmp_path, size):
    script = (
        f'mount -t tmpfs -o size={size} none "$1" && '
        '"$2" -c "$3" "$1/lake"; echo "rc $?"; '
        'ls "$1/lake/snapshots" "$1/lake/.staging"; "$2" -c "$4" "$1/lake"'
    )
    start = "import sys; from flows.lake import Lake; Lake.create(sys.argv[1])\n" + FILL.format(
        here=str(HERE), limit="publish(lake, [Document('s', 'First.')])"
    )
    count = "import sys; from flows.lake import read; print(read('articles', sys.argv[1]).num_rows)"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", tmp_path, sys.executable, start, count],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert "rc 3" in done.stdout, done.stdout + done.stderr
    assert "cannot write to the lake" in done.stdout
    assert "No space left on device" in done.stdout
    assert done.stdout.splitlines()[-1] == "1", done.stderr
    assert "00000001" in done.stdout
    assert "00000002" not in done.stdout
