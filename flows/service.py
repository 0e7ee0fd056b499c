"""What the server has to have for Broadsheet to run every day, made once and again the same.

A worker and its run that die together (kill -9, a machine without power) tell nobody. A run says
every 30 seconds that it lives; when that stops, an automation of the server marks it as crashed,
which frees its place for the next one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect import get_client
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    StateType,
)
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_entrypoint
from prefect.flows import serve as serve_flows
from prefect.schedules import Cron

from flows.deployments import HEARTBEAT, TAG, Deployment
from flows.settings import settings

SILENT = timedelta(seconds=100)
"""Without a heartbeat for so long a run is given up: three heartbeats of 30 seconds, and slack."""
BEAT = "prefect.flow-run.heartbeat"
ENDS = tuple(f"prefect.flow-run.{each}" for each in ("Completed", "Failed", "Cancelled", "Crashed"))
GIVE_UP = "broadsheet: give up a run whose machine died"
ALERT_BLOCK = "broadsheet-alert"
CRASHED = json.dumps(
    {
        "text": "Broadsheet: {{ flow_run.name }} crashed: its process or its machine died, and "
        "the next run takes up what is left\nWhere: run {{ flow_run.name }}\nHow many: 1\n"
        "Look closer: prefect flow-run logs {{ flow_run.id }}"
    }
)
"""What the server sends; Prefect fills in what stands in braces."""


def setup(all_of_them: Sequence[Deployment], runs_at_once: int) -> Iterator[str]:
    """Make the work pool and the automations, or bring them up to date; a line for each.

    Raises nothing of its own; call `prefect_server()` around it, which says where no server is.
    """
    with get_client(sync_client=True) as client:
        for pool in sorted({each.pool for each in all_of_them}):
            yield _pool(client, pool, runs_at_once)
        block = None
        if settings().alert_url is not None:
            block = _alert_block()
            yield f"block webhook/{ALERT_BLOCK}: holds BROADSHEET_ALERT_URL, encrypted"
        yield _automation(client, _give_up(block))


def _pool(client: SyncPrefectClient, name: str, runs_at_once: int) -> str:
    try:
        found = client.read_work_pool(name)
    except ObjectNotFound:
        made = WorkPoolCreate(name=name, type="process", concurrency_limit=runs_at_once)
        client.create_work_pool(made)
        return f"work pool {name}: made, for processes, {runs_at_once} runs at once"
    if found.concurrency_limit == runs_at_once:
        return f"work pool {name}: as it should be"
    client.update_work_pool(name, WorkPoolUpdate(concurrency_limit=runs_at_once))
    return f"work pool {name}: now {runs_at_once} runs at once, before {found.concurrency_limit}"


def _give_up(block: UUID | None) -> AutomationCore:
    """Runs of deployments with our tag, each by itself; the dead cannot tell, so the server does.

    A run that its worker sees die is told of by that worker (the flow's hook), and not by this.
    """
    seconds = round(SILENT.total_seconds())
    told = [CallWebhook(block_document_id=block, payload=CRASHED)] if block else []
    return AutomationCore(
        name=GIVE_UP,
        description=f"No heartbeat for {seconds} s: crashed, so that its place is free.",
        trigger=EventTrigger(
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification(
                {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
            ),
            for_each={"prefect.resource.id"},
            threshold=1,
            after={BEAT, "prefect.flow-run.Running"},
            expect={BEAT, *ENDS},
            posture=Posture.Proactive,
            within=SILENT,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Crashed",
                message=f"No sign of life for {seconds} s: its process or its machine died.",
            ),
            *told,
        ],
    )


def _alert_block() -> UUID:
    url = settings().alert_url
    assert url is not None
    hook = Webhook(method="POST", url=url, allow_private_urls=True)
    made = hook.save(ALERT_BLOCK, overwrite=True)
    assert isinstance(made, UUID)
    return made


def _automation(client: SyncPrefectClient, wanted: AutomationCore) -> str:
    """Make one, unless it is there as it should be; others of its name are taken away."""
    found = client.read_automations_by_name(wanted.name)
    right = [each for each in found if _same(each, wanted)]
    for each in found:
        if each not in right[:1]:
            client.delete_automation(each.id)
    if right:
        return f"automation {wanted.name!r}: as it should be"
    client.create_automation(wanted)
    return f"automation {wanted.name!r}: made" + (" anew" if found else "")


def _same(found: AutomationCore, wanted: AutomationCore) -> bool:
    """Whether one on the server does what is wanted, and does so now."""
    alike = found.trigger == wanted.trigger and found.actions == wanted.actions
    return alike and found.enabled and found.description == wanted.description


def serve(all_of_them: Sequence[Deployment]) -> None:
    """Run the deployments from this process, without a pool and a worker, until it is ended."""
    for each in all_of_them:
        for name, value in each.env.items():
            os.environ.setdefault(name, value)
    os.environ.setdefault(HEARTBEAT, "30")
    with get_client(sync_client=True) as client:
        for each in all_of_them:
            _make_way(client, each)
    serve_flows(*(_served(each) for each in all_of_them), pause_on_shutdown=False)


def _make_way(client: SyncPrefectClient, each: Deployment) -> None:
    """Take away one of the same name that a pool runs: Prefect would keep its pool and its path."""
    flow = each.entrypoint.rpartition(":")[2]
    with suppress(ObjectNotFound):
        found = client.read_deployment_by_name(f"{flow}/{each.name}")
        if found.work_pool_name is not None:
            client.delete_deployment(found.id)


def _served(each: Deployment) -> Any:
    flow: Any = load_flow_from_entrypoint(each.entrypoint)
    limit = None
    if each.limit is not None:
        strategy = ConcurrencyLimitStrategy(each.collision)
        limit = ConcurrencyLimitConfig(limit=each.limit, collision_strategy=strategy)
    return flow.to_deployment(
        each.name,
        parameters=dict(each.parameters),
        description=each.description,
        tags=list(each.tags),
        schedules=[Cron(cron, timezone=zone) for cron, zone in each.schedules],
        concurrency_limit=limit,
    )
