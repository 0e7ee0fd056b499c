"""The articles that have to be looked at when some come, go or change: theirs, and who is near."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.rows import places
from flows.lake.search import Bands, as_prints, signed, slots_of
from flows.syndicate.copies import Copy
from flows.syndicate.pairs import groups, shifted
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from flows.lake.fingerprints import NextPrints

_BATCH = 16_384
MOST_OF_IT = 4
"""Where a quarter of the lake changed, all of it is near: a walk to leave some out costs more."""


@dataclass(frozen=True, slots=True)
class Near:
    """Rows of fingerprints, their signatures apart, with what holds them together.

    `fresh` rows came, changed, or belong to a group that lost somebody; `labels` are equal within a
    group. `bands` are those of the fresh rows and of what went.
    """

    rows: pa.Table
    slots: NDArray[np.uint16]
    fresh: NDArray[np.bool_]
    labels: NDArray[np.int64]
    keys: pa.Array
    """syndication_id of the parent that a row keeps company under; null for fresh rows."""
    broken: pa.Array
    bands: Bands | None

    @property
    def _made(self) -> NDArray[np.bool_]:
        """Rows of groups with a fresh member, and another one: those who are alone are many."""
        labels, counts = np.unique(self.labels, return_counts=True)
        in_company = np.isin(self.labels, labels[counts > 1])
        return in_company & np.isin(self.labels, self.labels[self.fresh])

    @property
    def dropped(self) -> pa.Array:
        """Keys of groups whose rows are made anew, or that are no more."""
        joined = self.keys.filter(pa.array(self._made)).drop_null()
        return pc.unique(pa.concat_arrays([self.broken, joined]))

    def groups(self, prints: NextPrints, known: pa.Table) -> Iterator[list[Copy]]:
        """The members of each group with a fresh one, those that are not near included."""
        far = self._far(prints, known)
        made = np.flatnonzero(self._made)
        order = made[np.argsort(self.labels[made], kind="stable")]
        for label, members in groupby(self._labelled(order), key=itemgetter(0)):
            yield [copy for _, copy in members] + far.pop(label, [])

    def _labelled(self, order: NDArray[np.int64]) -> Iterator[tuple[int, Copy]]:
        """The rows at some places in this order, a batch at a time."""
        for start in range(0, len(order), _BATCH):
            at = order[start : start + _BATCH]
            copies = _copies(self.rows.take(pa.array(at)), self.slots[at])
            yield from zip(self.labels[at].tolist(), copies, strict=True)

    def _far(self, prints: NextPrints, known: pa.Table) -> dict[int, list[Copy]]:
        """By label, the members of the parent's groups that are not near."""
        mask = pa.array(self._made)
        keys, labels = self.keys.filter(mask), self.labels[self._made].tolist()
        label_of = dict(zip(keys.to_pylist(), labels, strict=True))
        others = known.filter(pc.is_in(known["syndication_id"], value_set=keys.drop_null()))
        near = self.rows["article_id"].combine_chunks()
        others = others.filter(pc.invert(pc.is_in(others["article_id"], value_set=near)))
        found = prints.find(others)
        far: dict[int, list[Copy]] = {}
        company = _keys_of(found["article_id"], others).to_pylist()
        for key, copy in zip(company, _copies(found, slots_of(found)), strict=True):
            far.setdefault(label_of[key], []).append(copy)
        return far


def gather(prints: NextPrints, known: pa.Table) -> Near:
    """Whoever may belong together with what a commit changes."""
    gone, come, ids = prints.changed()
    suspects = ids
    others = come.slice(0, 0)
    while True:
        broken = pc.unique(_keys_of(suspects, known).drop_null())
        fresh = pa.concat_tables([come, _losing(prints, known, broken, ids), others])
        bands = _bands_of(prints, fresh, gone)
        around = _around(prints, bands, fresh)
        more = _shifted(gone, come, fresh, around)
        if not more.num_rows:
            break
        suspects = pa.concat_arrays([suspects, more["article_id"].combine_chunks()])
        lonely = pc.is_null(_keys_of(more["article_id"], known))
        others = pa.concat_tables([others, more.filter(lonely)])
    rows = pa.concat_tables([fresh, around])
    is_fresh = np.arange(rows.num_rows) < fresh.num_rows
    slots = slots_of(rows)
    rows = rows.drop_columns(["signature"])
    # Two hundred megabytes in a million articles are not kept twice.
    del gone, come, others, fresh, around, more
    return _near(rows, slots, is_fresh, known, broken, bands)


