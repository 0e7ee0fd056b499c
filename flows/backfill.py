"""Flow `backfill`: a range of days read again from raw_documents, where today's rows would differ.

First a plan; then partition by partition, a commit each, so that an interrupted run keeps what it
did. Nothing is read but the bytes that the lake keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed
from prefect.runtime import flow_run

from flows.alerts import tell_failure
from flows.batch.again import Rework, cut_again, read_again
from flows.batch.check import broken_rules
from flows.batch.versions import reference
from flows.errors import BatchRefused, WrongUsage
from flows.ingest import counts_of, finder, lake_name, pool
from flows.lake import Counts, Lake, Made, Snapshot, Staging, StoriesGrew, lay_anew, publish
from flows.lake.diff import Difference, added_up, difference
from flows.lake.makers import Maker, maker_of
from flows.lake.originals import located
from flows.lake.progress import Progress
from flows.lake.relay import Relay, planned_relay
from flows.lake.stale import Part, Range, plan
from flows.lake_page import renew_page
from flows.report.bookkeeping import Run, code_version
from flows.report.changes import change_lines, layout_line
from flows.report.run import RunReport
from flows.settings import settings


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a backfill did: its run, the partitions it made again, and what that changed."""

    report: RunReport | None
    partitions: tuple[str, ...]
    changes: list[Difference] = field(default_factory=list)
    relay: Relay | None = None
    """How the lake was laid anew, where it was."""

    def as_text(self) -> str:
        """The outcome for a screen."""
        laid = [] if self.relay is None else [f"Laid anew: {layout_line(self.relay)}"]
        if not self.partitions:
            return "\n".join(laid or ["Nothing is stale: the lake stays as it was."])
        done = f"Made again: {', '.join(self.partitions)}"
        return "\n".join([*laid, done, "Changed:", *change_lines(self.changes)])


def planned(store: Lake, asked: Range) -> tuple[Part, ...]:
    """What a backfill of the newest snapshot would do. Raises WrongUsage for an empty range."""
    if asked.first is not None and asked.last is not None and asked.first > asked.last:
        raise WrongUsage(
            f"the range ends on {asked.last}, before it begins on {asked.first}",
            remedy="give --from the earlier day and --to the later one",
        )
    snapshot = store.snapshot()
    return () if snapshot is None else tuple(plan(snapshot, asked, maker_now(snapshot)))


def relay_planned(store: Lake) -> Relay | None:
    """What has to be done so that the lake is laid as the settings ask, None where it is.

    What is not set stays as the lake is laid.
    """
    snapshot = store.snapshot()
    if snapshot is None:
        return None
    wanted = snapshot.layout.with_settings(settings().grain, settings().rows_per_file)
    return planned_relay(snapshot, wanted)


def maker_now(snapshot: Snapshot) -> Maker:
    """Everything that rows would be made with by this installation."""
    return maker_of(code_version(), snapshot.datasets, reference(finder()))


@task(task_run_name="read-again-{name}", cache_policy=NO_CACHE, persist_result=False)
def reread(name: str, work: Path) -> dict[str, Any]:
    """Read, check and stage one batch of documents that the lake has; returns its counts."""
    outcome = read_again(work)
    get_run_logger().info(
        "%s: %d documents, %d articles with %d quotations staged, %d quarantined",
        name,
        outcome.seen,
        outcome.candidates,
        outcome.quotes,
        outcome.quarantined,
    )
    return outcome.as_json()


def run_name() -> str:
    """A run's name says which days of which lake it reads again."""
    days = (flow_run.parameters.get("first"), flow_run.parameters.get("last"))
    return f"backfill-{'-to-'.join(str(day or 'open') for day in days)}-of-{lake_name()}"


