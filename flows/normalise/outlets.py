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
_COLUMNS = ("outlet_id", "name", "kind", "country", "timezone", "aliases", "domains")
_MONTH_FIRST = frozenset({"US", "PH"})
_BOTH_ORDERS = frozenset({"CA", "CN", "HK", "TW", "JP", "KR", "KP", "ZA"})


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher as schemas/lookups/outlets.csv knows it; `timezone` is an IANA name or None."""

    outlet_id: str
    name: str
    kind: str
    timezone: str | None
    aliases: tuple[str, ...]
    country: str | None = None
    domains: tuple[str, ...] = ()

    @property
    def date_order(self) -> str | None:
        """`mdy` or `dmy`, as its country writes 08/09/2024; None where both are written."""
        if self.country is None or self.country in _BOTH_ORDERS:
            return None
        return "mdy" if self.country in _MONTH_FIRST else "dmy"


@cache
def outlets(table: Path = LOOKUPS / "outlets.csv") -> dict[str, Outlet]:
    """Every curated outlet by its id. Raises LookupWrong for a row that cannot be used."""
    found: dict[str, Outlet] = {}
    for line, row in rows_of(table, *_COLUMNS):
        outlet_id, timezone = row["outlet_id"], row["timezone"]
        if _ID.fullmatch(outlet_id) is None:
            raise LookupWrong(table, line, f"{outlet_id!r} is no id: lower-case letters, digits, _")
        if timezone and not is_zone(timezone):
            raise LookupWrong.zone(table, line, timezone)
        found[outlet_id] = Outlet(
            outlet_id,
            row["name"],
            row["kind"],
            timezone or None,
            tuple(filter(None, row["aliases"].split("|"))),
            row["country"] or None,
            tuple(filter(None, row["domains"].split("|"))),
        )
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
    by_domain = outlet_of_url(printed.strip()) if "." in printed and " " not in printed else None
    if by_domain is not None:
        return by_domain
    plain = unicodedata.normalize("NFKD", _key(printed)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or UNKNOWN


def outlet_of_url(url: str) -> str | None:
    """The id of the curated outlet that a page's address belongs to, or None.

    >>> outlet_of_url("https://money.cnn.com/2018/02/a.html"), outlet_of_url("https://x.example/")
    ('cnn', None)
    """
    found = re.match(r"(?:https?:)?//([^/?#:@]{1,253})", url)
    labels = (found.group(1) if found else url.partition("/")[0]).casefold().split(".")
    for start in range(len(labels) - 1):
        known = _by_domain().get(".".join(labels[start:]))
        if known is not None:
            return known
    return None


@cache
def _by_domain() -> dict[str, str]:
    return {domain: outlet.outlet_id for outlet in outlets().values() for domain in outlet.domains}


@cache
def _by_name() -> dict[str, Outlet]:
    """By every name, and by those of several words also written as one (globaltimes)."""
    named = {
        _key(name): outlet
        for outlet in outlets().values()
        if outlet.outlet_id != UNKNOWN
        for name in (outlet.name, *outlet.aliases)
    }
    joined = {key.replace(" ", ""): outlet for key, outlet in named.items() if " " in key}
    return joined | named


def _key(name: str) -> str:
    plain = " ".join(name.replace("’", "'").casefold().split())
    return plain.removeprefix("the ").removesuffix(" news agency")
