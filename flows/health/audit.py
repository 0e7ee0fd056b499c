"""An audit of a lake's newest snapshot: files, contracts, keys across datasets, days, drift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from shlex import quote
from typing import TYPE_CHECKING

from flows.health.across import across
from flows.health.contracts import against_contracts, remember_received, runs_against_contract
from flows.health.coverage import coverage
from flows.health.drift import drift, runs_drift
from flows.health.findings import Audit, Finding
from flows.health.session import Session
from flows.lake.verify import damaged_files

if TYPE_CHECKING:
    from flows.lake import Lake, Snapshot

NOT_LOOKED_AT = "Rows were not looked at: mend the files first (broadsheet verify --repair)."


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an audit, by name."""

    name: str
    findings: Callable[[Session], Iterator[Finding]]


def _contracts(session: Session) -> Iterator[Finding]:
    remember_received(session)
    yield from against_contracts(session)


STEPS = (
    Step("contracts", _contracts),
    Step("datasets", across),
    Step("days", coverage),
    Step("drift", drift),
)


def audit(lake: Lake, now: datetime | None = None) -> Audit:
    """Look at the newest snapshot and at the runs; `now` is the instant that silence is told by.

    Memory stays bounded: files go by in batches, joins and groups spill to disk. Where a file is
    not what its manifest says, its rows would only tell that again; they are left out.
    Raises SnapshotDamaged, ContractCheckFailed.
    """
    snapshot = lake.snapshot()
    if snapshot is None:
        return Audit(lake.home.address, None, ())
    found = list(files(lake, snapshot))
    whole = not found
    if whole:
        with Session.over(lake.home.address, snapshot) as session:
            for step in STEPS:
                found += step.findings(session)
    found += about_runs(lake, now or datetime.now(UTC))
    rows = {name: snapshot.rows(name) for name in snapshot.datasets}
    found.sort(key=lambda each: each.severity != "broken")
    return Audit(
        lake.home.address, snapshot.number, tuple(found), rows, "" if whole else NOT_LOOKED_AT
    )


def files(lake: Lake, snapshot: Snapshot) -> Iterator[Finding]:
    """Files that are not what the manifest says."""
    look = f"broadsheet verify --lake {quote(lake.home.address)}"
    for fault in damaged_files(snapshot):
        what = f"a file that {fault.what}"
        yield Finding("broken", "files.manifest", what, fault.path, 1, look)


def about_runs(lake: Lake, now: datetime) -> Iterator[Finding]:
    """What the rows of `runs` tell."""
    runs = lake.runs()
    yield from runs_against_contract(lake.home.address, runs)
    yield from runs_drift(lake.home.address, runs, now)
