"""Printed days and times into instants: what was stated, how exactly, and in which zone.

Nothing is guessed: what is not understood stays raw, a day that does not exist says so, an order of
day and month that nothing settles stays open, and a time without a zone, stated or the outlet's
own, is no instant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.normalise.printed import Printed, month_of, read_printed
from flows.normalise.zones import Zone, zones

_UNITED_STATES = frozenset(
    ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]
)
DAY_FIRST = frozenset(
    ["de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "da", "nb", "fi", "ru", "uk", "ro", "tr"]
)
"""Languages in which 08/09/2024 is in September wherever they are written (BCP 47)."""
_OLDEST_DATELINE = timedelta(days=183)
_DAY_OF_DATELINE = re.compile(
    r"([^\W\d_]{3,12})\.? ([0-9]{1,2})(?:st|nd|rd|th)?|([0-9]{1,2})\.? (?:de )?([^\W\d_]{3,12})\.?"
    r"|([0-9]{1,2})[月월] ?([0-9]{1,2})[日일]?"
)


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
    unread is what no form fits.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may settle whether 08/09/2024 is in August.

    The outlet's order (`dmy` or `mdy`, None where it is not known), and days that the document
    names elsewhere.
    """

    order: str | None = None
    days: frozenset[date] = frozenset()


NO_EVIDENCE = Evidence()


def read_stamp(
    raw: str,
    formats: Sequence[str] = (),
    *,
    stated_zone: str | None,
    outlet_zone: str | None,
    evidence: Evidence = NO_EVIDENCE,
) -> Stamp | NoStamp:
    """A printed day and time: by the formats of `strptime` that a profile names, else as printed.

    >>> stamp = read_stamp("08:43, January 02, 2024", stated_zone=None,
    ...                    outlet_zone="Asia/Shanghai")
    >>> stamp.instant.isoformat(), stamp.precision, stamp.origin
    ('2024-01-02T00:43:00+00:00', 'minute', 'outlet')
    >>> read_stamp("February 31, 2024", stated_zone=None, outlet_zone=None)
    NoStamp(reason='impossible')
    >>> read_stamp("08/09/2024", stated_zone=None, outlet_zone=None)
    NoStamp(reason='ambiguous')
    """
    for form in formats:
        try:
            local = datetime.strptime(" ".join(raw.split()), form)  # noqa: DTZ007  placed below
        except ValueError:
            continue
        return _placed(local, _precision(form), stated_zone, outlet_zone)
    printed = read_printed(raw)
    if printed is None:
        return NoStamp("unread")
    locals_ = _existing(printed)
    if not locals_:
        return NoStamp("impossible")
    settled = locals_[0] if len(locals_) == 1 else _settled(locals_, printed, evidence)
    if settled is None:
        return NoStamp("ambiguous")
    local = settled
    if printed.offset is not None:
        local = local.replace(tzinfo=timezone(printed.offset))
    return _placed(local, printed.precision, stated_zone or printed.zone, outlet_zone)


def read_day(raw: str, near: date | None) -> date | None:
    """The day of a dateline, which prints no year: the last such day not after `near`.

    One day later is let pass, since a page may be dated in another zone than its dateline. A day
    more than half a year ago is none: the dateline or the page is then misdated.

    >>> read_day("Dec. 31", date(2024, 1, 2))
    datetime.date(2023, 12, 31)
    >>> read_day("11月17日", date(2024, 11, 18))
    datetime.date(2024, 11, 17)
    """
    found = _month_and_day(" ".join(raw.split()))
    if near is None or found is None:
        return None
    for year in (near.year + 1, near.year, near.year - 1):
        try:
            day = date(year, *found)
        except ValueError:
            continue
        if day <= near + timedelta(days=1):
            return day if near - day <= _OLDEST_DATELINE else None
    return None


def _month_and_day(raw: str) -> tuple[int, int] | None:
    match = _DAY_OF_DATELINE.fullmatch(raw)
    if match is None:
        return None
    name, day, day2, name2, number, day3 = match.groups()
    month = int(number) if number else month_of(name or name2)
    return None if month is None else (month, int(day or day2 or day3))


def _existing(printed: Printed) -> list[datetime]:
    """The days and times that the calendar and the clock have."""
    found = []
    for day in printed.days:
        try:
            found.append(datetime(*day, *(printed.time or ())))  # noqa: DTZ001  a local time
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _settled(locals_: list[datetime], printed: Printed, evidence: Evidence) -> datetime | None:
    """The one of several days that a weekday, another day of the document or the outlet says.

    The first kind of evidence that singles one out decides; none of them outvotes another.
    """
    if printed.weekday is not None:
        by_weekday = [each for each in locals_ if each.weekday() == printed.weekday]
        if len(by_weekday) == 1:
            return by_weekday[0]
    near = [
        each
        for each in locals_
        if any(abs(each.date() - day) <= timedelta(days=1) for day in evidence.days)
    ]
    if len(near) == 1:
        return near[0]
    order = evidence.order or ("mdy" if _is_american(printed.zone) else None)
    if order is None:
        return None
    return locals_[0 if order == "dmy" else 1]


def _is_american(zone: str | None) -> bool:
    """Whether a printed zone is one of the United States, where the month comes first."""
    known = zones().get(zone.casefold()) if zone else None
    return known is not None and known.name in _UNITED_STATES


def _precision(form: str) -> str:
    if "%S" in form:
        return "second"
    return "minute" if "%M" in form else "day"


def _placed(
    local: datetime, precision: str, stated_zone: str | None, outlet_zone: str | None
) -> Stamp:
    known = _zone(stated_zone, local, outlet_zone) if stated_zone else None
    if local.tzinfo is not None:
        return _with_offset(local, precision, outlet_zone)
    if precision == "day" or (stated_zone and known is None):
        # A zone that stands for several (CST) is no better than none.
        name, origin = (known.name, "stated") if known else (None, None)
        if not stated_zone and outlet_zone:
            name, origin = outlet_zone, "outlet"
        return Stamp(local, precision, None, name, origin)
    if known and known.offset is not None:
        instant = _utc(local.replace(tzinfo=timezone(known.offset)))
        return Stamp(local, precision, instant, known.name, "stated")
    zone = known.name if known else outlet_zone
    if zone is None:
        return Stamp(local, precision, None, None, None)
    return Stamp(local, precision, _instant(local, zone), zone, "stated" if known else "outlet")


def _zone(stated: str, local: datetime, outlet_zone: str | None) -> Zone | None:
    """What a printed zone means: an IANA name, one that is listed, or the outlet's own short name.

    CST is Chicago's as well as Shanghai's; beside an outlet of Shanghai it can be but one.
    """
    if outlet_zone and local.tzinfo is None:
        own = local.replace(tzinfo=ZoneInfo(outlet_zone)).tzname()
        if own == stated.upper() and stated.casefold() not in zones():
            return Zone(None, outlet_zone)
    if "/" in stated:
        try:
            return Zone(None, ZoneInfo(stated).key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return zones().get(stated.casefold())


def _instant(local: datetime, zone: str) -> datetime | None:
    """UTC of a local time, or None where the zone's clocks skip or repeat it."""
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return _utc(earlier) if earlier.utcoffset() == later.utcoffset() else None


def _utc(local: datetime) -> datetime | None:
    """None in the first and the last hours that the calendar has."""
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return None


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
    return Stamp(naive, precision, _utc(local), name, "stated")
