"""A small lake, and how a test does harm to it behind its manifest's back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.lake import Lake, Snapshot
from flows.lake.snapshot import footer_crc

PAGE = (
    " date 2024-{month:02d}-02 Ferry number {number} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, {name} 02, 2024\n\n"
    'The ferry of the Quillon Islands left at noon. "We had {number} people on board," said '
    'Captain Ida Holm. "Nobody was sick," she added.\n\n'
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)
MONTHS = ((1, 3, "March"), (2, 3, "March"), (3, 4, "April"))
Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="session")
def ferry_lake(publish: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles in two months, six quotations of one captain. Shared: never written to."""
    folder = tmp_path_factory.mktemp("ferry")
    (folder / "source").mkdir()
    for number, month, name in MONTHS:
        page = PAGE.format(number=number, month=month, name=name)
        (folder / "source" / f"{number}.txt").write_text(page, encoding="utf-8")
    publish(folder / "source", folder / "lake")
    return folder / "lake"


@pytest.fixture
def lake(ferry_lake: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may do anything to."""
    copy = tmp_path / "lake"
    shutil.copytree(ferry_lake, copy, symlinks=True)
    return copy


def newest(lake: Path) -> Snapshot:
    snapshot = Lake.open(lake).snapshot()
    assert snapshot is not None
    return snapshot


def rewrite(lake: Path, dataset: str, change: Change) -> None:
    """Change the rows of the first file of a dataset; the manifest is made to fit."""
    snapshot = newest(lake)
    file = snapshot.files(dataset)[0]
    with snapshot.open_file(file) as parquet:
        table = parquet.read()
    put(lake, dataset, file.path, change(table))


def put(lake: Path, dataset: str, path: str, table: pa.Table) -> None:
    """Write a file of a snapshot, new or in place of another, and its line of the manifest."""
    snapshot = newest(lake)
    target = snapshot.path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, target)
    manifest = snapshot.path / "_snapshot.json"
    record = json.loads(manifest.read_text("utf-8"))
    listed = record["datasets"][dataset]
    kept = [each for each in listed if each["path"] != path]
    content = target.read_bytes()
    with target.open("rb") as written:
        footer = footer_crc(written)
    line = {
        **listed[0],
        "path": path,
        "rows": table.num_rows,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "footer": footer,
    }
    record["datasets"][dataset] = [*kept, line]
    manifest.write_text(json.dumps(record), encoding="utf-8")


def with_first(column: str, value: object) -> Change:
    """Set a column of the first row."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        values[0] = value(values[0]) if callable(value) else value
        at = table.column_names.index(column)
        field = table.schema.field(column)
        return table.set_column(at, field, pa.array(values, field.type))

    return change
