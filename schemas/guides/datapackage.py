"""`datapackage.json`: the snapshot as a Data Package v2 (https://datapackage.org)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from schemas.guides.listing import KEYWORDS, TITLE, about, declared
from schemas.options import LENGTHS, MATCH, UNIQUE
from schemas.quality import IN_SET
from schemas.rules import BETWEEN, NOT_NULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from schemas.contracts import Contract
    from schemas.guides.listing import File, Listed
    from schemas.rules import Rule

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"


def datapackage(snapshot: Listed) -> str:
    """Return the descriptor, a resource for each dataset that has files.

    A resource needs data, so a dataset without rows is in README.md and views.sql alone.
    """
    descriptor = {
        "$schema": PROFILE,
        "name": "broadsheet-snapshot",
        "title": TITLE,
        "description": about(snapshot),
        "version": f"{snapshot.number}.0.0",
        "keywords": list(KEYWORDS),
        "resources": [
            _resource(each, files, snapshot) for each, files in declared(snapshot) if files
        ],
    }
    return json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"


def _resource(each: Contract, files: Sequence[File], snapshot: Listed) -> dict[str, Any]:
    """Without `bytes` and `hash`: frictionless counts neither of Parquet, and calls them wrong."""
    paths = [file.path for file in files]
    return {
        "name": _name(each.name),
        "title": each.name,
        "description": each.description,
        "type": "table",
        "path": paths[0] if len(paths) == 1 else paths,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": _table_schema(
            each, {name for name, held in snapshot.listing.items() if len(held) == 1}
        ),
    }


def _table_schema(each: Contract, whole: set[str]) -> dict[str, Any]:
    """Foreign keys lead only into `whole`, the datasets in one file.

    frictionless looks for a key in the first file alone, and would call rows wrong whose key is in
    another. What a column names is said by its `references` in any case.
    """
    constraints = _constraints(each)
    foreign = [
        {"fields": [column], "reference": {"resource": _name(dataset), "fields": [key]}}
        for column, (dataset, key) in each.references.items()
        if dataset in whole and not pa.types.is_list(each.arrow.field(column).type)
    ]
    return {
        "$schema": TABLE_PROFILE,
        "fields": [_field(each, field, constraints.get(field.name, {})) for field in each.arrow],
        "primaryKey": list(each.primary_key),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _name(dataset: str) -> str:
    return dataset.replace("_", "-")


def _field(each: Contract, field: pa.Field, constraints: Mapping[str, Any]) -> dict[str, Any]:
    named = each.references.get(field.name)
    return {
        "name": field.name,
        "type": _type(field.type),
        "arrowType": str(field.type),
        "description": field.metadata[b"description"].decode(),
        **({"references": ".".join(named)} if named else {}),
        **({"constraints": dict(constraints)} if constraints else {}),
    }


def _type(kind: pa.DataType) -> str:
    """Type of Table Schema; its arrays are JSON in a text, so lists and bytes are `any` to it.

    >>> _type(pa.list_(pa.string())), _type(pa.timestamp("us", tz="UTC")), _type(pa.int16())
    ('any', 'datetime', 'integer')
    """
    if pa.types.is_list(kind) or pa.types.is_binary(kind):
        return "any"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_timestamp(kind):
        return "datetime"
    return {pa.date32(): "date", pa.bool_(): "boolean"}.get(kind, "string")


def _constraints(each: Contract) -> dict[str, dict[str, Any]]:
    """What no published row may break, by column; warnings bind nobody."""
    found: dict[str, dict[str, Any]] = {}
    for rule in each.rules:
        if rule.severity != "critical" or rule.scope == "batch" or len(rule.columns) != 1:
            continue
        column = rule.columns[0]
        if column not in each.arrow.names or rule.expectation not in BY_EXPECTATION:
            continue
        scalar = not pa.types.is_nested(each.arrow.field(column).type)
        if scalar or rule.expectation == NOT_NULL:
            found.setdefault(column, {}).update(BY_EXPECTATION[rule.expectation](rule))
    return found


def _pattern(rule: Rule) -> dict[str, Any]:
    r"""A rule's regex for every dialect: Python's `\Z` is `$` elsewhere."""
    regex = str(rule.kwargs["regex"])
    return {"pattern": regex.removesuffix(r"\Z") + "$"} if regex.endswith(r"\Z") else {}


def _bounds(low: str, high: str) -> Callable[[Rule], dict[str, Any]]:
    def bounds(rule: Rule) -> dict[str, Any]:
        return dict(_given(rule, low, high))

    return bounds


def _given(rule: Rule, low: str, high: str) -> Iterator[tuple[str, Any]]:
    for ours, theirs in (("min_value", low), ("max_value", high)):
        strict = rule.kwargs.get(f"strict_{ours[:3]}")
        if rule.kwargs.get(ours) is not None:
            yield f"exclusive{theirs.capitalize()}" if strict else theirs, rule.kwargs[ours]


BY_EXPECTATION: Final[Mapping[str, Callable[[Rule], dict[str, Any]]]] = {
    NOT_NULL: lambda _: {"required": True},
    UNIQUE: lambda _: {"unique": True},
    MATCH: _pattern,
    IN_SET: lambda rule: {"enum": list(rule.kwargs["value_set"])},
    LENGTHS: _bounds("minLength", "maxLength"),
    BETWEEN: _bounds("minimum", "maximum"),
}
