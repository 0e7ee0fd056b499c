"""Printed days and times: what was stated, how exactly, in which zone, or why not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.normalise.dates import NoStamp, Stamp, read_day, read_stamp, zones
from flows.parse.profile import profile

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


def read_as(name: str, raw: str, field: str = "published", zone: str | None = None) -> Stamp:
    stamp = read_stamp(
        raw, profile(name).date_formats[field], stated_zone=zone, outlet_zone="Asia/Shanghai"
    )
    assert isinstance(stamp, Stamp), stamp
    return stamp


def utc(stamp: Stamp | NoStamp) -> str | None:
    assert isinstance(stamp, Stamp), stamp
    return stamp.instant.strftime("%Y-%m-%d %H:%M:%S") if stamp.instant else None


@pytest.mark.parametrize(
    ("name", "field", "raw", "local", "precision"),
    [
        ("people_daily", "page_date", "2024-01-02", "2024-01-02", "day"),
        ("people_daily", "published", "08:43, January 02, 2024", "2024-01-02 08:43", "minute"),
        ("people_daily", "published", "8:03, Jan. 2, 2024", "2024-01-02 08:03", "minute"),
        ("people_daily", "published", "09:12, Sept. 05, 2024", "2024-09-05 09:12", "minute"),
        ("reuters", "published", "Mon Nov 6, 2006 9:45pm", "2006-11-06 21:45", "minute"),
        ("reuters", "published", "Mon Nov 6, 2006 12:05 AM", "2006-11-06 00:05", "minute"),
        ("xinhua", "published", "2024-06-28 16:49:05", "2024-06-28 16:49:05", "second"),
        ("xinhua", "published", "2024-06-28 16:49", "2024-06-28 16:49", "minute"),
        ("xinhua", "published", "June 28, 2024", "2024-06-28", "day"),
        ("generic", "published", "July 24th, 2012", "2012-07-24", "day"),
        ("generic", "published", "July 1st, 2012", "2012-07-01", "day"),
        ("generic", "published", "July 23, 2012, 7:10 p.m.", "2012-07-23 19:10", "minute"),
        ("generic", "published", "24 July 2012 12:59", "2012-07-24 12:59", "minute"),
        ("generic", "published", "24 Sept 2012", "2012-09-24", "day"),
        ("generic", "published", "Tuesday, July 24, 2012", "2012-07-24", "day"),
        ("generic", "published", "Tue, 24 July 2012 10:20:30", "2012-07-24 10:20:30", "second"),
        ("generic", "published", "2024年1月2日", "2024-01-02", "day"),
        ("generic", "published", "2024年1月2日 08:43", "2024-01-02 08:43", "minute"),
        ("generic", "published", "25/09/2024", "2024-09-25", "day"),
        ("generic", "published", "09/25/2024 10:30", "2024-09-25 10:30", "minute"),
        ("generic", "published", "25.9.2024", "2024-09-25", "day"),
        ("generic", "published", "09/09/2024", "2024-09-09", "day"),
        ("generic", "published", "2024-01-02T08:43", "2024-01-02 08:43", "minute"),
        ("record", "published", "2024-01-02T08:43:10.5Z", "2024-01-02 08:43:10.500000", "second"),
        ("record", "published", "20240102", "2024-01-02", "day"),
        ("record", "published", "20240102T084310", "2024-01-02 08:43:10", "second"),
        ("record", "published", "Tue, 02 Jan 2024 08:43:10 +0800", "2024-01-02 08:43:10", "second"),
        ("record", "published", "Tue, 02 Jan 2024 08:43:10 GMT", "2024-01-02 08:43:10", "second"),
        ("record", "published", "January 2, 2024 8:43 am", "2024-01-02 08:43", "minute"),
    ],
)  # fmt: skip
def test_every_form_of_the_profiles_is_read_as_exactly_as_it_was_printed(
    name: str, field: str, raw: str, local: str, precision: str
):
    stamp = read_as(name, raw, field)
    assert (stamp.local, stamp.precision) == (at(local), precision)


@pytest.mark.parametrize(
    ("raw", "formats"),
    [
        pytest.param("February 31, 2024", ["%B %d, %Y"], id="31 February"),
        pytest.param("February 32, 2024", ["%B %d, %Y"], id="32 February"),
        pytest.param("February 29, 2023", ["%B %d, %Y"], id="29 February in no leap year"),
        pytest.param("2024-02-30", ["iso"], id="30 February in ISO 8601"),
        pytest.param("2024-13-01", ["%Y-%m-%d"], id="a 13th month"),
        pytest.param("25:10, January 02, 2024", ["%H:%M, %B %d, %Y"], id="25:10"),
        pytest.param("24:00, January 02, 2024", ["%H:%M, %B %d, %Y"], id="24:00"),
        pytest.param("08:60, January 02, 2024", ["%H:%M, %B %d, %Y"], id="60 minutes"),
        pytest.param("January 2, 2024 13:10 pm", ["%B %d, %Y"], id="13 pm"),
        pytest.param("31/02/2024", ["%d/%m/%Y", "%m/%d/%Y"], id="31/02"),
        pytest.param("13/13/2024", ["%d/%m/%Y", "%m/%d/%Y"], id="13/13"),
        pytest.param("March 1, 1599", ["%B %d, %Y"], id="before newspapers"),
        pytest.param("0000-00-00", ["iso"], id="the null of some databases"),
    ],
)
def test_a_day_or_time_that_does_not_exist_is_impossible(raw: str, formats: list[str]):
    assert read(raw, formats) == NoStamp("impossible")


@pytest.mark.parametrize("raw", ["08/09/2024", "8.9.2024", "08-09-2024", "08/09/2024 10:30"])
def test_an_ambiguous_day_and_month_stay_null_and_say_why(raw: str):
    formats = profile("generic").date_formats["published"]
    assert read(raw, list(formats)) == NoStamp("ambiguous")


def test_a_profile_that_knows_its_order_reads_what_would_be_ambiguous():
    stamp = read("08/09/2024", ["%d/%m/%Y"])
    assert isinstance(stamp, Stamp)
    assert stamp.local == at("2024-09-08")


@pytest.mark.parametrize(
    "raw", ["", "yesterday", "January 2024", "Page 12", "2024-01-02 or so", "\udcff", "٣ May 2024x"]
)
def test_what_no_format_fits_is_unread(raw: str):
    formats = [
        *profile("generic").date_formats["published"],
        *profile("record").date_formats["published"],
    ]
    assert read(raw, formats) == NoStamp("unread")


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
    stamp = read("June 3, 2024 9:00", ["%B %d, %Y"], stated=zone, outlet="Asia/Shanghai")
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
    stamp = read(raw, ["iso"], outlet="Asia/Shanghai")
    assert utc(stamp) == instant
    assert isinstance(stamp, Stamp)
    assert (stamp.timezone, stamp.origin) == (zone, "stated")
    assert stamp.local.tzinfo is None


def test_an_instant_is_in_utc():
    stamp = read("2024-01-02T08:43:00+08:00", ["iso"])
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
    formats = profile("generic").date_formats["published"]
    for raw in ("1" * 200_000, "January " * 30_000, "a." * 100_000, " " * 200_000):
        assert read(raw, list(formats)) == NoStamp("unread")
