"""Staged rows sorted into one file for each file to be written, in one walk over the shards.

Memory is bounded by SPILL_BYTES and by the largest file to be written, not by the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.parquet import text_bytes
from flows.lake.rows import starts
from flows.lake.shards import chosen_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SPILL_BYTES = 16 * 2**20
UNIT = "_unit"
"""Position of the file, among those to be written, that a row belongs to."""


@dataclass(frozen=True, slots=True)
class Spill:
    """A folder with one file of Arrow streams for each unit that has staged rows."""

    folder: Path

    def rows(self, unit: int) -> list[pa.Table]:
        """All staged rows of one unit, in pieces."""
        return list(_streams(self._path(unit)))

    def forget(self, unit: int) -> None:
        """Give the disk space of a unit back."""
        self._path(unit).unlink(missing_ok=True)

    def append(self, unit: int, rows: pa.Table) -> None:
        """Add rows to a unit, as a stream of their own."""
        with (
            self._path(unit).open("ab") as sink,
            pa.ipc.new_stream(sink, rows.schema) as stream,
        ):
            stream.write_table(rows)

    def _path(self, unit: int) -> Path:
        return self.folder / f"{unit}.arrows"


def spill(shards: Sequence[Path], dataset: str, choice: pa.Table, folder: Path) -> Spill:
    """Walk over the shards once and part the chosen rows by the column UNIT of `choice`."""
    folder.mkdir(parents=True)
    target = Spill(folder)
    pending: list[pa.Table] = []
    held = 0
    for rows in chosen_rows(shards, dataset, choice):
        pending.append(rows)
        held += text_bytes(rows)
        if held >= SPILL_BYTES:
            _part(pending, target)
            held = 0
    if pending:
        _part(pending, target)
    return target


def _part(pending: list[pa.Table], target: Spill) -> None:
    rows = pa.concat_tables(pending).combine_chunks()
    pending.clear()
    units = rows[UNIT].to_numpy()
    if (units[1:] < units[:-1]).any():
        rows = rows.take(pc.sort_indices(rows[UNIT]))
    firsts = [*starts(rows, [UNIT]).nonzero()[0].tolist(), rows.num_rows]
    for first, last in pairwise(firsts):
        part = rows.slice(first, last - first)
        target.append(part[UNIT][0].as_py(), part.drop_columns([UNIT]))


def _streams(path: Path) -> Iterator[pa.Table]:
    if not path.exists():
        return
    with pa.OSFile(str(path)) as source:
        while source.tell() < source.size():
            yield pa.ipc.open_stream(source).read_all()
