"""What docs/reading.md and the notebook tell a reader to run works, and all tools agree."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

DOCS = Path(__file__).parents[1] / "docs"
ARTICLES, QUOTATIONS = 72, 318
"""Of the sample."""
QUESTIONS = ("most", "days", "kinds", "copies")


def snippet(title: str, language: str) -> str:
    """The code below a heading of the page."""
    page = (DOCS / "reading.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    (code,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(code)


def run(title: str) -> dict[str, list[tuple[Any, ...]]]:
    """The answers of a snippet in Python, as plain rows."""
    names: dict[str, Any] = {}
    exec(compile(snippet(title, "python"), f"reading.md, {title}", "exec"), names)
    return {question: rows_of(names[question]) for question in QUESTIONS}


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    if hasattr(table, "iter_rows"):
        return list(table.iter_rows())
    if hasattr(table, "itertuples"):
        return [tuple(row) for row in table.itertuples(index=False)]
    return [tuple(row) for row in table.collect()]


@pytest.fixture
def here(sample_lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder above data/lake."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lake").symlink_to(sample_lake)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def answers(here: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[Any, ...]]]:
    """Those of the SQL on the page, run as it says."""
    statements = re.split(r"^-- (\w+)$", snippet("DuckDB", "sql"), flags=re.MULTILINE)[1:]
    monkeypatch.chdir(here / "data" / "lake" / "current")
    with duckdb.connect() as database:
        database.execute(Path("views.sql").read_text(encoding="utf-8"))
        found = {
            question: database.execute(statement).fetchall()
            for question, statement in zip(statements[::2], statements[1::2], strict=True)
        }
    monkeypatch.chdir(here)
    return found


def test_the_sql_answers_the_four_questions_about_the_sample(
    answers: dict[str, list[tuple[Any, ...]]],
) -> None:
    assert tuple(answers) == QUESTIONS
    assert answers["most"][0] == ("Halvar Stroem", 6)
    assert [kind for kind, _ in answers["kinds"]] == ["direct", "indirect", "mixed"]
    assert sum(count for _, count in answers["kinds"]) == QUOTATIONS
    assert len(answers["days"]) > 20
    assert ("peoples_daily_online", "xinhua") in {row[:2] for row in answers["copies"]}


@pytest.mark.parametrize("title", ["pandas", "polars"])
def test_pandas_and_polars_answer_as_sql_does(
    title: str, answers: dict[str, list[tuple[Any, ...]]]
) -> None:
    assert run(title) == answers


@pytest.mark.filterwarnings("default")  # what it says of pandas 3
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed")
def test_spark_answers_as_sql_does(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert run("Spark") == answers


def test_the_notebook_runs_from_its_first_cell_to_its_last(here: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(DOCS / "who-is-quoted.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs for cell in code), "kept without outputs: they age"
    place = {"metadata": {"path": here}}
    NotebookClient(notebook, kernel_name="python3", resources=place).execute()
    said = [repr(cell.outputs) for cell in code]
    assert f"{ARTICLES} articles, {QUOTATIONS} quotations" in said[0]
    assert "Halvar Stroem" in said[1]
    for cell in code[1:]:
        kinds = {kind for each in cell.outputs for kind in each.get("data", {})}
        assert kinds & {"image/svg+xml", "text/html"}, cell.source
