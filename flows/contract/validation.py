"""One validation by Great Expectations, with its traps turned into errors.

A context is made for each validation: one shared by threads gave wrong verdicts without a word.
An exception inside an expectation shows as broken data there; here it is raised.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flows.contract.errors import ContractCheckFailed
from flows.contract.frames import ROW
from schemas.suite import great_expectations, suite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from schemas import Contract, Rule

NO_BARS: Final = {"globally": False, "metric_calculations": False}
COMPLETE: Final = {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule came out; `found` is Great Expectations' result, empty for a mere yes or no."""

    rule: Rule
    kept: bool
    found: Mapping[str, Any]


def failing(contract: Contract, rules: Sequence[Rule], frame: pd.DataFrame) -> tuple[Rule, ...]:
    """Return the rules that some row breaks, without looking for the rows, which costs more."""
    outcomes = validate(contract, rules, frame, {"result_format": "BOOLEAN_ONLY"})
    return tuple(outcome.rule for outcome in outcomes if not outcome.kept)


def broken_rows(
    contract: Contract, rules: Sequence[Rule], frame: pd.DataFrame
) -> dict[str, tuple[int, ...]]:
    """Return by code the rows that break a rule.

    A rule that passes by `mostly` lists rows as well; they are left alone.
    """
    broken: dict[str, tuple[int, ...]] = {}
    for outcome in validate(contract, rules, frame, COMPLETE):
        code, listed = outcome.rule.code, outcome.found.get("unexpected_index_list")
        if outcome.kept:
            continue
        if not listed or len(listed) != outcome.found.get("unexpected_count"):
            raise ContractCheckFailed(contract.name, code, "it fails but does not name its rows")
        broken[code] = tuple(sorted(int(each[ROW]) for each in listed))
    return broken


def validate(
    contract: Contract, rules: Sequence[Rule], frame: pd.DataFrame, result_format: dict[str, Any]
) -> tuple[Outcome, ...]:
    """Evaluate rules over a frame; ContractCheckFailed for one that raised or was passed over."""
    if not rules:
        return ()
    result = _batch(frame).validate(suite(contract, rules), result_format=result_format)
    found = {each.expectation_config.meta["code"]: each for each in result.results}
    outcomes = []
    for rule in rules:
        if rule.code not in found:
            raise ContractCheckFailed(contract.name, rule.code, "Great Expectations left it out")
        _raise_exception_within(contract, rule, found[rule.code].exception_info)
        outcomes.append(Outcome(rule, bool(found[rule.code].success), found[rule.code].result))
    return tuple(outcomes)


def _batch(frame: pd.DataFrame) -> Any:
    """Make the context by hand: the default one needs a temporary folder each time."""
    config = importlib.import_module("great_expectations.data_context.types.base")
    in_memory = config.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    project = config.DataContextConfig(
        store_backend_defaults=in_memory, progress_bars=NO_BARS, analytics_enabled=False
    )
    context = great_expectations().get_context(mode="ephemeral", project_config=project)
    asset = context.data_sources.add_pandas("rows").add_dataframe_asset("rows")
    whole = asset.add_batch_definition_whole_dataframe("rows")
    return whole.get_batch(batch_parameters={"dataframe": frame})


def _raise_exception_within(contract: Contract, rule: Rule, info: Mapping[str, Any] | None) -> None:
    """`info` is one exception, or one for each metric under that metric's id."""
    several = [each for each in (info or {}).values() if isinstance(each, dict)]
    for each in [info or {}, *several]:
        if each.get("raised_exception"):
            raise ContractCheckFailed(contract.name, rule.code, str(each.get("exception_message")))
