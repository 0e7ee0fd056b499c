"""The newest weeks against the year before them: kinds, speakers, lengths, days, quarantine.

Distributions by the population stability index, shares and counts by median and MAD, each only
where there are enough rows (see flows.health.usual, which names the sources). Days are those of
publication, so that an archive brought in today is judged by when it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

from flows.health.findings import Finding, show
from flows.health.usual import (
    FAR,
    deviation,
    has_shifted,
    quiet_for,
    stability_index,
    unusual_share,
)

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from flows.health.session import Session

RECENT_DAYS = 28
PAST_DAYS = 365
FEWEST_ROWS = 200
"""Rows of both windows below which a distribution is not compared."""
WORDS_STEP = 50
BINS = 10
ALL = "all outlets"
Histogram = dict[str, int]


@dataclass(frozen=True, slots=True)
class Measure:
    """A distribution over rows of a dataset: the SQL of a row's bin, and what it is called."""

    code: str
    dataset: str
    bin: str
    called: str
    ordered: bool = False
    """Bins are numbers, and are put together to tenths of the past."""


MEASURES = (
    Measure("quotes.kind", "quotes", "q.kind", "kinds of quotation"),
    Measure(
        "quotes.speaker_name",
        "quotes",
        "case when q.speaker_name is null then 'unknown' else 'known' end",
        "share of unknown speakers",
    ),
    Measure(
        "articles.word_count",
        "articles",
        f"least(q.word_count // {WORDS_STEP}, 200)",
        "words per article",
        ordered=True,
    ),
)


def drift(session: Session) -> Iterator[Finding]:
    """Distributions of the newest RECENT_DAYS days that are not those of the year before."""
    ((newest,),) = session.rows("select max(published_date) from articles")
    if newest is None:
        return
    since = newest - timedelta(days=RECENT_DAYS - 1)
    for measure in MEASURES:
        for group, windows in sorted(_windows(session, measure, since, newest).items()):
            if min(sum(each.values()) for each in windows) >= FEWEST_ROWS:
                yield from _shift(session, measure, group, windows, (since, newest))
    yield from _pace(session, since, newest)


def _pace(session: Session, since: date, newest: date) -> Iterator[Finding]:
    """Articles of the newest days against each stretch of as many days in the year before."""
    blocks = PAST_DAYS // RECENT_DAYS
    counted: dict[str, dict[int, int]] = {}
    for outlet, block, count in session.rows(
        f"select outlet_id, (cast(? as date) - published_date) // {RECENT_DAYS}, count(*)"
        " from articles where published_date is not null group by all",
        newest,
    ):
        counted.setdefault(outlet, {})[block] = count
    for outlet, count in sorted(counted.items()):
        before = [count.get(at, 0) for at in range(1, min(blocks, max(count)) + 1)]
        now = count.get(0, 0)
        middle = median(before) if before else 0
        if max(now, middle) >= FEWEST_ROWS and abs(deviation(now, before, sqrt(middle))) > FAR:
            what = f"articles of {outlet} in {RECENT_DAYS} days; usual are about {middle:,.0f}"
            look = show("articles", session.lake, outlet_id=outlet)
            where = f"{since} to {newest}"
            yield Finding("unusual", "articles.pace", what, where, now, look)


def _windows(
    session: Session, measure: Measure, since: date, newest: date
) -> Mapping[str, tuple[Histogram, Histogram]]:
    """By outlet, and over all: the histogram of the newest days and the one of the past."""
    past = since - timedelta(days=PAST_DAYS)
    outlet = "join articles a using (article_id)" if measure.dataset == "quotes" else ""
    name = "a.outlet_id" if outlet else "q.outlet_id"
    windows: dict[str, tuple[Histogram, Histogram]] = {}
    for group, recent, label, count in session.rows(
        f"select {name}, q.published_date >= ?, {measure.bin}, count(*)"
        f" from {measure.dataset} q {outlet}"
        " where q.published_date between ? and ? group by all",
        since,
        past,
        newest,
    ):
        for each in (group, ALL):
            window = windows.setdefault(each, ({}, {}))[0 if recent else 1]
            window[str(label)] = window.get(str(label), 0) + count
    return windows


