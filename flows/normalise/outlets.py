"""Outlets and agencies by any of the names that they print."""

from __future__ import annotations

import re
import unicodedata
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher as schemas/lookups/outlets.csv knows it; `timezone` is an IANA name or None."""

    outlet_id: str
    name: str
    kind: str
    timezone: str | None
    aliases: tuple[str, ...]


@cache
def outlets() -> dict[str, Outlet]:
    """Every curated outlet by its id."""
    table = Path(str(files("schemas"))) / "lookups/outlets.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        return {
            row["outlet_id"]: Outlet(
                row["outlet_id"],
                row["name"],
                row["kind"],
                row["timezone"] or None,
                tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in DictReader(rows)
        }


def outlet_named(printed: str) -> Outlet | None:
    """The curated outlet that goes by this name, or None.

    >>> outlet_named("People’s Daily Online").outlet_id
    'peoples_daily_online'
    """
    return _by_name().get(_key(printed))


def outlet_id_of(printed: str) -> str:
    """The id of a curated outlet, else one made of its name.

    >>> outlet_id_of("XINHUA"), outlet_id_of("The Almery Gazette"), outlet_id_of("???")
    ('xinhua', 'almery_gazette', 'unknown')
    """
    known = outlet_named(printed)
    if known is not None:
        return known.outlet_id
    plain = unicodedata.normalize("NFKD", _key(printed)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or UNKNOWN


@cache
def _by_name() -> dict[str, Outlet]:
    return {
        _key(name): outlet
        for outlet in outlets().values()
        if outlet.outlet_id != UNKNOWN
        for name in (outlet.name, *outlet.aliases)
    }


def _key(name: str) -> str:
    plain = " ".join(name.replace("’", "'").casefold().split())
    return plain.removeprefix("the ").removesuffix(" news agency")
