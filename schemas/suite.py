"""The Great Expectations suite of a contract, built so that no rule is lost on the way.

Great Expectations is imported when a suite is built and not before: it costs seconds.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import logging
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schemas.rules import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.contracts import Contract
    from schemas.rules import Rule


class SuiteIncomplete(RuntimeError):
    """Great Expectations refused a rule of a contract, or left it out with a log line only."""

    def __init__(self, dataset: str, code: str, reason: str) -> None:
        self.dataset = dataset
        self.code = code
        self.reason = reason
        super().__init__(
            f"{dataset}: Great Expectations does not take the rule {code} ({reason}); "
            f"mend it in schemas/{dataset}.odcs.yaml"
        )


def great_expectations() -> Any:
    """Import Great Expectations with its analytics off, which would ask the network.

    Of scipy.stats, which it imports and only its distribution tests use, the 60 MB are left on
    disk until something is asked of it.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    _import_on_first_use("scipy", "stats")
    return importlib.import_module("great_expectations")


def _import_on_first_use(package: str, name: str) -> None:
    """Put a module into its package that loads itself when an attribute of it is asked for."""
    full = f"{package}.{name}"
    if full in sys.modules:
        return
    spec = importlib.util.find_spec(full)
    if spec is None or spec.loader is None:
        return
    loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    loader.exec_module(module)
    # Also as an attribute: `from scipy import stats` would else ask sys.modules, which loads it.
    setattr(importlib.import_module(package), name, module)


def suite(contract: Contract, rules: Iterable[Rule] | None = None) -> Any:
    """Build the ExpectationSuite of some rules, or of all; code and severity are in each meta.

    Raises SuiteIncomplete where Great Expectations refuses a rule or leaves one out: it would pass
    everything that the rule should stop.
    """
    gx = great_expectations()
    chosen = tuple(contract.rules if rules is None else rules)
    expectations = [_expectation(contract, rule) for rule in chosen]
    built = gx.ExpectationSuite(name=contract.name, expectations=expectations)
    taken = {(each.meta["code"], str(each.severity.value)) for each in built.expectations}
    for rule in chosen:
        if (rule.code, rule.severity) not in taken:
            raise SuiteIncomplete(contract.name, rule.code, "it was left out")
    return built


@functools.cache
def settle(kind: str) -> None:
    """Let the expectations of one type work out their configuration once instead of 80 times.

    That took half of the time of a validation. No expectation of a suite is altered once it is
    made. A class derived under the same name takes the place of its parent in the registry.
    """
    registry = importlib.import_module("great_expectations.expectations.registry")
    private = importlib.import_module("great_expectations.compatibility.pydantic").PrivateAttr
    parent = registry.get_expectation_impl(kind)

    def configuration(self: Any) -> Any:
        if self._settled is None:
            self._settled = parent.configuration.fget(self)
        return self._settled

    body = {
        "__module__": __name__,
        "__qualname__": parent.__name__,
        "_settled": private(default=None),
        "configuration": property(configuration),
    }
    with _quiet("great_expectations.expectations.registry"):  # which warns of what is meant here
        type(parent)(parent.__name__, (parent,), body)


@contextlib.contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _expectation(contract: Contract, rule: Rule) -> Any:
    try:
        settle(rule.expectation)
        return _configuration(rule).to_domain_obj()
    except Exception as error:
        raise SuiteIncomplete(contract.name, rule.code, str(error)) from error


def _configuration(rule: Rule) -> Any:
    configurations = importlib.import_module(
        "great_expectations.expectations.expectation_configuration"
    )
    return configurations.ExpectationConfiguration(
        type=rule.expectation,
        kwargs={key: _bound(rule, key) for key in rule.kwargs},
        meta={"code": rule.code, "severity": rule.severity, "scope": rule.scope},
        severity=rule.severity,
        description=rule.description,
    )


def _bound(rule: Rule, key: str) -> Any:
    """Return an argument; a bound on a day or an instant as a datetime on the clock of UTC."""
    value = rule.kwargs[key]
    if rule.expectation != BETWEEN or key not in {"min_value", "max_value"}:
        return value
    if not isinstance(value, str):
        return value
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo is None else instant.astimezone(UTC).replace(tzinfo=None)
