"""Flow `ingest`: everything new at the sources into a new snapshot of the lake.

The flow reads as the pipeline: list the sources, read them in batches on worker processes, check
the batch as a whole, merge with what the lake has, commit. Between tasks travel paths, names and
counts, never rows.
"""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pyarrow as pa
from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run, task_run
from prefect.task_runners import ProcessPoolTaskRunner

from flows.alerts import tell_failure, tell_unusual
from flows.batch.check import broken_rules
from flows.batch.outcome import Outcome
from flows.batch.plan import Work, cut
from flows.batch.process import PASSING
from flows.batch.quotations import Finder
from flows.batch.versions import reference
from flows.batch.worker import check_definitions, get_ready, read_batch
from flows.console import RunPage, quiet
from flows.errors import BatchRefused, BroadsheetError, NothingPublished
from flows.interrupts import end_with_parent, ends_workers, unheard
from flows.lake import Lake, Layout, Made, Merged, Snapshot, Staging, merge, publish
from flows.lake_page import renew_page
from flows.missed import take_over_missed
from flows.parse.profile import forget
from flows.receive import FieldMapping, Listing, scan
from flows.report.bookkeeping import Run
from flows.report.run import RunReport
from flows.settings import settings

RETRIES = 2
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "20000000"}
"""For the C library of a worker: memory that a batch has used goes back to the system."""

# The same for Arrow, in every process that imports this flow; its own pool would hold on to it.
pa.set_memory_pool(pa.system_memory_pool())
# A worker of Prefect imports the flow and nothing of the command.
quiet()


class WorkerDied(BroadsheetError):
    """A worker process ended in the middle of a batch; the lake stays as it was."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process was killed while it read, most often for want of memory",
            remedy="run again, with fewer --workers or a smaller BROADSHEET_BATCH_DOCUMENTS",
        )


def prepare() -> None:
    """Make a worker process ready before its first batch."""
    end_with_parent()
    quiet()
    get_ready()


def pool(workers: int) -> ProcessPoolTaskRunner:
    """Worker processes that load their libraries once and then read batch after batch."""
    for name, value in FRUGAL.items():
        os.environ.setdefault(name, value)
    return ProcessPoolTaskRunner(max_workers=workers, initializer=prepare)


def run_name() -> str:
    """A run's name says what it reads, and into which lake."""
    sources = [str(source) for source in flow_run.parameters.get("sources") or ["nothing"]]
    more = "-and-more" if len(sources) > 1 else ""
    return f"ingest-{Path(sources[0]).name}{more}-into-{lake_name()}"


def lake_name() -> str:
    """Name of the folder of the lake that the run is about."""
    return Path(flow_run.parameters.get("lake") or settings().lake).name


def may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Only trouble of the file system that may be over soon is worth another try."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) and error.errno in PASSING


