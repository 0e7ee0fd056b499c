"""How sure a quotation is, from the evidence for it."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.quotes.statement import Statement


@cache
def confidences() -> Mapping[str, float]:
    """Evidence -> the share of such claims that annotators marked too (evidence.csv)."""
    with files("schemas").joinpath("lookups/evidence.csv").open(encoding="utf-8") as rows:
        return {row["evidence"]: float(row["confidence"]) for row in csv.DictReader(rows)}


def confidence_of(statement: Statement) -> float:
    """0 to 1: the share of statements with this evidence that annotators marked too."""
    if statement.evidence == "tagger":
        return round(1 / (1 + math.exp(-statement.score)), 2)
    return confidences()[statement.evidence]
