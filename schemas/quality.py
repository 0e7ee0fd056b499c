"""Rules that a contract declares in `quality`: metrics of the standard, and expectations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from schemas.catalogue import expectations
from schemas.options import MATCH, each_line, unique_rule, whole
from schemas.rules import NOT_NULL, Declared, Scope, Severity, make_rule
from schemas.standard import custom_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.located import Located

ENGINE: Final = "greatExpectations"
IN_SET: Final = "expect_column_values_to_be_in_set"
NON_NULL_SHARE: Final = "expect_column_proportion_of_non_null_values_to_be_between"
ROW_COUNT: Final = "expect_table_row_count_to_be_between"
METRICS: Final = {
    "nullValues": "required",
    "invalidValues": "valid_values",
    "duplicateValues": "unique",
    "rowCount": "row_count",
}
PROPERTIES: Final = ("scope", "groupBy", "minimumRows", "where")


def quality_rule(
    owner: str, column: str | None, place: Located, *, items: bool = False
) -> Declared:
    """Make one rule of a dataset (`column` is None), of a column or of a list column's items."""
    kind = place.at("type")
    if kind.value is None or kind.value == "library":
        declared = _library(owner, column, place, items=items)
    else:
        kind.choose("type of quality", ("library", "custom"))
        declared = _custom(owner, column, place)
    return _with_properties(place, declared)


def _library(owner: str, column: str | None, place: Located, *, items: bool) -> Declared:
    metric = place.at("metric").choose("metric", tuple(METRICS))
    code = f"{owner}.{place.at('name').value or METRICS[metric]}"
    if metric == "rowCount":
        return _row_count(code, place)
    if column is None:
        place.at("metric").wrong(f"{metric} is about a column", remedy="move it to that column")
    if metric == "nullValues":
        return _nulls(code, column, place)
    if place.at("mustBe").value != 0:
        place.wrong(f"{metric} without mustBe: 0", remedy="say mustBe: 0; every row is judged")
    if metric == "duplicateValues":
        return unique_rule(place, code, column)
    return _invalid(code, column, place, items=items)


def _nulls(code: str, column: str, place: Located) -> Declared:
    share = place.at("mustBeLessOrEqualTo").value
    if place.at("mustBe").value == 0:
        words = _words(place, "never null")
        return make_rule(
            place, code, NOT_NULL, {"column": column}, words, severity=_severity(place)
        )
    if share is None or place.at("unit").value != "percent":
        place.wrong(
            "nullValues without a bound",
            remedy="say mustBe: 0, or unit: percent and mustBeLessOrEqualTo",
        )
    kwargs = {"column": column, "min_value": round(1 - share / 100, 9)}
    words = _words(place, f"null in at most {share} % of the rows")
    return make_rule(
        place, code, NON_NULL_SHARE, kwargs, words, severity=_severity(place), scope="batch"
    )


def _invalid(code: str, column: str, place: Located, *, items: bool) -> Declared:
    values, pattern = place.at("arguments", "validValues"), place.at("arguments", "pattern")
    severity = _severity(place)
    if pattern.value is not None:
        regex = each_line(pattern) if items else whole(pattern)
        words = _words(place, f"{'each ' if items else ''}matches `{pattern.value}`")
        return make_rule(
            pattern, code, MATCH, {"column": column, "regex": regex}, words, severity=severity
        )
    if not isinstance(values.value, list) or not values.value or items:
        place.wrong(
            "invalidValues without arguments",
            remedy="give arguments: {pattern: ...}" + ("" if items else " or {validValues: [...]}"),
        )
    words = _words(place, f"one of {', '.join(map(str, values.value))}")
    kwargs = {"column": column, "value_set": list(values.value)}
    return make_rule(values, code, IN_SET, kwargs, words, severity=severity)


def _row_count(code: str, place: Located) -> Declared:
    least, most = place.at("mustBeGreaterOrEqualTo").value, place.at("mustBeLessOrEqualTo").value
    kwargs = {
        key: value
        for key, value in (("min_value", least), ("max_value", most))
        if value is not None
    }
    if not kwargs:
        place.wrong(
            "rowCount without a bound", remedy="say mustBeGreaterOrEqualTo or mustBeLessOrEqualTo"
        )
    bounds = " and ".join(f"{key.split('_')[0]} {value}" for key, value in kwargs.items())
    words = _words(place, f"rows: {bounds}")
    return make_rule(
        place, code, ROW_COUNT, kwargs, words, severity=_severity(place), scope="batch"
    )


def _custom(owner: str, column: str | None, place: Located) -> Declared:
    place.at("engine").choose("engine", (ENGINE,))
    name, words = place.at("name").value, place.at("description").value
    if not name or not words:
        place.wrong("a custom rule without a name and a description", remedy="give it both")
    implementation = place.at("implementation")
    expectation, kwargs = implementation.at("type"), implementation.at("kwargs").value or {}
    if not isinstance(expectation.value, str) or not isinstance(kwargs, dict):
        implementation.wrong("no expectation", remedy="give implementation a type and kwargs")
    known = expectations().get(expectation.value)
    takes_column = known is not None and "column" in known.required
    implied = {"column": column} if column is not None and takes_column else {}
    return make_rule(
        expectation,
        f"{owner}.{name}",
        expectation.value,
        {**implied, **kwargs},
        words.strip(),
        severity=_severity(place),
    )


def _with_properties(place: Located, declared: Declared) -> Declared:
    properties = custom_properties(place)
    for name, value in properties.items():
        if name not in PROPERTIES:
            value.choose("customProperty of a rule", PROPERTIES)
    rule = declared.rule
    scope: Scope = rule.scope
    if "scope" in properties:
        scope = _scope(properties["scope"])
    if scope == "batch" and rule.severity != "critical":
        place.at("severity").wrong(
            "a batch rule that only warns", remedy="make it critical: a broken batch fails the run"
        )
    for name in ("groupBy", "minimumRows", "where"):
        if name in properties and scope != "batch":
            properties[name].wrong(
                f"{name} is for batch rules", remedy="give the rule scope: batch"
            )
    group = properties["groupBy"].value if "groupBy" in properties else None
    least = properties["minimumRows"].value if "minimumRows" in properties else 0
    if not isinstance(least, int) or least < 0:
        properties["minimumRows"].wrong("minimumRows is no count", remedy="give a whole number")
    where = _where(properties["where"]) if "where" in properties else {}
    changed = replace(rule, scope=scope, group_by=group, minimum_rows=least, where=where)
    return Declared(changed, declared.place)


def _where(place: Located) -> Mapping[str, tuple[Any, ...]]:
    if not isinstance(place.value, dict) or not all(
        isinstance(v, list) for v in place.value.values()
    ):
        _no_where(place)
    return {str(name): tuple(values) for name, values in place.value.items()}


def _no_where(place: Located) -> NoReturn:
    place.wrong("where is no mapping", remedy="give lists of allowed values by column")


def _scope(place: Located) -> Scope:
    chosen = place.choose("scope", ("row", "batch", "table"))
    return "batch" if chosen == "batch" else "table" if chosen == "table" else "row"


def _severity(place: Located) -> Severity:
    if place.at("severity").value is None:
        return "critical"
    chosen = place.at("severity").choose("severity", ("critical", "warning"))
    return "warning" if chosen == "warning" else "critical"


def _words(place: Located, otherwise: str) -> str:
    description = place.at("description").value
    return description.strip() if isinstance(description, str) else otherwise
