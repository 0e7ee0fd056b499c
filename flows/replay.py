"""Flow `replay`: what was set aside is read again; what passes now is published in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows.alerts import tell_failure
from flows.backfill import made_again
from flows.errors import WrongUsage
from flows.ingest import lake_name, pool
from flows.lake import Lake, Snapshot
from flows.lake.diff import Difference
from flows.lake.originals import located
from flows.lake_page import renew_page
from flows.report.bookkeeping import Run
from flows.report.changes import change_lines
from flows.report.run import RunReport
from flows.settings import settings

READABLE = ("text/plain", "application/x-ndjson")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did. `left` are documents that cannot be read again from what was kept."""

    report: RunReport | None
    left: int
    changes: list[Difference] = field(default_factory=list)

    def as_text(self) -> str:
        """The outcome for a screen."""
        left = f"{self.left:,} documents cannot be read again from what was kept of them"
        if self.report is None:
            return f"Nothing to replay; {left}." if self.left else "Nothing to replay."
        done = f"Read again: {self.report.seen:,} documents, {self.report.quarantined:,} set aside"
        lines = [done, *([left] if self.left else []), "Changed:", *change_lines(self.changes)]
        return "\n".join(lines)


def run_name() -> str:
    """A run's name says which rule it is about, and which lake."""
    return f"replay-{flow_run.parameters.get('rule') or 'all'}-of-{lake_name()}"


@flow(
    name="replay",
    flow_run_name=run_name,
    task_runner=pool(settings().workers),  # type: ignore[arg-type]  # its futures are its own kind
    persist_result=False,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def replay(rule: str | None = None, lake: Path | str | None = None) -> Replayed:
    """Read again what was set aside; what passes is published and leaves quarantine in one commit.

    Args:
        rule: Only what breaks this rule, a code such as published_date.impossible.
        lake: Folder or address of the lake; the setting BROADSHEET_LAKE where none is given.

    Raises LakeNotFound, LakeUnusable, WrongUsage, BatchRefused.

    """
    store = Lake.open(lake or settings().lake)
    documents, left = set_aside(store.snapshot(), rule)
    if not len(documents):
        get_run_logger().info("nothing to replay")
        return Replayed(None, left)
    with Run("replay", store, {"rule": rule}) as run:
        changes = made_again(run, store, "replay", documents)
    renew_page(store.home.address)
    return Replayed(run.report, left, changes)


def set_aside(snapshot: Snapshot | None, rule: str | None) -> tuple[pa.Array, int]:
    """Documents with a row in quarantine that can be read again, and how many cannot.

    With them come all documents of their stories: of a published article a quotation alone may
    have been set aside. Raises WrongUsage for a rule that nothing breaks.
    """
    if snapshot is None:
        return pa.array([], pa.string()), 0
    rows = snapshot.table("quarantine", ["document_sha256", "rules"])
    if rule is not None:
        codes = sorted(set(pc.list_flatten(rows["rules"]).to_pylist()))
        if rule not in codes:
            known = f"one of {', '.join(codes)}" if codes else "none: quarantine is empty"
            raise WrongUsage(f"nothing breaks the rule {rule}", remedy=f"name {known}")
        broken = [rule in each for each in rows["rules"].to_pylist()]
        rows = rows.filter(pa.array(broken, pa.bool_()))
    documents = pc.unique(rows["document_sha256"])
    where = located(snapshot, documents)
    media = pc.list_element(pc.split_pattern(where["media_type"], ";"), 0)
    within = pc.less_equal(where["byte_count"], settings().document_bytes)
    readable = pc.and_(pc.is_in(media, value_set=pa.array(READABLE)), within)
    chosen = where.filter(readable)["document_sha256"].combine_chunks()
    return _with_their_stories(snapshot, chosen), len(documents) - len(chosen)


def _with_their_stories(snapshot: Snapshot, documents: pa.Array) -> pa.Array:
    versions = snapshot.table("versions", ["article_id", "document_sha256"])
    own = versions.filter(pc.is_in(versions["document_sha256"], value_set=documents))
    theirs = versions.filter(
        pc.is_in(versions["article_id"], value_set=pc.unique(own["article_id"]))
    )
    return pc.unique(pa.chunked_array([documents, *theirs["document_sha256"].chunks]))
