"""The JSON Schema of profiles, by which an editor completes one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from flows.parse.profile_schema import main, schemas, stale

PROFILES = Path(__file__).parents[3] / "schemas" / "profiles"
LINE = {"line": "^(?P<headline>.+)$", "required": True}
PROFILE = {"profile": "bay", "description": "A bay.", "outlet": "unknown", "header": [LINE]}


def problem_of(profile: dict[str, Any]) -> str | None:
    schema = json.loads(schemas()["profile.schema.json"])
    try:
        jsonschema.validate(profile, schema)
    except jsonschema.ValidationError as error:
        return error.message
    return None


def as_json(value: Any) -> Any:
    """YAML makes days of what JSON writes as strings."""
    return json.loads(json.dumps(value, default=lambda day: day.isoformat()))


@pytest.mark.parametrize("file", sorted(PROFILES.glob("*.yaml")), ids=lambda file: file.name)
def test_every_profile_and_every_shared_file_names_its_schema_and_keeps_it(file: Path):
    name = "lists.schema.json" if file.name.startswith("_") else "profile.schema.json"
    assert file.read_text("utf-8").startswith(f"# yaml-language-server: $schema={name}\n")
    written = as_json(yaml.safe_load(file.read_text("utf-8")))
    jsonschema.validate(written, json.loads((PROFILES / name).read_text("utf-8")))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"examples": [{"text": "A", "published": date(2024, 1, 2).isoformat()}]}, None),
        ({"heading": "x"}, "Additional properties are not allowed ('heading' was unexpected)"),
        ({"outlet": None}, "None is not of type 'string'"),
        ({"furniture": {"adverts": ["x"]}}, "'adverts' is not one of ['share', "),
    ],
)
def test_what_a_profile_cannot_say_is_refused_with_the_reason(
    change: dict[str, Any], problem: str | None
):
    found = problem_of(PROFILE | change)
    assert found is None if problem is None else found is not None and found.startswith(problem)


def test_every_key_of_a_line_says_what_it_is_for():
    line = json.loads(schemas()["profile.schema.json"])["$defs"]["Line"]["properties"]
    assert {"line", "not", "except", "never", "then", "after"} <= line.keys()
    assert [key for key, about in line.items() if not about.get("description")] == []


def test_a_schema_that_is_not_what_profiles_are_read_by_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for name, text in schemas().items():
        (tmp_path / name).write_text(text, "utf-8")
    assert stale(tmp_path) == []
    (tmp_path / "lists.schema.json").write_text("{}", "utf-8")
    (tmp_path / "profile.schema.json").unlink()
    assert stale(tmp_path) == ["profile.schema.json", "lists.schema.json"]
    assert main(["--check"]) == 0, capsys.readouterr().out
