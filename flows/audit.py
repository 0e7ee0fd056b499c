"""Flow `audit`: the whole lake against its contracts and across its datasets, days and drift.

Ends as failed where something is broken; what is only unusual is told and no failure.
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from flows.alerts import tell_failure
from flows.console import quiet
from flows.errors import LakeUnsound
from flows.health import audit as health
from flows.health.findings import SHOWN, Audit
from flows.lake import Lake
from flows.missed import take_over_missed
from flows.settings import settings

# A worker of Prefect imports the flow and nothing of the command.
quiet()


def run_name() -> str:
    """A run's name says which lake it looks at."""
    return f"audit-{Path(flow_run.parameters.get('lake') or settings().lake).name}"


@task(task_run_name="look-at-snapshot", cache_policy=NO_CACHE, persist_result=False)
def look(lake: Path | str) -> Audit:
    """Audit the newest snapshot; one task, since it is one walk over the files."""
    return health.audit(Lake.open(lake))


@flow(
    name="audit",
    flow_run_name=run_name,
    persist_result=False,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def audit(lake: Path | str | None = None) -> Audit:
    """Look at every row of the newest snapshot: contracts, keys, spans, counts, days, drift.

    Args:
        lake: Folder or address of the lake; the setting BROADSHEET_LAKE where none is given.

    Raises LakeNotFound, LakeUnusable, and LakeUnsound where something is broken.

    """
    take_over_missed()
    found = look(lake or settings().lake)
    create_table_artifact(found.as_table(), key="audit", description=found.summary())
    log = get_run_logger()
    for each in found.findings[:SHOWN]:
        level = log.error if each.severity == "broken" else log.warning
        level("%s", each.as_line())
    if found.broken:
        raise LakeUnsound(found.broken[0].code, len(found.broken), report=found)
    return found
