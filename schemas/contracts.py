"""Contracts by name: the only place that names a column, a type, a pattern or an enum."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from schemas.arrow import arrow_type, named_properties
from schemas.located import ContractError, Located, one_of
from schemas.options import option_rules, unique_rule
from schemas.quality import quality_rule
from schemas.rules import Declared, Rule, check_rules, make_rule
from schemas.standard import custom_properties, read_contract_file
from schemas.synthetic import Synthetic, synthetic_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATASETS: Final = (
    "raw_documents",
    "articles",
    "quotes",
    "versions",
    "speaker_months",
    "speakers",
    "quarantine",
    "runs",
)
GRAINS: Final = ("month", "day")
"""How finely a lake may be parted by date."""
HERE: Final = Path(__file__).parent
COMPOUND_UNIQUE: Final = "expect_compound_columns_to_be_unique"


@dataclass(frozen=True, slots=True)
class Contract:
    """One dataset: what its rows look like and which rules they keep.

    `arrow` carries descriptions in the metadata of its fields and, as JSON under "broadsheet", of
    the schema. `partitions` names the directory key by the lake's grain (month, day), taken from
    column `partition_source`; without a day the dataset is parted by month in any lake.
    """

    name: str
    version: str
    description: str
    primary_key: tuple[str, ...]
    partitions: Mapping[str, str]
    partition_source: str | None
    arrow: pa.Schema
    rules: tuple[Rule, ...]
    synthetic: Mapping[str, Synthetic]
    references: Mapping[str, tuple[str, str]]
    """Column -> dataset and key that it, or each of its items, names."""


def contract(name: str, directory: Path | None = None) -> Contract:
    """Return the contract of a dataset, read once per process; ContractError where it is off.

    >>> contract("quotes").primary_key
    ('quote_id',)
    """
    return _load(name, (directory or HERE).resolve())


@cache
def _load(name: str, directory: Path) -> Contract:
    file = directory / f"{name}.odcs.yaml"
    if not file.is_file():
        known = sorted(
            path.name.removesuffix(".odcs.yaml") for path in directory.glob("*.odcs.yaml")
        )
        raise ContractError(file, 1, f"no contract for {name!r}", remedy=one_of(name, known))
    document = read_contract_file(file)
    if len(document.at("schema").value or []) != 1:
        document.at("schema").wrong("not one dataset", remedy="give schema exactly one object")
    dataset = document.at("schema", 0)
    for place in (document.at("name"), dataset.at("name")):
        place.choose("dataset for this file", (name,))
    return _compile(str(document.at("version").value), dataset)


def _compile(version: str, dataset: Located) -> Contract:
    name = dataset.at("name").value
    columns = named_properties(dataset)
    if not columns:
        dataset.wrong("a dataset without columns", remedy="give it properties")
    types = {column: arrow_type(place) for column, place in columns.items()}
    synthetic = synthetic_columns(dataset, types)
    key = _primary_key(dataset, columns)
    declared = [*_dataset_rules(name, dataset, columns, key), *_column_rules(columns)]
    check_rules(declared, {**types, **dict.fromkeys(synthetic)})
    partitions, source = _partitions(columns)
    description = _description(dataset)
    schema = _arrow_schema(name, version, description, columns, types)
    rules = tuple(each.rule for each in declared)
    named = {column: found for column, place in columns.items() if (found := _reference(place))}
    return Contract(
        name, version, description, key, partitions, source, schema, rules, synthetic, named
    )


def _dataset_rules(
    name: str, dataset: Located, columns: Mapping[str, Located], key: tuple[str, ...]
) -> Iterator[Declared]:
    for place in dataset.at("quality").each():
        yield quality_rule(name, None, place)
    first = columns[key[0]].at("primaryKey")
    if len(key) == 1:
        yield unique_rule(first, f"{key[0]}.unique", key[0])
    else:
        words = f"no two rows have the same {' and '.join(key)}"
        kwargs = {"column_list": list(key)}
        yield make_rule(first, f"{name}.unique", COMPOUND_UNIQUE, kwargs, words, scope="table")


def _column_rules(columns: Mapping[str, Located]) -> Iterator[Declared]:
    for name, place in columns.items():
        yield from option_rules(name, place)
        for entry in place.at("quality").each():
            yield quality_rule(name, name, entry)
        for entry in place.at("items", "quality").each():
            yield quality_rule(name, name, entry, items=True)


def _primary_key(dataset: Located, columns: Mapping[str, Located]) -> tuple[str, ...]:
    positions = {
        place.at("primaryKeyPosition").value or 1: name
        for name, place in columns.items()
        if place.at("primaryKey").value is True
    }
    marked = sum(place.at("primaryKey").value is True for place in columns.values())
    if not positions or sorted(positions) != list(range(1, marked + 1)):
        dataset.wrong(
            "no primary key, or its positions are not 1, 2, ...",
            remedy="mark its columns primaryKey: true with primaryKeyPosition from 1",
        )
    return tuple(positions[position] for position in sorted(positions))


def _partitions(columns: Mapping[str, Located]) -> tuple[Mapping[str, str], str | None]:
    for name, place in columns.items():
        if place.at("partitioned").value is True:
            named = custom_properties(place).get("partitionName")
            if named is None or not isinstance(named.value, dict) or "month" not in named.value:
                place.wrong(
                    f"{name} is partitioned without a name",
                    remedy="add the customProperty partitionName, as {month: ..., day: ...}",
                )
            if unknown := sorted(named.value.keys() - set(GRAINS)):
                named.wrong(f"unknown grain {unknown[0]!r}", remedy=one_of(str(unknown[0]), GRAINS))
            return MappingProxyType({g: str(each) for g, each in named.value.items()}), name
    return MappingProxyType({}), None


def _reference(place: Located) -> tuple[str, str] | None:
    """What the relationship of a column leads to, written as `to: articles.article_id`."""
    for item in place.at("relationships").each():
        to = item.at("to")
        dataset, _, key = str(to.value).partition(".")
        if dataset not in DATASETS or not key.isidentifier():
            to.wrong(f"{to.value!r} is no dataset.column", remedy="write it as articles.article_id")
        return dataset, key
    return None


def _arrow_schema(
    name: str,
    version: str,
    description: str,
    columns: Mapping[str, Located],
    types: Mapping[str, pa.DataType],
) -> pa.Schema:
    meanings = {column: _description(place) for column, place in columns.items()}
    fields = [
        pa.field(column, types[column], place.at("required").value is not True).with_metadata(
            {"description": meanings[column]}
        )
        for column, place in columns.items()
    ]
    about = {"dataset": name, "version": version, "description": description, "columns": meanings}
    return pa.schema(fields, metadata={"broadsheet": json.dumps(about, ensure_ascii=False)})


def _description(place: Located) -> str:
    text = place.at("description").value
    if not isinstance(text, str) or not text.strip():
        place.wrong(
            f"{place.at('name').value} has no description", remedy="say what it means and its unit"
        )
    return " ".join(text.split())
