"""What the lake holds and which runs made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.report.page.charts import durations
from flows.report.page.database import asked, one
from flows.report.page.numbers import RUNS, Cell, Number, Section, Table, literal, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from duckdb import DuckDBPyConnection

    from flows.lake import Snapshot

MOST_RUNS = 30


def holdings(database: DuckDBPyConnection, snapshot: Snapshot) -> Section:
    """Rows, files and bytes of each dataset."""
    about = "Every number on this page leads to its rows: follow it for the query that lists them."
    (outlets,) = one(database, "select count(distinct outlet_id) from articles")
    rows: list[tuple[Cell, ...]] = []
    for name in snapshot.datasets:
        size = sum(file.byte_count for file in snapshot.files(name)) / 1e6
        count = Number(snapshot.rows(name), f"from {name}")
        files = Number(0, shown=f"{len(snapshot.files(name)):,}")
        rows.append((name, count, files, Number(0, shown=f"{size:,.1f}")))
    outlet = Number(outlets, "select distinct outlet_id from articles")
    rows.append(("outlets (in articles)", outlet, None, None))
    table = Table("Datasets of this snapshot", ("Dataset", "Rows", "Files", "MB"), tuple(rows))
    return Section("holdings", "What the lake holds", about, (table,))


def runs(database: DuckDBPyConnection, place: str = RUNS) -> Section:
    """The latest runs, with what they did and how long they took; `place` is where rows are."""
    found = asked(
        database,
        f"""select run_id, flow, state, started_at at time zone 'UTC',
            epoch(finished_at - started_at), snapshot, seen, published, merged, quarantined,
            unchanged, bytes_in, code_version
        from runs order by started_at desc, run_id desc limit {MOST_RUNS}""",
    )
    (total,) = one(database, "select count(*) from runs")
    if not found:
        return Section("runs", "Runs", "No run is on record.", ())
    columns = (
        "Started (UTC)", "Flow", "State", "Seconds", "Snapshot", "Seen", "Published", "Merged",
        "Set aside", "Unchanged", "MB in", "Code",
    )  # fmt: skip
    caption = f"The latest {len(found):,} of {total:,} runs"
    table = Table(caption, columns, tuple(_run(row, place) for row in found))
    marks = [(_when(row[3]), row[4] or 0.0, row[2], row[1]) for row in reversed(found)]
    about = "Documents seen are published, merged, set aside or unchanged: each run balances."
    return Section("runs", "Runs", about, (durations(marks), table, _stages(database, found[0][0])))


def _run(row: Sequence[Any], place: str) -> tuple[Cell, ...]:
    run, flow, state, started, seconds, snapshot, *counts, size, code = row
    where = f"from {place} where run_id = {literal(run)}"
    return (
        Number(1, where, _when(started)),
        plain(flow),
        plain(state),
        None if seconds is None else Number(1, where, f"{seconds:,.1f}"),
        None if snapshot is None else Number(1, where, str(snapshot)),
        *(Number(1, where, f"{count:,}") for count in counts),
        Number(1, where, f"{size / 1e6:,.1f}"),
        plain(code),
    )


def _stages(database: DuckDBPyConnection, run: str) -> Table:
    found = asked(
        database,
        f"""select each.stage, each.seconds from (
            select unnest(stage_seconds) as each from runs where run_id = {literal(run)})""",
    )
    rows = tuple((plain(stage), Number(0, shown=f"{seconds:,.2f}")) for stage, seconds in found)
    caption = "Where the latest run spent its time; seconds of the workers added up"
    return Table(caption, ("Stage", "Seconds"), rows)


def _when(started: datetime) -> str:
    return f"{started:%Y-%m-%d %H:%M:%S}"
