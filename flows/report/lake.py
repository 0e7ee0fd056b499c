"""A lake's history and its health in words, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from flows.lake import Lake
from flows.lake.history import Collection, history
from flows.lake.verify import Verdict

_SHOWN_FAULTS = 50


def history_lines(lake: Lake) -> Iterator[str]:
    """The snapshots, the newest first: when, by which code, and the rows of each dataset."""
    runs = {run["snapshot"]: run["flow"] for run in lake.runs().to_pylist() if run["snapshot"]}
    nothing = True
    for entry in history(lake):
        nothing = False
        head = f"{entry.number:>8}  {entry.written_at:%Y-%m-%d %H:%M:%S}Z"
        if entry.snapshot is None:
            yield f"{head}  damaged: its manifest cannot be read (broadsheet verify)"
            continue
        rows = {name: entry.snapshot.rows(name) for name in entry.snapshot.datasets}
        counts = ", ".join(f"{count:,} {name}" for name, count in rows.items() if count)
        flow = runs.get(entry.number, "-")
        yield f"{head}  {flow:<9} {entry.snapshot.code_version:<22} {counts or 'no rows'}"
    if nothing:
        yield "no snapshot yet"


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """What a verification found."""
    size = f"{verdict.byte_count / 1e6:,.1f} MB"
    yield f"{verdict.snapshots:,} snapshots, {verdict.files:,} distinct files, {size} read"
    for fault in verdict.faults[:_SHOWN_FAULTS]:
        yield f"  {'mended: ' if fault.mended else ''}{fault.path} {fault.what}"
    if len(verdict.faults) > _SHOWN_FAULTS:
        yield f"  and {len(verdict.faults) - _SHOWN_FAULTS:,} more"
    if not verdict.faults:
        yield "Every file is what its manifest says."


def collection_lines(done: Collection) -> Iterator[str]:
    """What a collection did."""
    if done.withdrawn:
        yield f"Withdrawn: {', '.join(map(str, done.withdrawn))}"
    if done.waiting:
        yield f"Kept for readers that may still have them open: {', '.join(map(str, done.waiting))}"
    if done.deleted:
        numbers = ", ".join(map(str, done.deleted))
        yield f"Deleted: {numbers} ({done.freed_bytes / 1e6:,.1f} MB freed)"
    if not (done.withdrawn or done.deleted or done.waiting):
        yield "Nothing to collect."
