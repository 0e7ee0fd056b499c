"""The page of a lake, made of one pinned snapshot and put in its place in one step."""

from __future__ import annotations

from importlib.resources import files
from shlex import quote
from typing import TYPE_CHECKING, Any

from flows.lake.faults import told_plainly
from flows.lake.layout import REPORT
from flows.report.page.coverage import KNOWN, coverage, over_time, window
from flows.report.page.database import one, opened
from flows.report.page.history import holdings, runs
from flows.report.page.numbers import RUNS, RUNS_ASKED, Chart, Number, Section, plain
from flows.report.page.quality import profiles, quarantine
from flows.report.page.quotations import kinds, speakers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from flows.lake import Lake, Snapshot

HEADLINE = {
    "articles": "from articles",
    "quotations": "from quotes",
    "speakers": "from speakers",
    "set aside": "from quarantine",
}


def write_page(lake: Lake) -> str:
    """Make the page of the newest snapshot; returns where it lies, beside the snapshots.

    Raises SnapshotDamaged, LakeUnusable, and what DuckDB or a chart raises; the page that was
    there before then stays.
    """
    text = render(lake, lake.snapshot())
    with told_plainly(lake.home.address, "write to"):
        lake.home.keep(REPORT, text.encode())
    return f"{lake.home.address}/{REPORT}"


def render(lake: Lake, snapshot: Snapshot | None) -> str:
    """The page of one snapshot as HTML; the same for the same snapshot and runs."""
    if snapshot is None:
        return _page(lake, None, [], [], None)
    with opened(lake, snapshot) as database:
        days = one(
            database, f"select min(published_date), max(published_date) from articles {KNOWN}"
        )
        return _page(lake, snapshot, sections(database, snapshot), headline(database), days)


def sections(database: DuckDBPyConnection, snapshot: Snapshot) -> list[Section]:
    """The parts of the page in their order."""
    shown = window(database)
    return [
        holdings(database, snapshot),
        coverage(database, shown),
        over_time(database, shown),
        kinds(database),
        speakers(database),
        profiles(database),
        quarantine(database),
        runs(database, RUNS_ASKED if snapshot.home.is_far else RUNS),
    ]


def headline(database: DuckDBPyConnection) -> list[tuple[str, Number]]:
    """The numbers at the top, by name."""
    return [
        (name, Number(one(database, f"select count(*) {rows}")[0], rows))
        for name, rows in HEADLINE.items()
    ]


def _page(
    lake: Lake,
    snapshot: Snapshot | None,
    sections: list[Section],
    counts: list[tuple[str, Number]],
    days: tuple[Any, ...] | None,
) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415

    here = files("flows.report.page")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["number"] = lambda value: isinstance(value, Number)
    environment.tests["chart"] = lambda value: isinstance(value, Chart)
    home = lake.home
    folder = home.where(snapshot.number, "") if snapshot and not home.is_far else home.address
    text: str = environment.from_string(here.joinpath("page.html").read_text("utf-8")).render(
        style=here.joinpath("page.css").read_text("utf-8"),
        name=plain(home.address.rstrip("/").rpartition("/")[2]),
        shell_folder=quote(folder),
        python_folder=repr(folder),
        is_far=home.is_far,
        snapshot=snapshot,
        sections=sections,
        counts=counts,
        days=days,
        queries=Queries(),
    )
    return text


class Queries:
    """The queries behind the numbers of a page, each told once, by a number of its own."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def at(self, rows: str) -> tuple[int, bool]:
        """Place of a query, from 1 in the order of the page, and whether it is asked first."""
        is_first = rows not in self._known
        return self._known.setdefault(rows, len(self._known) + 1), is_first

    def all(self) -> list[tuple[int, str]]:
        """Every query with its place."""
        return [(place, rows) for rows, place in self._known.items()]