def _keys_of(articles: pa.Array | pa.ChunkedArray, known: pa.Table) -> pa.Array:
    where = places(articles, known["article_id"])
    where = where.combine_chunks() if isinstance(where, pa.ChunkedArray) else where
    return known["syndication_id"].combine_chunks().take(where)


def _losing(prints: NextPrints, known: pa.Table, broken: pa.Array, changed: pa.Array) -> pa.Table:
    """Those who stay of the groups that lost somebody or of which somebody changed."""
    members = known.filter(pc.is_in(known["syndication_id"], value_set=broken))
    stay = pc.invert(pc.is_in(members["article_id"], value_set=changed))
    return prints.find(members.filter(stay))


def _bands_of(prints: NextPrints, fresh: pa.Table, gone: pa.Table) -> Bands | None:
    """The bands by which others may be near; None where most of the lake is fresh."""
    everything = sum(file.rows for file in prints.files())
    if MOST_OF_IT * fresh.num_rows >= everything:
        return None if fresh.num_rows else Bands.of(slots_of(gone))
    return Bands.of(slots_of(pa.concat_tables([fresh, gone])))


def _around(prints: NextPrints, bands: Bands | None, fresh: pa.Table) -> pa.Table:
    """The other articles of the lake that share a band with a fresh one or one that went."""
    tables = [contract("fingerprints").arrow.empty_table()]
    if prints.are_first or (bands is not None and not len(bands.keys)):
        return tables[0]
    ids = fresh["article_id"].combine_chunks()
    for file in prints.files():
        rows = signed(prints.rows(file))
        rows = rows.filter(pc.invert(pc.is_in(rows["article_id"], value_set=ids)))
        if bands is not None:
            rows = rows.filter(pa.array(bands.shared_by(slots_of(rows))))
        tables.append(rows)
    return pa.concat_tables(tables)


def _shifted(gone: pa.Table, come: pa.Table, fresh: pa.Table, around: pa.Table) -> pa.Table:
    """Articles around that stand for a crowded band from now on, or did until now."""
    if not around.num_rows:
        return around
    rows = pa.concat_tables([gone, fresh, around])
    after = np.arange(rows.num_rows) >= gone.num_rows
    entered = np.zeros(rows.num_rows, np.bool_)
    entered[gone.num_rows : gone.num_rows + come.num_rows] = True
    moved = shifted(as_prints(rows, slots_of(rows)), ~entered, after)
    return rows.filter(pa.array(moved & (np.arange(len(moved)) >= gone.num_rows + fresh.num_rows)))


def _near(  # noqa: PLR0917  # what gather found, each of it once
    rows: pa.Table,
    slots: NDArray[np.uint16],
    fresh: NDArray[np.bool_],
    known: pa.Table,
    broken: pa.Array,
    bands: Bands | None,
) -> Near:
    company = _keys_of(rows["article_id"], known)
    keys = pc.if_else(pa.array(fresh), pa.scalar(None, pa.string()), company)
    joined = pc.fill_null(keys.dictionary_encode().indices, -1).to_numpy().astype(np.int64)
    labels = groups(as_prints(rows, slots), fresh, joined)
    return Near(rows, slots, fresh, labels, keys, broken, bands)


def _copies(rows: pa.Table, slots: NDArray[np.uint16]) -> Iterator[Copy]:
    for at, row in enumerate(rows.to_pylist()):
        yield Copy(
            row["article_id"],
            row["published_date"],
            row["published_at"],
            row["outlet_id"],
            row["agency_id"],
            row["run_count"],
            slots[at],
        )
