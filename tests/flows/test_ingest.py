"""The flow as a whole, under a real Prefect server and on real worker processes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from prefect import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
)
from prefect.client.schemas.objects import Artifact, FlowRun, TaskRun
from prefect.task_runners import ThreadPoolTaskRunner

import flows.ingest
from flows.errors import BatchRefused, SourceNotFound
from flows.ingest import ingest, may_pass, pool
from flows.lake import Lake, read
from flows.report.run import RunReport
from flows.settings import settings

pytestmark = pytest.mark.usefixtures("server")

REPRODUCIBLE = ("articles", "quotes", "versions")
ARTICLE = '{title}\n\n{body}\n\n"She floats," said captain Mira Dell.\n'
PAGE = (
    " date 2024-03-{day:02} Ferry number {number} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, March {day:02}, 2024\n\n"
    "The ferry of the Quillon Islands left at noon with {number} people on board.\n\n"
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)


def on_this_process(sources: Sequence[Path], lake: Path, **parameters: Any) -> RunReport:
    """The flow with its tasks on a thread: where the worker processes are not what is tested."""
    flow = ingest.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))
    return flow([str(source) for source in sources], lake=lake, **parameters)


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lakes")


@pytest.fixture(scope="module")
def first(server: str, sample: Path, lakes: Path) -> RunReport:
    """The sample in five batches on two worker processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROADSHEET_BATCH_DOCUMENTS", "16")
        settings.cache_clear()
        report = ingest.with_options(task_runner=pool(2))([str(sample)], lake=lakes / "first")
    settings.cache_clear()
    return report


@pytest.fixture(scope="module")
def second(first: RunReport, sample: Path, lakes: Path) -> RunReport:
    """The same sources once more into the same lake."""
    return on_this_process([sample], lakes / "first")


@pytest.fixture(scope="module")
def other(server: str, sample: Path, lakes: Path) -> RunReport:
    """The sample in one batch on one worker process, its folders named in another order."""
    folders = sorted((str(path) for path in sample.iterdir()), reverse=True)
    return ingest.with_options(task_runner=pool(1))(folders, lake=lakes / "other")


def completed_runs(name: str) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(name=FlowRunFilterName(like_=name))
        )
    return [run for run in runs if run.state is not None and run.state.is_completed()]


def test_every_document_of_the_sample_is_accounted_for(first: RunReport) -> None:
    assert (first.seen, first.published, first.merged) == (91, 72, 2)
    assert (first.quarantined, first.unchanged, first.corrected) == (17, 0, 0)
    assert first.balances
    assert first.snapshot == 1
    assert first.unread == ()
    assert first.state == "completed"


def test_the_lake_holds_what_the_report_says(first: RunReport) -> None:
    for dataset, rows in first.rows.items():
        assert read(dataset, first.lake).num_rows == rows
    # One document's bytes are another's, so they are kept once.
    assert first.rows["raw_documents"] == first.seen - 1
    assert first.rows["articles"] == first.published
    assert first.rows["quarantine"] == first.quarantined


def test_the_run_is_on_record_with_its_counts_and_its_seconds(
    first: RunReport, second: RunReport
) -> None:
    row, again = read("runs", first.lake).to_pylist()
    assert row["run_id"] == first.run_id
    assert (row["flow"], row["state"], row["snapshot"]) == ("ingest", "completed", 1)
    assert row["seen"] == row["published"] + row["merged"] + row["quarantined"] + row["unchanged"]
    assert (row["bytes_in"], row["bytes_out"]) == (first.bytes_in, first.bytes_out)
    assert row["bytes_out"] > 0
    stages = [each["stage"] for each in row["stage_seconds"]]
    assert {"start", "receive", "parse", "quotes", "contract", "stage", "merge", "commit"} <= set(
        stages
    )
    assert (again["state"], again["snapshot"], again["unchanged"]) == ("completed", None, 91)


