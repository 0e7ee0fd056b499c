"""What the rows of a file were made with: code, contracts, tagger, profiles, lookups."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.lake.snapshot import DataFile

Maker = dict[str, str]
"""Name -> version of everything that decides what a document becomes: `code`, `contract:articles`,
and what the caller of a commit names, such as `tagger`, `profile:xinhua`, `lookup:people`."""


def maker_of(
    code_version: str, datasets: Iterable[str], reference: Mapping[str, str] | None = None
) -> Maker:
    """Everything that rows are made with now; `reference` is what the caller knows of."""
    contracts = {f"contract:{name}": contract(name).version for name in datasets}
    return {"code": code_version, **contracts, **(reference or {})}


def maker_id(maker: Mapping[str, str]) -> str:
    """Name of a maker in a manifest.

    >>> maker_id({"code": "1", "tagger": "a"}) == maker_id({"tagger": "a", "code": "1"})
    True
    """
    printed = json.dumps(dict(maker), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(printed.encode()).hexdigest()[:8]


def outdated(
    file: DataFile, makers: Mapping[str, Mapping[str, str]], now: Mapping[str, str]
) -> tuple[str, ...]:
    """Names of what the rows of a file were made with in another version than today's.

    A name that only one of the two knows counts: a profile came, or a lookup went.
    """
    changed: set[str] = set()
    for each in file.made_by:
        then = makers[each]
        changed |= {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    return tuple(sorted(changed))
