"""Columns of keys: runs of equal ones, the first of each, the place of one among others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Order = tuple[str, str]


def starts(table: pa.Table, keys: Sequence[str]) -> NDArray[np.bool_]:
    """Mark where a run of equal keys starts, in a table sorted by them (no null in them).

    >>> starts(pa.table({"id": ["a", "a", "b"]}), ["id"]).tolist()
    [True, False, True]
    """
    begins = np.zeros(table.num_rows, dtype=np.bool_)
    begins[:1] = True
    for key in keys:
        column = table[key].combine_chunks()
        changes = pc.not_equal(column.slice(1), column.slice(0, max(len(column) - 1, 0)))
        begins[1:] |= changes.to_numpy(zero_copy_only=False)
    return begins


def first_of_each(table: pa.Table, keys: Sequence[str], then: Sequence[Order]) -> pa.Table:
    """Take one row per key, the first by `then`; sorted by key. A null counts as the lowest value.

    >>> rows = pa.table({"id": ["b", "a", "a"], "day": [1, None, 2]})
    >>> first_of_each(rows, ["id"], [("day", "descending")]).to_pylist()
    [{'id': 'a', 'day': 2}, {'id': 'b', 'day': 1}]
    """
    by = [(key, "ascending") for key in keys]
    lowest = {"ascending": "at_start", "descending": "at_end"}
    sort_keys = [(name, direction, lowest[direction]) for name, direction in (*by, *then)]
    ranked = table.take(pc.sort_indices(table, sort_keys=sort_keys))
    return ranked.filter(pa.array(starts(ranked, keys)))


def first_received(
    table: pa.Table, keys: Sequence[str], before: Sequence[Order] = (), then: Sequence[Order] = ()
) -> pa.Table:
    """Take one row per key: of identical bytes, those of the smallest (source_uri, member)."""
    where = [("source_uri", "ascending"), ("member", "ascending")]
    return first_of_each(table, keys, [*before, *where, *then])


def joint_key(table: pa.Table, keys: Sequence[str]) -> pa.ChunkedArray:
    """Make one string per row of a key of several columns; ids hold no blank."""
    return pc.binary_join_element_wise(*(table[key] for key in keys), " ")


def places(keys: pa.ChunkedArray, among: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """Find the row of each key in `among`, null where it is not there."""
    values = among.combine_chunks() if isinstance(among, pa.ChunkedArray) else among
    return pc.index_in(keys, value_set=values)