def test_nothing_is_left_in_staging(first: RunReport, second: RunReport) -> None:
    assert list((Path(first.lake) / ".staging").iterdir()) == []


def test_a_second_run_publishes_nothing_and_says_so(first: RunReport, second: RunReport) -> None:
    assert (second.seen, second.unchanged) == (91, 91)
    assert (second.published, second.merged, second.quarantined) == (0, 0, 0)
    assert second.snapshot is None
    assert "Nothing new" in second.as_text()
    assert [path.name for path in (Path(first.lake) / "snapshots").iterdir()] == ["00000001"]


def test_the_same_input_gives_the_same_bytes_whatever_the_workers_and_the_order(
    first: RunReport, other: RunReport
) -> None:
    one = Lake.open(first.lake).snapshot(1)
    two = Lake.open(other.lake).snapshot(1)
    assert one is not None
    assert two is not None
    for dataset in REPRODUCIBLE:
        assert [(file.path, file.sha256) for file in one.files(dataset)] == [
            (file.path, file.sha256) for file in two.files(dataset)
        ]
        for file in one.files(dataset):
            content = (one.path / file.path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256


@pytest.mark.parametrize(
    ("dataset", "instant"), [("raw_documents", "received_at"), ("quarantine", "first_seen")]
)
def test_what_says_when_it_came_differs_in_that_alone(
    dataset: str, instant: str, first: RunReport, other: RunReport
) -> None:
    one, two = (
        read(dataset, report.lake).drop_columns([instant]).to_pylist() for report in (first, other)
    )
    assert sorted(one, key=str) == sorted(two, key=str)


def test_the_page_of_the_run_shows_report_counts_and_progress(first: RunReport) -> None:
    shown = [_artifacts(run) for run in completed_runs("ingest-sample-into-")]
    assert shown
    for artifacts in shown:
        assert {key: artifact.type for key, artifact in artifacts.items()} == {
            "ingest-report": "markdown",
            "ingest-counts": "table",
            "ingest-progress": "progress",
        }
        assert artifacts["ingest-progress"].data == 100.0
    reports = [str(artifacts["ingest-report"].data) for artifacts in shown]
    assert any("91 documents, 72 published" in report for report in reports)
    counts = [json.loads(str(artifacts["ingest-counts"].data)) for artifacts in shown]
    assert {"what": "published", "documents": 72} in [row for table in counts for row in table]


def _artifacts(run: FlowRun) -> dict[str | None, Artifact]:
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
    with get_client(sync_client=True) as client:
        return {each.key: each for each in client.read_artifacts(artifact_filter=chosen)}


def test_a_corrected_version_that_comes_later_takes_the_place_of_the_article(
    sample: Path, publish: Callable[..., Any], tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    original = sample / "corrections" / "tram-fare-original.txt"
    corrected = sample / "corrections" / "tram-fare-corrected.txt"
    (source / "monday.txt").write_bytes(original.read_bytes())
    publish(source, tmp_path / "lake")
    (before,) = read("articles", tmp_path / "lake").to_pylist()
    (source / "tuesday.txt").write_bytes(corrected.read_bytes())
    report = on_this_process([source], tmp_path / "lake")
    assert (report.seen, report.unchanged) == (2, 1)
    assert (report.published, report.corrected, report.merged) == (1, 1, 0)
    assert "in place of an earlier version" in report.as_text()
    (after,) = read("articles", tmp_path / "lake").to_pylist()
    assert after["article_id"] == before["article_id"]
    assert after["source_uri"].endswith("tuesday.txt")
    assert (before["version_count"], after["version_count"]) == (1, 2)
    versions = read("versions", tmp_path / "lake").to_pylist()
    assert {row["source_uri"][-10:]: row["is_current"] for row in versions} == {
        "monday.txt": False,
        "uesday.txt": True,
    }
    quotes = read("quotes", tmp_path / "lake").to_pylist()
    assert {row["article_id"] for row in quotes} <= {after["article_id"]}
    assert len(quotes) == after["quote_count"]


def test_a_batch_in_which_an_outlets_layout_broke_is_refused_whole(
    publish: Callable[..., Any], tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    (before / "0.txt").write_text(PAGE.format(day=1, number=100), encoding="utf-8")
    lake = tmp_path / "lake"
    publish(before, lake)
    source = tmp_path / "source"
    source.mkdir()
    for number in range(30):
        page = PAGE.format(day=number + 1, number=number)
        if number >= 10:  # The outlet has changed how it marks its text, and nothing is left of it.
            page = page.replace(page.split("\n\n")[2], "")
        (source / f"{number:02}.txt").write_text(page, encoding="utf-8")
    current = (lake / "current").readlink()
    with pytest.raises(
        BatchRefused, match=r"articles\.profile_accepted for people_daily"
    ) as caught:
        on_this_process([source], lake)
    assert "\n" not in str(caught.value)
    assert "source's layout or encoding has changed" in str(caught.value)
    assert (lake / "current").readlink() == current
    assert [path.name for path in (lake / "snapshots").iterdir()] == ["00000001"]
    assert read("articles", lake).num_rows == 1
    assert list((lake / ".staging").iterdir()) == []
    (row,) = read("runs", lake).to_pylist()
    assert (row["state"], row["snapshot"], row["seen"], row["published"]) == ("failed", None, 30, 0)


def test_a_batch_of_which_nothing_is_an_article_is_refused_whole(tmp_path: Path) -> None:
    for number in range(25):
        dispatch = f"PORT ALMERY, June {number + 1} (Xinhua) -- Ferry {number} sailed at noon."
        (tmp_path / f"{number}.txt").write_text(dispatch, encoding="utf-8")
    with pytest.raises(BatchRefused, match=r"articles\.row_count"):
        on_this_process([tmp_path], tmp_path / "lake")
    assert Lake.open(tmp_path / "lake").snapshot() is None
    assert [row["state"] for row in read("runs", tmp_path / "lake").to_pylist()] == ["failed"]


def test_trouble_of_the_disk_is_tried_again_and_then_left_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The task as it is, but for its eleven seconds of waiting.
    at_once = flows.ingest.read.with_options(retry_delay_seconds=0)
    monkeypatch.setattr(flows.ingest, "read", at_once)
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("no /proc here, and so no file whose reading is a real EIO")
    source = tmp_path / "hiccups"
    source.mkdir()
    body = "The ferry left at noon on Friday."
    (source / "good.txt").write_text(ARTICLE.format(title="Ferry sails", body=body))
    (source / "bad.txt").symlink_to(memory)
    report = on_this_process([source], tmp_path / "lake")
    assert (report.seen, report.published) == (1, 1)
    assert [(each.uri, each.reason) for each in report.unread] == [
        ((source / "bad.txt").as_uri(), os.strerror(5))
    ]
    (flow_run,) = completed_runs("ingest-hiccups-into-")
    assert _task_run(flow_run, "read-batch-00000").run_count == 3


def _task_run(flow_run: FlowRun, name: str) -> TaskRun:
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run.id]))
    with get_client(sync_client=True) as client:
        found = client.read_task_runs(flow_run_filter=chosen)
    (task_run,) = (each for each in found if each.name == name)
    return task_run


def test_only_trouble_that_may_pass_is_tried_again() -> None:
    from prefect.states import Failed

    def failed(error: Exception) -> bool:
        return may_pass(None, None, Failed(data=error))

    assert failed(OSError(5, "Input/output error"))
    assert failed(TimeoutError(110, "Connection timed out"))
    assert not failed(PermissionError(13, "Permission denied"))
    assert not failed(FileNotFoundError(2, "No such file"))
    assert not failed(ValueError("bad data"))


def test_a_source_that_is_not_there_leaves_no_lake_behind(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="no such source"):
        on_this_process([tmp_path / "nowhere"], tmp_path / "lake")
    assert not (tmp_path / "lake").exists()
