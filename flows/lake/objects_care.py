"""Objects that nobody needs any more, and those that somebody needs again."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.lake.s3_faults import Contended, StoreRefused
from flows.lake.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from flows.lake.objects import Objects
    from flows.lake.s3 import Object, Store

STRAY = timedelta(hours=24)
"""So long objects that no commit lists are kept: they may belong to one that is coming."""
FRESH = STRAY / 2
TRIES = 5
WAIT_SECONDS = 0.2


def refresh(store: Store, path: Path, key: str) -> bool:
    """Upload a content-named file unless it is there; True where it was.

    One that has lain there for long is written once more, with the same bytes, so that a
    collection sees that somebody needs it; one of another size is damaged, and put right.
    """
    for tries in range(TRIES):
        try:
            store.upload(path, key)
        except FileExistsError:
            ensure(store, path, key)
            return True
        except Contended:
            time.sleep(WAIT_SECONDS * 2**tries)
        else:
            return False
    raise StoreRefused(
        store.bucket,
        "409",
        f"somebody else keeps writing s3://{store.bucket}/{key}",
        remedy="run the same command again; the lake is whole",
    )


def ensure(store: Store, path: Path, key: str) -> None:
    """Write a file over what is there if that is old, of another size, or gone by now."""
    try:
        there = store.head(key)
        if there.size == path.stat().st_size and there.age < FRESH:
            return
    except FileNotFoundError:
        pass
    store.upload(path, key, over=True)


def sweep(lake: Objects, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Delete what was withdrawn so long ago, and what dead writers left more than a day ago.

    Objects that a commit lists, or a withdrawn snapshot that still waits, stay. Raises
    SnapshotDamaged where a commit cannot be read: what it needs is then not known.
    """
    grace = timedelta(hours=grace_hours)
    waiting = {number for number, kept in lake.withdrawn() if grace_hours > 0 and kept.age < grace}
    due = {number: kept.key for number, kept in lake.withdrawn() if number not in waiting}
    seen = set(lake.numbers())
    needed = _needed(lake, seen) | _withdrawn(lake, waiting)
    gone = _withdrawn(lake, due)
    garbage = [each for each in _listable(lake) if _is_garbage(each, needed, gone, grace)]
    # A commit that came while all of this was read may list what lay there unused.
    needed = _needed(lake, set(lake.numbers()) - seen)
    garbage = [each for each in garbage if each.key not in needed]
    lake.store.delete([each.key for each in garbage])
    lake.store.delete([due[number] for number in sorted(due)])
    lake.store.abort_older(lake.data_prefix, STRAY)
    freed = sum(each.size for each in garbage)
    return tuple(sorted(due)), tuple(sorted(waiting)), freed


def _is_garbage(each: Object, needed: set[str], gone: set[str], grace: timedelta) -> bool:
    if each.key in needed:
        return False
    if each.key in gone and grace <= timedelta(0):
        return True
    return each.age >= (grace if each.key in gone else max(grace, STRAY))


def _listable(lake: Objects) -> Iterator[Object]:
    """All that a manifest could list."""
    yield from lake.store.list(lake.data_prefix)
    yield from lake.store.list(lake.guides_prefix)


def _needed(lake: Objects, numbers: Collection[int]) -> set[str]:
    """Keys of all files that these snapshots list."""
    snapshots = [read_snapshot(lake, number) for number in sorted(numbers)]
    return {lake.key(file.path, file.sha256) for each in snapshots for file in each.everything()}


def _withdrawn(lake: Objects, numbers: Collection[int]) -> set[str]:
    """The same for snapshots that were withdrawn; nothing where what is left cannot be read."""
    found: set[str] = set()
    for number in numbers:
        try:
            record = json.loads(lake.withdrawn_manifest(number))
            listed = [*record["datasets"].values(), record.get("guides", [])]
            found |= {lake.key(each["path"], each["sha256"]) for files in listed for each in files}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            continue
    return found
