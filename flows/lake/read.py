"""Reading a published dataset in one line, pinned to one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import DatasetUnknown, WrongUsage
from flows.lake.layout import SNAPSHOT_DATASETS
from flows.lake.snapshot import narrowed
from flows.lake.store import Lake
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

READABLE = (*SNAPSHOT_DATASETS, "runs")


def read(
    dataset: str, lake: Lake | str | Path, *, columns: Sequence[str] | None = None
) -> pa.Table:
    """Read a dataset from the newest snapshot, by partition and key.

    Raises DatasetUnknown, LakeNotFound, LakeUnusable, and WrongUsage for an unknown column.
    """
    if dataset not in READABLE:
        raise DatasetUnknown(dataset, READABLE)
    schema = contract(dataset).arrow
    if unknown := [name for name in columns or () if name not in schema.names]:
        raise WrongUsage(
            f"{dataset} has no column {unknown[0]}", remedy=f"ask for {', '.join(schema.names)}"
        )
    store = lake if isinstance(lake, Lake) else Lake.open(lake)
    if dataset == "runs":
        return store.runs().select(list(columns or schema.names))
    snapshot = store.snapshot()
    if snapshot is None:
        return narrowed(schema, columns).empty_table()
    return snapshot.table(dataset, columns)
