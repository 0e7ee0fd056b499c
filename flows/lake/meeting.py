"""Whether two commits touched the same copies, though they wrote different partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.fingerprints import SYNDICATION, differing, is_current
from flows.lake.search import Touched, signed, slots_of
from flows.lake.signing import FINGERPRINTS
from schemas import contract

if TYPE_CHECKING:
    from flows.lake.snapshot import Snapshot


def meets(ours: Touched, base: Snapshot | None, newest: Snapshot | None) -> bool:
    """Say whether what came after `base` may belong to the same groups of copies as our articles.

    It shares a band with them, or changed a group that we changed too. A false alarm costs a merge.
    """
    if ours.bands is None or not (is_current(base) and is_current(newest)):
        return True
    gone, come = _changed(base, newest, FINGERPRINTS)
    if ours.bands.shared_by(slots_of(signed(pa.concat_tables([gone, come])))).any():
        return True
    theirs = pa.concat_tables(_changed(base, newest, SYNDICATION))["syndication_id"]
    return bool(pc.any(pc.is_in(theirs, value_set=ours.groups)).as_py())


def _changed(
    base: Snapshot | None, newest: Snapshot | None, dataset: str
) -> tuple[pa.Table, pa.Table]:
    """Rows that went and rows that came between two snapshots."""
    return differing(_only_in(base, newest, dataset), _only_in(newest, base, dataset))


def _only_in(one: Snapshot | None, other: Snapshot | None, dataset: str) -> pa.Table:
    there = {(file.path, file.sha256) for file in (other.files(dataset) if other else ())}
    schema = contract(dataset).arrow
    tables = [schema.empty_table()]
    for file in one.files(dataset) if one else ():
        if (file.path, file.sha256) not in there:
            assert one is not None
            tables.append(one.read_file(file, schema))
    return pa.concat_tables(tables)
