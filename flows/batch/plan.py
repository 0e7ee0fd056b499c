"""Cut what lies at the sources into batches, and write each down for the worker that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.batch.errand import Errand
from flows.receive import FieldMapping, Limits, is_read
from flows.receive.documents import SourceFile

_MOST_BATCHES = 30
"""A task run costs the server a tenth of a second and more: few of them, each seconds long."""
_BATCH_BYTES = 64 * 1024 * 1024
_FILE_WORK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Errand):
    """What a batch is to read, and how. `received_at` is one instant (UTC) for the whole run."""

    files: tuple[SourceFile, ...]
    received_at: datetime
    limits: Limits
    mapping: FieldMapping

    @property
    def byte_count(self) -> int:
        """Bytes of all its files as they lie at the source."""
        return sum(file.byte_count for file in self.files)

    @classmethod
    def revived(cls, written: Mapping[str, Any]) -> dict[str, Any]:
        """Values of what JSON has no type for, by name."""
        mapping = {field: tuple(keys) for field, keys in written["mapping"].items()}
        return {
            **Errand.revived(written),
            "files": tuple(SourceFile(**file) for file in written["files"]),
            "received_at": datetime.fromisoformat(written["received_at"]),
            "limits": Limits(**written["limits"]),
            "mapping": FieldMapping(**mapping),
        }


def cut(files: Sequence[SourceFile], documents_at_once: int) -> Iterator[tuple[SourceFile, ...]]:
    """Batches of files in their order: even in work, and bounded in bytes where files allow it.

    An even cut keeps all workers busy: two batches of 600 do, one of 1,000 and one of 200 do not.

    >>> files = [SourceFile(f"file:///{n}.txt", 10) for n in range(5)]
    >>> [len(batch) for batch in cut(files, 2)]
    [2, 2, 1]
    """
    at_most = max(documents_at_once, -(-len(files) // _MOST_BATCHES))
    share = sum(map(_work, files)) / max(1, -(-len(files) // at_most))
    byte_limit = max(_BATCH_BYTES, sum(file.byte_count for file in files) // _MOST_BATCHES)
    batch: list[SourceFile] = []
    size = done = cuts = 0
    for file in files:
        if batch and (done >= share * (cuts + 1) or size + file.byte_count > byte_limit):
            yield tuple(batch)
            batch, size, cuts = [], 0, cuts + 1
        batch.append(file)
        size += file.byte_count
        done += _work(file)
    if batch:
        yield tuple(batch)


def _work(file: SourceFile) -> int:
    """What a file costs, in bytes of text: each something, and one that is only kept a tenth."""
    return _FILE_WORK + (file.byte_count if is_read(file) else file.byte_count // 10)
