"""Fingerprints of staged articles, made by whoever stages them."""

from __future__ import annotations

import pyarrow as pa

from flows.lake.snapshot import aligned
from flows.syndicate.signatures import signatures
from schemas import contract

FINGERPRINTS = "fingerprints"
TAKEN = ("article_id", "published_date", "published_at", "outlet_id", "agency_id")
"""Columns of articles that fingerprints have as well."""


def fingerprints_of(articles: pa.Table) -> pa.Table:
    """The row of fingerprints for each row of articles, in their order."""
    schema = contract(FINGERPRINTS).arrow
    found, runs = signatures(articles["text"].to_pylist())
    columns = {name: articles[name] for name in TAKEN}
    columns |= {"run_count": pa.array(runs), "signature": pa.array(found, pa.binary())}
    return aligned(pa.table(columns), schema)
