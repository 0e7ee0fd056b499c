"""What documents are read with, by name and version: a backfill compares it with the manifest."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

FOLDERS = {"profile": ("profiles", "*.yaml"), "lookup": ("lookups", "*.csv")}


@cache
def reference() -> dict[str, str]:
    """Content hashes of profiles and lookups: `profile:xinhua` -> the first 16 digits.

    The tagger of quotations belongs here too, as `tagger` -> its name and version.
    """
    top = Path(str(files("schemas")))
    return {
        f"{kind}:{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for kind, (folder, pattern) in FOLDERS.items()
        for path in sorted((top / folder).glob(pattern))
    }
