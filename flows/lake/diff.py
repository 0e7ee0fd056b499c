"""What one snapshot has and another has not, row by row and column by column.

Only partitions whose files differ are read, one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.rows import joint_key, places
from schemas import contract

if TYPE_CHECKING:
    from flows.lake.snapshot import DataFile, Snapshot

MOST_EXAMPLES = 3
BINARY = "content"
"""The one column whose values are no use to a reader: its hash is the key."""


@dataclass(frozen=True, slots=True)
class Example:
    """One value that was altered, with the key of its row."""

    key: str
    before: Any
    after: Any


@dataclass(slots=True)
class Difference:
    """Rows of one dataset that came, went, or have the same key and other values."""

    dataset: str
    added: int = 0
    removed: int = 0
    altered: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    """By column, how many rows have another value in it."""
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.added or self.removed or self.altered)

    def add(self, other: Difference) -> None:
        """Add the counts of another comparison of the same dataset."""
        self.added += other.added
        self.removed += other.removed
        self.altered += other.altered
        self.columns.update(other.columns)
        for column, examples in other.examples.items():
            mine = self.examples.setdefault(column, [])
            mine.extend(examples[: MOST_EXAMPLES - len(mine)])


def difference(before: Snapshot | None, after: Snapshot | None) -> list[Difference]:
    """Compare two snapshots of one lake by dataset; those without a difference are left out."""
    names = dict.fromkeys(
        name for snapshot in (before, after) if snapshot is not None for name in snapshot.datasets
    )
    found = [_of_dataset(before, after, name) for name in names]
    return [each for each in found if each]


def added_up(differences: Iterable[Difference]) -> list[Difference]:
    """One difference for each dataset, over several commits."""
    total: dict[str, Difference] = {}
    for each in differences:
        total.setdefault(each.dataset, Difference(each.dataset)).add(each)
    return list(total.values())


def _of_dataset(before: Snapshot | None, after: Snapshot | None, dataset: str) -> Difference:
    """Rows may move between partitions, so what left one is kept in mind until all are seen."""
    found = Difference(dataset)
    gone: list[pa.Table] = []
    come: list[pa.Table] = []
    for old, new in _pairs(before, after, dataset):
        left, entered = _compared(old, new, found)
        gone.append(left)
        come.append(entered)
    if gone:
        _moved(pa.concat_tables(gone), pa.concat_tables(come), found)
    return found


def _pairs(
    before: Snapshot | None, after: Snapshot | None, dataset: str
) -> Iterator[tuple[pa.Table, pa.Table]]:
    old, new = _files(before, dataset), _files(after, dataset)
    shared = old.keys() & new.keys()
    partitions = {file.partition for key, file in (old | new).items() if key not in shared}
    for partition in sorted(partitions, key=lambda name: name or ""):
        yield (
            _rows(before, dataset, [f for k, f in old.items() if k not in shared], partition),
            _rows(after, dataset, [f for k, f in new.items() if k not in shared], partition),
        )


def _files(snapshot: Snapshot | None, dataset: str) -> dict[tuple[str, str], DataFile]:
    files = snapshot.listing.get(dataset, ()) if snapshot is not None else ()
    return {(file.path, file.sha256): file for file in files}


def _rows(
    snapshot: Snapshot | None, dataset: str, files: list[DataFile], partition: str | None
) -> pa.Table:
    schema = contract(dataset).arrow
    schema = pa.schema([item for item in schema if item.name != BINARY])
    tables = [schema.empty_table()]
    for file in files:
        if file.partition == partition:
            assert snapshot is not None
            tables.append(snapshot.read_file(file, schema))
    return pa.concat_tables(tables)


def _keys(rows: pa.Table, dataset: str) -> pa.Array:
    keys = joint_key(rows, contract(dataset).primary_key)
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _compared(old: pa.Table, new: pa.Table, found: Difference) -> tuple[pa.Table, pa.Table]:
    """Count what both have and differs; returns what only one of them has."""
    old_keys, new_keys = _keys(old, found.dataset), _keys(new, found.dataset)
    where = places(new_keys, old_keys)
    both = pc.is_valid(where)
    _count_altered(old.take(where.filter(both)), new.filter(both), found)
    return old.filter(pc.invert(pc.is_in(old_keys, value_set=new_keys))), new.filter(
        pc.invert(both)
    )


def _moved(gone: pa.Table, come: pa.Table, found: Difference) -> None:
    """A row that left one partition and came to another is the same row, altered."""
    left, entered = _compared(gone, come, found)
    found.removed += left.num_rows
    found.added += entered.num_rows


def _count_altered(old: pa.Table, new: pa.Table, found: Difference) -> None:
    altered = np.zeros(new.num_rows, np.bool_)
    keys = _keys(new, found.dataset)
    for name in new.column_names:
        differs = _differing(old[name].combine_chunks(), new[name].combine_chunks())
        if differs.any():
            altered |= differs
            found.columns[name] += int(differs.sum())
            examples = found.examples.setdefault(name, [])
            for at in np.nonzero(differs)[0][: MOST_EXAMPLES - len(examples)]:
                values = old[name][int(at)].as_py(), new[name][int(at)].as_py()
                examples.append(Example(keys[int(at)].as_py(), *values))
    found.altered += int(altered.sum())


def _differing(old: pa.Array, new: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if pa.types.is_nested(old.type):
        pairs = zip(old.to_pylist(), new.to_pylist(), strict=True)
        return np.array([one != other for one, other in pairs], np.bool_)
    unequal = pc.fill_null(pc.not_equal(old, new), False)
    one_null = pc.xor(pc.is_null(old), pc.is_null(new))
    both = pc.or_(unequal, one_null)
    return np.asarray(both.to_numpy(zero_copy_only=False), np.bool_)
