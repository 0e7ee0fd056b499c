"""The commands of whoever runs it every day: setup, serve, audit, doctor, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.starting import prepare_prefect, run_flow
from flows.terminal import LakeOption, say

FileOption = Annotated[
    Path, typer.Option("--file", metavar="FILE", help="Where the deployments are described.")
]


def add_to(app: typer.Typer) -> None:
    """Make the commands known to the command line."""
    for command in (audit, doctor, export, setup, serve):
        app.command()(command)


def audit(lake: LakeOption = None) -> None:
    """Look at every row of the newest snapshot; ends with 1 where something is broken."""
    from flows.lake import Lake
    from flows.settings import settings

    Lake.open(lake or settings().lake)  # said at once, and not after a server was started
    prepare_prefect()
    from flows.audit import audit as flow

    say([run_flow(flow, None, lake=lake).as_text()])


def setup(
    file: FileOption = Path("prefect.yaml"),
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=64, help="Runs at once on the work pool.")
    ] = 2,
) -> None:
    """Make on the server what daily running needs: work pool, automations, the alert's block."""
    from flows.deployments import deployments

    prepare_prefect()
    wanted = deployments(file)
    from flows.server import running_server
    from flows.service import setup as set_up

    running_server()
    say(set_up(wanted, at_once))
    say(["Next: prefect deploy --all, then prefect worker start --pool broadsheet"])


def serve(file: FileOption = Path("prefect.yaml")) -> None:
    """Run the deployments from this process until Ctrl-C, without a work pool and a worker."""
    from flows.deployments import deployments

    prepare_prefect()
    wanted = deployments(file)
    from flows.server import running_server
    from flows.service import serve as serve_all

    running_server()
    serve_all(wanted)


def doctor(lake: LakeOption = None) -> None:
    """Check versions, settings, server, lake, disk, clock and model, and say what to do."""
    from flows.doctor import look

    verdict = look(lake)
    say(verdict.lines())
    if not verdict.is_well:
        raise SystemExit(1)


def export(
    to: Annotated[Path, typer.Argument(metavar="DEST", help="A new or empty folder, or a file.")],
    form: Annotated[
        str, typer.Option("--format", metavar="FORM", help="csv, jsonl, duckdb or delta.")
    ],
    lake: LakeOption = None,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Only this one; may be repeated.")
    ] = None,
) -> None:
    """Write the newest snapshot in another format, for those who cannot read Parquet."""
    from flows.export import export as exported
    from flows.lake import Lake
    from flows.settings import settings

    store = Lake.open(lake or settings().lake)
    say(exported(store, to, form, tuple(dataset or ())))
