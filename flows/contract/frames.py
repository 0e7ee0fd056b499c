"""A table as the pandas frame that Great Expectations looks at: only what the rules ask for.

Texts stay in Arrow's memory. A list of strings is shown as its items with a line feed after each
(so that no items and one empty item differ); an item's own line feed shows as a vertical tab, so
that an item cannot pass for two. An instant is shown as the clock of UTC without a zone. Bytes and
lists of objects show only whether they are null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from flows.contract.errors import ContractCheckFailed, TableOffContract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from schemas import Contract, Rule

ROW: Final = "_row"
Columns = dict[str, pa.ChunkedArray | pa.Array]


def check_columns(contract: Contract, table: pa.Table) -> None:
    """Raise TableOffContract unless names and types are the contract's; their order is free."""
    declared = {field.name: field.type for field in contract.arrow}
    found = {field.name: field.type for field in table.schema}
    differences = [f"{name} is missing" for name in declared if name not in found]
    differences += [f"{name} is not declared" for name in found if name not in declared]
    differences += [
        f"{name} is {found[name]}, not {kind}"
        for name, kind in declared.items()
        if name in found and found[name] != kind
    ]
    if len(found) != len(table.schema):
        differences.append("a name is there twice")
    if differences:
        raise TableOffContract(contract.name, tuple(differences))


def frame_for(
    contract: Contract,
    table: pa.Table,
    rules: Iterable[Rule],
    synthetic: Mapping[str, Sequence[object] | pa.Array],
) -> pd.DataFrame:
    """Return the columns that the rules ask for, and `_row`, the number of each row from 0."""
    shown: Columns = {}
    for rule in rules:
        for name in rule.columns:
            if name not in shown:
                shown[name] = _shown(_column(contract, table, name, synthetic, rule.code))
    shown[ROW] = pa.array(range(table.num_rows), pa.int64())
    frame: pd.DataFrame = pa.table(shown).to_pandas(date_as_object=False)
    return frame


def _column(
    contract: Contract,
    table: pa.Table,
    name: str,
    given: Mapping[str, Sequence[object] | pa.Array],
    code: str,
) -> pa.ChunkedArray | pa.Array:
    if name not in contract.synthetic:
        return table.column(name)
    made = contract.synthetic[name]
    if made.day_after is not None:
        before = _column(contract, table, made.day_after, given, code)
        return pc.add(before.cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())
    if made.sum_of:
        parts = [_column(contract, table, part, given, code) for part in made.sum_of]
        total = parts[0]
        for part in parts[1:]:
            total = pc.add(total, part)
        return total
    if name not in given or len(given[name]) != table.num_rows:
        raise ContractCheckFailed(contract.name, code, f"no {name} given for each row")
    return pa.array(given[name], made.type)


def _shown(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    kind = column.type
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return _lines(column)
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us"))
    if pa.types.is_list(kind) or pa.types.is_binary(kind):
        return pc.if_else(column.is_valid(), "not null", pa.scalar(None, pa.string()))
    return column


def _lines(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    items = pc.replace_substring(lists.flatten(), "\n", "\v")
    ended = pc.binary_join_element_wise(items, "\n", "")
    sizes = pc.fill_null(pc.list_value_length(lists), 0)
    offsets = pa.concat_arrays(
        [pa.array([0], pa.int32()), pc.cumulative_sum(sizes).cast(pa.int32())]
    )
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, ended), "")
    return pc.if_else(lists.is_valid(), joined, pa.scalar(None, pa.string()))
