"""The files beside the datasets of a snapshot, which say to people and tools what it holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.lake.durable import write_whole
from flows.lake.snapshot import DataFile
from schemas.guides import guides

if TYPE_CHECKING:
    from pathlib import Path

    from flows.lake.snapshot import Snapshot


def write_guides(snapshot: Snapshot, built: Path) -> Snapshot:
    """Write the guides of a snapshot to where its new files are; returns it with their list.

    They cost milliseconds, for they are made of the listing and the contracts, never of rows.
    """
    listed = []
    built.mkdir(exist_ok=True)
    for name, content in guides(snapshot).items():
        # Of an earlier try, for another parent.
        (built / name).unlink(missing_ok=True)
        write_whole(built / name, content)
        listed.append(DataFile(name, 0, len(content), hashlib.sha256(content).hexdigest()))
    return replace(snapshot, guides=tuple(listed))
