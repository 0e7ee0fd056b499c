"""Every row against the rules of its contract: accepted, or set aside with the codes it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flows.contract.frames import check_columns, frame_for
from flows.contract.validation import broken_rows, failing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from schemas import Contract, Rule

EXCERPT: Final = 60  # code points of a value that a message shows


@dataclass(frozen=True, slots=True, eq=False)
class RowVerdict:
    """How the rows of a table came out, by their number from 0.

    `broken` holds the critical codes of each row that is not accepted, in the contract's order,
    `messages` the same for a person; `warnings` counts rows by the code of a warning.
    """

    accepted: np.ndarray[Any, np.dtype[np.bool_]]
    broken: dict[int, tuple[str, ...]]
    messages: dict[int, str]
    warnings: dict[str, int]


def check_rows(
    contract: Contract,
    table: pa.Table,
    synthetic: Mapping[str, Sequence[object] | pa.Array] | None = None,
) -> RowVerdict:
    """Judge every row by itself; keys are not compared (check_table does).

    `synthetic` gives the columns of the contract's syntheticColumns that the caller has to bring,
    one value a row. Raises TableOffContract, and ContractCheckFailed for a rule that cannot run.
    """
    return _judge(contract, table, synthetic or {}, ("row",))


def check_table(
    contract: Contract,
    table: pa.Table,
    synthetic: Mapping[str, Sequence[object] | pa.Array] | None = None,
) -> RowVerdict:
    """Judge the rows of a published table, its keys included; see check_rows."""
    return _judge(contract, table, synthetic or {}, ("row", "table"))


def _judge(
    contract: Contract,
    table: pa.Table,
    synthetic: Mapping[str, Sequence[object] | pa.Array],
    scopes: tuple[str, ...],
) -> RowVerdict:
    check_columns(contract, table)
    accepted = np.ones(table.num_rows, dtype=np.bool_)
    rules = tuple(rule for rule in contract.rules if rule.scope in scopes)
    if table.num_rows == 0:
        return RowVerdict(accepted, {}, {}, {})
    frame = frame_for(contract, table, rules, synthetic)
    failed = failing(contract, rules, frame)
    rows = broken_rows(contract, failed, frame)
    warnings = {rule.code: len(rows[rule.code]) for rule in failed if rule.severity == "warning"}
    by_row: dict[int, list[Rule]] = {}
    for rule in failed:
        if rule.severity == "critical":
            for row in rows[rule.code]:
                by_row.setdefault(row, []).append(rule)
    accepted[list(by_row)] = False
    broken = {row: tuple(rule.code for rule in by_row[row]) for row in sorted(by_row)}
    messages = {
        row: "; ".join(_sentence(rule, frame, row) for rule in by_row[row]) for row in broken
    }
    return RowVerdict(accepted, broken, messages, warnings)


def _sentence(rule: Rule, frame: pd.DataFrame, row: int) -> str:
    values = ", ".join(f"{name} {_excerpt(frame[name].iloc[row])}" for name in rule.columns)
    return f"{rule.code}: {rule.description}, but found {values}"


def _excerpt(value: Any) -> str:
    if value != value or value is None:  # noqa: PLR0124 (NaN and NaT differ from themselves)
        return "null"
    if not isinstance(value, str):
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    return repr(value if len(value) <= EXCERPT else f"{value[:EXCERPT]}…")