def _shift(
    session: Session,
    measure: Measure,
    group: str,
    windows: tuple[Histogram, Histogram],
    days: tuple[date, date],
) -> Iterator[Finding]:
    now, before = windows
    bins = _tenths(before) if measure.ordered else [{label} for label in sorted({*now, *before})]
    counts = [[sum(w.get(b, 0) for b in each) for each in bins] for w in (now, before)]
    if measure.ordered:  # what is beyond the past's bins belongs to the last
        counts[0][-1] += sum(now.values()) - sum(counts[0])
    if not has_shifted(*counts):
        return
    index = stability_index(*counts)
    told = "" if measure.ordered else f" ({_told(now)}; before: {_told(before)})"
    what = f"{measure.called} of {group} are not those of the year before{told}, index {index:.2f}"
    chosen = {} if group == ALL or measure.dataset == "quotes" else {"outlet_id": group}
    look = show(measure.dataset, session.lake, **chosen)
    where = f"{days[0]} to {days[1]}"
    yield Finding("unusual", measure.code, what, where, sum(now.values()), look)


def _told(window: Histogram) -> str:
    whole = sum(window.values())
    return ", ".join(f"{label} {count / whole:.0%}" for label, count in sorted(window.items()))


def _tenths(before: Histogram) -> list[set[str]]:
    """Bins of numbers put together so that each has about a tenth of the past, in their order."""
    whole, held = sum(before.values()), 0
    tenths: list[set[str]] = [set()]
    numbers = range(max(map(int, before)) + 1)
    for label in map(str, numbers):
        tenths[-1].add(label)
        held += before.get(label, 0)
        if held >= whole / BINS and label != str(numbers[-1]):
            tenths.append(set())
            held = 0
    return tenths


def runs_drift(lake: str, runs: pa.Table, now: datetime) -> Iterator[Finding]:
    """What the runs tell: the last ingest's shares, and silence, against what is usual."""
    done = _ingests(runs)
    for share in SHARES:
        yield from _share(lake, done, share)
    quiet = _silence(done, now)
    if quiet is not None:
        yield _silent(lake, done, quiet)


def news_of_last_run(lake: str, runs: pa.Table, now: datetime) -> Iterator[Finding]:
    """The same, but silence only where the ingest before could not yet say so."""
    done = _ingests(runs)
    told = len(done) > 1 and _silence(done[:-1], done[-2]["finished_at"]) is not None
    for each in runs_drift(lake, runs, now):
        if each.code != SILENCE or not told:
            yield each


def _ingests(runs: pa.Table) -> list[dict[str, Any]]:
    """Completed ingests, the earliest first."""
    rows: list[dict[str, Any]] = runs.to_pylist()
    return [row for row in rows if row["flow"] == "ingest" and row["state"] == "completed"]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole that each ingest tells, and where its rows are."""

    code: str
    part: str
    whole: str
    called: str
    dataset: str

    def of(self, run: Mapping[str, Any]) -> tuple[int, int]:
        """Part and whole of a run; what the lake had already is in neither."""
        known = run["unchanged"] if self.whole == "seen" else 0
        return run.get(self.part) or 0, (run.get(self.whole) or 0) - known


SHARES = (
    Share("quarantine.share", "quarantined", "seen", "documents set aside", "quarantine"),
    Share(
        "quotes.unattributed",
        "unattributed",
        "quotes",
        "quotations without a known speaker",
        "quotes",
    ),
)
SILENCE = "runs.silence"


def _share(lake: str, done: Sequence[Mapping[str, Any]], share: Share) -> Iterator[Finding]:
    told = [row for row in done if share.of(row)[1]]
    if not told or told[-1] is not done[-1]:
        return
    *before, last = told
    shares = [part / whole for part, whole in map(share.of, before)]
    part, whole = share.of(last)
    if unusual_share(part, whole, shares):
        what = f"{share.called}, {part / whole:.0%} of {whole:,}; usual are {median(shares):.0%}"
        where = f"run {last['run_id']}"
        yield Finding("unusual", share.code, what, where, part, show(share.dataset, lake))


def _silence(done: Sequence[Mapping[str, Any]], now: datetime) -> float | None:
    """Seconds since the last news where they are unusually many (see quiet_for)."""
    times = [row["started_at"].timestamp() for row in done if row["published"]]
    return quiet_for(now.timestamp(), times)


def _silent(lake: str, done: Sequence[Mapping[str, Any]], quiet: float) -> Finding:
    last = max(row["started_at"] for row in done if row["published"])
    what = f"hours without news, longer than usual; the last came {last:%Y-%m-%d %H:%M} UTC"
    look = show("runs", lake, flow="ingest")
    return Finding("unusual", SILENCE, what, "all sources", round(quiet / 3600), look)
