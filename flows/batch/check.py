"""The rules over a whole run, which see whether what came in is the usual kind of batch."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batch.process import OUTCOMES
from flows.contract import check_batch
from schemas import contract


def broken_rules(staging: Path) -> tuple[str, ...]:
    """A sentence for each rule over the batch that is broken; none where nothing was new."""
    staged = sorted((staging / OUTCOMES).glob("*.parquet"))
    if not staged:
        return ()
    documents = pa.concat_tables(pq.read_table(path) for path in staged)
    return tuple(str(broken) for broken in check_batch(contract("articles"), documents.to_pandas()))
