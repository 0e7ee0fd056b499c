"""Rows -> accepted or set aside, and a batch -> sound or refused, by the rules of the contracts."""

from __future__ import annotations

from flows.contract.batches import BrokenRule, check_batch
from flows.contract.errors import ContractCheckFailed, TableOffContract
from flows.contract.rows import RowVerdict, check_rows, check_table

__all__ = [
    "BrokenRule",
    "ContractCheckFailed",
    "RowVerdict",
    "TableOffContract",
    "check_batch",
    "check_rows",
    "check_table",
]
