"""Rows that nobody read from a document, made up for a benchmark or a test of the lake."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def digest(*parts: object) -> str:
    """SHA-256 of what makes something itself, as lower-case hex."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def filled(schema: pa.Schema, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows in a schema; columns that do not matter get some value of their type."""
    some = {item.name: some_of(item) for item in schema}
    columns = {name: [row.get(name, value) for row in rows] for name, value in some.items()}
    return pa.Table.from_pydict(columns, schema=schema)


def some_of(item: pa.Field) -> Any:
    """A value of the type of a column, null where it may be."""
    if item.nullable:
        return None
    kinds: list[tuple[Any, Any]] = [
        (pa.types.is_list, []),
        (pa.types.is_string, "x"),
        (pa.types.is_binary, b""),
        (pa.types.is_boolean, False),
        (pa.types.is_timestamp, EPOCH),
        (pa.types.is_date, EPOCH.date()),
    ]
    return next((value for fits, value in kinds if fits(item.type)), 1)
