"""The version of the code that makes rows: no commit, and nothing that rows depend on left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from flows.batch.quotations import Finder
from flows.batch.versions import MAKES_ROWS, code_of_rows, reference

ROOTS = ("flows.batch.process", "flows.lake.speakers")
STORING = "flows.lake"
"""Moves rows and makes none, but for the modules of it in MAKES_ROWS."""
NO_ROWS = {"flows", "flows.errors"}
"""The release, and what is said to a person."""


def is_counted(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in MAKES_ROWS)


def depended_on(graph: grimp.ImportGraph, module: str, seen: set[str]) -> Iterator[str]:
    """Modules of ours that one imports, directly or not, but through what only stores rows."""
    for imported in graph.find_modules_directly_imported_by(module):
        if imported not in seen:
            seen.add(imported)
            yield imported
            if imported != STORING:
                yield from depended_on(graph, imported, seen)


@pytest.mark.parametrize("root", ROOTS)
def test_every_module_that_rows_depend_on_is_in_their_version(root: str) -> None:
    graph = grimp.build_graph(
        "flows", "schemas", cache_dir=None, exclude_type_checking_imports=True
    )
    found = set(depended_on(graph, root, {root}))
    assert {"flows.lake.identity", "schemas.contracts"} <= found
    left_out = {each for each in found if not is_counted(each)} - NO_ROWS - {STORING}
    assert left_out == set(), f"rows depend on {left_out}: add them to flows.batch.versions"


def test_every_name_in_the_list_is_a_module_of_ours() -> None:
    graph = grimp.build_graph("flows", "schemas", cache_dir=None)
    assert set(MAKES_ROWS) <= graph.modules


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two modules that can be imported as `made_up_rows`."""
    folder = tmp_path / "made_up_rows"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "inner" / "dates.py").write_text("DAY = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_the_version_changes_with_the_code_that_makes_rows_and_with_nothing_else(
    package: Path,
) -> None:
    def version() -> str:
        code_of_rows.cache_clear()
        return code_of_rows(("made_up_rows",))

    before = version()
    (package / "table.csv").write_text("a,b\n")
    (package.parent / "report.py").write_text("WIDTH = 80\n")
    assert version() == before
    (package / "inner" / "dates.py").write_bytes(b"DAY = 1\r\n")
    assert version() == before, "a checkout with other line ends has the same code"
    (package / "inner" / "dates.py").write_text("DAY = 2\n")
    assert version() != before
    (package / "inner" / "dates.py").write_text("DAY = 1\n")
    assert version() == before
    (package / "inner" / "dates.py").rename(package / "dates.py")
    assert version() != before


def test_a_run_says_it_as_code_and_no_commit_is_in_it() -> None:
    made_with = reference(Finder("marks"))
    assert made_with["code"] == code_of_rows()
    assert len(code_of_rows()) == 16
