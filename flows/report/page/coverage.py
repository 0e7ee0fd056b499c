"""Which outlet is there on which days, and how much of everything over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flows.report.page.charts import bars_over_time, calendar
from flows.report.page.database import asked, one
from flows.report.page.numbers import Cell, Chart, Number, Section, Table, literal, plain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from flows.report.page.database import Rows

GRAINS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
MOST_STEPS = 60
MOST_OUTLETS = 20
KINDS = ("direct", "indirect", "mixed")
KNOWN = "where published_date <= (select max(received_at)::date + 1 from raw_documents)"
"""SQL for the articles of a day that had come when they were received, anywhere on earth."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that charts show, in steps of a grain; `first` begins a step, `last` is a day."""

    grain: str
    first: date
    last: date

    @property
    def step(self) -> str:
        """SQL for the first day of the step of a row."""
        return f"date_trunc('{self.grain}', published_date)::date"

    @property
    def within(self) -> str:
        """SQL for the rows in the window."""
        return f"published_date between date '{self.first}' and date '{self.last}'"

    def of(self, step: date) -> str:
        """SQL for the rows of one step."""
        if self.grain == "day":
            return f"published_date = date '{step}'"
        return f"{self.step} = date '{step}'"

    def named(self, step: date) -> str:
        """A step in words.

        >>> Window("month", date(2024, 1, 1), date(2024, 3, 9)).named(date(2024, 2, 1))
        '2024-02'
        """
        lengths = {"month": 7, "year": 4}
        printed = step.isoformat()[: lengths.get(self.grain, 10)]
        return f"week of {printed}" if self.grain == "week" else printed


def window(database: DuckDBPyConnection) -> Window | None:
    """The latest steps of the finest grain that shows nearly all dated articles; None without any.

    A few articles of long ago, or with a day to come, must not flatten all the others.
    """
    low, high = one(
        database,
        f"select quantile_disc(published_date, 0.02), max(published_date) from articles {KNOWN}",
    )
    if low is None:
        return None
    days = (high - low).days + 1
    fitting = [grain for grain, length in GRAINS.items() if days / length < MOST_STEPS]
    grain = fitting[0] if fitting else "year"
    first = max(low, high - timedelta(days=int(GRAINS[grain] * (MOST_STEPS - 1))))
    (begin,) = one(database, f"select date_trunc('{grain}', date '{first}')::date")
    return Window(grain, begin, high)


def coverage(database: DuckDBPyConnection, shown: Window | None) -> Section:
    """The calendar by outlet."""
    about = "Where an outlet has no mark, the lake has no article of it from that time."
    table = _outlets(database)
    if shown is None:
        return Section("coverage", "Coverage by outlet", about, (table,))
    cells = asked(
        database,
        f"""with ranked as (
            select outlet_id, row_number() over (order by count(*) desc, outlet_id) as place
            from articles group by outlet_id)
        select outlet_id, {shown.step} as step, count(*)
        from articles join ranked using (outlet_id)
        where place <= {MOST_OUTLETS} and {shown.within}
        group by all order by any_value(place), step""",
    )
    marks = [(plain(outlet), shown.named(step), step, count) for outlet, step, count in cells]
    parts = (calendar(marks, shown.grain), table) if marks else (table,)
    return Section("coverage", "Coverage by outlet", about, parts)


def _outlets(database: DuckDBPyConnection) -> Table:
    rows = asked(
        database,
        f"""with days as (
            select outlet_id, published_date as day, count(*) as articles,
                sum(quote_count) as quotes
            from articles group by all),
        gaps as (
            select outlet_id, max(day) as last, max(gap) - 1 as longest from (
                select outlet_id, published_date as day, published_date - lag(published_date)
                    over (partition by outlet_id order by published_date) as gap
                from (select distinct outlet_id, published_date from articles {KNOWN}))
            group by outlet_id)
        select outlet_id, sum(articles)::bigint, sum(quotes)::bigint, count(day), min(day),
            any_value(last), coalesce(sum(articles) filter (day is null), 0)::bigint,
            any_value(longest)
        from days left join gaps using (outlet_id)
        group by outlet_id order by 2 desc, 1 limit {MOST_OUTLETS}""",
    )
    total, outlets = one(database, "select count(*), count(distinct outlet_id) from articles")
    shown = [_outlet(*row) for row in rows]
    if rest := total - sum(row[1] for row in rows):
        names = ", ".join(literal(row[0]) for row in rows)
        others = Number(rest, f"from articles where outlet_id not in ({names})")
        shown.append(("all others", others, *[None] * 6))
    columns = (
        "Outlet",
        "Articles",
        "Quotations",
        "Days",
        "First",
        "Last",
        "Longest gap",
        "Undated",
    )
    return Table(_of("Outlets", len(rows), outlets), columns, tuple(shown))


