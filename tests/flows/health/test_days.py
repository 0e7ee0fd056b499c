"""Coverage and drift, over articles that are counted and not written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.health.coverage import Gap, gaps
from flows.health.drift import drift, runs_drift
from flows.health.session import Session
from flows.lake import Snapshot
from flows.lake.folder import Folder

FIRST = date(2024, 1, 1)  # a Monday


def weeks(count: int, workday: int, weekend: int) -> dict[date, int]:
    days = (FIRST + timedelta(days=at) for at in range(7 * count))
    return {day: weekend if day.weekday() > 4 else workday for day in days}


def test_a_weekend_that_is_always_quiet_is_no_gap() -> None:
    assert list(gaps(weeks(20, 40, 2))) == []


def test_days_that_are_missing_are_one_gap_with_what_is_usual_on_them() -> None:
    days = weeks(20, 40, 2)
    lost = [FIRST + timedelta(days=at) for at in (70, 71, 72)]
    for day in lost:
        del days[day]
    assert list(gaps(days)) == [Gap(lost[0], lost[-1], 0, 120)]


def test_half_a_day_is_a_gap_and_a_slow_day_is_none() -> None:
    days = weeks(20, 40, 20)
    days[FIRST + timedelta(days=70)] = 6
    days[FIRST + timedelta(days=80)] = 30
    assert [(gap.first, gap.found) for gap in gaps(days)] == [(FIRST + timedelta(days=70), 6)]


def test_what_is_new_or_rare_has_no_usual() -> None:
    assert list(gaps(weeks(4, 40, 40))) == []
    assert list(gaps({FIRST + timedelta(days=9 * at): 1 for at in range(60)})) == []


def test_a_day_far_in_the_future_costs_nothing() -> None:
    days = weeks(10, 40, 40) | {date.max - timedelta(days=400): 1}
    assert [gap.first for gap in gaps(days)] == [FIRST + timedelta(days=70)]


@contextmanager
def session_of(articles: pa.Table, quotes: pa.Table) -> Iterator[Session]:
    with duckdb.connect() as connection:
        connection.register("articles", articles)
        connection.register("quotes", quotes)
        nothing = Snapshot(1, Folder(Path("lake")), None, "test", {}, {})
        yield Session("lake", nothing, connection)


def year(
    words: tuple[int, int], indirect: tuple[float, float], a_day: tuple[int, int]
) -> list[pa.Table]:
    """400 days of one outlet; each pair is what holds before the newest four weeks, and in them."""
    chance = random.Random(7)
    articles, quotes = [], []
    for at in range(400):
        recent = at >= 372
        for number in range(a_day[recent]):
            key, day = f"{at}-{number}", FIRST + timedelta(days=at)
            length = max(1, int(chance.gauss(words[recent], 120)))
            articles.append(("quillon_post", key, day, length))
            kind = "indirect" if chance.random() < indirect[recent] else "direct"
            quotes.append((key, day, kind, "Ida Holm"))
    columns = ("outlet_id", "article_id", "published_date", "word_count")
    said = ("article_id", "published_date", "kind", "speaker_name")
    return [
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        for names, rows in ((columns, articles), (said, quotes))
    ]


@pytest.mark.parametrize(
    ("words", "indirect", "a_day", "codes"),
    [
        ((600, 600), (0.3, 0.3), (12, 12), []),
        ((600, 250), (0.3, 0.3), (12, 12), ["articles.word_count"] * 2),
        ((600, 600), (0.3, 0.8), (12, 12), ["quotes.kind"] * 2),
        ((600, 600), (0.3, 0.3), (12, 40), ["articles.pace"]),
        ((600, 250), (0.3, 0.8), (2, 2), []),
    ],
    ids=["as usual", "shorter articles", "more indirect", "more articles", "too few to say"],
)
def test_the_newest_weeks_are_held_against_the_year_before(
    words: tuple[int, int], indirect: tuple[float, float], a_day: tuple[int, int], codes: list[str]
) -> None:
    with session_of(*year(words, indirect, a_day)) as session:
        found = list(drift(session))
    assert [each.code for each in found] == codes
    assert {each.severity for each in found} <= {"unusual"}
    if "quotes.kind" in codes:
        assert "kinds of quotation of all outlets" in found[0].what
        assert "quillon_post" in found[1].what
        assert found[0].where == "2025-01-07 to 2025-02-03"


def runs(*shares: float, published: int = 50) -> pa.Table:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return pa.Table.from_pylist(
        [
            {
                "run_id": f"r{at}",
                "flow": "ingest",
                "state": "completed",
                "started_at": start + timedelta(hours=at),
                "seen": 100,
                "unchanged": 0,
                "published": published,
                "quarantined": round(100 * share),
            }
            for at, share in enumerate(shares)
        ]
    )


def test_a_run_that_sets_far_more_aside_than_usual_is_told() -> None:
    now = datetime(2024, 1, 1, 8, tzinfo=UTC)
    usual = (0.05, 0.06, 0.04, 0.05, 0.07, 0.05)
    assert list(runs_drift("lake", runs(*usual, 0.08), now)) == []
    (found,) = runs_drift("lake", runs(*usual, 0.6), now)
    assert (found.code, found.count, found.where) == ("quarantine.share", 60, "run r6")
    assert found.what == "documents set aside, 60% of 100; usual are 5%"


def test_silence_longer_than_usual_is_told_and_a_night_is_not() -> None:
    hourly = runs(*[0.05] * 12)
    last = datetime(2024, 1, 1, 11, tzinfo=UTC)
    assert list(runs_drift("lake", hourly, last + timedelta(hours=2))) == []
    (found,) = runs_drift("lake", hourly, last + timedelta(hours=5))
    assert (found.code, found.count) == ("runs.silence", 5)
    assert "the last came 2024-01-01 11:00 UTC" in found.what
