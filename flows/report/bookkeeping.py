"""One run of a flow: its identity, its counts, its seconds, and its row in the dataset of runs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from flows import __version__
from flows.batch.outcome import Outcome
from flows.errors import BroadsheetError
from flows.lake import Counts, Lake, Snapshot
from flows.report.run import RunReport


class Run:
    """A run from its start to its row in `runs`, which a failed run leaves as well."""

    def __init__(self, flow: str, lake: Lake, parameters: Mapping[str, Any]) -> None:
        self.flow = flow
        self.lake = lake
        self.parameters = parameters
        self.started_at = datetime.now(UTC)
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}"
        self.code_version = code_version()
        self.outcome = Outcome()
        self.report: RunReport
        self._counts = Counts(0, 0, 0, 0)
        self._snapshots: list[Snapshot] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.report = self._report("completed" if error is None else "failed")
        if error is None:
            assert self.report.balances, f"the run does not balance: {self.report}"
            self.lake.record_run(self.report.as_row(self.flow))
            return
        # The lake may be what failed; the error that is on its way says so better.
        with suppress(BroadsheetError, OSError):
            self.lake.record_run(self.report.as_row(self.flow))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the seconds that pass inside as those of `stage`."""
        with self.outcome.timed(stage):
            yield

    def published(self, counts: Counts, snapshot: Snapshot | None) -> None:
        """What a merge decided, and the snapshot that came of it; a run may have several."""
        self._counts = self._counts + counts
        if snapshot is not None:
            self._snapshots.append(snapshot)

    def _report(self, state: str) -> RunReport:
        counts = self._counts
        newest = self.lake.snapshot() if state == "completed" else None
        return RunReport(
            run_id=self.run_id,
            lake=self.lake.home.address,
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
            state=state,
            snapshot=self._snapshots[-1].number if self._snapshots else None,
            seen=self.outcome.seen,
            published=counts.published,
            merged=counts.merged,
            quarantined=self.outcome.quarantined,
            unchanged=self.outcome.unchanged,
            corrected=counts.corrected,
            bytes_in=self.outcome.bytes_in,
            bytes_out=sum(self._new_files()),
            code_version=self.code_version,
            parameters=self.parameters,
            rows={name: newest.rows(name) for name in newest.datasets} if newest else {},
            rules=dict(self.outcome.rules),
            warnings=dict(self.outcome.warnings),
            examples=self.outcome.examples,
            profiles=dict(self.outcome.profiles),
            removed=dict(self.outcome.removed),
            unread=tuple(self.outcome.unread),
            quotes=self.outcome.quotes,
            unattributed=self.outcome.unattributed,
            seconds=self._seconds(),
        )

    def _seconds(self) -> dict[str, float]:
        """By stage; `start` is what passed before the first batch began in a worker."""
        began = self.outcome.began or time()
        start = max(0.0, began - self.started_at.timestamp())
        total = time() - self.started_at.timestamp()
        return {"start": start, **self.outcome.seconds, "total": total}

    def _new_files(self) -> Iterator[int]:
        """Bytes of the files that this run's snapshots have and their parents have not."""
        for snapshot in self._snapshots:
            before: set[str] = set()
            if snapshot.parent is not None:
                parent = self.lake.snapshot(snapshot.parent)
                assert parent is not None
                before = {file.sha256 for name in parent.datasets for file in parent.files(name)}
            for name in snapshot.datasets:
                for file in snapshot.files(name):
                    if file.sha256 not in before:
                        yield file.byte_count


@cache
def code_version() -> str:
    """The version of the product, with the commit where it runs from a checkout."""
    top = Path(__file__).resolve().parents[2]
    if not (top / ".git").exists():
        return __version__
    try:
        found = subprocess.run(
            ["git", "-C", str(top), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+{found.stdout.strip()}"
