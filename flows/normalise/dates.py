"""Printed days and times into instants: what was stated, how exactly, and in which zone.

Nothing is guessed: a form that no format of the profile reads stays raw, a day that does not
exist says so, and a time without a zone, stated or the outlet's own, is no instant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.normalise.lookups import LOOKUPS, LookupWrong, is_zone, rows_of

_ABBREVIATED = re.compile(r"\b([A-Za-z]{3})[a-z]?\.")
_SEPT = re.compile(r"(?i)\bsept\b")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_MERIDIEM = re.compile(r"(?i)\b([ap])\.m\b\.?")
_UTC_AT_THE_END = re.compile(r"(?<=:\d\d) (?:GMT|UTC)$")
_TIME = re.compile(r"(?i)(,? )\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?$")
_WEEKDAY = re.compile(r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? (?=\w)")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T ][\d:]{2,8}(?:[.,]\d{1,9})?(?:Z|[+-][\d:]{2,5})?)?")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_ISO_TIME = re.compile(r"[T ](\d\d:?)(\d\d:?)?(\d\d)?")
_YEAR_RANGE = range(1600, 9999)
_OLDEST_DATELINE = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Zone:
    """The IANA zone that an abbreviation stands for in news; `offset` where it states one (EST)."""

    offset: timedelta | None
    name: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A printed day, with its time where one was printed.

    `local` is naive; `precision` is second, minute or day; `instant` is UTC, and None without a
    time or without a zone, and in the hours that a zone skips or repeats when its clocks change;
    `timezone` is an IANA name, `origin` says stated or outlet.
    """

    local: datetime
    precision: str
    instant: datetime | None
    timezone: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class NoStamp:
    """Why a printed day gave none: `impossible`, `ambiguous` or `unread`.

    31 February is impossible; 08/09/2024 may be in August or in September, and nothing settles it;
    unread is what no format fits.
    """

    reason: str


def read_stamp(
    raw: str, formats: Sequence[str], *, stated_zone: str | None, outlet_zone: str | None
) -> Stamp | NoStamp:
    """A printed day and time by the formats that a profile allows (those of `strptime`).

    A weekday before it and a time after it need no formats of their own.

    >>> stamp = read_stamp("08:43, January 02, 2024", ["%H:%M, %B %d, %Y"],
    ...                    stated_zone=None, outlet_zone="Asia/Shanghai")
    >>> stamp.instant.isoformat(), stamp.precision, stamp.origin
    ('2024-01-02T00:43:00+00:00', 'minute', 'outlet')
    >>> read_stamp("February 31, 2024", ["%B %d, %Y"], stated_zone=None, outlet_zone=None)
    NoStamp(reason='impossible')
    """
    plain = _plain(raw)
    if _is_ambiguous(plain, formats):
        return NoStamp("ambiguous")
    reason = "unread"
    for written in formats:
        form = _with_time(written, plain)
        try:
            local = _local(plain, form)
        except ValueError as error:
            # strptime says "does not match" of a form and "unconverted data" of a longer text;
            # whatever else it objects to is a day or a time that does not exist.
            if not re.search("does not match|unconverted|isoformat", str(error)) or (
                _fits_but_for_numbers(plain, form)
            ):
                reason = "impossible"
            continue
        if local.year not in _YEAR_RANGE:
            return NoStamp("impossible")
        return _placed(local, _precision(form, plain), stated_zone, outlet_zone)
    return NoStamp(reason)


def read_day(raw: str, near: date | None) -> date | None:
    """The day of a dateline, which prints no year: the last such day not after `near`.

    One day later is let pass, since a page may be dated in another zone than its dateline. A day
    more than half a year ago is none: the dateline or the page is then misdated.

    >>> read_day("Dec. 31", date(2024, 1, 2))
    datetime.date(2023, 12, 31)
    >>> read_day("11月17日", date(2024, 11, 18))
    datetime.date(2024, 11, 17)
    """
    if near is None:
        return None
    for year in (near.year + 1, near.year, near.year - 1):
        for form in ("%b %d %Y", "%B %d %Y", "%m月%d日 %Y"):
            try:
                day = datetime.strptime(f"{_plain(raw)} {year}", form).date()  # noqa: DTZ007
            except ValueError:
                continue
            if day <= near + timedelta(days=1):
                return day if near - day <= _OLDEST_DATELINE else None
    return None


def _local(plain: str, form: str) -> datetime:
    """A format of strptime, or `iso` for anything of ISO 8601."""
    if form == "iso":
        if not _ISO.fullmatch(plain):
            raise ValueError("does not match ISO 8601")
        return datetime.fromisoformat(plain)
    written = plain if "%a" in form.lower() else _WEEKDAY.sub("", plain)
    return datetime.strptime(written, form)  # noqa: DTZ007  the zone is looked at afterwards


