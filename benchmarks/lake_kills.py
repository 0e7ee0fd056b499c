"""Writers killed at random moments under readers: python -m benchmarks.lake_kills [KILLS] [--s3].

An ingest, a backfill and a replay work on one lake at once, on synthetic rows staged as workers
stage them. Each is killed with SIGKILL at a random moment and started again, KILLS times in all
(default 60), while pandas, polars and DuckDB read pinned snapshots. Then each runs to its end.
With --s3 the lake is in an object store: moto's server on loopback, in a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.lake import MONTHS, RECEIVED, facts_of, quotes_of
from benchmarks.measure import Gate, empty_folder, print_table
from benchmarks.rows import digest, filled
from flows.lake import Lake, Made, Snapshot, StoriesGrew, publish, shard_schema, write_shard
from flows.lake import read as read_pinned
from flows.lake.s3 import Store
from flows.lake.verify import verify
from tests.object_store import BUCKET, s3_server

DOCUMENTS = 96
BATCH = 6
EVERY_TENTH = 10
"""Of so many documents one is set aside at first, which replay then publishes."""
LONGEST_LIFE = 0.6
LONGEST_LIFE_FAR = 4.0
"""A writer needs a second to set up its client, on a busy machine more."""


def main() -> None:
    """Kill, read and check; print what was lost, doubled or mixed: each has to be nought."""
    kills = next((int(each) for each in sys.argv[1:] if each.isdigit()), 60)
    far = "--s3" in sys.argv[1:]
    with empty_folder() as folder, _store(folder) if far else nullcontext(folder / "lake") as at:
        lake = Lake.create(at)
        readers = [_forked(partial(_reader, name, folder, at, far)) for name in READERS]
        killed = _killed(lake, kills, LONGEST_LIFE_FAR if far else LONGEST_LIFE)
        for work in WRITERS:
            work(lake)
        (folder / "stop").touch()
        codes = [os.waitpid(reader, 0)[1] for reader in readers]
        reads = {name: json.loads((folder / name).read_text()) for name in READERS}
        _show(lake, killed, codes, reads)


@contextmanager
def _store(folder: Path) -> Iterator[str]:
    """A bucket at a server of its own process; yields the address of a lake in it."""
    server = _forked(partial(_served, folder))
    address = folder / "address"
    while not address.exists():
        time.sleep(0.1)
    os.environ.update(
        AWS_ENDPOINT_URL=address.read_text(),
        AWS_ACCESS_KEY_ID="loopback",
        AWS_SECRET_ACCESS_KEY="loopback",  # noqa: S106  # of a server that asks for none
        AWS_DEFAULT_REGION="us-east-1",
        TMPDIR=str(folder),
    )
    Store(BUCKET).call("create_bucket")
    try:
        yield f"s3://{BUCKET}/lake"
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def _served(folder: Path) -> None:
    with s3_server() as address:
        (folder / "unfinished").write_text(address)
        (folder / "unfinished").rename(folder / "address")
        signal.pause()


def _killed(lake: Lake, kills: int, longest_life: float) -> dict[str, int]:
    """Three writers at a time, each killed at a random moment; returns how they ended."""
    draw = random.Random(11)  # noqa: S311  # the same moments each time, as far as a clock allows
    ended = {"killed": 0, "ended by themselves": 0, "failed": 0}
    alive: dict[int, float] = {}
    while ended["killed"] < kills:
        while len(alive) < len(WRITERS):
            work = WRITERS[draw.randrange(len(WRITERS))]
            alive[_forked(partial(work, lake))] = time.time() + draw.uniform(0.01, longest_life)
        time.sleep(0.02)
        for child in [child for child, until in alive.items() if time.time() > until]:
            os.kill(child, signal.SIGKILL)
        for child in list(alive):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                del alive[child]
                ended[_how(status)] += 1
    for child in alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return ended


def _how(status: int) -> str:
    if os.WIFSIGNALED(status):
        return "killed"
    return "failed" if os.waitstatus_to_exitcode(status) else "ended by themselves"


def _forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        random.seed()  # Or every child would draw what the first one drew.
        try:
            work()
        except BaseException:  # nothing may get past the fork
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _is_refused(number: int) -> bool:
    return number % EVERY_TENTH == 0


def ingest(lake: Lake) -> None:
    """Bring what is not known, a few documents at a time."""
    known = set(lake.known_documents().to_pylist())
    missing = [n for n in range(DOCUMENTS) if digest("bytes", n) not in known]
    for start in range(0, len(missing), BATCH):
        numbers = missing[start : start + BATCH]
        accepted = [number for number in numbers if not _is_refused(number)]
        refused = [number for number in numbers if _is_refused(number)]
        _publish(lake, accepted, refused, marker="first", again=False)


def backfill(lake: Lake) -> None:
    """Read the published documents of four months again; each time they come out otherwise."""
    for month in random.sample(range(MONTHS), 4):
        snapshot = lake.snapshot()
        published = set(_column(snapshot, "articles", "document_sha256"))
        numbers = [n for n in range(month, DOCUMENTS, MONTHS) if digest("bytes", n) in published]
        if numbers:
            _publish(lake, numbers, [], marker=f"{random.random()}", again=True)  # noqa: S311


def replay(lake: Lake) -> None:
    """Publish what was set aside."""
    aside = set(_column(lake.snapshot(), "quarantine", "document_sha256"))
    numbers = [n for n in range(DOCUMENTS) if digest("bytes", n) in aside]
    if numbers:
        _publish(lake, numbers, [], marker="replayed", again=True)


WRITERS = (ingest, backfill, replay)


def _column(snapshot: Snapshot | None, dataset: str, column: str) -> list[Any]:
    values: list[Any] = snapshot.table(dataset, [column])[column].to_pylist() if snapshot else []
    return values


def _publish(
    lake: Lake, accepted: list[int], refused: list[int], *, marker: str, again: bool
) -> None:
    with lake.stage() as staging:
        write_shard(staging.path, "batch", _tables(accepted, refused, marker, again=again))
        hashes = [digest("bytes", number) for number in accepted]
        try:
            publish(
                lake,
                staging,
                Made("benchmark"),
                again=pa.array(hashes, pa.string()) if again else None,
                say=lambda _: None,
            )
        except StoriesGrew:
            return


def _tables(
    accepted: list[int], refused: list[int], marker: str, *, again: bool
) -> dict[str, pa.Table]:
    """Rows that carry one marker in all datasets, by which a mixed read is known."""
    facts = {n: {**facts_of(n, n % MONTHS), "profile": marker} for n in (*accepted, *refused)}
    rows = {
        "articles": [facts[number] for number in accepted],
        "versions": [facts[number] for number in accepted],
        "quotes": [{**q, "cue": marker} for n in accepted for q in quotes_of(n, facts[n])],
        "quarantine": [
            {**facts[n], "quarantine_id": digest(n)[:16], "first_seen": RECEIVED} for n in refused
        ],
    }
    if not again:
        rows["raw_documents"] = list(facts.values())
    return {name: filled(shard_schema(name), found) for name, found in rows.items()}


Columns = dict[str, list[Any]]


Read = Callable[[Snapshot, str, list[str]], Columns]


def _reader(name: str, folder: Path, at: str | Path, far: bool) -> None:
    """Read pinned snapshots until the end; keep what was wrong in any of them."""
    read = partial(_from_afar, name) if far else READERS[name]()
    found = {"reads": 0, "snapshots": 0, "wrong": 0}
    seen: set[int] = set()
    while not (folder / "stop").exists():
        snapshot = Lake.open(at).snapshot()
        if snapshot is None or not snapshot.rows("quotes"):
            time.sleep(0.05)
            continue
        seen.add(snapshot.number)
        articles = read(snapshot, "articles", ["article_id", "profile", "document_sha256"])
        quotes = read(snapshot, "quotes", ["article_id", "cue"])
        found["reads"] += 1
        found["wrong"] += _is_mixed(articles, quotes)
        time.sleep(1.0 if far else 0.1)  # A reader thinks; the disk is for the writers.
    found["snapshots"] = len(seen)
    (folder / name).write_text(json.dumps(found))


def _is_mixed(articles: Columns, quotes: Columns) -> bool:
    """Whether an article is there twice, or any has not its four quotations of the same run."""
    marker = dict(zip(articles["article_id"], articles["profile"], strict=True))
    pairs = list(zip(quotes["article_id"], quotes["cue"], strict=True))
    if len(marker) != len(articles["article_id"]) or len(pairs) != 4 * len(marker):
        return True
    return any(marker.get(story) != cue for story, cue in pairs)


def _by_pandas() -> Read:
    import pandas as pd  # noqa: PLC0415  # threads must not be there before the fork

    def read(snapshot: Snapshot, dataset: str, columns: list[str]) -> Columns:
        frame = pd.read_parquet(snapshot.path / dataset, columns=columns)
        return {name: frame[name].tolist() for name in columns}

    return read


def _by_polars() -> Read:
    import polars as pl  # noqa: PLC0415

    def read(snapshot: Snapshot, dataset: str, columns: list[str]) -> Columns:
        files = f"{snapshot.path}/{dataset}/**/*.parquet"
        frame = pl.scan_parquet(files).select(columns).collect()
        return {name: frame[name].to_list() for name in columns}

    return read


def _by_duckdb() -> Read:
    import duckdb  # noqa: PLC0415

    def read(snapshot: Snapshot, dataset: str, columns: list[str]) -> Columns:
        files = duckdb.read_parquet(f"{snapshot.path}/{dataset}/**/*.parquet")
        rows = files.project(", ".join(columns)).fetchall()
        return {name: [row[at] for row in rows] for at, name in enumerate(columns)}

    return read


def _from_afar(form: str, snapshot: Snapshot, dataset: str, columns: list[str]) -> Columns:
    lake = Lake(snapshot.home)
    found = read_pinned(dataset, lake, snapshot=snapshot.number, columns=columns, form=form)  # type: ignore[arg-type]
    if form == "duckdb":
        rows = found.sql(f"select {', '.join(columns)} from {dataset}").fetchall()  # noqa: S608
        return {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    return {name: list(found[name]) for name in columns}


READERS = {"pandas": _by_pandas, "polars": _by_polars, "duckdb": _by_duckdb}


def _show(lake: Lake, killed: dict[str, int], codes: list[int], reads: dict[str, Any]) -> None:
    gate = Gate()
    rows = list(killed.items())
    rows += [
        (f"{name}: {what}", value) for name, each in reads.items() for what, value in each.items()
    ]
    rows += list(_faults(lake, reads))
    snapshot = lake.snapshot()
    rows.append(("snapshots", snapshot.number if snapshot else 0))
    print_table(("what", "number"), rows)
    for name, value in _faults(lake, reads):
        gate.at_most(name, value, 0)
    gate.at_most("writers that failed", killed["failed"], 0)
    gate.at_most("readers that failed", sum(map(bool, codes)), 0)
    gate.close()


def _faults(lake: Lake, reads: dict[str, Any]) -> Iterator[tuple[str, int]]:
    snapshot = lake.snapshot()
    raw = _column(snapshot, "raw_documents", "document_sha256")
    articles = _column(snapshot, "articles", "document_sha256")
    expected = {digest("bytes", number) for number in range(DOCUMENTS)}
    yield "documents lost", len(expected - set(raw)) + len(expected - set(articles))
    yield "documents doubled", len(raw) + len(articles) - len(set(raw)) - len(set(articles))
    yield "left in quarantine", len(_column(snapshot, "quarantine", "quarantine_id"))
    yield "mixed reads", sum(each["wrong"] for each in reads.values())
    yield "damaged files", len(verify(lake).faults)


if __name__ == "__main__":
    main()
