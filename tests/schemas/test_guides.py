"""What lies beside the Parquet of a snapshot is valid by the tools it is meant for, and true."""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pyarrow as pa
import pytest

from flows.lake import Lake, Snapshot
from flows.lake.folder import Folder
from flows.lake.snapshot import DataFile
from schemas import contract
from schemas.guides import GUIDES, guides


@pytest.fixture(scope="module")
def copied(sample_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest snapshot of the sample, copied to a place of its own."""
    folder = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree((sample_lake / "current").resolve(), folder)
    return folder


@pytest.fixture(scope="module")
def snapshot(sample_lake: Path) -> Snapshot:
    found = Lake.open(sample_lake).snapshot()
    assert found is not None
    return found


def counts(snapshot: Snapshot) -> dict[str, int]:
    return {name: snapshot.rows(name) for name in snapshot.datasets}


def test_the_same_listing_gives_the_same_bytes(copied: Path, snapshot: Snapshot) -> None:
    written = {name: (copied / name).read_bytes() for name in GUIDES}
    assert written == guides(replace(snapshot, home=Folder(Path("/elsewhere"))))


def test_nothing_in_them_names_a_place_on_this_machine(copied: Path, sample_lake: Path) -> None:
    for name in GUIDES:
        text = (copied / name).read_text(encoding="utf-8")
        assert str(sample_lake) not in text
        assert "../" not in text


def test_frictionless_takes_the_data_package_and_the_data(copied: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        found = frictionless.validate(str(copied / "datapackage.json"))
    assert not found.errors, "the descriptor itself"
    assert {task.name for task in found.tasks} >= {"articles", "quotes", "speaker-months"}
    # It reads by pandas, which has no integer for "unknown"; it says nothing else of the rows.
    wrong = [error for task in found.tasks for error in task.errors]
    assert all(error.type == "type-error" and error.cell == "nan" for error in wrong), wrong


def test_the_data_package_is_one_by_the_published_profile_of_version_2(copied: Path) -> None:
    package = json.loads((copied / "datapackage.json").read_bytes())
    profiles = files("dplib") / "profiles" / "2.0"
    for profile, part in (
        ("datapackage", package),
        *(("tableschema", each["schema"]) for each in package["resources"]),
    ):
        rules = json.loads((profiles / f"{profile}.json").read_bytes())
        validator: Any = jsonschema.validators.validator_for(rules)
        assert [error.message for error in validator(rules).iter_errors(part)] == []


def test_the_data_package_says_what_the_contract_says(copied: Path) -> None:
    package = json.loads((copied / "datapackage.json").read_bytes())
    (quotes,) = [each for each in package["resources"] if each["title"] == "quotes"]
    fields = {each["name"]: each for each in quotes["schema"]["fields"]}
    assert list(fields) == contract("quotes").arrow.names
    assert fields["kind"]["constraints"] == {
        "required": True,
        "enum": ["direct", "indirect", "mixed"],
    }
    assert fields["quote_id"]["constraints"]["pattern"] == "^[0-9a-f]{16}$"
    assert fields["confidence"]["constraints"]["maximum"] == 1
    assert fields["mark"]["constraints"] == {"minLength": 1, "maxLength": 8}
    assert quotes["schema"]["primaryKey"] == ["quote_id"]
    assert fields["article_id"]["references"] == "articles.article_id"
    assert fields["speaker_ids"]["references"] == "speakers.speaker_id"
    (versions,) = [each for each in package["resources"] if each["title"] == "versions"]
    # Into a dataset in one file; of several the tool would look into the first alone.
    (to_documents,) = versions["schema"]["foreignKeys"]
    assert to_documents["reference"] == {
        "resource": "raw-documents",
        "fields": ["document_sha256"],
    }


def test_mlcroissant_takes_the_description_and_reads_every_row(
    copied: Path, snapshot: Snapshot, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.ERROR):
        warnings.simplefilter("ignore")
        import mlcroissant

        dataset = mlcroissant.Dataset(copied / "croissant.json")
        issues = dataset.metadata.ctx.issues
        assert not issues.errors
        # Whose the articles are, and how to cite them, is not ours to say.
        assert {
            str(each).partition('Property "')[2].partition('"')[0] for each in issues.warnings
        } <= {
            "http://mlcommons.org/croissant/citeAs",
            "https://schema.org/datePublished",
            "https://schema.org/license",
        }
        read = {name: len(list(dataset.records(name))) for name in snapshot.datasets}
    assert read == counts(snapshot)


def test_the_views_hold_every_row_wherever_the_folder_lies(
    copied: Path, snapshot: Snapshot
) -> None:
    with duckdb.connect() as database:
        database.execute(f"set file_search_path = '{copied}'")
        for _ in ("once", "again"):
            database.execute((copied / "views.sql").read_text(encoding="utf-8"))
        found = {
            name: database.execute(f"select count(*) from {name}").fetchone()[0]
            for name in snapshot.datasets
        }
        assert found == counts(snapshot)
        joint = database.execute("select sum(len(speaker_ids)) from quotes").fetchone()
        assert database.execute("select count(*) from quotes_by_speaker").fetchone() == joint
        for name in ("quotes_in_articles", "coverage", "quarantine_rules"):
            assert database.execute(f"select count(*) from {name}").fetchone() != (0,)
        (comment,) = database.execute(
            "select comment from duckdb_columns()"
            " where table_name = 'quotes' and column_name = 'cue'"
        ).fetchone()
    assert comment == contract("quotes").arrow.field("cue").metadata[b"description"].decode()


def test_a_dataset_without_rows_is_an_empty_view_of_the_same_columns(
    copied: Path, snapshot: Snapshot
) -> None:
    bare = replace(snapshot, listing=dict.fromkeys(snapshot.datasets, ()))
    with duckdb.connect() as empty, duckdb.connect() as full:
        empty.execute(guides(bare)["views.sql"].decode())
        full.execute(f"set file_search_path = '{copied}'")
        full.execute((copied / "views.sql").read_text(encoding="utf-8"))
        for name in snapshot.datasets:
            typed = f"select column_name, column_type from (describe from {name})"
            assert empty.execute(typed).fetchall() == full.execute(typed).fetchall()
        assert empty.execute("select count(*) from quotes_by_speaker").fetchone() == (0,)
    # A resource or a record set has to have files.
    assert json.loads(guides(bare)["datapackage.json"])["resources"] == []
    assert json.loads(guides(bare)["croissant.json"])["recordSet"] == []


def test_files_of_two_versions_of_a_contract_are_read_by_the_names_of_their_columns(
    snapshot: Snapshot,
) -> None:
    # Of the same version DuckDB need not open each file before the first row.
    assert "union_by_name" not in guides(snapshot)["views.sql"].decode()
    (maker,) = snapshot.makers
    older = {**snapshot.makers, "old": {**snapshot.makers[maker], "contract:articles": "0.9.0"}}
    file = DataFile("articles/published_month=2024-01/a.parquet", 1, 1, "a", ("old", maker))
    mixed = replace(snapshot, makers=older, listing={**snapshot.listing, "articles": (file,)})
    lines = [
        line for line in guides(mixed)["views.sql"].decode().splitlines() if "union_by" in line
    ]
    assert len(lines) == 1
    assert "articles/" in lines[0]


def test_the_page_has_every_column_and_count(copied: Path, snapshot: Snapshot) -> None:
    page = (copied / "README.md").read_text(encoding="utf-8")
    for name, rows in counts(snapshot).items():
        assert f"| `{name}` | {rows:,} |" in page
        for column in contract(name).arrow.names:
            assert f"| `{column}` |" in page


def test_every_reference_names_a_key_of_its_dataset() -> None:
    from schemas import DATASETS

    named = {
        (name, column): to for name in DATASETS for column, to in contract(name).references.items()
    }
    assert named["quotes", "article_id"] == ("articles", "article_id")
    for dataset, key in named.values():
        assert contract(dataset).primary_key == (key,)
        assert pa.types.is_string(contract(dataset).arrow.field(key).type)
