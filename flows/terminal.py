"""What the commands share: the option that names a lake, and how they print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.errors import WrongUsage
from flows.receive.remote import is_remote


def _address(written: str) -> Path | str:
    if written == "":
        raise typer.BadParameter("it names no folder")
    return written if is_remote(written) else Path(written)


LakeOption = Annotated[
    Any,  # Path | str | None, of which Typer knows nothing
    typer.Option(
        "--lake",
        parser=_address,
        metavar="DIR",
        help="Folder of the lake, or s3://bucket/prefix [BROADSHEET_LAKE, data/lake].",
    ),
]


def say(lines: Iterable[str]) -> None:
    """Print; whoever reads may have had enough, which is how `| head` ends and no failure."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # Left as it is, the interpreter would meet the closed pipe again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def equations(written: Iterable[str] | None) -> list[tuple[str, str]]:
    """Columns and values of the options COLUMN=VALUE. Raises WrongUsage.

    >>> equations(["cue=said", "text=a=b"])
    [('cue', 'said'), ('text', 'a=b')]
    """
    pairs = [each.partition("=") for each in written or ()]
    if wrong := [name + sign for name, sign, _ in pairs if not (name and sign)]:
        raise WrongUsage(f"--where is {wrong[0]!r}", remedy="write it as COLUMN=VALUE")
    return [(name, value) for name, _, value in pairs]
