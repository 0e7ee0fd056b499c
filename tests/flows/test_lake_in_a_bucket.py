"""Every flow and command on a lake in an object store, as a person meets them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from prefect.task_runners import ThreadPoolTaskRunner

from flows.cli import main
from flows.doctor import look
from flows.ingest import ingest
from flows.lake import Lake, read
from flows.settings import settings
from schemas.guides.views import JOINS
from tests.object_store import SECRET

PAGE = (
    " date 2024-03-0{day} Ferry number {day} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, March 0{day}, 2024\n\n"
    "The ferry of the Quillon Islands left at noon with {day} people on board.\n\n"
    '"She floats," said captain Mira Dell.\n\n'
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)
Say = Callable[..., str]


def on_this_process(flow: Any, **parameters: Any) -> Any:
    return flow.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))(**parameters)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for day in (1, 2):
        (folder / f"{day}.txt").write_text(PAGE.format(day=day), encoding="utf-8")
    (folder / "title.txt").write_text("Only a title line\n", encoding="utf-8")
    return folder


@pytest.fixture
def say(s3_environment: str, capfd: pytest.CaptureFixture[str]) -> Say:
    """A command about the lake; what it prints, if it ends well."""

    def said(*arguments: object, code: int = 0) -> str:
        ended = main([*map(str, arguments), "--lake", s3_environment])
        printed = capfd.readouterr()
        assert ended == code, printed.err
        assert SECRET not in printed.out + printed.err
        return printed.err if code else printed.out

    return said


@pytest.mark.usefixtures("server")
def test_a_lake_lives_its_life_in_a_bucket(
    s3_environment: str, source: Path, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.backfill import backfill
    from flows.replay import replay

    report = on_this_process(ingest, sources=[str(source)], lake=s3_environment)
    assert (report.snapshot, report.published, report.quarantined) == (1, 2, 1)
    assert f"read('articles', '{s3_environment}', form='pandas')" in report.as_text()
    again = on_this_process(ingest, sources=[str(source)], lake=s3_environment)
    assert (again.snapshot, again.unchanged) == (None, 3)

    here = on_this_process(ingest, sources=[str(source)], lake=tmp_path / "lake")
    assert here.snapshot == 1
    names = ("articles", "quotes", "versions", "speakers", "speaker_months")
    lakes = [Lake.open(each).snapshot() for each in (s3_environment, tmp_path / "lake")]
    far, near = [[s.files(name) for name in names] for s in lakes if s is not None]
    assert [[f.sha256 for f in each] for each in far] == [[f.sha256 for f in each] for each in near]

    (source / "3.txt").write_text(PAGE.format(day=3), encoding="utf-8")
    assert on_this_process(ingest, sources=[str(source)], lake=s3_environment).snapshot == 2
    assert "She floats" in say("show", "quotes")
    assert "Every file is what its manifest says." in say("verify")
    assert [line.split()[0] for line in say("history").splitlines()] == ["2", "1"]
    assert "1 added" in say("diff", 1, 2)
    assert "Snapshot 3 has the content of snapshot 1" in say("rollback", 1)
    assert "Withdrawn: 2, 1" in say("collect", "--keep", 1)
    assert say("rollback", 1, code=2).startswith("broadsheet: no snapshot 1 in s3://")

    monkeypatch.setattr("flows.backfill.maker_now", lambda snapshot: {"code": "tomorrow's"})
    done = on_this_process(backfill, lake=s3_environment)
    assert done.partitions == ("2024-03",)
    assert on_this_process(replay, lake=s3_environment).report.quarantined == 1
    assert read("runs", s3_environment)["flow"].to_pylist() == [
        "ingest",
        "ingest",
        "ingest",
        "backfill",
        "replay",
    ]


@pytest.mark.usefixtures("server")
def test_what_stands_beside_the_rows_is_made_of_a_bucket_too(
    s3_environment: str, source: Path, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit import audit
    from flows.backfill import backfill

    on_this_process(ingest, sources=[str(source)], lake=s3_environment)
    assert say("report") == f"{s3_environment}/report.html\n"
    assert "a browser cannot open it there; download s3://" in say("report", "--open", code=2)
    page = Lake.open(s3_environment).home.kept("report.html").decode()
    assert f'read("runs", &#39;{s3_environment}&#39;, snapshot=1, form="duckdb")' in page
    assert ("views.sql" in page, "Mira Dell" in page) == (False, True)
    database = read("runs", s3_environment, snapshot=1, form="duckdb")
    database.execute(JOINS)
    queries = [html.unescape(each) for each in re.findall(r"<pre[^>]*>(from [^<]+);</pre>", page)]
    assert [query for query in queries if not database.sql(query).fetchall()] == []
    assert {query.split()[1] for query in queries} >= {"asked", "articles", "quotes_by_speaker"}
    assert on_this_process(audit, lake=s3_environment).broken == ()
    for form in ("csv", "jsonl", "duckdb", "delta"):
        assert "2 articles" in say("export", tmp_path / form, "--format", form)
    (copied,) = (tmp_path / "delta" / "articles").rglob("*.parquet")
    assert sorted(pq.read_table(copied)["headline"].to_pylist()) == [
        "Ferry number 1 sails again",
        "Ferry number 2 sails again",
    ]
    (told,) = [line for line in look(s3_environment).seen if line.part == "lake"]
    assert (told.health, "is in an object store" in told.found) == ("note", True)

    monkeypatch.setenv("BROADSHEET_GRAIN", "day")
    settings.cache_clear()
    done = on_this_process(backfill, lake=s3_environment)
    assert "Laid anew" in done.as_text()
    laid = Lake.open(s3_environment).snapshot()
    assert laid is not None
    assert {file.partition for file in laid.files("articles")} == {"2024-03-01", "2024-03-02"}
    assert read("articles", s3_environment, since="2024-03-02").num_rows == 1
    assert "Every file is what its manifest says." in say("verify")
    assert on_this_process(audit, lake=s3_environment).broken == ()


@pytest.mark.parametrize(
    ("lake", "said"),
    [
        ("s3://me:hidden@press/lake", "there is a secret in the address s3://…@press/lake"),
        ("gs://press/lake", "there can be no lake at gs://press/lake"),
    ],
)
def test_a_lake_that_cannot_be_is_one_line_on_the_flag_and_in_the_setting(
    lake: str, said: str, source: Path, capfd: pytest.CaptureFixture[str], broadsheet: Any
) -> None:
    assert main(["ingest", str(source), "--lake", lake]) == 2
    printed = capfd.readouterr().err
    done = broadsheet("history", env={"BROADSHEET_LAKE": lake})
    assert done.returncode == 2
    for each in (printed, done.stderr):
        assert each.startswith(f"broadsheet: {said}")
        assert (each.count("\n"), "hidden" in each) == (1, False)
