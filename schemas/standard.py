"""The Open Data Contract Standard v3.1 as the form of every contract, read with its own library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel, ValidationError

from schemas.located import Located, one_of, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

API_VERSION: Final = "v3.1.0"


def read_contract_file(file: Path) -> Located:
    """Read a contract and check its form: keys and value types of the standard, and its version.

    The library lets unknown keys inside a column pass (a misspelt `requird` would be a rule that
    never runs), so they are checked here against its own model.
    """
    document = read_yaml(file)
    if not isinstance(document.value, dict):
        document.wrong("no mapping at the top", remedy="start with `apiVersion: v3.1.0`")
    _check_keys(document, OpenDataContractStandard)
    try:
        OpenDataContractStandard.model_validate(document.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = document.at(*first["loc"])
        name = ".".join(map(str, first["loc"]))
        place.wrong(
            f"{name}: {first['msg']}", remedy="give a value of the type the standard asks for"
        )
    document.at("apiVersion").choose("apiVersion", [API_VERSION])
    document.at("kind").choose("kind", ["DataContract"])
    for key in ("id", "name", "version", "status"):
        if not document.at(key).value:
            document.at(key).wrong(f"no {key}", remedy=f"give the contract a {key}")
    return document


def custom_properties(place: Located) -> dict[str, Located]:
    """Return the customProperties by name; ContractError for one without a name or given twice."""
    found: dict[str, Located] = {}
    for item in place.at("customProperties").each():
        name = item.at("property").value
        if not name:
            item.wrong("a customProperty without a property", remedy="name it")
        if name in found:
            item.wrong(f"the customProperty {name} is given twice", remedy="keep one of them")
        found[name] = item.at("value")
    return found


def _check_keys(place: Located, model: type[BaseModel]) -> None:
    if isinstance(place.value, list):
        for item in place.each():
            _check_keys(item, model)
    elif isinstance(place.value, dict):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        for key in place.value:
            part = place.at(key)
            if key not in fields:
                part.wrong(f"unknown key {key!r}", remedy=one_of(str(key), sorted(fields)))
            inner = _model_within(fields[key].annotation)
            if inner is not None:
                _check_keys(part, inner)


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_within, get_args(annotation))), None)
