"""The bytes of received documents, found by their hashes and read group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.snapshot import aligned
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.lake.snapshot import Snapshot

LOCATED = pa.schema(
    [
        ("document_sha256", pa.string()),
        ("byte_count", pa.int64()),
        ("media_type", pa.string()),
        ("path", pa.string()),
        ("row", pa.int64()),
    ]
)
_ABOUT = ("document_sha256", "byte_count", "media_type")


def located(snapshot: Snapshot, documents: pa.Array) -> pa.Table:
    """Where the bytes of documents lie, in the order of files and rows; found by their keys."""
    schema = contract("raw_documents").arrow
    schema = pa.schema([schema.field(name) for name in _ABOUT])
    tables = [LOCATED.empty_table()]
    for file in snapshot.files("raw_documents"):
        rows = snapshot.read_file(file, pa.schema([schema.field("document_sha256")]))
        mask = pc.is_in(rows["document_sha256"], value_set=documents)
        if not pc.any(mask).as_py():
            continue
        found = snapshot.read_file(file, schema).replace_schema_metadata(None).filter(mask)
        where = np.nonzero(mask.to_numpy())[0]
        found = found.append_column("path", pa.array([file.path] * len(where), pa.string()))
        tables.append(found.append_column("row", pa.array(where)).cast(LOCATED))
    return pa.concat_tables(tables)


def originals(snapshot: Snapshot, where: pa.Table) -> Iterator[pa.Table]:
    """The rows of raw_documents that `where` (see `located`) points at, a row group at a time."""
    files = {file.path: file for file in snapshot.files("raw_documents")}
    for path in pc.unique(where["path"]).to_pylist():
        wanted = where.filter(pc.equal(where["path"], path))["row"].to_numpy()
        with snapshot.open_file(files[path]) as parquet:
            offset = 0
            for group in range(parquet.num_row_groups):
                count = parquet.metadata.row_group(group).num_rows
                here = wanted[(wanted >= offset) & (wanted < offset + count)] - offset
                offset += count
                if len(here):
                    rows = parquet.read_row_group(group, use_threads=False).take(pa.array(here))
                    yield aligned(rows, contract("raw_documents").arrow)
