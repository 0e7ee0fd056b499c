"""What documents are read with, by name and version: a backfill compares it with the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from flows.batch.quotations import Finder

FOLDERS = {"profile": ("profiles", "*.yaml"), "lookup": ("lookups", "*.csv")}
MAKES_ROWS = (
    "flows.receive",
    "flows.parse",
    "flows.normalise",
    "flows.quotes",
    "flows.contract",
    "flows.batch",
    "flows.lake.identity",
    "flows.lake.rows",
    "flows.lake.speakers",
    "schemas",
)
"""Packages and modules whose code decides what a document becomes; a test holds the list against
what they import."""


def reference(finder: Finder) -> dict[str, str]:
    """What makes rows: code, profiles, lookups (16 digits of a hash each), what finds quotations.

    `code` -> digits, `profile:xinhua` -> digits, `lookup:outlets` -> digits, `tagger` -> its name
    and version.
    """
    return {"code": code_of_rows(), **_tables(), **finder.versions()}


@cache
def code_of_rows(names: tuple[str, ...] = MAKES_ROWS) -> str:
    """The first 16 digits of the hash of all source that makes rows: no commit, no release.

    A change elsewhere (the command line, how a lake is stored, a report) leaves it as it is.
    """
    digest = hashlib.sha256()
    for path, content in sorted(_sources(names)):
        digest.update(f"{path}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _sources(names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        package, _, module = name.rpartition(".") if name.count(".") > 1 else (name, "", "")
        top = Path(str(files(package)))
        for path in [top / f"{module}.py"] if module else top.rglob("*.py"):
            place = path.relative_to(top).as_posix()
            yield f"{package}/{place}", path.read_bytes().replace(b"\r\n", b"\n")


@cache
def _tables() -> dict[str, str]:
    top = Path(str(files("schemas")))
    return {
        f"{kind}:{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for kind, (folder, pattern) in FOLDERS.items()
        for path in sorted((top / folder).glob(pattern))
    }
