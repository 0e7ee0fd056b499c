"""The contracts: what every dataset of the lake looks like, and which rules its rows keep."""

from __future__ import annotations

from schemas.contracts import DATASETS, Contract, contract
from schemas.located import ContractError
from schemas.rules import Rule

__all__ = ["DATASETS", "Contract", "ContractError", "Rule", "contract"]
