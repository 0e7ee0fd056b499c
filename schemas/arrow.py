"""Logical types of the standard as Arrow types; no physicalType is ever needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from schemas.located import Located, one_of
from schemas.reserved import RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

INTEGERS: Final[Mapping[str, pa.DataType]] = {
    "i8": pa.int8(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "i64": pa.int64(),
}
NUMBERS: Final[Mapping[str, pa.DataType]] = {"f32": pa.float32(), "f64": pa.float64()}
BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("format", "pattern", "minLength", "maxLength"),
    "integer": ("format", *BOUNDS),
    "number": ("format", *BOUNDS),
    "date": BOUNDS,
    "timestamp": ("timezone", "defaultTimezone", *BOUNDS),
    "boolean": (),
    "array": ("minItems", "maxItems"),
    "object": (),
}


def arrow_type(place: Located) -> pa.DataType:
    """Return the Arrow type of a property or of an array's items, struct fields in their order."""
    if place.at("physicalType").value is not None:
        place.at("physicalType").wrong(
            "physicalType is not used", remedy="say it with logicalType and logicalTypeOptions"
        )
    logical = place.at("logicalType").choose("logicalType", tuple(OPTIONS))
    options = place.at("logicalTypeOptions")
    for key in options.value or {}:
        if key not in OPTIONS[logical]:
            options.at(key).wrong(
                f"unknown option {key!r} for {logical}", remedy=_remedy(key, OPTIONS[logical])
            )
    if logical == "array":
        return pa.list_(pa.field("item", arrow_type(place.at("items"))))
    if logical == "object":
        return pa.struct([(name, arrow_type(field)) for name, field in _fields(place)])
    return _scalar(logical, options)


def named_properties(place: Located) -> dict[str, Located]:
    """Return the properties by name, in their order; ContractError for a name that cannot be."""
    found: dict[str, Located] = {}
    for item in place.at("properties").each():
        name = item.at("name").value
        if not isinstance(name, str) or not name.isidentifier() or name != name.lower():
            item.at("name").wrong(f"{name!r} is no column name", remedy="use snake_case")
        if name.startswith("_"):
            item.at("name").wrong(
                f"{name} looks like a synthetic column", remedy="start it with a letter"
            )
        if name in RESERVED:
            item.at("name").wrong(
                f"{name} is an SQL reserved word", remedy="take a name that needs no quoting"
            )
        if name in found:
            item.at("name").wrong(f"the column {name} is given twice", remedy="keep one of them")
        found[name] = item
    return found


def _scalar(logical: str, options: Located) -> pa.DataType:
    form = options.at("format")
    if logical == "string":
        if form.value is None:
            return pa.string()
        form.choose("format for string", ("binary",))
        return pa.binary()
    if logical == "integer":
        return INTEGERS[form.choose("format for integer", tuple(INTEGERS))]
    if logical == "number":
        return NUMBERS[form.choose("format for number", tuple(NUMBERS))]
    if logical == "timestamp":
        if options.at("timezone").value is not True:
            options.at("timezone").wrong(
                "a timestamp without a zone", remedy="give it `timezone: true`; instants are UTC"
            )
        if options.at("defaultTimezone").value is not None:
            options.at("defaultTimezone").choose("defaultTimezone", ("UTC", "Etc/UTC"))
        return pa.timestamp("us", tz="UTC")
    return pa.date32() if logical == "date" else pa.bool_()


def _fields(place: Located) -> list[tuple[str, Located]]:
    fields = list(named_properties(place).items())
    if not fields:
        place.wrong("an object without properties", remedy="name its fields")
    return fields


def _remedy(key: str, options: tuple[str, ...]) -> str:
    return one_of(str(key), options) if options else "leave it out: the type has no options"
