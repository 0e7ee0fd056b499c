"""Where everything lies in a lake: names of folders, partitions, buckets and files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import DATASETS, contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT_VERSION = 3
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

Grain = Literal["month", "day"]
LENGTHS: Mapping[str, int] = {"month": len("2024-01"), "day": len("2024-01-02")}
BUCKET_DIGITS = 4
MOST_BUCKET_BITS = 4 * BUCKET_DIGITS
ROWS_PER_FILE = 16_384
"""Articles in a file at most, unless a lake is laid otherwise; the others go by their share."""
SHARES: Mapping[str, float] = {
    "articles": 1,
    "quotes": 8,
    "versions": 8,
    "speaker_months": 8,
    "speakers": 0.25,
}


def rows_by_dataset(articles: int = ROWS_PER_FILE) -> Mapping[str, int]:
    """Rows in a file at most, where so many articles are.

    >>> rows_by_dataset(1_000)["quotes"]
    8000
    """
    return MappingProxyType({name: max(1, int(articles * by)) for name, by in SHARES.items()})


@dataclass(frozen=True, slots=True)
class Layout:
    """How datasets are cut into files; another layout gives other bytes, so it is part of the lake.

    A partition is a month or a day (`grain`). One with more rows than `rows_per_file` is cut by the
    first bits of its primary key, a hash: an added row then changes one file of the partition and
    leaves the others as they were.
    """

    grain: Grain = "month"
    rows_per_file: Mapping[str, int] = field(default_factory=rows_by_dataset)
    appended_bytes: int = 16 * 2**20
    """Text and content bytes after which an appended dataset starts its next file."""

    def with_settings(self, grain: Grain | None, rows_per_file: int | None) -> Self:
        """The same but for what is asked; `rows_per_file` counts articles."""
        rows = self.rows_per_file if rows_per_file is None else rows_by_dataset(rows_per_file)
        return replace(self, grain=grain or self.grain, rows_per_file=rows)

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "grain": self.grain,
            "rows_per_file": dict(sorted(self.rows_per_file.items())),
            "appended_bytes": self.appended_bytes,
        }

    @classmethod
    def of_json(cls, written: Mapping[str, Any] | None) -> Self:
        """From a manifest; those of formats 1 and 2 say nothing, and mean what was the only one."""
        if written is None:
            return cls()
        rows = MappingProxyType({str(n): int(rows) for n, rows in written["rows_per_file"].items()})
        if written["grain"] not in LENGTHS:
            raise ValueError(f"no grain {written['grain']!r}")
        return cls(written["grain"], rows, int(written["appended_bytes"]))

    def grain_of(self, dataset: str) -> Grain:
        """The lake's grain, or month where the dataset knows no other."""
        return self.grain if self.grain in contract(dataset).partitions else "month"

    def folder(self, dataset: str, value: str | None) -> str:
        """Path of a partition inside a snapshot, with forward slashes.

        >>> Layout("day").folder("quotes", "2024-01-02")
        'quotes/published_day=2024-01-02'
        """
        if value is None:
            return dataset
        return f"{dataset}/{contract(dataset).partitions[self.grain_of(dataset)]}={value}"

    def partition_values(self, dataset: str, table: pa.Table) -> pa.Array:
        """Say which partition every row belongs to: "2024-01", or "undated" without a date.

        Instants count in UTC. Only the source column of the contract has to be in `table`.
        """
        source = contract(dataset).partition_source
        if source is None:
            return pa.nulls(table.num_rows, pa.string())
        column = table[source].combine_chunks()
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp(column.type.unit))
        printed = column.cast(pa.date32(), safe=False).cast(pa.string())
        length = LENGTHS[self.grain_of(dataset)]
        return pc.fill_null(pc.utf8_slice_codeunits(printed, 0, length), UNDATED)

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


def month_of(partition: str) -> str:
    """The month that a partition is or lies in; the undated have one of their own.

    >>> month_of("2024-01-02"), month_of("undated")
    ('2024-01', 'undated')
    """
    return partition if partition == UNDATED else partition[: LENGTHS["month"]]


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


def leading_bits(keys: pa.ChunkedArray) -> NDArray[np.uint16]:
    """The first 16 bits of keys of hexadecimal digits, of which a bucket is the first few.

    >>> leading_bits(pa.chunked_array([["a0ffffffffffffff", "0001"]])).tolist()
    [41215, 1]
    """
    digits = pc.utf8_slice_codeunits(keys, 0, BUCKET_DIGITS).combine_chunks()
    raw = digits.cast(pa.binary(BUCKET_DIGITS)).buffers()[1]
    letters = np.frombuffer(raw, np.uint8, count=BUCKET_DIGITS * len(digits)).astype(np.uint16)
    nibbles = np.where(letters > ord("9"), letters - (ord("a") - 10), letters - ord("0"))
    weights = np.array([1 << 4 * place for place in reversed(range(BUCKET_DIGITS))], np.uint16)
    bits: NDArray[np.uint16] = (nibbles.reshape(-1, BUCKET_DIGITS) * weights).sum(1, np.uint16)
    return bits


def in_bucket(keys: pa.ChunkedArray, bucket: int, bits: int) -> pa.ChunkedArray:
    """Mask of the keys of one bucket. The lowest bucket takes in whatever sorts below it."""
    low, above = bucket_bounds(bucket, bits)
    mask = pc.greater_equal(keys, low if bucket else "")
    return mask if above is None else pc.and_(mask, pc.less(keys, above))
