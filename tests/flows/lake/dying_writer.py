"""Child process of test_crashes.py: publications that die just before their k-th change of disk.

    python dying_writer.py FOLDER      works in FOLDER and prints one JSON line per death

Every death is a real one, of a process of its own: no `finally` runs, no lock is given back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from newsroom import Document, Said, publish

from flows.lake import Lake, Snapshot

CHANGES = {"os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir"}
MOST_CHANGES = 1000
HOLM, LUND = Said("It opens", ("Ida Holm",)), Said("today", ("Per Lund",))
FIRST = Document("harbour", "The harbour opens.", updated=1, quotes=(HOLM,))
BETTER = Document("harbour", "The harbour opens today.", updated=2, quotes=(LUND,))


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


def dies(folder: Path, number: int) -> bool:
    """Publish in a child that dies at its change `number`; False where it lived to the end."""
    child = os.fork()
    if child == 0:
        die_at(number)
        publish(Lake.open(folder), [BETTER])
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


def one_death(folder: Path, number: int, expected: dict[int, Any]) -> dict[str, Any] | None:
    """The state after a death and after the run that follows it; None where nobody died."""
    shutil.copytree(folder / "lake", folder / "copy", symlinks=True)
    if not dies(folder / "copy", number):
        return None
    lake = Lake.open(folder / "copy")
    after_death = lake.snapshot()
    wrong = faults(lake, expected)
    publish(lake, [BETTER])
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


def main(folder: Path) -> None:
    """Die at the first change, at the second, ... until a publication lives to its end."""
    lake = Lake.create(folder / "lake")
    publish(lake, [FIRST])
    shutil.copytree(folder / "lake", folder / "whole", symlinks=True)
    whole = Lake.open(folder / "whole")
    publish(whole, [BETTER])
    snapshots = [whole.snapshot(number) for number in (1, 2)]
    expected = {snapshot.number: snapshot.listing for snapshot in snapshots if snapshot}
    for number in range(1, MOST_CHANGES):
        result = one_death(folder, number, expected)
        if result is None:
            return
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
