"""How sure a quotation is that the marks alone show."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def confidences() -> Mapping[str, float]:
    """Evidence -> the share of such claims that annotators marked too (evidence.csv)."""
    with files("schemas").joinpath("lookups/evidence.csv").open(encoding="utf-8") as rows:
        return {row["evidence"]: float(row["confidence"]) for row in csv.DictReader(rows)}