@task(
    task_run_name="read-{name}",
    retries=RETRIES,
    retry_delay_seconds=[1, 10],
    retry_condition_fn=may_pass,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read(name: str, work: Path, lake: str, snapshot: int | None) -> dict[str, Any]:
    """Read, check and stage one batch; returns its counts."""
    outcome = read_batch(work, lake, snapshot, patient=task_run.run_count <= RETRIES)
    get_run_logger().info(
        "%s: %d documents, %d articles with %d quotations staged, %d quarantined, %d unchanged",
        name,
        outcome.seen,
        outcome.candidates,
        outcome.quotes,
        outcome.quarantined,
        outcome.unchanged,
    )
    return outcome.as_json()


@task(task_run_name="check-the-batch", cache_policy=NO_CACHE, persist_result=False)
def check(staging: Path) -> tuple[str, ...]:
    """The rules over the whole batch that are broken, a sentence each."""
    return broken_rules(staging)


@flow(
    name="ingest",
    flow_run_name=run_name,
    task_runner=pool(settings().workers),  # type: ignore[arg-type]  # its futures are its own kind
    persist_result=False,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def ingest(sources: list[str], lake: Path | str | None = None, map: str = "") -> RunReport:
    """Bring everything new at `sources` into the lake. Running it twice changes nothing.

    Args:
        sources: Files and folders of articles.
        lake: Folder or address of the lake; the setting BROADSHEET_LAKE where none is given.
        map: Fields of JSON Lines records, as headline=title,text=body.

    Raises SourceNotFound, SourceUnreadable, LakeUnusable, BatchRefused, NothingPublished.

    """
    take_over_missed()
    check_definitions(settings().people)
    # Workers load their own; of what they read, this process knows paths and counts.
    forget()
    pa.default_memory_pool().release_unused()
    place = lake or settings().lake
    listing = scan(sources, place)
    mapping = FieldMapping.parse(map or settings().map)
    store = Lake.create(place, Layout().with_settings(settings().grain, settings().rows_per_file))
    told = {"sources": sources, "map": map}
    with Run("ingest", store, told) as run, store.stage() as staging, ends_workers():
        parent = store.snapshot()
        say_how_it_is_laid(parent)
        run.outcome.unread += listing.unread
        read_all(run, listing, mapping, staging, parent)
        verdict = check.submit(staging.path) if run.outcome.seen else None
        with run.timed("merge"):
            merged = merge(parent, staging, store.layout)
        if verdict is not None and (broken := verdict.result()):
            raise BatchRefused(broken)
        commit(run, store, staging, parent, merged)
    report = run.report
    RunPage.show(report)
    renew_page(store.home.address)
    tell_unusual(store, get_run_logger())
    # What is only unreadable is told and tried again; it is a failure where there was nothing else.
    refused = report.quarantined or (report.unread and not report.seen)
    if refused and not report.published and not report.merged:
        raise NothingPublished("nothing could be published", report=report)
    return report


def say_how_it_is_laid(parent: Snapshot | None) -> None:
    """Warn where the settings ask for another layout: a lake goes on as it is laid."""
    if parent is None:
        return
    wanted = parent.layout.with_settings(settings().grain, settings().rows_per_file)
    if wanted != parent.layout:
        get_run_logger().warning(
            "the lake stays as it is laid, by %s with %d articles a file, and not as the settings "
            "BROADSHEET_GRAIN and BROADSHEET_ROWS_PER_FILE say; `broadsheet backfill` lays it anew",
            parent.layout.grain,
            parent.layout.rows_per_file["articles"],
        )


def read_all(
    run: Run, listing: Listing, mapping: FieldMapping, staging: Staging, parent: Snapshot | None
) -> None:
    """Read the listed files on the worker processes, and add up what became of them."""
    number = parent.number if parent else None
    futures: dict[PrefectFuture[dict[str, Any]], int] = {}
    works = [
        Work(
            name=f"batch-{at:05d}",
            files=files,
            staging=staging.path,
            received_at=run.started_at,
            limits=settings().limits(),
            mapping=mapping,
            documents_at_once=settings().batch_documents,
            finder=finder(),
        )
        for at, files in enumerate(cut(listing.files, settings().batch_documents))
    ]
    # The largest first, so that no worker ends with a large one while the others stand idle.
    with unheard():
        for work in sorted(works, key=lambda work: -work.byte_count):
            future = read.submit(work.name, work.save(), run.lake.home.address, number)
            futures[future] = len(work.files)
    get_run_logger().info("files: %d, batches: %d", len(listing.files), len(futures))
    with RunPage(len(listing.files)) as page:
        for future in as_completed(list(futures)):
            run.outcome.add(counts_of(future))
            page.advance(futures[future])


def finder() -> Finder:
    """What finds quotations, by the settings."""
    return Finder(settings().tagger, settings().people)


def counts_of(future: PrefectFuture[dict[str, Any]]) -> Outcome:
    """The counts of a batch. Raises WorkerDied, and what the batch raised."""
    try:
        return Outcome.of_json(future.result())
    except BrokenProcessPool as error:
        raise WorkerDied from error


def commit(
    run: Run, store: Lake, staging: Staging, parent: Snapshot | None, merged: Merged
) -> None:
    """Commit what is new, if anything is, whoever else commits meanwhile."""
    log = get_run_logger()
    made = Made(run.code_version, reference(finder()))
    with run.timed("commit"):
        done = publish(store, staging, made, merged=merged, parent=parent, say=log.warning)
    counts = done.merged.counts
    run.published(counts, done.snapshot)
    log.info(
        "merged: %d published, %d of them corrections, %d into another",
        counts.published,
        counts.corrected,
        counts.merged,
    )
    if done.snapshot is None:
        log.info("nothing new: no snapshot made")
    else:
        log.info("snapshot %d committed", done.snapshot.number)
