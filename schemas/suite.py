"""The Great Expectations suite of a contract, built so that no rule is lost on the way.

Great Expectations is imported when a suite is built and not before: it costs seconds.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import logging
import os
import sys
import types
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

    Of scipy.stats (60 MB), which only its distribution tests use, and altair (20 MB), which draws
    what they found, nothing is read until something is asked of it. SQLAlchemy (20 MB), which it
    takes where it is there, is kept from it: no contract is checked in a database.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    _import_on_first_use("scipy.stats")
    _import_on_first_use("altair")
    with _not_there("sqlalchemy"):
        return importlib.import_module("great_expectations")


@contextlib.contextmanager
def _not_there(name: str) -> Iterator[None]:
    """Let a package that is not imported yet raise ImportError, as one not installed does."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # which is how the import system says it
    try:
        yield
    finally:
        del sys.modules[name]


def _import_on_first_use(full: str) -> None:
    """Put a module in place that gives way to the real one when anything is asked of it."""
    if full in sys.modules:
        return
    stand_in = types.ModuleType(full)

    def ask(attribute: str) -> Any:
        # What looks through all modules (inspect, warnings) asks for such names, and of no use.
        if attribute.startswith("__") and attribute != "__path__":
            raise AttributeError(attribute)
        if sys.modules.get(full) is stand_in:
            del sys.modules[full]
        return getattr(importlib.import_module(full), attribute)

    stand_in.__getattr__ = ask  # type: ignore[method-assign]  # as a module's own function (PEP 562)
    sys.modules[full] = stand_in
    package, _, name = full.rpartition(".")
    if package:  # `from scipy import stats` asks the package first.
        setattr(importlib.import_module(package), name, stand_in)


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
