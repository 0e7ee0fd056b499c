"""prefect.yaml: what it names is there, and the server of the locked Prefect does schedule it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.schedules import CronSchedule

from flows.ingest import ingest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def deployment() -> dict[str, Any]:
    written = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text("utf-8"))
    (found,) = (each for each in written["deployments"] if each["name"] == "ingest")
    assert isinstance(found, dict)
    return found


def test_a_deployment_names_a_flow_its_parameters_and_a_folder_that_are_there(
    deployment: dict[str, Any],
) -> None:
    assert deployment["entrypoint"] == "flows/ingest.py:ingest"
    assert set(deployment["parameters"]) <= set(inspect.signature(ingest.fn).parameters)
    for source in deployment["parameters"]["sources"]:
        assert (REPOSITORY / source).is_dir()


def test_the_server_schedules_runs_on_the_cron_in_its_zone(
    deployment: dict[str, Any], server: str
) -> None:
    """With SQLAlchemy 2.1 the scheduler of Prefect 3.8 fails, and no scheduled run ever comes."""
    (written,) = deployment["schedules"]
    cron = CronSchedule(cron=written["cron"], timezone=written["timezone"])
    with get_client(sync_client=True) as client:
        deployed = client.create_deployment(
            flow_id=client.create_flow(ingest),
            name="by-cron",
            schedules=[DeploymentScheduleCreate(schedule=cron, active=True)],
        )
        client.request(
            "POST",
            "/deployments/{id}/schedule",
            path_params={"id": deployed},
            json={"min_runs": 3},
        )
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployed]))
        )
    assert len(runs) >= 3
    assert {run.expected_start_time.minute for run in runs if run.expected_start_time} == {7}
