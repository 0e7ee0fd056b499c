"""Parquet files whose bytes follow from their rows alone."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.lake.faults import LakeConsistencyError
from flows.lake.rows import starts
from flows.lake.snapshot import DataFile, footer_crc
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ROW_GROUP_ROWS = 65_536
ROW_GROUP_BYTES = 8 * 2**20
NAME_DIGITS = 16
UNFINISHED = "unfinished"
# Nothing here may depend on a clock, a locale, the number of cores or the way rows were staged.
FIXED: Mapping[str, object] = {
    "version": "2.6",
    "compression": "zstd",
    "compression_level": 3,
    "write_page_index": True,
    "write_page_checksum": True,
    "data_page_size": 2**20,
    "write_batch_size": 1024,
}


class HashingFile(io.RawIOBase):
    """A new file that keeps the SHA-256 and the count of the bytes written to it."""

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256()
        self.byte_count = 0
        self._file = path.open("xb")

    def writable(self) -> bool:
        """Say yes: the file was made for writing."""
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        """Write all of `data`; returns its number of bytes."""
        self._file.write(data)
        self.digest.update(data)
        self.byte_count += len(data)
        return len(data)

    def close(self) -> None:
        """Flush to the disk itself, not only to the system's cache."""
        if not self._file.closed:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            finally:
                self._file.close()
        super().close()


def text_bytes(table: pa.Table) -> int:
    """Count the bytes in string and binary columns, however the table is chunked or sliced."""
    columns = (c for c in table.columns if pa.types.is_string(c.type) or pa.types.is_binary(c.type))
    return sum(pc.sum(pc.binary_length(column)).as_py() or 0 for column in columns)


def write_sorted(
    table: pa.Table,
    dataset: str,
    place: str,
    folder: Path,
    inherited: Sequence[str] = (),
) -> tuple[DataFile, ...]:
    """Write rows in the order of their primary key as one content-named file; none for no rows.

    `folder` stands for the snapshot, `place` is the path in it of the partition's folder. The same
    rows give the same bytes in whatever order and chunks they come, in the memory of a row group
    or two beside `table` itself. Raises
    LakeConsistencyError where a key is there twice.
    """
    if not table.num_rows:
        return ()
    order = _key_order(table, dataset)
    home = folder / place
    home.mkdir(parents=True, exist_ok=True)
    unfinished = home / UNFINISHED
    with (
        HashingFile(unfinished) as sink,
        pq.ParquetWriter(sink, contract(dataset).arrow, **FIXED) as writer,
    ):
        for rows in _row_groups(table, order.to_numpy()):
            writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
    sha256 = sink.digest.hexdigest()
    name = f"{sha256[:NAME_DIGITS]}.parquet"
    unfinished.rename(home / name)
    with (home / name).open("rb") as written:
        footer = footer_crc(written)
    makers = tuple(sorted(set(inherited)))
    path = f"{place}/{name}"
    return (DataFile(path, len(order), sink.byte_count, sha256, makers, footer),)


def _key_order(table: pa.Table, dataset: str) -> pa.Array:
    names = list(contract(dataset).primary_key)
    keys = table.select(names).combine_chunks()
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in names])
    repeated = ~starts(keys.take(order), names)
    if repeated.any():
        raise LakeConsistencyError(f"{int(repeated.sum())} keys are there twice in {dataset}")
    return order


def rows_per_group(table: pa.Table, group_bytes: int = ROW_GROUP_BYTES) -> int:
    """Count the rows that hold about `group_bytes` of text, ROW_GROUP_ROWS at most."""
    share: int = group_bytes * table.num_rows // max(text_bytes(table), 1)
    return max(1, min(share, ROW_GROUP_ROWS))


def _row_groups(table: pa.Table, order: NDArray[np.uint64]) -> Iterator[pa.Table]:
    """Gather the rows batch by batch: a take from a chunked table would copy all of it."""
    if text_bytes(table) <= ROW_GROUP_BYTES and len(order) <= ROW_GROUP_ROWS:
        yield table.combine_chunks().take(pa.array(order))
        return
    batches = [batch for batch in table.to_batches() if batch.num_rows]
    ends = np.cumsum([batch.num_rows for batch in batches])
    rows = rows_per_group(table)
    for start in range(0, len(order), rows):
        wanted = order[start : start + rows].astype(np.int64)
        owner = np.searchsorted(ends, wanted, side="right")
        by_batch = np.argsort(owner, kind="stable")
        parts = [
            batches[one].take(pa.array(wanted[owner == one] - ends[one] + batches[one].num_rows))
            for one in np.unique(owner)
        ]
        gathered = pa.Table.from_batches(parts).combine_chunks()
        del parts
        yield gathered.take(pa.array(np.argsort(by_batch)))
