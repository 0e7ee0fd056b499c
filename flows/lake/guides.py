"""The files beside the datasets of a snapshot, which say to people and tools what it holds."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.lake.durable import flush_folder, write_whole
from flows.lake.layout import STAGING
from flows.lake.snapshot import DataFile
from schemas.guides import guides

if TYPE_CHECKING:
    from pathlib import Path

    from flows.lake.snapshot import Snapshot


def write_guides(folder: Path, snapshot: Snapshot) -> Snapshot:
    """Write the guides of a snapshot into the folder that becomes it; returns it with their list.

    They cost milliseconds, for they are made of the listing and the contracts, never of rows.
    """
    written = guides(snapshot)
    for name, content in written.items():
        write_whole(folder / name, content)
    return replace(snapshot, guides=tuple(_listed(*each) for each in written.items()))


def rewrite_guide(snapshot: Snapshot, file: DataFile) -> bool:
    """Make a damaged guide anew; False where it is none, or today's contracts give another."""
    content = guides(snapshot).get(file.path)
    if content is None or _listed(file.path, content) != file:
        return False
    lake = snapshot.path.parent.parent
    scratch = lake / STAGING / f"{file.path}-{uuid.uuid4().hex}"
    scratch.parent.mkdir(exist_ok=True)
    write_whole(scratch, content)
    scratch.replace(snapshot.path / file.path)
    flush_folder(snapshot.path)
    return True


def _listed(name: str, content: bytes) -> DataFile:
    return DataFile(name, 0, len(content), hashlib.sha256(content).hexdigest())
