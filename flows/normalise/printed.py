"""A printed day with its time and zone, in whatever form news prints it, taken apart.

Found only, not yet placed on the line of time: `dates` does that. The whole of what was printed
must be understood, so that "2024-01-02 or so" gives nothing; names of months and weekdays are those
of schemas/lookups/calendar.csv. Time is linear in the text, of which no more than a line is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from flows.normalise.lookups import LOOKUPS, LookupWrong, rows_of

_KINDS = {"month": range(1, 13), "weekday": range(7)}
_LONGEST = 120
"""Code points; no printed day with everything beside it is longer."""

_Y, _N = r"(?<![0-9])([0-9]{4})(?![0-9])", r"([0-9]{1,2})"
_WORD = r"([^\W\d_]{3,14})"
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|\.)?"
_OF = r"(?:\s?(?:of|de|del|d['’])\s)?"
_YEAR = r"([0-9]{4}|['’][0-9]{2})(?![0-9])"
_ISO = re.compile(rf"{_Y}([-/.]){_N}\2{_N}(?![0-9])[T ]?")
_PACKED = re.compile(r"(?<![0-9])([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_PACKED_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2}):?([0-9]{2}):?([0-9]{2})?(.*)")
_CJK = re.compile(rf"{_Y}\s?[年년]\s?{_N}\s?[月월]\s?{_N}\s?[日일号號]?")
_YEAR_LAST = re.compile(
    rf"({_WORD}\s{_N})\s([0-9]{{1,2}}:[0-9]{{2}}\S*(?:\s\S{{1,5}})?)\s([0-9]{{4}})$"
)
"""Nov 6 15:00:00 +0800 2023: as computers print it, and Twitter."""
_DAY_MONTH = re.compile(rf"(?<![0-9]){_N}{_ORDINAL}[\s-]?{_OF}\s?{_WORD}\.?,?[\s-]?{_OF}\s?{_YEAR}")
_DAY_MONTH_SHORT = re.compile(rf"(?<![0-9]){_N}([-/ ]){_WORD}\2([0-9]{{2}})(?![0-9])")
_MONTH_DAY = re.compile(rf"{_WORD}\.?[\s-]?{_N}{_ORDINAL},?[\s-]?\s?{_YEAR}")
_NUMBERS = re.compile(rf"(?<![0-9]){_N}\s?([-/.])\s?{_N}\s?\2\s?([0-9]{{4}})(?![0-9])")
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?(?:\.0*)?")
_TIME = re.compile(
    r"(?i)(?<![0-9:.])([0-9]{1,2})(?:[:：]([0-9]{2})(?:[:：]([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"|[.h时時点點시]\s?([0-9]{2})(?=\s?(?:[ap]\.?m\b|uhr|[hu]\b|[分분]|$|,|\s[A-Z]))|(?=\s?[ap]\.?\s?m\b))"
    r"(?![0-9])\s?[分분]?(?:(?=[ap])([ap])\.?\s?m\b\.?)?"
)
_CHINESE_HALF = re.compile(r"(上午|凌晨|早上|下午|晚上|中午)\s?(?=[0-9])")
_BARE_TIME = re.compile(r"(?<![0-9:])([0-9]{1,2})([0-9]{2})(?![0-9])")
_OFFSET = re.compile(r"(?:(?:GMT|UTC)\s?)?([+-]|\u2212)([0-9]{1,2})(?::?([0-9]{2}))?(?![0-9])")
_ZONE_NAME = re.compile(
    r"[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+|[A-Z]{2,5}|Z\b|[A-Z][a-z]+(?: [A-Z][a-z]+)? [Tt]ime"
)
_WITHIN_ZONE = re.compile(r"(?<=[a-z])/(?=[A-Z])")
_FILLER = re.compile(
    r"(?i)\b(?:at|on|um|uhr|à|às|a las|alle|ore|o|le|den|der|am|el|klo|kl|hrs|h|vom|date|on:)(?!\w)"
    r"|[\s,.;|·•()@/–—-]+|曜日|日付"
)
_WEEKDAY_CJK = re.compile(
    r"[(（]?(?:星期|周|週)[一二三四五六日天][)）]?|[(（][月火水木金土日월화수목금토일][)）]"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed: the possible days as (year, month, day), and the time beside them.

    Several days only where the order of day and month is open. `time` is hour, minute, second and
    microsecond; `offset` a printed one (+08:00); `zone` a printed name (EST), whatever it means;
    `weekday` counts from Monday, 0.
    """

    days: tuple[tuple[int, int, int], ...]
    time: tuple[int, int, int, int] | None
    precision: str
    offset: timedelta | None
    zone: str | None
    weekday: int | None