def _of(what: str, shown: int, there: int) -> str:
    """Caption of a table that may show only the largest.

    >>> _of("Outlets", 20, 300), _of("Outlets", 3, 3)
    ('Outlets: the 20 largest of 300', 'Outlets')
    """
    return f"{what}: the {shown:,} largest of {there:,}" if shown < there else what


def _outlet(  # noqa: PLR0917  # the columns of one row, as the query gives them
    outlet: str,
    articles: int,
    quotes: int,
    days: int,
    first: date | None,
    last: date | None,
    undated: int,
    gap: int | None,
) -> tuple[Cell, ...]:
    where = f"outlet_id = {literal(outlet)}"
    dated = f"from articles where {where} and published_date is not null"
    return (
        plain(outlet),
        Number(articles, f"from articles where {where}"),
        Number(quotes, f"from quotes_in_articles where {where}"),
        Number(days, f"select distinct published_date {dated}"),
        str(first or ""),
        str(last or ""),
        f"{gap:,} days" if gap else "none",
        Number(undated, f"from articles where {where} and published_date is null"),
    )


def over_time(database: DuckDBPyConnection, shown: Window | None) -> Section:
    """Articles and quotations, step by step, and what lies outside the window."""
    title, about = "Articles and quotations over time", "By the printed day of the article."
    if shown is None:
        return Section("time", title, "No article has a day of publication yet.", ())
    articles: dict[date, int] = dict(
        asked(
            database,
            f"""select {shown.step} as step, count(*) from articles
            where {shown.within} group by all order by step""",
        )
    )
    quotes = asked(
        database,
        f"""select {shown.step} as step, kind, count(*) from quotes
        where {shown.within} group by all order by step, kind""",
    )
    parts = (
        over(shown, "Articles", [(step, "articles", count) for step, count in articles.items()]),
        over(shown, "Quotations by kind", quotes),
        _steps(shown, articles, {(step, kind): count for step, kind, count in quotes}),
        _outside(database, shown),
    )
    return Section("time", title, about, parts)


def over(shown: Window, title: str, counts: Rows) -> Chart:
    """A chart of counts by step, stacked by what is counted."""
    return bars_over_time(
        title,
        [(shown.named(step), step, kind, n) for step, kind, n in counts],
        shown.grain,
        1 + int((shown.last - shown.first).days / GRAINS[shown.grain]),
    )


def _steps(shown: Window, articles: dict[date, int], quotes: dict[tuple[date, str], int]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for step in sorted(articles, reverse=True):
        where = shown.of(step)
        kinds = (
            Number(quotes.get((step, kind), 0), f"from quotes where {where} and kind = '{kind}'")
            for kind in KINDS
        )
        rows.append(
            (shown.named(step), Number(articles[step], f"from articles where {where}"), *kinds)
        )
    columns = (shown.grain.capitalize(), "Articles", *(kind.capitalize() for kind in KINDS))
    return Table(f"Articles and quotations by {shown.grain}", columns, tuple(rows), folded=True)


def _outside(database: DuckDBPyConnection, shown: Window) -> Table:
    """What the charts leave out, so that nobody takes them for the whole."""
    rows: list[tuple[Cell, ...]] = []
    for name, where in (
        (f"before {shown.named(shown.first)}", f"published_date < date '{shown.first}'"),
        (f"after {shown.last}", f"published_date > date '{shown.last}'"),
        ("without a day", "published_date is null"),
    ):
        counts = [
            Number(
                one(database, f"select count(*) from {dataset} where {where}")[0],
                f"from {dataset} where {where}",
            )
            for dataset in ("articles", "quotes")
        ]
        rows.append((name, *counts))
    return Table("Not in the charts", ("When", "Articles", "Quotations"), tuple(rows))