@flow(
    name="backfill",
    flow_run_name=run_name,
    task_runner=pool(settings().workers),  # type: ignore[arg-type]  # its futures are its own kind
    persist_result=False,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def backfill(  # noqa: PLR0917  # what the deployment's form shows
    first: date | None = None,
    last: date | None = None,
    outlet: str | None = None,
    lake: Path | str | None = None,
    force: bool = False,
    resume: bool = False,
) -> Backfilled:
    """Read again what is stale among the articles of some days; nothing where nothing is.

    Args:
        first: First day of publication; with no bound at all undated articles are included.
        last: Last day of publication.
        outlet: Only the articles of this outlet_id.
        lake: Folder or address of the lake; the setting BROADSHEET_LAKE where none is given.
        force: What is not stale as well.
        resume: Leave out the partitions that an interrupted run of the same backfill has done.

    Raises LakeNotFound, LakeUnusable, WrongUsage, BatchRefused.

    """
    store = Lake.open(lake or settings().lake)
    asked = Range(first, last, outlet, force)
    relay = relay_planned(store) if asked.is_all else None
    if relay is None and not planned(store, asked):
        get_run_logger().info("nothing is stale")
        return Backfilled(None, ())
    snapshot = store.snapshot()
    assert snapshot is not None
    progress = Progress.of(store.home, asked, maker_now(snapshot))
    asked_for = {"first": first, "last": last, "outlet": outlet, "force": force}
    changes: list[Difference] = []
    with Run("backfill", store, asked_for) as run:
        if relay is not None:
            laid_anew(run, store, relay)
        parts = planned(store, asked)
        parts = tuple(p for p in parts if not (resume and p.partition in progress.done))
        for part in parts:
            documents = part.documents["document_sha256"].combine_chunks()
            changes += made_again(run, store, part.partition, documents)
            progress = progress.with_done(part.partition)
    progress.finish()
    renew_page(store.home.address)
    done = tuple(part.partition for part in parts)
    return Backfilled(run.report, done, added_up(changes), relay)


def laid_anew(run: Run, store: Lake, relay: Relay) -> None:
    """Lay the lake as the settings ask, in one commit."""
    log = get_run_logger()
    with run.timed("relay"):
        made = Made(run.code_version, reference(finder()))
        snapshot = lay_anew(store, relay.after, made, log.warning)
    if snapshot is not None:
        run.published(Counts(0, 0, 0, 0), snapshot)
        log.info("laid anew: snapshot %d committed", snapshot.number)


def made_again(run: Run, store: Lake, name: str, documents: pa.Array) -> list[Difference]:
    """Read documents of the lake again and commit what comes of them; returns what that changed.

    Where their stories got other documents meanwhile, those are read as well.
    """
    log = get_run_logger()
    made = Made(run.code_version, reference(finder()))
    with store.stage() as staging:
        fresh = documents
        while True:
            read_all_again(run, store, staging, f"{name}-{len(documents)}", fresh)
            if broken := broken_rules(staging.path):
                raise BatchRefused(broken)
            try:
                with run.timed("commit"):
                    done = publish(store, staging, made, again=documents, say=log.warning)
                break
            except StoriesGrew as grown:
                log.warning("%s", grown)
                fresh = pa.array(grown.documents, pa.string())
                documents = pa.concat_arrays([documents, fresh])
    run.published(done.merged.counts, done.snapshot)
    if done.snapshot is None:
        log.info("%s: no row differs, no snapshot made", name)
        return []
    log.info("%s: snapshot %d committed", name, done.snapshot.number)
    assert done.snapshot.parent is not None
    return difference(store.snapshot(done.snapshot.parent), done.snapshot)


def read_all_again(run: Run, store: Lake, staging: Staging, name: str, documents: pa.Array) -> None:
    """Read documents of the newest snapshot on the worker processes, and add up the counts."""
    snapshot = store.snapshot()
    assert snapshot is not None
    futures = []
    for at, batch in enumerate(cut_again(located(snapshot, documents))):
        title = f"{name}-{at:05d}"
        work = Rework(
            name=title,
            staging=staging.path,
            lake=store.home.address,
            snapshot=snapshot.number,
            documents_at_once=settings().batch_documents,
            finder=finder(),
        )
        futures.append(reread.submit(title, work.of_documents(batch).save()))
    for future in as_completed(futures):
        run.outcome.add(counts_of(future))
