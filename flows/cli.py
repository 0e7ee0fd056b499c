"""The command `broadsheet`. Prefect is imported only by the commands that run a flow."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import __version__
from flows.errors import BroadsheetError, NothingPublished
from flows.settings import settings
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

LakeOption = Annotated[
    Path | None, typer.Option("--lake", help="Folder of the lake [BROADSHEET_LAKE, data/lake].")
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
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Worker processes [all cores].")
    ] = None,
    map: Annotated[
        str, typer.Option("--map", help="Fields of records and tables: headline=title,text=body.")
    ] = "",
) -> None:
    """Bring everything new at SOURCE... into the lake, as one snapshot."""
    from flows.receive import FieldMapping, check_sources

    _prepare_prefect()
    sources = [_standard_input() if source == "-" else source for source in sources]
    check_sources(sources)
    FieldMapping.parse(map or settings().map)
    from flows.console import quiet
    from flows.ingest import ingest as flow
    from flows.ingest import pool
    from flows.server import prefect_server

    quiet()
    runner: Any = pool(workers or settings().workers)
    run = flow.with_options(task_runner=runner)
    with prefect_server():
        report = run(sources, lake=lake, map=map)
    _say([report.as_text()])


@app.command()
def profile(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of articles.")],
    map: Annotated[
        str, typer.Option("--map", help="Fields of records and tables: headline=title,text=body.")
    ] = "",
) -> None:
    """Show which profile reads each FILE, what each field was taken from, and the runners-up."""
    from flows.batch.explain import explained
    from flows.receive import FieldMapping

    mapping = FieldMapping.parse(map or settings().map)
    _say(line for line in explained(files, settings().limits(), mapping))


@app.command()
def show(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="articles, quotes, ...")],
    lake: LakeOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 5,
) -> None:
    """Print the first rows of a published dataset, one value a line."""
    from flows.report.rows import as_records

    _say(as_records(dataset, lake or settings().lake, limit))


def _standard_input() -> str:
    """What stands at standard input as a file, named by what it begins like."""
    from flows.receive.naming import name_for

    content = sys.stdin.buffer.read()
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / name_for(content)
    file.write_bytes(content)
    return str(file)


def _prepare_prefect() -> None:
    """Settings that Prefect reads when it is imported; what the user has set stays."""
    defaults = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # The embedded server takes up to twenty seconds, which is also the default limit.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_CLI_PROMPT": "false",
    }
    if sys.stderr.isatty():
        # The bar has the terminal; the log still goes to the server.
        defaults["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "WARNING"
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code, with each deliberate failure as one line."""
    return _one_line(lambda: app(arguments, standalone_mode=True))


def _one_line(command: Callable[[], object]) -> int:
    try:
        command()
    except SystemExit as end:
        return int(end.code or 0) if not isinstance(end.code, str) else 2
    except NothingPublished as error:
        _say([error.report.as_text()])
        return _told(error)
    except (BroadsheetError, ContractError) as error:
        return _told(error)
    except KeyboardInterrupt:
        print("broadsheet: stopped; the lake stays as it was", file=sys.stderr)
        return 130
    return 0


def _say(lines: Iterable[str]) -> None:
    """Print; whoever reads may have had enough, which is how `| head` ends and no failure."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # Left as it is, the interpreter would meet the closed pipe again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: BroadsheetError | ContractError) -> int:
    print(f"broadsheet: {error}", file=sys.stderr)
    return error.exit_code if isinstance(error, BroadsheetError) else 1


if __name__ == "__main__":
    sys.exit(main())
