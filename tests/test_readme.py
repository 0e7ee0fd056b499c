"""What the README tells a reader to type works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def test_the_snippets_for_pandas_polars_and_duckdb_run_one_after_the_other(
    sample_lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lake").symlink_to(sample_lake)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    found = snippets()
    assert [re.findall(r"import (\w+) as|import (duckdb)", each) != [] for each in found] == [
        True
    ] * 3
    for snippet in found:
        exec(compile(snippet, "README.md", "exec"), names)
    assert len(names["articles"]) == 72
    assert names["lake"].endswith("snapshots/00000001")


def test_every_setting_is_in_the_documentation_with_its_default() -> None:
    from flows.settings import Settings

    text = (README.parent / "docs" / "settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        (row,) = [line for line in text.split("\n") if f"`BROADSHEET_{name.upper()}`" in line]
        if field.default is not None and field.default_factory is None and field.default != "":
            assert str(field.default) in row, name
