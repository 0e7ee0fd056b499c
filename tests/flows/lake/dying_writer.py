"""Child process of test_crashes.py: writers that die just before their k-th change of disk.

    python dying_writer.py FOLDER ACTION      works in FOLDER and prints one JSON line per death

Every death is a real one, of a process of its own: no `finally` runs, no lock is given back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[3]))

from newsroom import Document, Said, publish, tables

from flows.errors import WrongUsage
from flows.lake import Lake, Made, Snapshot, write_shard
from flows.lake import publish as publish_staged
from flows.lake.history import collect, history, rollback

CHANGES = {"os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir"}
MOST_CHANGES = 1000
HOLM, LUND = Said("It opens", ("Ida Holm",)), Said("today", ("Per Lund",))
FIRST = Document("harbour", "The harbour opens.", updated=1, quotes=(HOLM,))
BETTER = Document("harbour", "The harbour opens today.", updated=2, quotes=(LUND,))


def again(lake: Lake) -> None:
    """Read the first document again, as a backfill does, which now finds nobody in it."""
    rows = tables([replace(FIRST, quotes=("It opens",))])
    del rows["raw_documents"]
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        publish_staged(
            lake, staging, Made("code-2"), again=pa.array([FIRST.sha256]), say=lambda _: None
        )


def back(lake: Lake) -> None:
    """Roll back to the first snapshot, unless that was done, and clear what the dead left."""
    lake.stage().discard()
    with suppress(WrongUsage):
        rollback(lake, 1)


ACTIONS = {
    "publish": lambda lake: publish(lake, [BETTER]),
    "again": again,
    "rollback": back,
    "collect": lambda lake: collect(lake, keep=1, grace_hours=0),
}
BEFORE = {"publish": 1, "again": 1, "rollback": 2, "collect": 2}
"""Snapshots that there are when the action starts."""
STEP = {"again": 3}
"""To be quick, not every change is tried of what publishes as `publish` does."""


def die_at(number: int) -> None:
    """Let this process die just before its change of that number."""
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        writes = event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if event in CHANGES or writes:
            seen += 1
            if seen == number:
                os._exit(9)

    sys.addaudithook(watch)


def dies(folder: Path, action: str, number: int) -> bool:
    """Act in a child that dies at its change `number`; False where it lived to the end."""
    child = os.fork()
    if child == 0:
        die_at(number)
        ACTIONS[action](Lake.open(folder))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 9


def faults(lake: Lake, expected: dict[int, Any]) -> list[str]:
    """What is wrong with the newest snapshot of a lake."""
    snapshot = lake.snapshot()
    assert isinstance(snapshot, Snapshot)
    wrong = [] if snapshot.listing == expected[snapshot.number] else ["other files"]
    for dataset in snapshot.datasets:
        for file in snapshot.files(dataset):
            content = (snapshot.path / file.path).read_bytes()
            if hashlib.sha256(content).hexdigest() != file.sha256:
                wrong.append(f"{file.path} is not what its manifest says")
    return wrong


def one_death(
    folder: Path, action: str, number: int, expected: dict[int, Any]
) -> dict[str, Any] | None:
    """The state after a death and after the run that follows it; None where nobody died."""
    shutil.copytree(folder / "lake", folder / "copy", symlinks=True)
    if not dies(folder / "copy", action, number):
        return None
    lake = Lake.open(folder / "copy")
    after_death = lake.snapshot()
    wrong = faults(lake, expected)
    ACTIONS[action](lake)
    wrong += faults(lake, expected)
    after_run = lake.snapshot()
    result = {
        "death": number,
        "after_death": after_death and after_death.number,
        "after_run": after_run and after_run.number,
        "current": (lake.path / "current").readlink().as_posix(),
        "left": [path.name for path in (lake.path / ".staging").iterdir()],
        "wrong": wrong,
    }
    shutil.rmtree(folder / "copy")
    return result


def main(folder: Path, action: str) -> None:
    """Die at the first change, at the second, ... until a writer lives to its end."""
    lake = Lake.create(folder / "lake")
    for document in (FIRST, BETTER)[: BEFORE[action]]:
        publish(lake, [document])
    shutil.copytree(folder / "lake", folder / "whole", symlinks=True)
    whole = Lake.open(folder / "whole")
    expected = {entry.number: entry.snapshot.listing for entry in history(whole) if entry.snapshot}
    ACTIONS[action](whole)
    expected |= {entry.number: entry.snapshot.listing for entry in history(whole) if entry.snapshot}
    for number in range(1, MOST_CHANGES, STEP.get(action, 1)):
        result = one_death(folder, action, number, expected)
        if result is None:
            return
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
