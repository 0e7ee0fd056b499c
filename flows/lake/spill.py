"""Staged rows sorted into one file for each file to be written, in one walk over the shards.

Memory is bounded by SPILL_BYTES and by the largest file to be written, not by the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

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


class Parting:
    """Rows on their way into a Spill, by their column UNIT; about SPILL_BYTES are held."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.target = Spill(folder)
        self._pending: list[pa.Table] = []
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._part()

    def add(self, rows: pa.Table) -> None:
        """Take rows, all with the same columns."""
        self._pending.append(rows)
        self._held += text_bytes(rows)
        if self._held >= SPILL_BYTES:
            self._part()

    def _part(self) -> None:
        if not self._pending:
            return
        rows = pa.concat_tables(self._pending).combine_chunks()
        self._pending.clear()
        self._held = 0
        units = rows[UNIT].to_numpy()
        if (units[1:] < units[:-1]).any():
            rows = rows.take(pc.sort_indices(rows[UNIT]))
        firsts = [*starts(rows, [UNIT]).nonzero()[0].tolist(), rows.num_rows]
        for first, last in pairwise(firsts):
            part = rows.slice(first, last - first)
            if part.num_rows:
                self.target.append(part[UNIT][0].as_py(), part.drop_columns([UNIT]))


def spill(shards: Sequence[Path], dataset: str, choice: pa.Table, folder: Path) -> Spill:
    """Walk over the shards once and part the chosen rows by the column UNIT of `choice`."""
    with Parting(folder) as parting:
        for rows in chosen_rows(shards, dataset, choice):
            parting.add(rows)
    return parting.target


def _streams(path: Path) -> Iterator[pa.Table]:
    if not path.exists():
        return
    with pa.OSFile(str(path)) as source:
        while source.tell() < source.size():
            yield pa.ipc.open_stream(source).read_all()
