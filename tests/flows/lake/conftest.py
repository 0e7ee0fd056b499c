"""An empty lake for every test, and `newsroom` in reach of the tests and their child processes."""

from __future__ import annotations

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
