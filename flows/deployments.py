"""prefect.yaml as values, checked before anything is made of it: crons, zones, entrypoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml
from pydantic import ValidationError

from flows.errors import WrongUsage

FILE = "prefect.yaml"
TAG = "broadsheet"
HEARTBEAT = "PREFECT_FLOWS_HEARTBEAT_FREQUENCY"
CRON_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of prefect.yaml; `schedules` are pairs of a cron and a time zone."""

    name: str
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    pool: str
    limit: int | None
    collision: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    schedules: tuple[tuple[str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


def deployments(file: Path | str = FILE) -> tuple[Deployment, ...]:
    """The deployments of a prefect.yaml. Raises WrongUsage, which names the deployment and why."""
    path = Path(file)
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
    except OSError:
        raise WrongUsage(
            f"there is no {path}", remedy="call this in a checkout of Broadsheet"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise WrongUsage(f"{path} is no YAML: {reason}", remedy="mend it") from None
    try:
        return tuple(_deployment(path, each) for each in written["deployments"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WrongUsage(
            f"{path} does not describe deployments ({error!r})",
            remedy="compare it with the one of the checkout: git diff prefect.yaml",
        ) from None


def _deployment(path: Path, written: Mapping[str, Any]) -> Deployment:
    name = str(written["name"])
    limit = written.get("concurrency_limit") or {}
    pool = written["work_pool"]
    return Deployment(
        name=name,
        entrypoint=_entrypoint(path, name, written["entrypoint"]),
        description=str(written["description"]),
        tags=tuple(map(str, written.get("tags", ()))),
        pool=str(pool["name"]),
        limit=limit.get("limit"),
        collision=str(limit.get("collision_strategy", "ENQUEUE")),
        parameters=dict(written.get("parameters") or {}),
        schedules=tuple(
            _schedule(path, name, each) for each in written.get("schedules") or () if each["active"]
        ),
        env=dict((pool.get("job_variables") or {}).get("env") or {}),
    )


def _entrypoint(path: Path, name: str, entrypoint: str) -> str:
    file, _, function = entrypoint.partition(":")
    if not function or not (path.parent / file).is_file():
        raise WrongUsage(
            f"{path}: the entrypoint of {name} is {entrypoint!r}, which is not there",
            remedy="write it as flows/ingest.py:ingest",
        )
    return entrypoint


def _schedule(path: Path, name: str, written: Mapping[str, Any]) -> tuple[str, str]:
    cron, zone = str(written["cron"]), str(written.get("timezone", "UTC"))
    if len(cron.split()) != CRON_FIELDS or not _is_cron(cron):
        raise WrongUsage(
            f"{path}: the cron of {name} is {cron!r}, no cron",
            remedy='write minute, hour, day, month and weekday, as in "7 * * * *"',
        )
    zones = available_timezones()
    if zone not in zones:
        near = get_close_matches(zone, sorted(zones), n=1)
        remedy = f"did you mean {near[0]}?" if near else "write it as Asia/Shanghai"
        raise WrongUsage(f"{path}: there is no time zone {zone!r} (of {name})", remedy=remedy)
    return cron, zone


def _is_cron(cron: str) -> bool:
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415  # a second or two

    try:
        CronSchedule(cron=cron)
    except ValidationError:
        return False
    return True
