"""What is staged, a slice at a time: memory is bounded by the slice, not by the run.

A small run is one slice. A large one is parted, in one walk over its shards, by the first bits of
a hash: what is decided of a story needs the rows of that story alone.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.lake.layout import MOST_BUCKET_BITS, leading_bits
from flows.lake.shards import shard_columns, staged_columns
from flows.lake.spill import UNIT, Parting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from flows.lake.spill import Spill

SLICE_ROWS = 262_144
"""Rows of all datasets together in a slice, keys alone: some hundred bytes each."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The staged rows whose key begins with certain bits."""

    shards: tuple[Path, ...]
    number: int = 0
    bits: int = 0
    parted: Mapping[str, Spill] | None = None
    """By dataset; None where nothing was parted."""

    def columns(self, dataset: str, names: Sequence[str]) -> pa.Table:
        """Columns of the rows, and where each lies: see `shards.staged_columns`."""
        if self.parted is None:
            return staged_columns(self.shards, dataset, names)
        empty = staged_columns((), dataset, names)
        rows = self.parted[dataset].rows(self.number)
        return pa.concat_tables([empty, *(each.select(empty.column_names) for each in rows)])

    def holds(self, keys: pa.ChunkedArray) -> pa.Array:
        """Mask of the keys that belong to this slice."""
        return pa.array(_slice_of(keys, self.bits) == self.number)


def slices(
    shards: tuple[Path, ...], folder: Path, key: str, columns: Mapping[str, Sequence[str]]
) -> Iterator[Slice]:
    """The staged rows parted by `key`; of each dataset those `columns` can be asked for.

    `folder` takes the parts and is removed in the end.
    """
    rows = sum(_rows(shard / f"{name}.parquet") for shard in shards for name in columns)
    bits = min((-(-rows // SLICE_ROWS) - 1).bit_length(), MOST_BUCKET_BITS) if rows else 0
    if not bits:
        yield Slice(shards)
        return
    parted = {
        name: _parted(shards, name, names, key, bits, folder / name)
        for name, names in columns.items()
    }
    for number in range(1 << bits):
        yield Slice(shards, number, bits, parted)
        for each in parted.values():
            each.forget(number)
    shutil.rmtree(folder)


def _rows(path: Path) -> int:
    return pq.read_metadata(path).num_rows if path.exists() else 0


def _parted(  # noqa: PLR0917  # what is read, by what it is parted, and where the parts go
    shards: Sequence[Path], dataset: str, names: Sequence[str], key: str, bits: int, folder: Path
) -> Spill:
    with Parting(folder) as parting:
        for position, shard in enumerate(shards):
            rows = shard_columns(shard, position, dataset, names)
            units = pa.array(_slice_of(rows[key], bits))
            parting.add(rows.append_column(UNIT, units))
    return parting.target


def _slice_of(keys: pa.ChunkedArray, bits: int) -> NDArray[np.int32]:
    # A shift by all 16 bits is not defined for 16.
    return leading_bits(keys).astype(np.int32) >> (MOST_BUCKET_BITS - bits)
