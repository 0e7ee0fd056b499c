"""The traps of Great Expectations: each gives an error or the right verdict, never a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from flows.contract import ContractCheckFailed, check_rows
from flows.contract.validation import broken_rows
from schemas import contract

STATIONS = """\
apiVersion: v3.1.0
kind: DataContract
id: stations
name: stations
version: 1.0.0
status: active
schema:
  - name: stations
    logicalType: object
    description: One row per station.
    properties:
      - name: station
        description: Name of the station.
        logicalType: string
        primaryKey: true
        required: true
        quality:
          - name: small
            description: most names are in small letters
            type: custom
            engine: greatExpectations
            implementation:
              type: expect_column_values_to_match_regex
              kwargs: {regex: '^[a-z]+$', mostly: 0.6}
      - name: opened_at
        description: Instant (UTC) of the opening.
        logicalType: timestamp
        logicalTypeOptions: {timezone: true, minimum: '1850-01-01'}
      - name: height
        description: Height in metres.
        logicalType: number
        logicalTypeOptions: {format: f64, exclusiveMaximum: 9000}
"""


@pytest.fixture
def stations(tmp_path):
    (tmp_path / "stations.odcs.yaml").write_text(STATIONS, encoding="utf-8")
    return contract("stations", tmp_path)


def rows(declared, *values):
    names = ("station", "opened_at", "height")
    listed = [dict(zip(names, value, strict=True)) for value in values]
    return pa.Table.from_pylist(listed, schema=declared.arrow)


def test_a_rule_that_passes_by_mostly_sets_no_row_aside(stations):
    table = rows(stations, ("aa", None, 1.0), ("BB", None, 1.0), ("cc", None, 1.0))
    assert check_rows(stations, table).broken == {}


def test_a_rule_that_fails_by_mostly_sets_its_rows_aside(stations):
    table = rows(stations, ("aa", None, 1.0), ("BB", None, 1.0), ("CC", None, 1.0))
    assert check_rows(stations, table).broken == {1: ("station.small",), 2: ("station.small",)}


def test_bounds_hold_on_instants_and_exclusively(stations):
    early, late = pa.scalar(-4_000_000_000_000_000), pa.scalar(0)
    stamps = pa.array([early.as_py(), late.as_py()], pa.timestamp("us", tz="UTC"))
    table = rows(stations, ("aa", None, 9000.0), ("bb", None, 8999.0))
    table = table.set_column(1, stations.arrow.field("opened_at"), stamps)
    verdict = check_rows(stations, table)
    assert verdict.broken == {0: ("opened_at.minimum", "height.exclusive_maximum")}


def test_an_exception_inside_an_expectation_is_raised_and_not_taken_for_bad_data(stations):
    rule = next(rule for rule in stations.rules if rule.code == "station.small")
    odd = replace(stations, rules=(replace(rule, kwargs={"column": "station", "regex": "("}),))
    with pytest.raises(ContractCheckFailed, match=r"station\.small could not be checked") as caught:
        check_rows(odd, rows(stations, ("aa", None, 1.0)))
    assert "unterminated" in caught.value.reason or "missing" in caught.value.reason


def test_a_rule_that_fails_without_naming_rows_is_an_error(stations):
    rule = next(rule for rule in stations.rules if rule.code == "station.required")
    mean = replace(
        rule,
        code="height.mean",
        expectation="expect_column_mean_to_be_between",
        kwargs={"column": "height", "min_value": 5},
    )
    frame = rows(stations, ("aa", None, 1.0)).to_pandas().assign(_row=[0])
    with pytest.raises(ContractCheckFailed, match=r"height\.mean .* does not name its rows"):
        broken_rows(stations, [mean], frame)


def test_a_null_passes_a_pattern_and_fails_only_where_it_is_required(stations):
    table = rows(stations, (None, None, None), ("aa", None, None))
    assert check_rows(stations, table).broken == {0: ("station.required",)}
