"""Every value of a lake comes back from each format, and a spreadsheet runs none of them."""

from __future__ import annotations

import base64
import csv
import importlib.util
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from flows.cli import main
from flows.export import FORMULA, export
from flows.lake import Lake, read
from schemas import contract
from tests.flows.health.conftest import ferry_lake, lake, rewrite, with_first

__all__ = ["ferry_lake", "lake"]

needs_delta = pytest.mark.skipif(
    importlib.util.find_spec("deltalake") is None, reason="the extra delta is not installed"
)
HOSTILE = '=HYPERLINK("http://x","y")'


def done(lake: Path, to: Path, form: str, *only: str) -> list[str]:
    return list(export(Lake.open(lake), to, form, only))


def rows(lake: Path, dataset: str) -> list[dict[str, Any]]:
    return sorted(read(dataset, lake).to_pylist(), key=str)


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_csv(path: Path, schema: pa.Schema) -> Iterator[dict[str, Any]]:
    """What the docs say: take one leading apostrophe away; lists are JSON, bytes are base64."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, Any] = {}
            for item in schema:
                cell = row[item.name].removeprefix("'")
                if row[item.name] == "" and item.nullable:
                    values[item.name] = None
                elif pa.types.is_list(item.type):
                    values[item.name] = json.loads(cell)
                elif pa.types.is_binary(item.type):
                    values[item.name] = base64.b64decode(cell)
                elif pa.types.is_string(item.type):
                    values[item.name] = cell
                else:
                    values[item.name] = pa.scalar(cell).cast(item.type).as_py()
            yield values


@pytest.fixture
def hostile(lake: Path) -> Path:
    """A lake with all that a spreadsheet, a line or a quotation mark could be broken by."""
    rewrite(lake, "articles", with_first("headline", HOSTILE))
    rewrite(lake, "articles", with_first("byline_raw", "'quoted"))
    rewrite(lake, "articles", with_first("dateline_raw", '+1;"a,b"\r\nnext\tcell 🛳'))
    rewrite(lake, "articles", with_first("captions", ["-2+3", 'say "so"', ""]))
    rewrite(lake, "articles", with_first("agency_id", None))
    return lake


def test_csv_gives_every_value_back_and_no_cell_is_a_formula(hostile: Path, tmp_path: Path) -> None:
    to = tmp_path / "csv"
    said = done(hostile, to, "csv")
    assert said[-1] == f"Snapshot 1 of the lake {hostile} as csv: {to}"
    for dataset in Lake.open(hostile).snapshot().datasets:  # type: ignore[union-attr]
        found = sorted(from_csv(to / f"{dataset}.csv", contract(dataset).arrow), key=str)
        assert found == rows(hostile, dataset), dataset
    with (to / "articles.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'" + HOSTILE in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    assert FORMULA.startswith("^")


def test_json_lines_give_every_value_back(hostile: Path, tmp_path: Path) -> None:
    done(hostile, tmp_path / "jsonl", "jsonl", "articles", "raw_documents", "quotes")
    assert {path.name for path in (tmp_path / "jsonl").iterdir()} == {
        "articles.jsonl",
        "raw_documents.jsonl",
        "quotes.jsonl",
    }
    for dataset in ("articles", "raw_documents", "quotes"):
        text = (tmp_path / "jsonl" / f"{dataset}.jsonl").read_text("utf-8")
        found = sorted(map(json.loads, text.splitlines()), key=str)
        wanted = [{n: plain(v) for n, v in row.items()} for row in rows(hostile, dataset)]
        assert found == sorted(wanted, key=str)


def test_one_file_of_duckdb_has_all_tables_with_their_meanings(
    hostile: Path, tmp_path: Path
) -> None:
    to = tmp_path / "lake.duckdb"
    done(hostile, to, "duckdb")
    with duckdb.connect(str(to), read_only=True) as database:
        for dataset in ("articles", "quotes", "raw_documents", "quarantine"):
            table = database.table(dataset).to_arrow_table().cast(contract(dataset).arrow)
            assert sorted(table.to_pylist(), key=str) == rows(hostile, dataset)
        told = "select comment from duckdb_columns() where column_name = 'headline'"
        assert database.sql(told).fetchall() == [("Headline on one line.",)]


@needs_delta
def test_delta_registers_the_very_files_and_reads_back_whole(hostile: Path, tmp_path: Path) -> None:
    from deltalake import DeltaTable

    to = tmp_path / "delta"
    done(hostile, to, "delta")
    snapshot = Lake.open(hostile).snapshot()
    assert snapshot is not None
    for dataset in snapshot.datasets:
        table = DeltaTable(str(to / dataset)).to_pyarrow_table()
        declared = contract(dataset)
        parted = [declared.partitions["month"]] if declared.partitions else []
        columns = [*declared.arrow.names, *parted]
        assert sorted(table.schema.names) == sorted(columns)
        found = table.select(declared.arrow.names).cast(declared.arrow).to_pylist()
        assert sorted(found, key=str) == rows(hostile, dataset)
        for file in snapshot.files(dataset):
            assert (to / file.path).samefile(snapshot.path / file.path)


@pytest.mark.skipif(
    importlib.util.find_spec("deltalake") is not None, reason="the extra delta is installed"
)
def test_without_its_extra_delta_says_what_to_install(lake: Path, tmp_path: Path) -> None:
    to = tmp_path / "delta"
    assert main(["export", str(to), "--format", "delta", "--lake", str(lake)]) == 1
    assert not to.exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["xlsx"], "there is no format 'xlsx'; ask for csv, jsonl, duckdb, delta"),
        (["csv", "--dataset", "moods"], "unknown dataset: moods"),
    ],
)
def test_wrong_usage_is_one_line_and_nothing_is_written(
    lake: Path, tmp_path: Path, asked: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "out"
    assert main(["export", str(to), "--lake", str(lake), "--format", *asked]) == 2
    err = capfd.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 1
    assert not to.exists()


def test_what_is_there_already_is_never_replaced(
    lake: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("keep")
    for to in (tmp_path, tmp_path / "mine"):
        assert main(["export", str(to), "--format", "csv", "--lake", str(lake)]) == 2
        assert f"{to} is there already; name a new place" in capfd.readouterr().err
    assert (tmp_path / "mine").read_text() == "keep"


def test_a_place_that_cannot_be_written_is_one_line(
    lake: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    to = tmp_path / "file" / "below"
    assert main(["export", str(to), "--format", "csv", "--lake", str(lake)]) == 1
    assert "could not be written (Not a directory); make room" in capfd.readouterr().err
