"""One published state of all datasets at once, read through its manifest."""

from __future__ import annotations

import json
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import DatasetUnknown, LakeUnusable
from flows.lake.faults import SnapshotDamaged, unusable
from flows.lake.layout import FORMAT_VERSION, MANIFEST, SNAPSHOT_DATASETS, Layout
from flows.lake.makers import maker_id
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from flows.lake.home import Home


TAIL = 8
"""Bytes at the end of a Parquet file: the length of the footer, and what says that it is one."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a snapshot; its name is the first 16 digits of the hash of its bytes."""

    path: str
    """Relative to the snapshot, with forward slashes."""
    rows: int
    byte_count: int
    sha256: str
    made_by: tuple[str, ...] = ()
    """Sorted names of the makers of its rows, see Snapshot.makers: what a backfill looks at."""
    footer: str | None = None
    """CRC-32 of the footer, as 8 hex digits: pages have their own, and a flipped bit in a footer
    would give other rows and no error. None for files of formats 1 and 2."""

    @property
    def dataset(self) -> str:
        """Name of the dataset the file belongs to."""
        return self.path.partition("/")[0]

    @property
    def partition(self) -> str | None:
        """Value of the partition, such as "2024-01", None in a dataset without partitions."""
        folder = self.path.rpartition("/")[0].rpartition("/")[2]
        return folder.partition("=")[2] or None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pinned snapshot: whatever is committed meanwhile, it reads the same rows."""

    number: int
    home: Home
    parent: int | None
    code_version: str
    contracts: Mapping[str, str]
    listing: Mapping[str, tuple[DataFile, ...]]
    makers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By name: what rows were made with (code, contracts, tagger, profiles, lookups)."""
    layout: Layout = field(default_factory=Layout)
    """How its datasets are cut into partitions and files."""
    guides: tuple[DataFile, ...] = field(default=(), compare=False)
    """What lies beside the datasets for people and tools; it follows from all the rest."""

    @property
    def path(self) -> Path:
        """Folder of the snapshot. Raises WrongUsage where the lake is in no folder."""
        return self.home.folder(self.number)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets that the snapshot holds, empty ones included."""
        return tuple(self.listing)

    def files(self, dataset: str) -> tuple[DataFile, ...]:
        """List the files of a dataset by partition, then by key. Raises DatasetUnknown."""
        if dataset not in self.listing:
            raise DatasetUnknown(dataset, self.datasets)
        return self.listing[dataset]

    def everything(self) -> Iterator[DataFile]:
        """All files that the manifest lists: those of the datasets, then the guides."""
        for files in self.listing.values():
            yield from files
        yield from self.guides

    def partition_files(self, dataset: str, partition: str | None) -> tuple[DataFile, ...]:
        """List the files of one partition, by key; none where it is not there."""
        files = self.listing.get(dataset, ())
        return tuple(file for file in files if file.partition == partition)

    def rows(self, dataset: str) -> int:
        """Count the rows of a dataset, by the manifest."""
        return sum(file.rows for file in self.files(dataset))

    def table(
        self,
        dataset: str,
        columns: Sequence[str] | None = None,
        partitions: Collection[str | None] | None = None,
    ) -> pa.Table:
        """Read a dataset, by partition and key, in the columns of today's contract.

        A column that the contract gained after a file was written is null there.
        """
        schema = narrowed(contract(dataset).arrow, columns)
        wanted = (f for f in self.files(dataset) if partitions is None or f.partition in partitions)
        tables = [self.read_file(file, schema) for file in wanted]
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def column(self, dataset: str, name: str) -> Iterator[pa.Array]:
        """Read one column, a file at a time: all of it may be more than should be held."""
        schema = pa.schema([contract(dataset).arrow.field(name)])
        for file in self.files(dataset):
            yield from self.read_file(file, schema)[name].chunks

    def read_file(self, file: DataFile, schema: pa.Schema) -> pa.Table:
        """Read the columns of `schema` from one file. Raises SnapshotDamaged."""
        with self.open_file(file) as parquet:
            present = [name for name in schema.names if name in parquet.schema_arrow.names]
            return aligned(parquet.read(columns=present, use_threads=False), schema)

    def _opened(self, file: DataFile) -> BinaryIO:
        source = self.home.open(self.number, file)
        # Far media check what they send, and would be asked once more.
        if file.footer is not None and not self.home.is_far and footer_crc(source) != file.footer:
            source.close()
            where = self.home.where(self.number, file)
            raise SnapshotDamaged(where, "has another footer than its manifest says")
        return source

    @contextmanager
    def open_file(self, file: DataFile) -> Iterator[pq.ParquetFile]:
        """Open one file; whatever fails while it is read is said as SnapshotDamaged."""
        where = self.home.where(self.number, file)
        try:
            with (
                self._opened(file) as source,
                pq.ParquetFile(
                    source, pre_buffer=self.home.is_far, page_checksum_verification=True
                ) as parquet,
            ):
                yield parquet
        except FileNotFoundError as error:
            raise SnapshotDamaged(where, "is missing") from error
        except (pa.ArrowException, UnicodeDecodeError) as error:
            raise SnapshotDamaged(where, f"cannot be read ({error})") from error
        except OSError as error:
            if error.errno is None:  # Of Parquet's own, where its bytes make no sense.
                raise SnapshotDamaged(where, f"cannot be read ({error})") from error
            raise unusable(error, where, "read") from error


def footer_crc(file: BinaryIO) -> str | None:
    """CRC-32 of the footer of a Parquet file, None where it cannot have one."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - TAIL, 0))
    length = int.from_bytes(file.read(4), "little") + TAIL
    if size < length:
        return None
    file.seek(size - length)
    found = zlib.crc32(file.read(length))
    file.seek(0)
    return f"{found:08x}"


