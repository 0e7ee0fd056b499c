"""Columns that rules use and no dataset holds: given by the caller, or made from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from schemas.located import Located, one_of
from schemas.standard import custom_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

MAKINGS: Final = ("logicalType", "dayAfter", "sumOf")
TYPES: Final[Mapping[str, pa.DataType]] = {"date": pa.date32(), "integer": pa.int64()}


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic column: given by the caller, or the day after another, or the sum of others."""

    name: str
    description: str
    day_after: str | None
    sum_of: tuple[str, ...]
    type: pa.DataType

    @property
    def given(self) -> bool:
        """Whether the caller has to bring the column."""
        return self.day_after is None and not self.sum_of


def synthetic_columns(dataset: Located, types: Mapping[str, pa.DataType]) -> dict[str, Synthetic]:
    """Read those that the customProperty syntheticColumns declares, in their order."""
    declared = custom_properties(dataset)
    known = dict(types)
    found: dict[str, Synthetic] = {}
    for key, place in declared.items():
        if key != "syntheticColumns":
            place.wrong(f"unknown customProperty {key!r}", remedy=one_of(key, ["syntheticColumns"]))
        for name in place.value or {}:
            found[name] = _synthetic(name, place.at(name), known)
            known[name] = found[name].type
    return found


def _synthetic(name: str, place: Located, known: Mapping[str, pa.DataType]) -> Synthetic:
    if not name.startswith("_"):
        place.wrong(f"{name} is no synthetic name", remedy="start it with an underscore")
    makings = [key for key in place.value or {} if key != "description"]
    if len(makings) != 1 or makings[0] not in MAKINGS or not place.at("description").value:
        place.wrong(
            f"{name} is not made in one way",
            remedy=f"give it a description and one of {', '.join(MAKINGS)}",
        )
    after, parts = place.at("dayAfter"), place.at("sumOf")
    asked = parts.value if parts.value is not None else [after.value] if after.value else []
    for column in asked:
        if column not in known:
            place.wrong(
                f"{name} asks for the missing column {column}", remedy=one_of(column, list(known))
            )
    kind = TYPES["date"] if after.value else TYPES["integer"]
    if place.at("logicalType").value is not None:
        kind = TYPES[
            place.at("logicalType").choose("logicalType of a synthetic column", tuple(TYPES))
        ]
    return Synthetic(
        name, place.at("description").value, after.value, tuple(parts.value or ()), kind
    )
