"""The zones that news prints by abbreviation or by name."""

from __future__ import annotations

from csv import DictReader
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Zone:
    """The IANA zone that an abbreviation stands for in news; `offset` where it states one (EST)."""

    offset: timedelta | None
    name: str


@cache
def zones() -> dict[str, Zone]:
    """The zones that news prints by abbreviation (schemas/lookups/zones.csv)."""
    table = Path(str(files("schemas"))) / "lookups/zones.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        return {
            row["abbreviation"].casefold(): Zone(_offset(row["offset"]), row["timezone"])
            for row in DictReader(rows)
        }


def _offset(written: str) -> timedelta | None:
    if not written:
        return None
    sign = -1 if written.startswith("-") else 1
    hours, minutes = written[1:].split(":")
    return sign * timedelta(hours=int(hours), minutes=int(minutes))
