"""prefect.yaml: deployed by Prefect's own command on a real server, run by a real worker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from prefect import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from flows.cli import main
from flows.deployments import deployments
from flows.lake import Lake
from tests.flows.conftest import REPOSITORY

NAMES = ("ingest", "backfill", "replay", "audit")
PAGE = (
    " date 2024-03-{number:02d} Ferry number {number} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, March {number:02d}, 2024\n\n"
    'The ferry of the Quillon Islands left at noon. "We had {number} people on board," said '
    "Captain Ida Holm.\n\n"
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)
PATIENCE_SECONDS = 600.0


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployed") / "lake"


@pytest.fixture(scope="module")
def outside(server: str, environment: dict[str, str], lake: Path) -> dict[str, str]:
    """The environment of a worker, whose settings are its own."""
    own = {"PREFECT_API_URL": server, "BROADSHEET_LAKE": str(lake), "BROADSHEET_WORKERS": "1"}
    quick = {"BROADSHEET_TAGGER": "marks", "PREFECT_WORKER_QUERY_SECONDS": "1"}
    return {**environment, **own, **quick, "PYTHONPATH": str(REPOSITORY)}


@pytest.fixture(scope="module")
def deployed(outside: dict[str, str]) -> dict[str, DeploymentResponse]:
    """By `broadsheet setup` and `prefect deploy --all`, from a checkout as it stands."""
    assert main(["setup", "--file", str(REPOSITORY / "prefect.yaml")]) == 0
    prefect(outside, "-m", "prefect", "--no-prompt", "deploy", "--all")
    with get_client(sync_client=True) as client:
        return {name: client.read_deployment_by_name(f"{name}/{name}") for name in NAMES}


def prefect(outside: Mapping[str, str], *line: str) -> str:
    done = subprocess.run(
        [sys.executable, *line],
        env=outside,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def beside(outside: Mapping[str, str], *line: str) -> Iterator[None]:
    """A command that runs for as long as the block."""
    with subprocess.Popen(
        [sys.executable, *line], env=outside, cwd=REPOSITORY, stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def run_to_its_end(deployment: DeploymentResponse, **parameters: Any) -> FlowRun:
    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(deployment.id, parameters=parameters)
    return ended(run.id)


def ended(run: UUID) -> FlowRun:
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        with get_client(sync_client=True) as client:
            found = client.read_flow_run(run)
        if found.state is not None and found.state.is_final():
            return found
        time.sleep(0.3)
    raise AssertionError(f"{run} did not end")


def test_no_path_of_a_machine_is_in_it_and_every_flow_is_there() -> None:
    text = (REPOSITORY / "prefect.yaml").read_text("utf-8")
    assert str(REPOSITORY) not in text
    assert "/home" not in text
    written = yaml.safe_load(text)
    assert tuple(each["name"] for each in written["deployments"]) == NAMES
    assert [each.name for each in deployments(REPOSITORY / "prefect.yaml")] == list(NAMES)


def test_what_is_deployed_is_typed_described_tagged_and_limited(
    deployed: dict[str, DeploymentResponse],
) -> None:
    for name, each in deployed.items():
        fields = each.parameter_openapi_schema["properties"]  # type: ignore[index]
        for parameter, field in fields.items():
            assert field["description"].endswith("."), (name, parameter)
            assert "type" in field or "anyOf" in field, (name, parameter)
        assert each.enforce_parameter_schema
        assert "broadsheet" in each.tags
        assert each.global_concurrency_limit is not None
        assert each.global_concurrency_limit.limit == 1
        assert each.job_variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    days = deployed["backfill"].parameter_openapi_schema["properties"]  # type: ignore[index]
    assert {"format": "date", "type": "string"} in days["first"]["anyOf"]
    crons = {n: [s.schedule for s in each.schedules] for n, each in deployed.items()}
    assert [(c.cron, c.timezone) for c in crons["ingest"]] == [("7 * * * *", "Asia/Shanghai")]  # type: ignore[union-attr]
    assert [c.timezone for c in crons["audit"]] == ["Asia/Shanghai"]
    assert crons["backfill"] == crons["replay"] == []


def test_setup_does_nothing_twice(
    deployed: dict[str, DeploymentResponse], capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    assert main(["setup", "--file", str(REPOSITORY / "prefect.yaml")]) == 0
    said = capfd.readouterr().out.splitlines()
    assert said[0] == "work pool broadsheet: as it should be"
    assert said[1].startswith("automation 'broadsheet: give up a run")
    assert said[1].endswith("as it should be")
    with get_client(sync_client=True) as client:
        (automation,) = client.read_automations()
        pool = client.read_work_pool("broadsheet")
    assert automation.enabled
    assert (pool.type, pool.concurrency_limit) == ("process", 2)


def test_each_of_the_four_runs_on_a_worker_and_missed_runs_do_not_all(
    deployed: dict[str, DeploymentResponse], outside: dict[str, str], lake: Path, tmp_path: Path
) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(PAGE.format(number=number), encoding="utf-8")
    missed = past_runs(deployed["ingest"], str(tmp_path))
    with beside(outside, "-m", "prefect", "worker", "start", "--pool", "broadsheet"):
        states = [ended(run).state_name for run in missed]
        assert sorted(map(str, states)) == ["Cancelled", "Cancelled", "Completed"]
        assert Lake.open(lake).snapshot().rows("articles") == 2  # type: ignore[union-attr]
        asked = {"first": "2024-03-01", "last": "2024-03-31", "force": True}
        with get_client(sync_client=True) as client:
            started = {
                name: client.create_flow_run_from_deployment(each.id, parameters=parameters).id
                for name, each, parameters in (
                    ("backfill", deployed["backfill"], asked),
                    ("replay", deployed["replay"], {}),
                    ("audit", deployed["audit"], {"lake": str(lake)}),
                )
            }
        runs = {name: ended(run) for name, run in started.items()}
    assert {name: run.state_name for name, run in runs.items()} == dict.fromkeys(
        ("backfill", "replay", "audit"), "Completed"
    )
    assert runs["backfill"].name == "backfill-2024-03-01-to-2024-03-31-of-lake"
    assert runs["replay"].name == "replay-all-of-lake"
    assert runs["audit"].name == "audit-lake"


def past_runs(deployment: DeploymentResponse, source: str) -> list[UUID]:
    """Runs that the schedule made while no worker was there: three hours, three runs."""
    now = datetime.now(UTC)
    window = {
        "start_time": (now - timedelta(hours=3)).isoformat(),
        "end_time": now.isoformat(),
        "min_runs": 3,
        "max_runs": 3,
    }
    with get_client(sync_client=True) as client:
        path = {"id": str(deployment.id)}
        body = {"parameters": {"sources": [source]}}
        client.request("PATCH", "/deployments/{id}", path_params=path, json=body)
        client.request("POST", "/deployments/{id}/schedule", path_params=path, json=window)
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
        )
    due = [run for run in runs if run.expected_start_time and run.expected_start_time <= now]
    assert len(due) == 3
    assert {run.expected_start_time.minute for run in due if run.expected_start_time} == {7}
    return [run.id for run in due]


def test_serve_does_the_same_without_a_pool(
    deployed: dict[str, DeploymentResponse], outside: dict[str, str], lake: Path
) -> None:
    """After the worker, whose deployments it takes away by their names."""
    with beside(outside, "-m", "flows.cli", "serve"):
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            with get_client(sync_client=True) as client, suppress(ObjectNotFound):
                served = client.read_deployment_by_name("audit/audit")
                if served.work_pool_name is None:
                    break
            time.sleep(0.3)
        assert run_to_its_end(served).state_name == "Completed"
    before = deployed["audit"]
    assert served.parameter_openapi_schema == before.parameter_openapi_schema
    assert [s.schedule for s in served.schedules] == [s.schedule for s in before.schedules]
    assert set(served.tags) == set(before.tags)
    assert served.global_concurrency_limit is not None
    assert served.global_concurrency_limit.limit == 1


def edited(folder: Path, change: Callable[[str], str]) -> Path:
    """A checkout in which somebody has edited prefect.yaml."""
    shutil.copytree(REPOSITORY / "flows", folder / "flows", ignore=shutil.ignore_patterns("*[!y]"))
    file = folder / "prefect.yaml"
    file.write_text(change((REPOSITORY / "prefect.yaml").read_text("utf-8")), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "edit",
    [
        ("7 * * * *", "7 * * *", "the cron of ingest is '7 * * *', no cron; write minute, hour"),
        ("7 * * * *", "61 * * * *", "the cron of ingest is '61 * * * *', no cron"),
        ("Asia/Shanghai", "Asia/Shanghia", "there is no time zone 'Asia/Shanghia' (of ingest)"),
        ("flows/audit.py:audit", "flows/odit.py:audit", "the entrypoint of audit is 'flows/odit."),
        ("- name: audit", "- title: audit", "does not describe deployments (KeyError('name'))"),
        ("deployments:", "deployments: [", "is no YAML: "),
    ],
)
@pytest.mark.parametrize("command", ["setup", "serve"])
def test_a_mistake_in_it_is_one_line_before_anything_is_made(
    tmp_path: Path, command: str, edit: tuple[str, str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    before, after, words = edit
    file = edited(tmp_path, lambda text: text.replace(before, after, 1))
    assert main([command, "--file", str(file)]) == 2
    said = capfd.readouterr()
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""


def test_without_a_server_and_with_one_that_is_away_there_is_one_line(
    environment: dict[str, str],
) -> None:
    for address, words, code in (
        ("", "PREFECT_API_URL is not set, so there is no server", 2),
        ("http://127.0.0.1:9/api", "http://127.0.0.1:9/api does not answer (ConnectError)", 1),
    ):
        own = {"PREFECT_API_URL": address} if address else {}
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", "setup"],
            env={**environment, **own, "NO_PROXY": "127.0.0.1"},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_the_servers_of_our_own_listen_on_loopback_alone() -> None:
    """Prefect's default as well, unless PREFECT_SERVER_API_HOST says otherwise."""
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_SERVER_API_HOST

    assert "PREFECT_SERVER_API_HOST" not in os.environ
    assert PREFECT_SERVER_API_HOST.value() == "127.0.0.1"
    assert SubprocessASGIServer().address.startswith("http://127.0.0.1:")
