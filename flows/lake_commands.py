"""The commands about a lake itself: report, verify, history, diff, rollback, collect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.errors import WrongUsage
from flows.settings import settings
from flows.terminal import LakeOption, say


def add_to(app: typer.Typer) -> None:
    """Make the commands known to the command line."""
    for command in (report, verify, history, diff, rollback, collect):
        app.command()(command)


def report(
    lake: LakeOption = None,
    open: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Make the page of the lake: coverage, quotations, quality, what was set aside, runs."""
    import webbrowser

    from flows.lake import Lake
    from flows.report.page import write_page

    store = Lake.open(lake or settings().lake)
    path = write_page(store)
    say([path])
    if open and store.home.is_far:
        raise WrongUsage("a browser cannot open it there", remedy=f"download {path}")
    if open and not webbrowser.open(Path(path).as_uri()):
        raise WrongUsage("there is no browser to open it in", remedy=f"open {path} yourself")


def verify(
    lake: LakeOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
) -> None:
    """Read every file of every snapshot and compare it with its manifest."""
    from flows.lake.verify import verify as verified
    from flows.report.lake import verdict_lines

    verdict = verified(_lake_as_it_is(lake), repair=repair)
    say(verdict_lines(verdict))
    if not verdict.is_whole:
        raise SystemExit(1)


def history(lake: LakeOption = None) -> None:
    """List the snapshots that the lake keeps, the newest first."""
    from flows.report.lake import history_lines

    say(history_lines(_lake_as_it_is(lake)))


def diff(
    before: Annotated[int, typer.Argument(metavar="A", help="Number of the one snapshot.")],
    after: Annotated[int, typer.Argument(metavar="B", help="Number of the other.")],
    lake: LakeOption = None,
) -> None:
    """Count the rows added, removed and altered from snapshot A to snapshot B, with examples."""
    from flows.lake import Lake
    from flows.lake.diff import difference
    from flows.report.changes import change_lines

    store = Lake.open(lake or settings().lake)
    say(change_lines(difference(store.snapshot(before), store.snapshot(after))))


def rollback(
    number: Annotated[int, typer.Argument(metavar="N", help="Snapshot to go back to.")],
    lake: LakeOption = None,
) -> None:
    """Publish a new snapshot with the content of snapshot N; what came later stays in history."""
    from flows.lake import Lake
    from flows.lake.history import rollback as roll_back

    done = roll_back(Lake.open(lake or settings().lake), number)
    say([f"Snapshot {done.number} has the content of snapshot {number}."])


def collect(
    keep: Annotated[int, typer.Option(min=1, help="Snapshots to keep at least.")] = 30,
    older_than: Annotated[
        float, typer.Option("--older-than", min=0, metavar="DAYS", help="Only older ones.")
    ] = 0.0,
    lake: LakeOption = None,
) -> None:
    """Withdraw old snapshots; they are deleted by a later call, a day after."""
    from flows.lake import Lake
    from flows.lake.history import collect as collected
    from flows.report.lake import collection_lines

    say(collection_lines(collected(Lake.open(lake or settings().lake), keep, older_than)))


def _lake_as_it_is(lake: Path | str | None) -> Any:
    """The lake, also where its newest snapshot is damaged: that is what is to be told."""
    from flows.lake import Lake, SnapshotDamaged
    from flows.lake.home import home_of

    address = lake or settings().lake
    try:
        return Lake.open(address)
    except SnapshotDamaged:
        return Lake(home_of(address))
