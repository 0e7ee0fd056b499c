"""The zones that news prints by abbreviation or by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from flows.normalise.lookups import LOOKUPS, LookupWrong, is_zone, rows_of

_OFFSET = re.compile(r"[+-]\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Zone:
    """The IANA zone that an abbreviation stands for in news; `offset` where it states one (EST)."""

    offset: timedelta | None
    name: str


@cache
def zones(table: Path = LOOKUPS / "zones.csv") -> dict[str, Zone]:
    """The zones of news by name in lower case. Raises LookupWrong for a row that is off."""
    found: dict[str, Zone] = {}
    for line, row in rows_of(table, "abbreviation", "offset", "timezone"):
        offset, timezone = row["offset"], row["timezone"]
        if offset and _OFFSET.fullmatch(offset) is None:
            raise LookupWrong(table, line, f"{offset!r} is no offset, such as +08:00")
        if not is_zone(timezone):
            raise LookupWrong.zone(table, line, timezone)
        found[row["abbreviation"].casefold()] = Zone(_offset(offset), timezone)
    return found


def _offset(written: str) -> timedelta | None:
    if not written:
        return None
    sign = -1 if written.startswith("-") else 1
    hours, minutes = written[1:].split(":")
    return sign * timedelta(hours=int(hours), minutes=int(minutes))
