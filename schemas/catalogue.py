"""Which expectations exist and what they take, without importing Great Expectations.

Its import costs seconds, and contracts are loaded wherever a dataset is read. So the list is
pinned in expectations.json; schemas.pinning writes it from the installed release, and a test
compares the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PINNED: Final = Path(__file__).with_name("expectations.json")
COLUMN_ARGUMENTS: Final = ("column", "column_A", "column_B", "column_list", "column_set")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one expectation takes; `per_row` where it can name the rows that break it."""

    per_row: bool
    required: tuple[str, ...]
    optional: tuple[str, ...]


@cache
def expectations() -> Mapping[str, Expectation]:
    """Read every expectation of the pinned release, by its type."""
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    return {
        name: Expectation(entry["per_row"], tuple(entry["required"]), tuple(entry["optional"]))
        for name, entry in pinned.items()
    }
