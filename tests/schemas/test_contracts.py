"""What the contracts of this project compile to."""

from __future__ import annotations

import json
from pathlib import Path

import open_data_contract_standard.model as odcs
import pyarrow as pa
import pytest

import schemas
from schemas import DATASETS, ContractError, contract
from schemas.reserved import RESERVED

FOLDER = Path(schemas.__file__).parent
KEYS = {
    "raw_documents": ("document_sha256",),
    "articles": ("article_id",),
    "quotes": ("quote_id",),
    "versions": ("article_id", "document_sha256"),
    "speaker_months": ("speaker_id", "in_month"),
    "speakers": ("speaker_id",),
    "quarantine": ("quarantine_id",),
    "runs": ("run_id",),
}
PARTITIONS = {
    "raw_documents": ({"month": "received_month", "day": "received_day"}, "received_at"),
    "articles": ({"month": "published_month", "day": "published_day"}, "published_date"),
    "quotes": ({"month": "published_month", "day": "published_day"}, "published_date"),
    "versions": ({"month": "published_month", "day": "published_day"}, "published_date"),
    "speaker_months": ({"month": "published_month"}, "first_published"),
    "speakers": ({}, None),
    "quarantine": ({"month": "received_month", "day": "received_day"}, "first_seen"),
    "runs": ({}, None),
}


def test_every_contract_file_is_a_dataset_and_every_dataset_has_one():
    files = {path.name.removesuffix(".odcs.yaml") for path in FOLDER.glob("*.odcs.yaml")}
    assert files == set(DATASETS)


@pytest.mark.parametrize("name", DATASETS)
def test_a_contract_knows_its_key_and_its_partition(name):
    declared = contract(name)
    assert declared.primary_key == KEYS[name]
    assert (declared.partitions, declared.partition_source) == PARTITIONS[name]


@pytest.mark.parametrize("name", DATASETS)
def test_every_column_is_described_in_the_arrow_schema_and_in_one_json_key(name):
    arrow = contract(name).arrow
    about = json.loads(arrow.metadata[b"broadsheet"])
    meanings = {field.name: field.metadata[b"description"].decode() for field in arrow}
    assert about["dataset"] == name
    assert about["columns"] == meanings
    assert all(len(meaning) > 15 for meaning in meanings.values())


@pytest.mark.parametrize("name", DATASETS)
def test_no_column_and_no_struct_field_is_an_sql_reserved_word(name):
    names = set(contract(name).arrow.names)
    for field in contract(name).arrow:
        if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type):
            names |= {inner.name for inner in field.type.value_type}
    assert not names & RESERVED


@pytest.mark.parametrize("name", DATASETS)
def test_the_standards_own_library_reads_a_contract_and_finds_no_physical_type(name):
    text = (FOLDER / f"{name}.odcs.yaml").read_text(encoding="utf-8")
    read = odcs.OpenDataContractStandard.from_string(text)
    assert read.apiVersion == "v3.1.0"
    assert "physicalType" not in text


def test_types_are_as_the_design_says():
    articles, quotes = contract("articles").arrow, contract("quotes").arrow
    assert articles.field("version_count").type == pa.int16()
    assert articles.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert articles.field("published_date").type == pa.date32()
    assert articles.field("author_names").type == pa.list_(pa.string())
    assert articles.field("language_confidence").type == pa.float32()
    assert not articles.field("author_names").nullable
    assert articles.field("published_date").nullable
    offsets = pa.struct([("char_start", pa.int32()), ("char_end", pa.int32())])
    assert quotes.field("parts").type == pa.list_(offsets)
    assert contract("raw_documents").arrow.field("content").type == pa.binary()
    assert contract("runs").arrow.field("bytes_in").type == pa.int64()


def test_a_rule_carries_its_code_severity_scope_and_words():
    rules = {rule.code: rule for rule in contract("articles").rules}
    assert rules["headline.required"].scope == "row"
    assert rules["published_date.early"].severity == "warning"
    assert rules["published_date.future"].columns == ("_latest_date", "published_date")
    assert rules["article_id.unique"].scope == "table"
    failing = rules["articles.profile_accepted"]
    assert (failing.scope, failing.group_by, failing.minimum_rows) == ("batch", "profile", 20)
    assert rules["published_date.known_share"].where["profile"] == ("people_daily", "reuters")
    assert all(rule.description for rule in rules.values())


def test_batch_rules_name_profiles_that_exist():
    rules = {rule.code: rule for rule in contract("articles").rules}
    named = rules["published_date.known_share"].where["profile"]
    assert {path.stem for path in (FOLDER / "profiles").glob("*.yaml")} >= set(named)


def test_an_unknown_dataset_is_told_with_the_known_ones():
    with pytest.raises(ContractError, match=r"no contract for 'articel'; did you mean articles\?"):
        contract("articel")


def test_a_contract_is_read_once():
    assert contract("quotes") is contract("quotes")