def read_printed(raw: str) -> Printed | None:
    """Take a printed day apart, or None where anything of it is not understood.

    >>> read_printed("24 July 2012 at 7:10 p.m. ET").time
    (19, 10, 0, 0)
    >>> read_printed("08/09/2024").days
    ((2024, 9, 8), (2024, 8, 9))
    >>> read_printed("Dienstag, 3. März 2024, 19.30 Uhr").days
    ((2024, 3, 3),)
    """
    if len(raw) > _LONGEST:
        return None
    plain = " ".join(raw.split())
    if _EPOCH.fullmatch(plain):
        return _of_epoch(plain.partition(".")[0])
    plain = _YEAR_LAST.sub(r"\1, \5 \4", _PACKED_TIME.sub(_spread, plain))
    for form in _FORMS:
        for days, start, end in form(plain):
            found = _with_time(days, plain[:start] + " , " + plain[end:])
            if found is not None:
                return found
    return None


def month_of(name: str) -> int | None:
    """The number of a month by its name or abbreviation in any language of the calendar.

    >>> [month_of(name) for name in ("Sept", "März", "décembre", "Moon")]
    [9, 3, 12, None]
    """
    return _calendar("month").get(name.casefold())


Found = Iterator[tuple[tuple[tuple[int, int, int], ...], int, int]]


def _spread(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second, rest = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{rest}"


def _iso(plain: str) -> Found:
    for match in (*_ISO.finditer(plain), *_CJK.finditer(plain)):
        numbers = [int(each) for each in match.groups() if each.isdigit()]
        yield ((numbers[0], numbers[1], numbers[2]),), *match.span()


def _packed(plain: str) -> Found:
    for match in _PACKED.finditer(plain):
        year, month, day = (int(each) for each in match.groups() if each)
        yield ((year, month, day),), *match.span()


def _day_month(plain: str) -> Found:
    for match in _DAY_MONTH.finditer(plain):
        if month := month_of(match.group(2)):
            yield ((_year(match.group(3)), month, int(match.group(1))),), *match.span()
    for match in _DAY_MONTH_SHORT.finditer(plain):
        if month := month_of(match.group(3)):
            yield ((_year(match.group(4)), month, int(match.group(1))),), *match.span()


def _month_day(plain: str) -> Found:
    for match in _MONTH_DAY.finditer(plain):
        if month := month_of(match.group(1)):
            yield ((_year(match.group(3)), month, int(match.group(2))),), *match.span()


def _numbers(plain: str) -> Found:
    for match in _NUMBERS.finditer(plain):
        a, b, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
        orders = ((year, b, a), (year, a, b))
        possible = tuple(dict.fromkeys(each for each in orders if each[1] <= 12)) or orders[:1]
        yield possible, *match.span()


_FORMS: tuple[Callable[[str], Found], ...] = (_iso, _day_month, _month_day, _numbers, _packed)


def _year(written: str) -> int:
    """Two digits are of this century, unless that is more than a year ahead."""
    year = int(written.strip("'’"))
    if len(written.strip("'’")) == 4:
        return year
    return 2000 + year if 2000 + year <= datetime.now(UTC).year + 1 else 1900 + year


def _with_time(days: tuple[tuple[int, int, int], ...], rest: str) -> Printed | None:
    """What stands beside the day: a time, its zone, a weekday, and nothing else."""
    half = _CHINESE_HALF.search(rest)
    rest = _CHINESE_HALF.sub("", _WEEKDAY_CJK.sub("", rest))
    time, precision, rest = _time(rest, half.group(1) if half else "")
    offset, rest = _offset(rest) if time else (None, rest)
    zone = None
    weekday = None
    for word in _words(rest):
        number = _calendar("weekday").get(word.casefold().rstrip("."))
        if number is not None and weekday is None:
            weekday = number
        elif zone is None and _ZONE_NAME.fullmatch(word):
            zone = word
        elif not (zone and _ZONE_NAME.fullmatch(word)):
            return None
    return Printed(days, time, precision, offset, None if offset is not None else zone, weekday)


def _words(rest: str) -> Iterator[str]:
    """What is left to be understood, names of zones of two words whole."""
    rest = re.sub(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)?) ([Tt]ime)\b", _joined_zone, rest)
    for word in _FILLER.sub(" ", _WITHIN_ZONE.sub("\x00", rest)).split():
        yield word.replace("\x00", "/").replace("\x01", " ")


