"""Failures of the check itself, never of the data: both are faults of the program or a contract."""

from __future__ import annotations

from flows.errors import BroadsheetError


class ContractCheckFailed(BroadsheetError):
    """A rule could not be evaluated; Great Expectations would have called that broken data."""

    def __init__(self, dataset: str, code: str, reason: str) -> None:
        self.dataset = dataset
        self.code = code
        self.reason = reason
        super().__init__(
            f"{dataset}: the rule {code} could not be checked ({reason})",
            remedy=f"mend the rule in schemas/{dataset}.odcs.yaml or the columns it is given",
        )


class TableOffContract(BroadsheetError):
    """A table does not have the columns and types of its contract, so its rows cannot be judged."""

    def __init__(self, dataset: str, differences: tuple[str, ...]) -> None:
        self.dataset = dataset
        self.differences = differences
        super().__init__(
            f"a table of {dataset} is not as its contract says: {', '.join(differences)}",
            remedy=f"build it with contract({dataset!r}).arrow",
        )
