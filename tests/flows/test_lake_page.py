"""The page of a lake as a run and a person get it; it never costs a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from prefect import flow as flow_of
from prefect.client.orchestration import get_client

from flows.cli import main
from flows.lake_page import renew_page
from flows.settings import settings

FERRY = (
    " date 2024-03-01 Ferry sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, March 01, 2024\n\n"
    "The ferry of the Quillon Islands left at noon with nine people on board.\n\n"
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)


@pytest.fixture
def lake(sample_lake: Path, tmp_path: Path) -> Path:
    """A copy of the sample's lake, to be written to."""
    shutil.copytree(sample_lake, tmp_path / "lake", symlinks=True)
    return tmp_path / "lake"


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pages are made after runs, as they are unless somebody sets it otherwise."""
    settings.cache_clear()
    monkeypatch.setenv("BROADSHEET_REPORT", "true")
    yield
    settings.cache_clear()


def renewed(lake: Path) -> tuple[list[str], list[str]]:
    """Links on the page of a run that renews the page of a lake, and its log from warnings on."""

    @flow_of(name="renew", persist_result=False)
    def run() -> str:
        from prefect.runtime import flow_run

        renew_page(str(lake))
        return str(flow_run.id)

    name = run()
    with get_client(sync_client=True) as client:
        from prefect.client.schemas.filters import (
            ArtifactFilter,
            ArtifactFilterFlowRunId,
        )

        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[name]))
        )
    return [str(each.data) for each in found], [str(each.key) for each in found]


@pytest.mark.usefixtures("server", "wanted")
def test_every_flow_that_publishes_renews_the_page(tmp_path: Path) -> None:
    from prefect.task_runners import ThreadPoolTaskRunner

    from flows.backfill import backfill
    from flows.ingest import ingest
    from flows.replay import replay

    def run(flow: Any, **parameters: Any) -> str:
        """The page after a run of the flow, which then is taken away."""
        flow.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))(
            lake=tmp_path / "lake", **parameters
        )
        page = (tmp_path / "lake" / "report.html").read_text(encoding="utf-8")
        (tmp_path / "lake" / "report.html").unlink()
        return page

    source = tmp_path / "source"
    source.mkdir()
    (source / "title.txt").write_text("Only a title line\n", encoding="utf-8")
    (source / "ferry.txt").write_text(FERRY, encoding="utf-8")
    assert "text.required" in run(ingest, sources=[str(source)])
    for flow in (backfill, replay):
        options = {"force": True} if flow is backfill else {}
        page = run(flow, **options)
        assert f"<bdi>{flow.name}</bdi>" in page, "its own run is on it"


@pytest.mark.usefixtures("server", "wanted")
def test_the_page_of_the_run_links_the_page_of_the_lake(lake: Path) -> None:
    (link,), keys = renewed(lake)
    assert keys == ["lake-report"]
    page = Path(unquote(urlsplit(link[link.index("file:") : link.index(")")]).path))
    assert page == lake / "report.html"
    assert "72" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("server", "wanted")
def test_a_page_that_cannot_be_made_is_said_in_the_log_and_fails_no_run(
    lake: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (gone,) = (lake / "current").resolve().glob("speakers/*.parquet")
    gone.unlink()
    assert renewed(lake) == ([], [])
    (line,) = [each.getMessage() for each in caplog.records if "the page of" in each.getMessage()]
    assert line.startswith("the page of the lake was not made (broadsheet: the snapshot is damaged")
    assert gone.name in line
    assert line.endswith("; try broadsheet report")
    assert not (lake / "report.html").exists()


@pytest.mark.usefixtures("server")
def test_no_page_is_made_where_the_setting_says_so(lake: Path) -> None:
    assert renewed(lake) == ([], [])
    assert not (lake / "report.html").exists()


def test_the_command_says_where_the_page_is_and_opens_it(
    lake: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    broadsheet: Callable[..., Any],
) -> None:
    assert main(["report", "--lake", str(lake)]) == 0
    assert capfd.readouterr().out == f"{lake}/report.html\n"
    browser = tmp_path / "browser"
    opened = tmp_path / "opened"
    browser.write_text(f"#!/bin/sh\nprintf %s \"$1\" > '{opened}'\n")
    browser.chmod(0o755)
    done = broadsheet("report", "--open", "--lake", lake, env={"BROWSER": f"{browser} %s"})
    assert (done.returncode, done.stderr) == (0, "")
    assert opened.read_text() == (lake / "report.html").as_uri()


def test_a_lake_that_is_not_there_is_one_line(tmp_path: Path, capfd: Any) -> None:
    assert main(["report", "--lake", str(tmp_path / "none")]) == 2
    assert capfd.readouterr().err.startswith("broadsheet: no lake at ")
