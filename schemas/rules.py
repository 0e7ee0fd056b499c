"""A rule of a contract: one expectation with a code, a severity and the rows it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import pyarrow as pa

from schemas.catalogue import COLUMN_ARGUMENTS, expectations
from schemas.located import Located, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Severity = Literal["critical", "warning"]
Scope = Literal["row", "batch", "table"]
NOT_NULL: Final = "expect_column_values_to_not_be_null"
BETWEEN: Final = "expect_column_values_to_be_between"


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation on a dataset.

    Scope "row" judges every row by itself, "table" rows against each other (keys), "batch" a whole
    run: once per value of `group_by`, over the rows that `where` (column -> allowed values) leaves,
    and only where these are at least `minimum_rows`. A critical row rule sets the row aside, a
    warning only counts.
    """

    code: str
    columns: tuple[str, ...]
    severity: Severity
    scope: Scope
    expectation: str
    kwargs: Mapping[str, Any]
    description: str
    group_by: str | None = None
    minimum_rows: int = 0
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """A rule and the place in the contract that declares it."""

    rule: Rule
    place: Located


def make_rule(
    place: Located,
    code: str,
    expectation: str,
    kwargs: Mapping[str, Any],
    description: str,
    *,
    severity: Severity = "critical",
    scope: Scope = "row",
) -> Declared:
    """Make a rule; its columns are those that its arguments name."""
    plain = {key: _plain(value) for key, value in kwargs.items()}
    columns = tuple(name for key in COLUMN_ARGUMENTS for name in _names(plain.get(key)))
    return Declared(Rule(code, columns, severity, scope, expectation, plain, description), place)


def check_rules(declared: Sequence[Declared], types: Mapping[str, pa.DataType | None]) -> None:
    """Raise ContractError for the first rule that could not run; synthetic columns have no type."""
    first: dict[str, Located] = {}
    for each in declared:
        code = each.rule.code
        if code in first:
            each.place.wrong(
                f"the code {code} is given twice (first in line {first[code].line})",
                remedy="give one of the rules another name",
            )
        first[code] = each.place
        check_expectation(each.place, each.rule)
        _check_columns(each.place, each.rule, types)
        _check_arguments(each.place, each.rule, types)


def check_expectation(place: Located, rule: Rule) -> None:
    """Raise ContractError for an unknown expectation, an unknown or a missing argument."""
    known = expectations()
    if rule.expectation not in known:
        place.wrong(
            f"unknown expectation {rule.expectation!r}",
            remedy=_nearest(rule.expectation, sorted(known)),
        )
    entry = known[rule.expectation]
    arguments = (*entry.required, *entry.optional)
    for key in rule.kwargs:
        if key not in arguments:
            place.wrong(
                f"{rule.expectation} takes no {key!r}", remedy=one_of(key, sorted(arguments))
            )
    for key in entry.required:
        if key not in rule.kwargs:
            place.wrong(f"{rule.expectation} needs {key!r}", remedy="add it to kwargs")
    if rule.scope == "row" and not entry.per_row:
        place.wrong(
            f"{rule.expectation} does not name the rows that break it",
            remedy="give it the customProperty scope: batch",
        )


def _check_columns(place: Located, rule: Rule, types: Mapping[str, pa.DataType | None]) -> None:
    asked = (*rule.columns, *([rule.group_by] if rule.group_by else []), *rule.where)
    for name in asked:
        if name not in types:
            place.wrong(
                f"{rule.code} asks for the missing column {name}", remedy=_nearest(name, types)
            )
        kind = types[name]
        if kind is not None and pa.types.is_binary(kind) and rule.expectation != NOT_NULL:
            place.wrong(
                f"{rule.code} looks into the bytes of {name}", remedy="only ask if it is null"
            )
        nested = kind is not None and pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)
        if nested and rule.expectation != NOT_NULL:
            place.wrong(
                f"{rule.code} looks into the objects of {name}", remedy="only ask if it is null"
            )


def _check_arguments(place: Located, rule: Rule, types: Mapping[str, pa.DataType | None]) -> None:
    patterns = [rule.kwargs.get("regex"), *(rule.kwargs.get("regex_list") or [])]
    for pattern in filter(None, patterns):
        check_pattern(place, pattern)
    if rule.expectation == BETWEEN:
        for key in ("min_value", "max_value"):
            _check_bound(place, rule.kwargs.get(key), types[rule.columns[0]])


def check_pattern(place: Located, pattern: object) -> None:
    """Raise ContractError for a regular expression that does not compile."""
    try:
        re.compile(str(pattern))
    except re.error as error:
        place.wrong(f"invalid regex {pattern!r}: {error}", remedy="mend the pattern")


def _check_bound(place: Located, bound: object, kind: pa.DataType | None) -> None:
    if bound is None or kind is None:
        return
    if pa.types.is_temporal(kind):
        try:
            datetime.fromisoformat(str(bound))
        except ValueError:
            place.wrong(f"{bound!r} is no date", remedy="write it as '2024-01-31'")
    elif isinstance(bound, bool) or not isinstance(bound, int | float):
        place.wrong(f"{bound!r} is no number", remedy="give a number")


def _names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _nearest(name: str, known: Iterable[str]) -> str:
    remedy = one_of(name, list(known))
    return remedy if len(remedy) < 300 else "see schemas/expectations.json for what there is"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
