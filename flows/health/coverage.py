"""Day by day: on which days an outlet has far fewer articles than it usually has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from flows.health.findings import Finding, show
from flows.health.usual import FAR, FEWEST, deviation

if TYPE_CHECKING:
    from flows.health.session import Session

WEEKS = 8
FEW = 5.0
"""Articles a day below which an outlet's silence says nothing."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive days on which an outlet has less than its usual; both ends included."""

    first: date
    last: date
    found: int
    usual: int


def coverage(session: Session) -> Iterator[Finding]:
    """Gaps of each outlet between its first and its last day, the days after the last left out."""
    counted: dict[str, dict[date, int]] = {}
    for outlet, day, count in session.rows(
        "select outlet_id, published_date, count(*) from articles"
        " where published_date is not null group by all"
    ):
        counted.setdefault(outlet, {})[day] = count
    for outlet, days in sorted(counted.items()):
        for gap in gaps(days):
            yield Finding(
                "unusual",
                "articles.coverage",
                f"articles of {outlet}, which usually has about {gap.usual:,} in these days",
                f"{gap.first} to {gap.last}",
                gap.found,
                show("articles", session.lake, outlet_id=outlet, published_date=str(gap.first)),
            )


def gaps(days: Mapping[date, int]) -> Iterator[Gap]:
    """Runs of days with far less than on the same weekday of the WEEKS weeks before.

    Far is a modified z-score below -3.5 (flows.health.usual) and less than half of the median; a
    day without a row counts as 0. A gap is left out of what later days are compared with.
    """
    if not days:
        return
    usual: dict[date, int] = {}
    low: Gap | None = None
    known = sorted(days)
    day = known[0]
    while day <= known[-1]:
        count = days.get(day, 0)
        before = [usual[each] for each in _same_weekdays(day) if each in usual]
        middle = median(before) if before else 0.0
        if middle >= FEW and count < middle / 2 and deviation(count, before, 1.0) < -FAR:
            low = _longer(low, day, count, round(middle))
        else:
            usual[day] = count
            if low is not None:
                yield low
            low = None
        # Where nothing is expected, the days up to the next article say nothing.
        silent = not count and not middle
        day = known[bisect_right(known, day)] if silent else day + DAY
    if low is not None:
        yield low


def _same_weekdays(day: date) -> Iterator[date]:
    """The same weekday in the weeks before, farther back where gaps were left out."""
    for week in range(1, WEEKS + FEWEST):
        yield day - 7 * week * DAY


def _longer(gap: Gap | None, day: date, found: int, usual: int) -> Gap:
    if gap is None:
        return Gap(day, day, found, usual)
    return Gap(gap.first, day, gap.found + found, gap.usual + usual)
