"""What documents are read with, by name and version: a backfill compares it with the manifest."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from flows.batch.quotations import Finder

FOLDERS = {"profile": ("profiles", "*.yaml"), "lookup": ("lookups", "*.csv")}


def reference(finder: Finder) -> dict[str, str]:
    """Profiles and lookups by the first 16 digits of their hash, and what finds quotations.

    `profile:xinhua` -> digits, `lookup:outlets` -> digits, `tagger` -> its name and version.
    """
    return {**_tables(), **finder.versions()}


@cache
def _tables() -> dict[str, str]:
    top = Path(str(files("schemas")))
    return {
        f"{kind}:{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for kind, (folder, pattern) in FOLDERS.items()
        for path in sorted((top / folder).glob(pattern))
    }
