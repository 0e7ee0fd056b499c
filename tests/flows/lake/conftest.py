"""An empty lake for every test, and `newsroom` in reach of the tests and their child processes."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest

from flows.lake import Lake

# Tests are imported by path, without packages: a module that they share has to be on the path.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake.create(tmp_path / "lake")


@pytest.fixture
def copied(lake: Lake) -> Lake:
    """Two snapshots whose files are no links: a copy of a lake to a disk that knows none."""
    from newsroom import Document, publish

    publish(lake, [Document("harbour", "Opens.", updated=1, quotes=("q",))])
    publish(lake, [Document("bridge", "Closed.", day=dt.date(2024, 3, 2), quotes=("q",))])
    target = lake.path.parent / "copied"
    shutil.copytree(lake.path, target, symlinks=True)
    return Lake.open(target)
