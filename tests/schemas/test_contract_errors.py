"""A wrong contract is told when it is loaded, with the file and the line."""

from __future__ import annotations

import pickle

import pytest

from schemas import ContractError, contract

SOUND = """\
apiVersion: v3.1.0
kind: DataContract
id: weather
name: weather
version: 1.0.0
status: active
schema:
  - name: weather
    logicalType: object
    description: One row per day.
    properties:
      - name: day
        description: The day (UTC).
        logicalType: date
        primaryKey: true
        required: true
      - name: station
        description: Name of the station.
        logicalType: string
        logicalTypeOptions: {pattern: '^[a-z]+$'}
      - name: rain
        description: Rain in millimetres.
        logicalType: integer
        logicalTypeOptions: {format: i32, minimum: 0}
        quality:
          - name: even
            description: never odd
            type: custom
            engine: greatExpectations
            severity: warning
            implementation:
              type: expect_column_values_to_be_in_set
              kwargs: {value_set: [0, 2, 4]}
"""


def test_a_sound_contract_of_ones_own_is_read_from_its_directory(tmp_path):
    (tmp_path / "weather.odcs.yaml").write_text(SOUND, encoding="utf-8")
    declared = contract("weather", tmp_path)
    codes = [rule.code for rule in declared.rules]
    assert codes == [
        "day.unique",
        "day.required",
        "station.pattern",
        "rain.minimum",
        "rain.even",
    ]


CASES = {
    "unknown type": ("logicalType: date", "logicalType: dat", "unknown logicalType 'dat'"),
    "unknown format": ("format: i32", "format: int32", "unknown format for integer 'int32'"),
    "no format": ("format: i32, minimum: 0", "minimum: 0", "unknown format for integer None"),
    "physical type": (
        "        logicalType: date\n",
        "        physicalType: DATE\n        logicalType: date\n",
        "physicalType is not used",
    ),
    "unknown option": ("pattern: ", "patern: ", "unknown option 'patern' for string"),
    "unknown key": ("required: true", "requird: true", "unknown key 'requird'"),
    "wrong value type": ("required: true", "required: perhaps", "required: Input should be"),
    "unknown expectation": (
        "type: expect_column_values_to_be_in_set",
        "type: expect_column_values_to_be_in_sett",
        "unknown expectation 'expect_column_values_to_be_in_sett'",
    ),
    "unknown argument": ("{value_set: ", "{value_sets: ", "takes no 'value_sets'"),
    "missing argument": ("{value_set: [0, 2, 4]}", "{mostly: 0.5}", "needs 'value_set'"),
    "bad severity": ("severity: warning", "severity: warn", "unknown severity 'warn'"),
    "unknown engine": (
        "engine: greatExpectations",
        "engine: soda",
        "unknown engine 'soda'; choose one of greatExpectations",
    ),
    "missing column": (
        "{value_set: [0, 2, 4]}",
        "{column: rains, value_set: [0]}",
        "asks for the missing column rains; did you mean rain?",
    ),
    "duplicate code": ("- name: even", "- name: minimum", "the code rain.minimum is given twice"),
    "duplicate column": ("- name: station", "- name: day", "the column day is given twice"),
    "reserved word": ("- name: station", "- name: order", "order is an SQL reserved word"),
    "no column name": ("- name: station", "- name: Station", "'Station' is no column name"),
    "invalid regex": ("'^[a-z]+$'", "'^[a-z+$'", "invalid regex '^[a-z+$'"),
    "key twice": ("version: 1.0.0", "version: 1.0.0\nversion: 2.0.0", "'version' is given twice"),
    "not YAML": ("version: 1.0.0", "version: [1.0.0", "expected ',' or ']'"),
    "other version": ("v3.1.0", "v3.0.2", "unknown apiVersion 'v3.0.2'; choose one of v3.1.0"),
    "no description": (
        "        description: Rain in millimetres.\n",
        "",
        "rain has no description",
    ),
    "no key": ("        primaryKey: true\n", "", "no primary key"),
    "bound of another type": ("minimum: 0", "minimum: low", "'low' is no number"),
    "not by row": (
        "type: expect_column_values_to_be_in_set",
        "type: expect_column_distinct_values_to_be_in_set",
        "does not name the rows that break it; give it the customProperty scope: batch",
    ),
    "other dataset": ("name: weather\nversion", "name: wether\nversion", "unknown dataset"),
    "partition without a name": (
        "primaryKey: true",
        "primaryKey: true\n        partitioned: true",
        "day is partitioned without a name",
    ),
}
LINES = {
    "unknown type": 14,
    "unknown format": 24,
    "physical type": 14,
    "unknown option": 20,
    "unknown key": 16,
    "wrong value type": 16,
    "unknown expectation": 32,
    "unknown argument": 32,
    "bad severity": 30,
    "unknown engine": 29,
    "missing column": 32,
    "duplicate code": 32,
    "duplicate column": 17,
    "reserved word": 17,
    "invalid regex": 20,
    "key twice": 6,
    "other version": 1,
    "bound of another type": 24,
    "not by row": 32,
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told_with_file_and_line(case, tmp_path):
    good, bad, message = CASES[case]
    assert SOUND.count(good) >= 1
    file = tmp_path / "weather.odcs.yaml"
    file.write_text(SOUND.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        contract("weather", tmp_path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{file}:{caught.value.line}: ")
    assert caught.value.line == LINES.get(case, caught.value.line)
    assert "\n" not in str(caught.value)


def test_an_error_comes_back_from_a_worker_process_as_it_was(tmp_path):
    with pytest.raises(ContractError) as caught:
        contract("weathr", tmp_path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.file, again.line) == (
        str(caught.value),
        caught.value.file,
        caught.value.line,
    )


BATCH = """\
            customProperties:
              - {property: scope, value: row}
              - {property: minimumRows, value: 3}
"""


def test_a_minimum_of_rows_is_for_batch_rules(tmp_path):
    (tmp_path / "weather.odcs.yaml").write_text(SOUND + BATCH, encoding="utf-8")
    with pytest.raises(ContractError, match="minimumRows is for batch rules"):
        contract("weather", tmp_path)


def test_a_rule_on_bytes_may_only_ask_for_null(tmp_path):
    text = SOUND.replace("{pattern: '^[a-z]+$'}", "{format: binary, minLength: 1}")
    (tmp_path / "weather.odcs.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match="looks into the bytes of station"):
        contract("weather", tmp_path)


def test_bytes_that_are_no_text_are_a_contract_error(tmp_path):
    (tmp_path / "weather.odcs.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContractError, match="cannot read it"):
        contract("weather", tmp_path)


def test_a_synthetic_column_must_be_made_of_what_there_is(tmp_path):
    made = """\
    customProperties:
      - property: syntheticColumns
        value:
          _total: {description: all of it, sumOf: [rain, snow]}
"""
    head, foot = SOUND.split("    properties:\n", 1)
    text = f"{head}{made}    properties:\n{foot}"
    (tmp_path / "weather.odcs.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match="_total asks for the missing column snow"):
        contract("weather", tmp_path)
