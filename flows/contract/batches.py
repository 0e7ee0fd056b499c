"""A whole run against the batch rules, which see what no single row can show."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from flows.contract.errors import ContractCheckFailed
from flows.contract.validation import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from schemas import Contract, Rule


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A batch rule that does not hold, over the whole batch or in one `group`; `str()` says so."""

    code: str
    group: str | None
    observed: float | None
    expected: str

    def __str__(self) -> str:
        place = "" if self.group is None else f" for {self.group}"
        value = "nothing" if self.observed is None else f"{self.observed:g}"
        return f"{self.code}{place}: {self.expected} (observed {value})"


def check_batch(contract: Contract, frame: pd.DataFrame) -> tuple[BrokenRule, ...]:
    """Judge a run by the contract's batch rules; one row of `frame` is one new document.

    The frame holds the columns that the rules name, null where a document never became a row, and
    the synthetic ones. A group is judged by itself, where it has the rule's minimum of rows.
    """
    broken: list[BrokenRule] = []
    for rule in contract.rules:
        if rule.scope == "batch":
            _check_columns(contract, rule, frame)
            for group, rows in _groups(rule, frame):
                broken += _broken(contract, rule, group, rows)
    return tuple(broken)


def _check_columns(contract: Contract, rule: Rule, frame: pd.DataFrame) -> None:
    asked = {*rule.columns, *rule.where, *([] if rule.group_by is None else [rule.group_by])}
    missing = sorted(asked - set(frame.columns))
    if missing:
        raise ContractCheckFailed(contract.name, rule.code, f"no column {', '.join(missing)}")


def _groups(rule: Rule, frame: pd.DataFrame) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Give the rows that a rule is about, group by group; a document without a group is in none."""
    rows = frame
    for name, values in rule.where.items():
        rows = rows[rows[name].isin(values)]
    if rule.group_by is None:
        groups: list[tuple[Any, pd.DataFrame]] = [(None, rows)]
    else:
        groups = list(rows.groupby(rule.group_by, sort=True))
    for group, part in groups:
        if len(part) >= max(rule.minimum_rows, 1):
            yield (None if group is None else str(group)), part.reset_index(drop=True)


def _broken(
    contract: Contract, rule: Rule, group: str | None, rows: pd.DataFrame
) -> list[BrokenRule]:
    (outcome,) = validate(contract, [rule], rows, {"result_format": "BASIC"})
    if outcome.kept:
        return []
    observed = outcome.found.get("observed_value")
    value = float(observed) if isinstance(observed, Real) else None
    return [BrokenRule(rule.code, group, value, rule.description)]
