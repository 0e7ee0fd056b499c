"""The suite holds every rule, or says which one Great Expectations did not take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas import DATASETS, contract
from schemas.catalogue import expectations
from schemas.pinning import installed_expectations
from schemas.suite import SuiteIncomplete, settle, suite


def test_the_pinned_expectations_are_those_of_the_installed_release():
    assert expectations() == installed_expectations()


@pytest.mark.parametrize("name", DATASETS)
def test_a_suite_holds_every_rule_with_its_code_and_severity(name):
    declared = contract(name)
    built = suite(declared)
    found = [(each.meta["code"], each.severity.value) for each in built.expectations]
    assert found == [(rule.code, rule.severity) for rule in declared.rules]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expectation": "expect_the_sun_to_shine"}, "expect_the_sun_to_shine"),
        ({"severity": "fatal"}, "severity"),
        ({"kwargs": {"column": "headline", "max_value": "long"}}, "max_value"),
    ],
)
def test_a_rule_that_is_not_taken_is_an_error_and_not_a_log_line(change, reason):
    declared = contract("articles")
    rule = next(rule for rule in declared.rules if rule.code == "headline.max_length")
    with pytest.raises(SuiteIncomplete, match=r"headline\.max_length") as caught:
        suite(declared, [replace(rule, **change)])
    assert reason in caught.value.reason


def test_building_a_suite_says_nothing_and_a_configuration_is_worked_out_once(caplog):
    settle.cache_clear()
    built = suite(contract("articles"))
    assert caplog.records == []
    for each in built.expectations:
        assert each.configuration is each.configuration
        assert each.configuration.type == each.expectation_type
