"""Alerts: what, where, how many, and the command to look closer, sent to BROADSHEET_ALERT_URL.

An alert is news about a run and never part of it: one that cannot be delivered is a line in the
log. The address is a secret: no line, error or artifact has it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from prefect.logging import get_logger
from prefect.logging.loggers import flow_run_logger

from flows.errors import BatchRefused, BroadsheetError, LakeUnsound, NothingPublished
from flows.health.drift import news_of_last_run
from flows.health.findings import Finding
from flows.lake import Lake
from flows.receive.remote import is_remote, without_secret
from flows.settings import settings

TRIES = 3
WAITS = (1.0, 3.0)
"""Seconds before the second try and before the third."""
PATIENCE_SECONDS = 5.0
SHOWN = 5
Log = logging.Logger | logging.LoggerAdapter[Any]


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. `count` is of whatever `what` names; `look` is a command."""

    what: str
    where: str
    count: int
    look: str

    @classmethod
    def of(cls, finding: Finding, lake: str) -> Alert:
        """A finding of an audit or of a run."""
        where = f"lake {lake}, {finding.where}"
        return cls(f"{finding.code}: {finding.what}", where, finding.count, finding.look)

    def as_json(self) -> dict[str, Any]:
        """What is sent: `text` for chat services, the parts for programs."""
        text = (
            f"Broadsheet: {self.what}\nWhere: {self.where}\nHow many: {self.count:,}\n"
            f"Look closer: {self.look}"
        )
        parts = {"what": self.what, "where": self.where, "count": self.count, "look": self.look}
        return {"text": text, **parts}


def send(alert: Alert, log: Log | None = None) -> bool:
    """Deliver an alert, in TRIES tries; says in one line of the log where that failed.

    True where it was delivered, or where no BROADSHEET_ALERT_URL is set and nobody wants it.
    """
    address = settings().alert_url
    if address is None:
        return True
    trouble = ""
    for wait in (0.0, *WAITS)[:TRIES]:
        time.sleep(wait)
        trouble = _try(address.get_secret_value(), alert)
        if not trouble:
            return True
    (log or get_logger("alerts")).warning(
        "an alert could not be delivered (%s, %d tries): %s; see whether BROADSHEET_ALERT_URL is "
        "right and its server up",
        trouble,
        TRIES,
        alert.what,
    )
    return False


def _try(address: str, alert: Alert) -> str:
    """Send once; what went wrong, or nothing. Neither says the address."""
    try:
        with _unlogged(), httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            answer = client.post(address, json=alert.as_json())
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


@contextmanager
def _unlogged() -> Iterator[None]:
    """Httpx logs each request with its whole address."""
    logger = logging.getLogger("httpx")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def tell_failure(flow: Any, flow_run: Any, state: Any) -> None:
    """Hook of a flow that failed or crashed."""
    if settings().alert_url is None:
        return
    error = state.result(raise_on_failure=False)
    told = str(error) if isinstance(error, BroadsheetError) else f"{type(error).__name__}: {error}"
    written = str(flow_run.parameters.get("lake") or settings().lake)
    lake = without_secret(written) if is_remote(written) else Path(written).absolute()
    look = f"prefect flow-run logs {flow_run.id}"
    alert = Alert(
        what=f"{flow.name} {state.name.lower()}: {told}",
        where=f"lake {lake}, run {flow_run.name}",
        count=_count(error),
        look=error.report.broken[0].look if isinstance(error, LakeUnsound) else look,
    )
    # A hook is called outside of the run; only so is its line among those of the run.
    send(alert, flow_run_logger(flow_run, flow=flow))


def _count(error: object) -> int:
    """How many of what the error names: broken rules, rows, documents; else the one failure."""
    if isinstance(error, LakeUnsound):
        return sum(each.count for each in error.report.broken)
    if isinstance(error, BatchRefused):
        return len(error.broken)
    if isinstance(error, NothingPublished):
        return int(error.report.quarantined) + len(error.report.unread)
    return 1


def tell_unusual(lake: Lake, log: Log | None = None) -> None:
    """After an ingest: shares far from the usual, and no news for longer than usual."""
    if settings().alert_url is None:
        return
    for each in list(news_of_last_run(lake.home.address, lake.runs(), datetime.now(UTC)))[:SHOWN]:
        send(Alert.of(each, lake.home.address), log)
