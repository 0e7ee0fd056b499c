"""Where everything lies in a lake: names of folders, partitions, buckets and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemas import DATASETS, contract

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION = 2
SNAPSHOTS = "snapshots"
CURRENT = "current"
STAGING = ".staging"
RUNS = "runs"
BACKFILLS = "backfills"
REPORT = "report.html"
LOCK = ".lock"
MANIFEST = "_snapshot.json"
OWN_NAMES = frozenset({SNAPSHOTS, CURRENT, STAGING, RUNS, BACKFILLS, REPORT, LOCK})

UNDATED = "undated"
APPENDED = ("raw_documents", "quarantine")
REWRITTEN = ("articles", "quotes", "versions")
SNAPSHOT_DATASETS = tuple(name for name in DATASETS if name != RUNS)
"""What a snapshot holds; runs are kept beside the snapshots."""

GRAINS = {"month": len("2024-01"), "day": len("2024-01-02")}
BUCKET_DIGITS = 4
MOST_BUCKET_BITS = 4 * BUCKET_DIGITS


@dataclass(frozen=True, slots=True)
class Layout:
    """How a dataset is cut into files; another layout gives other bytes, so it is part of the lake.

    A partition with more rows than `rows_per_file` is cut by the first bits of its primary key,
    a hash: an added row then changes one file of the partition and leaves the others as they were.
    """

    rows_per_file: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                "articles": 16_384,
                "quotes": 131_072,
                "versions": 131_072,
                "speaker_months": 131_072,
                "speakers": 4_096,
            }
        )
    )
    appended_bytes: int = 16 * 2**20
    """Text and content bytes after which an appended dataset starts its next file."""

    def bucket_bits(self, dataset: str, rows: int) -> int:
        """Leading bits of the key that part a partition of `rows` rows into files.

        >>> [Layout().bucket_bits("articles", rows) for rows in (0, 16_384, 16_385, 70_000)]
        [0, 0, 1, 3]
        """
        files = -(-rows // self.rows_per_file[dataset])
        return min(max(files - 1, 0).bit_length(), MOST_BUCKET_BITS)


def snapshot_name(number: int) -> str:
    """Folder of a snapshot.

    >>> snapshot_name(42)
    '00000042'
    """
    return f"{number:08d}"


def snapshot_number(name: str) -> int | None:
    """Read the number of a snapshot from its folder's name; None for another folder."""
    plain = len(name) >= 8 and name.isascii() and name.isdigit() and name == f"{int(name):08d}"
    return int(name) if plain else None


def partition_folder(dataset: str, value: str | None) -> str:
    """Path of a partition inside a snapshot, with forward slashes."""
    return dataset if value is None else f"{dataset}/{contract(dataset).partition}={value}"


def partition_values(dataset: str, table: pa.Table) -> pa.Array:
    """Say which partition every row belongs to: "2024-01", or "undated" without a date.

    Instants count in UTC. Only the source column of the contract has to be in `table`.
    """
    declared = contract(dataset)
    if declared.partition is None or declared.partition_source is None:
        return pa.nulls(table.num_rows, pa.string())
    column = table[declared.partition_source].combine_chunks()
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp(column.type.unit))
    length = GRAINS[declared.partition.rpartition("_")[2]]
    printed = column.cast(pa.date32(), safe=False).cast(pa.string())
    return pc.fill_null(pc.utf8_slice_codeunits(printed, 0, length), UNDATED)


def bucket_bounds(bucket: int, bits: int) -> tuple[str, str | None]:
    """Lowest key of a bucket and the key just above it; None where there is no next bucket.

    >>> bucket_bounds(2, 2), bucket_bounds(3, 2)
    (('8000', 'c000'), ('c000', None))
    """
    step = 1 << (MOST_BUCKET_BITS - bits)
    above = None if bucket + 1 == 1 << bits else f"{(bucket + 1) * step:0{BUCKET_DIGITS}x}"
    return f"{bucket * step:0{BUCKET_DIGITS}x}", above


def bucket_of(key: str, bits: int) -> int:
    """Bucket of a key of hexadecimal digits.

    >>> bucket_of("a0ffffffffffffff", 2)
    2
    """
    return int(key[:BUCKET_DIGITS], 16) >> (MOST_BUCKET_BITS - bits)


def in_bucket(keys: pa.ChunkedArray, bucket: int, bits: int) -> pa.ChunkedArray:
    """Mask of the keys of one bucket. The lowest bucket takes in whatever sorts below it."""
    low, above = bucket_bounds(bucket, bits)
    mask = pc.greater_equal(keys, low if bucket else "")
    return mask if above is None else pc.and_(mask, pc.less(keys, above))