def narrowed(schema: pa.Schema, columns: Sequence[str] | None) -> pa.Schema:
    """Cut the schema down to `columns`, in that order. Raises KeyError for an unknown one."""
    if columns is None:
        return schema
    return pa.schema([schema.field(name) for name in columns], metadata=schema.metadata)


def aligned(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Bring a table to the columns, types and metadata of `schema`; one it lacks is null."""
    return pa.Table.from_arrays([_column(table, item) for item in schema], schema=schema)


def _column(table: pa.Table, item: pa.Field) -> pa.ChunkedArray:
    if item.name not in table.column_names:
        return pa.chunked_array([pa.nulls(table.num_rows, item.type)])
    column = table[item.name]
    return column if column.type.equals(item.type) else column.cast(item.type)


def manifest_bytes(snapshot: Snapshot) -> bytes:
    """Print the manifest: no clock, run or host in it, so equal content gives equal bytes."""
    record = {
        "format": FORMAT_VERSION,
        "number": snapshot.number,
        "parent": snapshot.parent,
        "code_version": snapshot.code_version,
        "contracts": dict(snapshot.contracts),
        "layout": snapshot.layout.as_json(),
        "makers": {name: dict(maker) for name, maker in sorted(snapshot.makers.items())},
        "datasets": {
            dataset: [_file_record(file) for file in files]
            for dataset, files in snapshot.listing.items()
        },
        "guides": [
            {"path": file.path, "bytes": file.byte_count, "sha256": file.sha256}
            for file in snapshot.guides
        ],
    }
    return json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n"


def newest_snapshot(home: Home) -> Snapshot | None:
    """Read the newest whole snapshot, wherever plain readers are led; None in an empty lake.

    Raises SnapshotDamaged where they are led to a snapshot that cannot be read: an older one in
    its place would hide what was published.
    """
    for number in sorted(home.numbers(), reverse=True):
        try:
            return read_snapshot(home, number)
        except SnapshotDamaged:
            if number == home.pointed():
                raise
            if number not in home.numbers():  # collected meanwhile: there is a newer one
                return newest_snapshot(home)
    return None


def read_snapshot(home: Home, number: int) -> Snapshot:
    """Read a snapshot's manifest. Raises SnapshotDamaged, or LakeUnusable for a newer format."""
    where = home.where(number, MANIFEST)
    try:
        record = json.loads(home.manifest(number))
        _check_format(record["format"], where)
        return _snapshot_of(record, home)
    except FileNotFoundError as error:
        raise SnapshotDamaged(where, "is missing") from error
    except OSError as error:
        raise unusable(error, where, "read") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotDamaged(where, f"is no manifest ({error!r})") from error


def _check_format(version: object, where: str) -> None:
    if not isinstance(version, int):
        raise TypeError(f"format is {version!r}")
    if version > FORMAT_VERSION:
        raise LakeUnusable(
            f"{where} is of lake format {version}, this Broadsheet knows {FORMAT_VERSION}",
            remedy="use the newer Broadsheet that wrote it",
        )


def _file_record(file: DataFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "rows": file.rows,
        "bytes": file.byte_count,
        "sha256": file.sha256,
        "made_by": list(file.made_by),
        "footer": file.footer,
    }


def _snapshot_of(record: Mapping[str, Any], home: Home) -> Snapshot:
    makers: dict[str, Mapping[str, str]] = dict(record.get("makers", {}))
    listing = {
        dataset: tuple(_file_of(each, makers) for each in files)
        for dataset, files in record["datasets"].items()
    }
    names = dict.fromkeys((*SNAPSHOT_DATASETS, *listing))
    guides = [DataFile(f["path"], 0, f["bytes"], f["sha256"]) for f in record.get("guides", [])]
    return Snapshot(
        number=record["number"],
        home=home,
        parent=record["parent"],
        code_version=record["code_version"],
        contracts=record["contracts"],
        listing={name: listing.get(name, ()) for name in names},
        makers=makers,
        layout=Layout.of_json(record.get("layout")),
        guides=tuple(guides),
    )


def _file_of(record: Mapping[str, Any], makers: dict[str, Mapping[str, str]]) -> DataFile:
    """A file as its manifest says; format 1 knew of a maker the version of the code alone."""
    made_by = record.get("made_by")
    if made_by is None:
        before = [{"code": version} for version in record["code_versions"]]
        makers.update({maker_id(each): each for each in before})
        made_by = sorted(map(maker_id, before))
    elif unknown := set(made_by) - makers.keys():
        raise ValueError(f"no maker {min(unknown)}")
    return DataFile(
        record["path"],
        record["rows"],
        record["bytes"],
        record["sha256"],
        tuple(made_by),
        record.get("footer"),
    )
