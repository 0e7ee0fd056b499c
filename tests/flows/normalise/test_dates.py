"""Printed days and times: what was stated, how exactly, in which zone, or why not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.normalise.dates import Evidence, NoStamp, Stamp, read_day, read_stamp
from flows.normalise.labels import parted
from flows.normalise.zones import zones

at = datetime.fromisoformat
"""A local time, which states no zone."""


def read(
    raw: str,
    formats: list[str],
    *,
    stated: str | None = None,
    outlet: str | None = None,
) -> Stamp | NoStamp:
    return read_stamp(raw, formats, stated_zone=stated, outlet_zone=outlet)


def utc(stamp: Stamp | NoStamp) -> str | None:
    assert isinstance(stamp, Stamp), stamp
    return stamp.instant.strftime("%Y-%m-%d %H:%M:%S") if stamp.instant else None


@pytest.mark.parametrize(
    ("raw", "local", "precision"),
    [
        ("2024-01-02", "2024-01-02", "day"),
        ("08:43, January 02, 2024", "2024-01-02 08:43", "minute"),
        ("8:03, Jan. 2, 2024", "2024-01-02 08:03", "minute"),
        ("09:12, Sept. 05, 2024", "2024-09-05 09:12", "minute"),
        ("Mon Nov 6, 2006 9:45pm", "2006-11-06 21:45", "minute"),
        ("Mon Nov 6, 2006 12:05 AM", "2006-11-06 00:05", "minute"),
        ("2024-06-28 16:49:05", "2024-06-28 16:49:05", "second"),
        ("2024-06-28 16:49", "2024-06-28 16:49", "minute"),
        ("June 28, 2024", "2024-06-28", "day"),
        ("July 24th, 2012", "2012-07-24", "day"),
        ("July 1st, 2012", "2012-07-01", "day"),
        ("July 23, 2012, 7:10 p.m.", "2012-07-23 19:10", "minute"),
        ("24 July 2012 12:59", "2012-07-24 12:59", "minute"),
        ("24 Sept 2012", "2012-09-24", "day"),
        ("Tuesday, July 24, 2012", "2012-07-24", "day"),
        ("Tue, 24 July 2012 10:20:30", "2012-07-24 10:20:30", "second"),
        ("2024年1月2日", "2024-01-02", "day"),
        ("2024年1月2日 08:43", "2024-01-02 08:43", "minute"),
        ("25/09/2024", "2024-09-25", "day"),
        ("09/25/2024 10:30", "2024-09-25 10:30", "minute"),
        ("25.9.2024", "2024-09-25", "day"),
        ("09/09/2024", "2024-09-09", "day"),
        ("2024-01-02T08:43", "2024-01-02 08:43", "minute"),
        ("2024-01-02T08:43:10.5Z", "2024-01-02 08:43:10.500000", "second"),
        ("20240102", "2024-01-02", "day"),
        ("20240102T084310", "2024-01-02 08:43:10", "second"),
        ("Tue, 02 Jan 2024 08:43:10 +0800", "2024-01-02 08:43:10", "second"),
        ("Tue, 02 Jan 2024 08:43:10 GMT", "2024-01-02 08:43:10", "second"),
        ("January 2, 2024 8:43 am", "2024-01-02 08:43", "minute"),
    ],
)  # fmt: skip
def test_every_printed_form_is_read_as_exactly_as_it_was_printed(
    raw: str, local: str, precision: str
):
    stamp = read(raw, [], outlet="Asia/Shanghai")
    assert isinstance(stamp, Stamp), stamp
    assert (stamp.local, stamp.precision) == (at(local), precision)


@pytest.mark.parametrize(
    ("raw", "formats"),
    [
        pytest.param("February 31, 2024", ["%B %d, %Y"], id="31 February"),
        pytest.param("February 32, 2024", ["%B %d, %Y"], id="32 February"),
        pytest.param("February 29, 2023", ["%B %d, %Y"], id="29 February in no leap year"),
        pytest.param("2024-02-30", [], id="30 February in ISO 8601"),
        pytest.param("2024-13-01", ["%Y-%m-%d"], id="a 13th month"),
        pytest.param("25:10, January 02, 2024", ["%H:%M, %B %d, %Y"], id="25:10"),
        pytest.param("24:00, January 02, 2024", ["%H:%M, %B %d, %Y"], id="24:00"),
        pytest.param("08:60, January 02, 2024", ["%H:%M, %B %d, %Y"], id="60 minutes"),
        pytest.param("January 2, 2024 13:10 pm", ["%B %d, %Y"], id="13 pm"),
        pytest.param("31/02/2024", ["%d/%m/%Y", "%m/%d/%Y"], id="31/02"),
        pytest.param("13/13/2024", ["%d/%m/%Y", "%m/%d/%Y"], id="13/13"),
        pytest.param("0000-00-00", [], id="the null of some databases"),
    ],
)
def test_a_day_or_time_that_does_not_exist_is_impossible(raw: str, formats: list[str]):
    assert read(raw, formats) == NoStamp("impossible")


@pytest.mark.parametrize("raw", ["08/09/2024", "8.9.2024", "08-09-2024", "08/09/2024 10:30"])
def test_an_ambiguous_day_and_month_stay_null_and_say_why(raw: str):
    assert read(raw, []) == NoStamp("ambiguous")


def test_a_profile_that_knows_its_order_reads_what_would_be_ambiguous():
    stamp = read("08/09/2024", ["%d/%m/%Y"])
    assert isinstance(stamp, Stamp)
    assert stamp.local == at("2024-09-08")


@pytest.mark.parametrize(
    "raw", ["", "yesterday", "January 2024", "Page 12", "2024-01-02 or so", "\udcff", "٣ May 2024x"]
)
def test_what_no_format_fits_is_unread(raw: str):
    assert read(raw, []) == NoStamp("unread")


@pytest.mark.parametrize(
    ("zone", "instant", "name"),
    [
        ("EST", "2006-11-07 02:45:00", "America/New_York"),
        ("EDT", "2006-11-07 01:45:00", "America/New_York"),
        ("ET", "2006-11-07 02:45:00", "America/New_York"),
        ("GMT", "2006-11-06 21:45:00", "Etc/GMT"),
        ("JST", "2006-11-06 12:45:00", "Asia/Tokyo"),
    ],
)
def test_a_stated_zone_wins_over_the_outlets(zone: str, instant: str, name: str):
    stamp = read(
        "Mon Nov 6, 2006 9:45pm", ["%a %b %d, %Y %I:%M%p"], stated=zone, outlet="Asia/Shanghai"
    )
    assert utc(stamp) == instant
    assert isinstance(stamp, Stamp)
    assert (stamp.timezone, stamp.origin) == (name, "stated")


def test_a_zone_without_an_offset_has_the_one_of_the_day():
    assert utc(read("June 3, 2024 9:00", ["%B %d, %Y"], stated="ET")) == "2024-06-03 13:00:00"
    assert utc(read("June 3, 2024 9:00", ["%B %d, %Y"], stated="EST")) == "2024-06-03 14:00:00"


@pytest.mark.parametrize("zone", ["CST", "IST", "XYZ"])
def test_an_abbreviation_that_stands_for_several_zones_gives_no_instant(zone: str):
    stamp = read("June 3, 2024 9:00", ["%B %d, %Y"], stated=zone, outlet="Asia/Tokyo")
    assert stamp == Stamp(at("2024-06-03 09:00"), "minute", None, None, None)


def test_every_zone_that_is_listed_exists_and_every_offset_is_one_of_its_own():
    for abbreviation, zone in zones().items():
        winter, summer = at("2024-01-01"), at("2024-07-01")
        offsets = {_offset_in(zone.name, winter), _offset_in(zone.name, summer)}
        assert zone.offset is None or zone.offset in offsets, abbreviation


def _offset_in(zone: str, local: datetime) -> object:
    from zoneinfo import ZoneInfo

    return local.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def test_without_a_stated_zone_the_outlets_own_is_taken_and_named_as_such():
    stamp = read("January 2, 2024 8:43", ["%B %d, %Y"], outlet="Asia/Shanghai")
    assert utc(stamp) == "2024-01-02 00:43:00"
    assert isinstance(stamp, Stamp)
    assert (stamp.timezone, stamp.origin) == ("Asia/Shanghai", "outlet")


def test_without_any_zone_a_time_is_no_instant():
    stamp = read("January 2, 2024 8:43", ["%B %d, %Y"])
    assert stamp == Stamp(at("2024-01-02 08:43"), "minute", None, None, None)


def test_a_day_without_a_time_is_no_instant_but_keeps_its_zone():
    stamp = read("January 2, 2024", ["%B %d, %Y"], outlet="Asia/Shanghai")
    assert stamp == Stamp(at("2024-01-02"), "day", None, "Asia/Shanghai", "outlet")


@pytest.mark.parametrize("raw", ["March 10, 2024 2:30", "November 3, 2024 1:30"])
def test_an_hour_that_the_clocks_skip_or_repeat_is_no_instant(raw: str):
    stamp = read(raw, ["%B %d, %Y"], outlet="America/New_York")
    assert isinstance(stamp, Stamp)
    assert (stamp.instant, stamp.timezone, stamp.precision) == (None, "America/New_York", "minute")


def test_a_stated_offset_settles_the_hour_that_is_repeated():
    assert utc(read("November 3, 2024 1:30", ["%B %d, %Y"], stated="EDT")) == "2024-11-03 05:30:00"
    assert utc(read("November 3, 2024 1:30", ["%B %d, %Y"], stated="EST")) == "2024-11-03 06:30:00"


@pytest.mark.parametrize(
    ("raw", "instant", "zone"),
    [
        ("2024-01-02T08:43:00+08:00", "2024-01-02 00:43:00", "Asia/Shanghai"),
        ("2024-01-02T08:43:00Z", "2024-01-02 08:43:00", "UTC"),
        ("2024-01-02T08:43:10.250-05:00", "2024-01-02 13:43:10", "Etc/GMT+5"),
        ("2024-01-02T08:43:00+05:30", "2024-01-02 03:13:00", None),
        ("2024-01-02T08:43:00+23:00", "2024-01-01 09:43:00", None),
    ],
)
def test_a_printed_offset_is_kept_and_named_where_a_zone_has_it(
    raw: str, instant: str, zone: str | None
):
    stamp = read(raw, [], outlet="Asia/Shanghai")
    assert utc(stamp) == instant
    assert isinstance(stamp, Stamp)
    assert (stamp.timezone, stamp.origin) == (zone, "stated")
    assert stamp.local.tzinfo is None


def test_an_instant_is_in_utc():
    stamp = read("2024-01-02T08:43:00+08:00", [])
    assert isinstance(stamp, Stamp)
    assert stamp.instant is not None
    assert stamp.instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("raw", "near", "day"),
    [
        pytest.param("June 28", date(2024, 6, 28), date(2024, 6, 28), id="the same day"),
        pytest.param("June 27", date(2024, 6, 28), date(2024, 6, 27), id="the day before"),
        pytest.param("June 29", date(2024, 6, 28), date(2024, 6, 29), id="the day after"),
        pytest.param("Dec. 31", date(2024, 1, 2), date(2023, 12, 31), id="over New Year"),
        pytest.param("Jan. 1", date(2023, 12, 31), date(2024, 1, 1), id="New Year's Eve"),
        pytest.param("Feb. 29", date(2024, 3, 1), date(2024, 2, 29), id="29 February"),
        pytest.param("Feb. 29", date(2023, 3, 1), None, id="29 February in no leap year"),
        pytest.param("Sept. 5", date(2024, 9, 6), date(2024, 9, 5), id="Sept."),
        pytest.param("SEPT 5", date(2024, 9, 6), date(2024, 9, 5), id="in capitals"),
        pytest.param("JAN 8", date(2024, 1, 8), date(2024, 1, 8), id="an abbreviation"),
        pytest.param("11月17日", date(2024, 11, 18), date(2024, 11, 17), id="Chinese"),
        pytest.param("Feb. 31", date(2024, 3, 1), None, id="31 February"),
        pytest.param("June 30", date(2024, 6, 28), None, id="not yet: misdated"),
        pytest.param("Monday", date(2024, 6, 28), None, id="no day of a month"),
        pytest.param("June 28", None, None, id="a page without a day"),
        pytest.param("Jan. 1", date(9998, 12, 31), date(9999, 1, 1), id="the last of years"),
    ],
)
def test_a_dateline_takes_its_year_from_the_page(raw: str, near: date | None, day: date | None):
    assert read_day(raw, near) == day


def test_a_very_long_date_is_unread_in_one_pass():
    for raw in ("1" * 200_000, "January " * 30_000, "a." * 100_000, " " * 200_000):
        assert read(raw, []) == NoStamp("unread")


@pytest.mark.parametrize(
    ("raw", "local", "precision"),
    [
        ("10.24.2012 / 5:30 PM", "2012-10-24 17:30", "minute"),
        ("November 12th, 2012 at 04:00 PM", "2012-11-12 16:00", "minute"),
        ("November 4, 2012 · 7:47 AM", "2012-11-04 07:47", "minute"),
        ("Tuesday, November 06, 2012 | 11:00 AM", "2012-11-06 11:00", "minute"),
        ("08:44, 04-Jul-2022", "2022-07-04 08:44", "minute"),
        ("3 Oct 2024 at 22:18", "2024-10-03 22:18", "minute"),
        ("Fri Apr  1 01:55:35 2022", "2022-04-01 01:55:35", "second"),
        ("20240628, 910", "2024-06-28 09:10", "minute"),
        ("Dienstag, 3. März 2024, 19.30 Uhr", "2024-03-03 19:30", "minute"),
        ("le 3 décembre 2024 à 19h30", "2024-12-03 19:30", "minute"),
        ("3 de enero de 2024", "2024-01-03", "day"),
        ("2024年1月2日 星期二 下午3:05", "2024-01-02 15:05", "minute"),
        ("3-Oct-24", "2024-10-03", "day"),
    ],
)
def test_forms_of_many_pages_and_languages_are_read(raw: str, local: str, precision: str):
    stamp = read(raw, [])
    assert isinstance(stamp, Stamp), stamp
    assert (stamp.local, stamp.precision) == (at(local), precision)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("July 23, 2012, 7:10 p.m. ET", "2012-07-23 23:10:00"),
        ("Nov 6, 2012 8pm Beijing Time", "2012-11-06 12:00:00"),
        ("Mon Nov 06 15:00:00 +0800 2023", "2023-11-06 07:00:00"),
        ("24 July 2012 1030 GMT", "2012-07-24 10:30:00"),
        ("2012-11-08 10:00 America/New_York", "2012-11-08 15:00:00"),
        ("1717000000", "2024-05-29 16:26:40"),
    ],
)
def test_a_zone_inside_the_printed_date_is_stated(raw: str, instant: str):
    stamp = read(raw, [])
    assert utc(stamp) == instant
    assert isinstance(stamp, Stamp)
    assert stamp.origin == "stated"


@pytest.mark.parametrize(
    ("raw", "evidence", "local"),
    [
        pytest.param("Sunday 08/09/2024", Evidence(), "2024-09-08", id="the weekday"),
        pytest.param("Friday 08/09/2024", Evidence("dmy"), "2024-08-09", id="not the outlet's"),
        pytest.param("08/09/2024", Evidence("dmy"), "2024-09-08", id="an outlet of Europe"),
        pytest.param("08/09/2024 9:30 PST", Evidence(), "2024-08-09 09:30", id="a zone of the US"),
        pytest.param("08/09/2024", Evidence("mdy"), "2024-08-09", id="an outlet of America"),
        pytest.param(
            "08/09/2024",
            Evidence("mdy", frozenset({date(2024, 9, 7)})),
            "2024-09-08",
            id="another day of the document, before the outlet's custom",
        ),
    ],
)
def test_evidence_settles_the_order_of_day_and_month(raw: str, evidence: Evidence, local: str):
    stamp = read_stamp(raw, stated_zone=None, outlet_zone=None, evidence=evidence)
    assert isinstance(stamp, Stamp), stamp
    assert stamp.local == at(local)


def test_days_that_are_as_near_to_both_readings_settle_nothing():
    days = frozenset({date(2024, 9, 8), date(2024, 8, 9)})
    stamp = read_stamp(
        "08/09/2024", stated_zone=None, outlet_zone=None, evidence=Evidence(None, days)
    )
    assert stamp == NoStamp("ambiguous")


def test_an_ambiguous_zone_beside_an_outlet_that_uses_it_is_the_outlets():
    stamp = read("June 3, 2024 9:00 CST", [], outlet="Asia/Shanghai")
    assert utc(stamp) == "2024-06-03 01:00:00"
    assert isinstance(stamp, Stamp)
    assert (stamp.timezone, stamp.origin) == ("Asia/Shanghai", "stated")


def test_a_year_before_newspapers_is_read_since_a_rule_warns_of_it():
    stamp = read("March 1, 1066", [])
    assert isinstance(stamp, Stamp)
    assert stamp.local == at("1066-03-01")


@pytest.mark.parametrize(
    ("raw", "published", "updated"),
    [
        ("2 May 2024", "2 May 2024", None),
        ("Published: 2 May 2024 10:00", "2 May 2024 10:00", None),
        ("Published: 2 May 2024 Updated: 3 May 2024", "2 May 2024", "3 May 2024"),
        ("Updated: 2024-05-03 | Published: 2024-05-02", "2024-05-02", "2024-05-03"),
        ("2 May 2024 Last updated at 12:59 ET", "2 May 2024", "2 May 2024 12:59 ET"),
        ("Updated: 2024-05-02 13:14", "2024-05-02 13:14", "2024-05-02 13:14"),
        ("更新时间：2024年5月2日", "2024年5月2日", "2024年5月2日"),
        ("", None, None),
    ],
)
def test_the_day_of_publication_is_told_from_that_of_an_update(
    raw: str, published: str | None, updated: str | None
):
    assert parted(raw) == (published, updated)
