"""The JSON Schema of profiles, by which an editor completes one.

`python -m flows.parse.profile_schema` writes it, from the declaration that profiles are read by
(`profile_file`), so that the two cannot differ.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel

from flows.parse.profile_file import Grammar, ProfileFile

COMMAND = "python -m flows.parse.profile_schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[str, type[BaseModel]] = {
    "profile.schema.json": ProfileFile,
    "lists.schema.json": Grammar,
}
"""File in schemas/profiles and what it describes: a profile, and a file of shared lists."""


def schemas() -> dict[str, str]:
    """The text of each file by its name."""
    return {
        name: json.dumps(
            {
                "$schema": DRAFT,
                **model.model_json_schema(),
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in _MODELS.items()
    }


def stale(folder: Path) -> list[str]:
    """The files of `folder` that are not what the declaration gives."""
    written = {name: folder / name for name in _MODELS}
    return [
        name
        for name, text in schemas().items()
        if not written[name].exists() or written[name].read_text("utf-8") != text
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with --check return 1 where one is not what the declaration gives."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the schemas of profiles.")
    parser.add_argument("--check", action="store_true", help="only compare, and fail on a change")
    folder = Path(str(files("schemas"))) / "profiles"
    if parser.parse_args(arguments).check:
        off = stale(folder)
        for name in off:
            print(f"{name} is not what profiles are read by; run {COMMAND}")
        return 1 if off else 0
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
