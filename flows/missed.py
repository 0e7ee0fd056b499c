"""Schedules that came while no worker was there: one run does the work of all of them.

A worker that comes back finds every run that was due meanwhile, and would start one after another.
Each flow of ours takes up everything that is left, so the first of them is enough.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.states import Cancelled


def take_over_missed() -> int:
    """Cancel the scheduled runs of this deployment that are due already; returns how many.

    Only a run that the scheduler made itself does so, and only to such runs: what a person asked
    for, with other parameters, is done. A server that does not answer is no reason to fail.
    """
    if deployment.id is None or flow_run.id is None:
        return 0
    own = UUID(str(flow_run.id))
    log = get_run_logger()
    try:
        with get_client(sync_client=True) as client:
            if not client.read_flow_run(own).auto_scheduled:
                return 0
            due = [
                run for run in client.read_flow_runs(flow_run_filter=_due()) if _missed(run, own)
            ]
            for run in due:
                told = f"Missed; run {flow_run.name} does its work"
                client.set_flow_run_state(run.id, Cancelled(message=told))
    except Exception as error:  # whatever the client raises: this is only a courtesy
        log.warning("missed runs could not be looked for (%s)", type(error).__name__)
        return 0
    if due:
        log.info("%d runs were missed; this one does their work", len(due))
    return len(due)


def _due() -> FlowRunFilter:
    return FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[UUID(str(deployment.id))]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
    )


def _missed(run: FlowRun, own: UUID) -> bool:
    return run.id != own and bool(run.auto_scheduled)