def _with_time(form: str, plain: str) -> str:
    """A format for a day, with the time that the printed day ends with.

    >>> _with_time("%d %B %Y", "3 May 2024, 7:10 pm")
    '%d %B %Y, %I:%M %p'
    """
    time = _TIME.search(plain)
    if time is None or form == "iso" or "%M" in form:
        return form
    separator, seconds, meridiem = time.groups()
    hours = "%I" if meridiem else "%H"
    half = meridiem[:-2] + "%p" if meridiem else ""
    return f"{form}{separator}{hours}:%M{':%S' if seconds else ''}{half}"


@cache
def zones(table: Path = LOOKUPS / "zones.csv") -> dict[str, Zone]:
    """The zones that news prints by abbreviation. Raises LookupWrong for a row that is off."""
    found: dict[str, Zone] = {}
    for line, row in rows_of(table, "abbreviation", "offset", "timezone"):
        offset, timezone = row["offset"], row["timezone"]
        if offset and _OFFSET.fullmatch(offset) is None:
            raise LookupWrong(table, line, f"{offset!r} is no offset, such as +08:00")
        if not is_zone(timezone):
            raise LookupWrong.zone(table, line, timezone)
        found[row["abbreviation"]] = Zone(_offset(offset), timezone)
    return found


def _offset(written: str) -> timedelta | None:
    if not written:
        return None
    sign = -1 if written.startswith("-") else 1
    hours, minutes = written[1:].split(":")
    return sign * timedelta(hours=int(hours), minutes=int(minutes))


def _plain(raw: str) -> str:
    written = _ORDINAL.sub("", _ABBREVIATED.sub(r"\1", " ".join(raw.split())))
    written = _UTC_AT_THE_END.sub(" +0000", _MERIDIEM.sub(r"\1m", written))
    return _SEPT.sub("Sep", written).strip()


def _is_ambiguous(plain: str, formats: Sequence[str]) -> bool:
    """Whether two of the formats read two different days."""
    days = set()
    for form in formats:
        if re.match(r"%[dm][/.-]%[dm][/.-]%Y", form):
            try:
                days.add(_local(plain, _with_time(form, plain)).date())
            except ValueError:
                continue
    return len(days) > 1


def _fits_but_for_numbers(plain: str, form: str) -> bool:
    """Whether only a number out of its range ("31 February", "25:10") keeps a form from fitting."""
    try:
        _local(re.sub(r"(?<!\d)\d{1,2}(?!\d)", "01", plain), form)
    except ValueError:
        return False
    return True


def _precision(form: str, plain: str) -> str:
    if form == "iso":
        time = _ISO_TIME.search(plain)
        return "day" if time is None else "second" if time.group(3) else "minute"
    if "%S" in form:
        return "second"
    return "minute" if "%M" in form else "day"


def _placed(
    local: datetime, precision: str, stated_zone: str | None, outlet_zone: str | None
) -> Stamp:
    known = zones().get(stated_zone) if stated_zone else None
    if local.tzinfo is not None:
        return _with_offset(local, precision, outlet_zone)
    if precision == "day" or (stated_zone and known is None):
        # A zone that stands for several (CST) is no better than none.
        name, origin = (known.name, "stated") if known else (None, None)
        if not stated_zone and outlet_zone:
            name, origin = outlet_zone, "outlet"
        return Stamp(local, precision, None, name, origin)
    if known and known.offset is not None:
        instant = local.replace(tzinfo=timezone(known.offset)).astimezone(UTC)
        return Stamp(local, precision, instant, known.name, "stated")
    zone = known.name if known else outlet_zone
    if zone is None:
        return Stamp(local, precision, None, None, None)
    return Stamp(local, precision, _instant(local, zone), zone, "stated" if known else "outlet")


def _instant(local: datetime, zone: str) -> datetime | None:
    """UTC of a local time, or None where the zone's clocks skip or repeat it."""
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return earlier.astimezone(UTC) if earlier.utcoffset() == later.utcoffset() else None


def _with_offset(local: datetime, precision: str, outlet_zone: str | None) -> Stamp:
    """A printed offset, named after the outlet's zone where that has it on this day."""
    offset = local.utcoffset() or timedelta()
    naive = local.replace(tzinfo=None)
    if outlet_zone and naive.replace(tzinfo=ZoneInfo(outlet_zone)).utcoffset() == offset:
        name: str | None = outlet_zone
    elif not offset:
        name = "UTC"
    else:
        hours = offset / timedelta(hours=1)
        # POSIX counts west of Greenwich: Etc/GMT-8 is what news writes as +08:00.
        name = f"Etc/GMT{-hours:+.0f}" if hours in range(-12, 15) else None
    return Stamp(naive, precision, local.astimezone(UTC), name, "stated")
