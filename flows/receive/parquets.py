"""Parquet files: a row is a document, written as the JSON of its columns."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from flows.receive.naming import shown
from flows.receive.records import no_text
from flows.receive.streams import Broken, Kept, keep, of_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.receive.documents import Limits
    from flows.receive.mapping import FieldMapping

_ROWS = 256
"""At once, so that the memory is that of few articles whatever the size of a row group."""


def parquet_rows(
    stream: io.BufferedReader, mapping: FieldMapping, limits: Limits
) -> Iterator[tuple[int, Kept]]:
    """Yield the rows, numbered from 1, as JSON of the columns that hold a field.

    Raises Broken: archive.damaged for a file that is no Parquet, record.no_text where no column
    holds the text.
    """
    import pyarrow as pa  # noqa: PLC0415  costs more than all else here, and few files need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(stream if stream.seekable() else _in_memory(stream, limits))
        fields = mapping.field_of(file.schema_arrow.names)
        if "text" not in fields:
            columns = ", ".join(shown(name) for name in file.schema_arrow.names[:12])
            raise no_text(f"no column of the file holds the text (it has {columns})")
        number = 0
        for batch in file.iter_batches(_ROWS, columns=list(dict.fromkeys(fields.values()))):
            for row in batch.to_pylist():
                number += 1
                line = json.dumps(row, ensure_ascii=False, default=str)
                yield number, of_bytes(line.encode("utf-8", "replace"), limits.kept_bytes)
    except (pa.ArrowException, OSError, ValueError) as error:
        what = shown(" ".join(str(error).split()))
        message = f"the Parquet file cannot be read ({what}); write it again"
        raise Broken("archive.damaged", message) from error


def _in_memory(stream: io.BufferedReader, limits: Limits) -> io.BytesIO:
    """A file inside an archive, which can be read but forwards. Raises Broken (document.size)."""
    kept = keep(stream, limits.kept_bytes)
    if kept.byte_count > limits.kept_bytes:
        what = f"{kept.byte_count:,} bytes of Parquet inside an archive are too many; unpack it"
        raise Broken("document.size", what)
    return io.BytesIO(kept.content)