def _joined_zone(match: re.Match[str]) -> str:
    return match.group().replace(" ", "\x01")


def _time(rest: str, half: str) -> tuple[tuple[int, int, int, int] | None, str, str]:
    match = _TIME.search(rest)
    if match is None:
        bare = _BARE_TIME.search(rest)
        if bare is None:
            return None, "day", rest
        return (int(bare.group(1)), int(bare.group(2)), 0, 0), "minute", _without(rest, bare)
    hours, minutes, seconds, fraction, other, meridiem = match.groups()
    hour = _hour(int(hours), (meridiem or "").lower(), half)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    time = (hour, int(minutes or other or 0), int(seconds or 0), micro)
    return time, "second" if seconds else "minute", _without(rest, match)


def _hour(hour: int, meridiem: str, half: str) -> int:
    """On 24 hours; 13 pm is none, and 99 says so."""
    if meridiem:
        return 99 if hour > 12 else hour % 12 + (12 if meridiem == "p" else 0)
    return hour + 12 if half in ("下午", "晚上") and hour < 12 else hour


def _without(rest: str, match: re.Match[str]) -> str:
    return f"{rest[: match.start()]} {rest[match.end() :]}"


def _offset(rest: str) -> tuple[timedelta | None, str]:
    match = _OFFSET.search(rest)
    if match is None:
        return None, rest
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        return None, rest
    return offset if sign == "+" else -offset, _without(rest, match)


def _of_epoch(digits: str) -> Printed:
    seconds = int(digits) / (1000 if len(digits) == 13 else 1)
    found = datetime.fromtimestamp(seconds, UTC)
    time = found.hour, found.minute, found.second, found.microsecond
    return Printed(((found.year, found.month, found.day),), time, "second", timedelta(), None, None)


@cache
def _calendar(kind: str) -> dict[str, int]:
    return calendar()[kind]


@cache
def calendar(table: Path = LOOKUPS / "calendar.csv") -> dict[str, dict[str, int]]:
    """Number of each name, by kind: month or weekday. Raises LookupWrong for a row that is off."""
    found: dict[str, dict[str, int]] = {kind: {} for kind in _KINDS}
    for line, row in rows_of(table, "kind", "number", "names", keys=2):
        kind, number = row["kind"], row["number"]
        if kind not in found or not number.isdecimal() or int(number) not in _KINDS[kind]:
            raise LookupWrong(table, line, f"{kind} {number} is no month or weekday")
        found[kind] |= dict.fromkeys(row["names"].split("|"), int(number))
    return found
