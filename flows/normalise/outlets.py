"""Outlets and agencies by any of the names that they print."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.normalise.lookups import LOOKUPS, LookupWrong, is_zone, rows_of

UNKNOWN = "unknown"
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher as schemas/lookups/outlets.csv knows it; `timezone` is an IANA name or None."""

    outlet_id: str
    name: str
    kind: str
    timezone: str | None
    aliases: tuple[str, ...]


@cache
def outlets(table: Path = LOOKUPS / "outlets.csv") -> dict[str, Outlet]:
    """Every curated outlet by its id. Raises LookupWrong for a row that cannot be used."""
    found: dict[str, Outlet] = {}
    for line, row in rows_of(table, "outlet_id", "name", "kind", "timezone", "aliases"):
        outlet_id, timezone = row["outlet_id"], row["timezone"]
        if _ID.fullmatch(outlet_id) is None:
            raise LookupWrong(table, line, f"{outlet_id!r} is no id: lower-case letters, digits, _")
        if timezone and not is_zone(timezone):
            raise LookupWrong.zone(table, line, timezone)
        aliases = tuple(filter(None, row["aliases"].split("|")))
        found[outlet_id] = Outlet(outlet_id, row["name"], row["kind"], timezone or None, aliases)
    return found


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
