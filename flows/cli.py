"""The command `broadsheet`. Prefect is imported only by the commands that run a flow."""

from __future__ import annotations

import atexit
import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows import __version__, lake_commands, service_commands
from flows.errors import BroadsheetError, LakeUnsound, NothingPublished, WrongUsage
from flows.settings import settings
from flows.starting import prepare_prefect, run_flow
from flows.terminal import LakeOption, equations, say
from schemas import ContractError

app = typer.Typer(
    name="broadsheet",
    help="Raw news-article text in, Parquet that analysts can trust out.",
    epilog="Exit codes: 0 done (set-aside rows are reported), 1 nothing could be published or a "
    "batch broke, 2 wrong usage. Every setting is also a BROADSHEET_* variable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130
STOPPED = "stopped; run it again, and it takes up whatever the lake does not have yet"


WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, help="Worker processes [all cores].")
]
MapOption = Annotated[
    str,
    typer.Option(
        "--map",
        metavar="FIELD=KEY,...",
        help="Fields of records and tables: headline=title,text=body.",
    ),
]


def _version(asked: bool) -> None:
    if asked:
        print(f"broadsheet {__version__}")
        raise typer.Exit


@app.callback()
def broadsheet(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Raw news-article text in, Parquet that analysts can trust out."""


@app.command()
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE", help="Files, folders, addresses (s3://, https://), - for input."
        ),
    ],
    lake: LakeOption = None,
    workers: WorkersOption = None,
    map: MapOption = "",
) -> None:
    """Bring everything new at SOURCE... into the lake, as one snapshot."""
    prepare_prefect()
    lake = lake or settings().lake
    sources = [standard_input() if source == "-" else source for source in sources]
    _check(sources, lake, map or settings().map)
    from flows.ingest import ingest as flow

    report = run_flow(flow, workers, sources=sources, lake=lake, map=map)
    say([report.as_text()])


@app.command()
def profile(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of articles.")],
    map: MapOption = "",
) -> None:
    """Show which profile reads each FILE, what each field was taken from, and the runners-up."""
    from flows.batch.explain import explained
    from flows.receive import FieldMapping

    mapping = FieldMapping.parse(map or settings().map)
    say(line for line in explained(files, settings().limits(), mapping))


@app.command()
def show(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="articles, quotes, ...")],
    lake: LakeOption = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Rows at most.")] = 5,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="COLUMN=VALUE", help="Only such rows; may be repeated."),
    ] = None,
) -> None:
    """Print the first rows of a published dataset, one value a line."""
    from flows.report.rows import as_records

    say(as_records(dataset, lake or settings().lake, limit, equations(where)))


@app.command("train-tagger")
def train_tagger(
    gold: Annotated[
        Path, typer.Option("--gold", help="Annotated articles: text/ and attributions/.")
    ],
    texts: Annotated[
        list[Path] | None, typer.Option("--texts", help="Articles that nobody annotated.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of the taggers.")] = Path("taggers"),
    which: Annotated[str, typer.Option("--only", help="fast or best [both].")] = "both",
) -> None:
    """Train the taggers of quotations again (extra `train`; some hours of two cores)."""
    from flows.receive import check_sources
    from flows.training.needs import check_installed

    check_installed()
    from flows.training.train import train, which_of

    check_sources([str(each) for each in (gold, *(texts or []))])
    train(gold, texts or [], out, which_of(which), lambda line: say([line]))


def _check(sources: list[str], lake: Path | str, map: str) -> None:
    """Say what is wrong with a call before anything is started for it."""
    from flows.batch.worker import check_definitions
    from flows.lake import check_place
    from flows.receive import FieldMapping, check_sources

    check_sources(sources, lake)
    FieldMapping.parse(map)
    check_place(lake)
    check_definitions(settings().people)


@app.command()
def backfill(  # noqa: PLR0917  # each is an option
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First day of publication.")
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")] = "",
    outlet: Annotated[str | None, typer.Option(help="Only this outlet_id.")] = None,
    lake: LakeOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the plan.")] = False,
    force: Annotated[bool, typer.Option("--force", help="What is not stale as well.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after an interruption.")] = False,
    workers: WorkersOption = None,
) -> None:
    """Read the articles of some days again, from what the lake keeps, where they are stale."""
    from flows.lake import Lake
    from flows.lake.stale import Range

    asked = Range(_day("--from", first), _day("--to", last), outlet, force)
    prepare_prefect()
    from flows.backfill import backfill as flow
    from flows.backfill import planned, relay_planned
    from flows.report.changes import plan_lines, seconds_a_document

    store = Lake.open(lake or settings().lake)
    parts, relay = planned(store, asked), relay_planned(store)
    say(plan_lines(asked, parts, seconds_a_document(store), relay))
    if (parts or (relay and asked.is_all)) and not dry_run:
        done = run_flow(
            flow,
            workers,
            first=asked.first,
            last=asked.last,
            outlet=outlet,
            lake=lake,
            force=force,
            resume=resume,
        )
        say([done.as_text()])


@app.command()
def replay(
    rule: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only what breaks this rule.")
    ] = None,
    lake: LakeOption = None,
    workers: WorkersOption = None,
) -> None:
    """Read what was set aside again; what passes now is published and leaves quarantine."""
    from flows.lake import Lake

    prepare_prefect()
    from flows.replay import replay as flow
    from flows.replay import set_aside

    store = Lake.open(lake or settings().lake)
    set_aside(store.snapshot(), rule)
    say([run_flow(flow, workers, rule=rule, lake=lake).as_text()])


def _day(option: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise WrongUsage(
            f"{option} is {value!r}, no day", remedy="write it as 2024-01-31"
        ) from error


def standard_input() -> str:
    """What stands at standard input as a file, named by its hash and what it begins like."""
    from flows.receive.documents import sha256_of
    from flows.receive.naming import PIPED, name_for

    content = sys.stdin.buffer.read()
    folder = Path(tempfile.mkdtemp(prefix=PIPED))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / name_for(content, sha256_of(content)[:16])
    file.write_bytes(content)
    return str(file)


lake_commands.add_to(app)
service_commands.add_to(app)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code, with each deliberate failure as one line."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that is not in UTF-8 shows an escape for what it has no character for.
        sys.stdout.reconfigure(errors="backslashreplace")
    return _one_line(lambda: app(arguments, standalone_mode=True))


def _one_line(command: Callable[[], object]) -> int:
    try:
        command()
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer's answer to Ctrl-C, which says nothing
            print(f"broadsheet: {STOPPED}", file=sys.stderr)
        return int(end.code or 0) if not isinstance(end.code, str) else 2
    except (LakeUnsound, NothingPublished) as error:
        say([error.report.as_text()])
        return _told(error)
    except (BroadsheetError, ContractError) as error:
        return _told(error)
    return 0


def _told(error: BroadsheetError | ContractError) -> int:
    print(f"broadsheet: {error}", file=sys.stderr)
    return error.exit_code if isinstance(error, BroadsheetError) else 1


if __name__ == "__main__":
    sys.exit(main())
