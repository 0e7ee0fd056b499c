"""What the commands share: the option that names a lake, and how they print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer


def _folder(written: str) -> Path:
    if written == "":
        raise typer.BadParameter("it names no folder")
    return Path(written)


LakeOption = Annotated[
    Path | None,
    typer.Option(
        "--lake",
        parser=_folder,
        metavar="DIR",
        help="Folder of the lake [BROADSHEET_LAKE, data/lake].",
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
