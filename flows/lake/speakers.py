"""Speakers as a function of quotations: the rows of a month, and a speaker over the months.

Everything adds up: counts are sums, days are extremes, spellings are sets. So a speaker's row and
the row of one more month give the new row without a look at the other months, as long as nothing
but counts is taken back (`grows`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.identity import names_of
from flows.lake.rows import first_of_each, places
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SPOKEN = pa.schema(
    [
        ("speaker_id", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("alias", pa.string()),
        ("title", pa.string()),
        ("published_date", pa.date32()),
        ("article_id", pa.string()),
    ]
)
EVIDENCE = pa.schema(
    [
        ("speaker_id", pa.string()),
        ("kind", pa.string()),
        *((name, pa.list_(pa.string())) for name in ("names", "aliases", "titles")),
        ("first_published", pa.date32()),
        ("last_published", pa.date32()),
        ("quote_count", pa.int32()),
        ("article_count", pa.int32()),
        ("published_months", pa.list_(pa.string())),
    ]
)
"""What is known of a speaker from some partitions; the rows of one speaker add up."""
READ = (
    "article_id",
    "published_date",
    "speaker_mention",
    "speaker_name",
    "speaker_ids",
    "speaker_kind",
    "speaker_title",
    "resolution",
)
"""The columns of quotes that say who spoke."""
LISTS = ("names", "aliases", "titles", "published_months")
COUNTS = ("quote_count", "article_count")
STANDING_IN = ("surname", "lookup")
"""Resolutions whose mention is another name of the speaker, and no pronoun or description."""


def months_rows(quotes: pa.Table, month: str) -> pa.Table:
    """Rows of speaker_months for the quotations (columns READ) of one partition, by speaker_id."""
    spoken = _spoken(quotes)
    summed = spoken.group_by("speaker_id", use_threads=False).aggregate(
        [
            ("kind", "min"),
            ("published_date", "min"),
            ("published_date", "max"),
            ("article_id", "count"),
            ("article_id", "count_distinct"),
        ]
    )
    summed = summed.sort_by("speaker_id")
    ids = summed["speaker_id"].combine_chunks()
    columns = {
        "speaker_id": ids,
        "in_month": pa.array([month] * len(ids), pa.string()),
        "kind": summed["kind_min"],
        "names": _listed(spoken, "name", ids),
        "aliases": _listed(spoken, "alias", ids),
        "titles": _listed(spoken, "title", ids),
        "first_published": summed["published_date_min"],
        "last_published": summed["published_date_max"],
        "quote_count": summed["article_id_count"].cast(pa.int32()),
        "article_count": summed["article_id_count_distinct"].cast(pa.int32()),
    }
    schema = contract("speaker_months").arrow
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _spoken(quotes: pa.Table) -> pa.Table:
    """A row per quotation and speaker; whose title and mention those of joint ones are is open."""
    speakers = pc.list_value_length(quotes["speaker_ids"])
    alone = quotes.filter(pc.and_(pc.equal(speakers, 1), pc.is_valid(quotes["speaker_name"])))
    joint = quotes.filter(pc.and_(pc.greater(speakers, 1), pc.is_valid(quotes["speaker_name"])))
    stands_in = pc.is_in(alone["resolution"], value_set=pa.array(STANDING_IN))
    mention = pc.if_else(stands_in, alone["speaker_mention"], pa.scalar(None, pa.string()))
    columns = {
        "speaker_id": pc.list_flatten(alone["speaker_ids"]),
        "kind": alone["speaker_kind"],
        "name": alone["speaker_name"],
        "alias": mention,
        "title": alone["speaker_title"],
        "published_date": alone["published_date"],
        "article_id": alone["article_id"],
    }
    one = pa.table(columns, schema=SPOKEN)
    return pa.concat_tables([one, pa.Table.from_pylist(list(_parted(joint)), schema=SPOKEN)])


def _parted(joint: pa.Table) -> Iterator[dict[str, object]]:
    for row in joint.to_pylist():
        ids, kind = row["speaker_ids"], row["speaker_kind"]
        for each, name in zip(ids, names_of(row["speaker_name"], ids, kind), strict=True):
            yield {
                "speaker_id": each,
                "kind": kind,
                "name": name,
                "published_date": row["published_date"],
                "article_id": row["article_id"],
            }


def _listed(pairs: pa.Table, column: str, ids: pa.Array) -> pa.ListArray:
    """For each of `ids` its distinct values of a column, sorted; null is no value."""
    pairs = pairs.select(["speaker_id", column])
    pairs = pairs.filter(pc.is_valid(pairs[column]))
    keys = [("speaker_id", "ascending"), (column, "ascending")]
    distinct = pairs.group_by(["speaker_id", column], use_threads=False).aggregate([])
    distinct = distinct.sort_by(keys)
    owners = pc.index_in(distinct["speaker_id"], value_set=ids).to_numpy()
    counts = np.bincount(owners.astype(np.int64), minlength=len(ids))
    # Both are in the order of the ids, which are sorted.
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    return pa.ListArray.from_arrays(offsets, distinct[column].combine_chunks())


def evidence(rows: pa.Table) -> pa.Table:
    """Rows of speaker_months as what is known of speakers."""
    each = pa.array(np.arange(rows.num_rows + 1, dtype=np.int32))
    months = pa.ListArray.from_arrays(each, rows["in_month"].combine_chunks())
    return _evidence(
        {name: rows[name] for name in rows.column_names} | {"published_months": months}
    )


def _evidence(columns: Mapping[str, pa.Array]) -> pa.Table:
    return pa.table({name: columns[name] for name in EVIDENCE.names}, schema=EVIDENCE)


def taken_back(rows: pa.Table) -> pa.Table:
    """Rows of speaker_months as counts to be subtracted; of the rest nothing is said."""
    nothing = pa.array([[]] * rows.num_rows, pa.list_(pa.string()))
    unknown = pa.nulls(rows.num_rows, pa.date32())
    changed: dict[str, pa.Array] = {
        **dict.fromkeys(LISTS, nothing),
        **dict.fromkeys(("first_published", "last_published"), unknown),
        **{name: pc.negate(rows[name]) for name in COUNTS},
    }
    return _evidence({name: rows[name] for name in ("speaker_id", "kind")} | changed)


def known(speakers: pa.Table) -> pa.Table:
    """Rows of speakers as what is known of them from all partitions."""
    names = pa.ListArray.from_arrays(
        pa.array(np.arange(speakers.num_rows + 1, dtype=np.int32)),
        speakers["name"].combine_chunks(),
    )
    return _evidence({name: speakers[name] for name in speakers.column_names} | {"names": names})


def speakers_rows(known_of_them: pa.Table) -> pa.Table:
    """Rows of speakers from all that is known of each (see `evidence`), by speaker_id."""
    rows = known_of_them
    summed = rows.group_by("speaker_id", use_threads=False).aggregate(
        [
            ("kind", "min"),
            ("first_published", "min"),
            ("last_published", "max"),
            *((name, "sum") for name in COUNTS),
        ]
    )
    summed = summed.sort_by("speaker_id")
    ids = summed["speaker_id"].combine_chunks()
    lists = {name: _exploded(rows, name) for name in LISTS}
    best = _best(lists["names"])["value"].combine_chunks()
    others = pa.concat_tables([lists["names"], lists["aliases"]])
    own = best.take(places(others["speaker_id"], ids).combine_chunks())
    others = others.filter(pc.not_equal(others["value"], own))
    columns = {
        "speaker_id": ids,
        "name": best,
        "aliases": _listed(others, "value", ids),
        "kind": summed["kind_min"],
        "titles": _listed(lists["titles"], "value", ids),
        "first_published": summed["first_published_min"],
        "last_published": summed["last_published_max"],
        **{name: summed[f"{name}_sum"].cast(pa.int32()) for name in COUNTS},
        "published_months": _listed(lists["published_months"], "value", ids),
    }
    schema = contract("speakers").arrow
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _exploded(rows: pa.Table, column: str) -> pa.Table:
    """A row per speaker and value of a column of lists."""
    values = rows[column].combine_chunks()
    owners = rows["speaker_id"].combine_chunks().take(pc.list_parent_indices(values))
    return pa.table({"speaker_id": owners, "value": pc.list_flatten(values)})


def _best(names: pa.Table) -> pa.Table:
    """One spelling per speaker: mixed case first, then the longest, then the first in order.

    A maximum, so that it does not matter in which order spellings are met.
    """
    value = names["value"]
    mixed = pc.and_(
        pc.not_equal(value, pc.utf8_upper(value)), pc.not_equal(value, pc.utf8_lower(value))
    )
    ranked = names.append_column("mixed", mixed.cast(pa.int8()))
    ranked = ranked.append_column("length", pc.utf8_length(value))
    order = [("mixed", "descending"), ("length", "descending"), ("value", "ascending")]
    return first_of_each(ranked, ["speaker_id"], order)


def shrinking(before: pa.Table, after: pa.Table) -> set[str]:
    """Speakers of a partition that lose more than counts: a spelling, a title, a day, the month.

    Their row has to be made anew from all their months; for all others sums are enough.
    """
    now = {row["speaker_id"]: row for row in after.to_pylist()}
    return {
        row["speaker_id"]
        for row in before.to_pylist()
        if row["speaker_id"] not in now or not _grows(row, now[row["speaker_id"]])
    }


def _grows(before: dict[str, object], after: dict[str, object]) -> bool:
    for name in ("names", "aliases", "titles"):
        if not set(_values(before[name])) <= set(_values(after[name])):
            return False
    first, last = before["first_published"], before["last_published"]
    now_first, now_last = after["first_published"], after["last_published"]
    if first is None or now_first is None:
        return first is None
    return bool(now_first <= first and last <= now_last)  # type: ignore[operator]


def _values(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def differing(before: pa.Table, after: pa.Table) -> pa.Array:
    """Speakers whose row of one partition is not as it was, in whichever of the two they are."""
    old, new = _printed(before), _printed(after)
    gone = before.filter(pc.invert(pc.is_in(old, value_set=new)))
    come = after.filter(pc.invert(pc.is_in(new, value_set=old)))
    ids = pa.concat_tables([gone.select(["speaker_id"]), come.select(["speaker_id"])])
    return pc.unique(ids["speaker_id"]).sort()


def _printed(rows: pa.Table) -> pa.Array:
    """Each row as one string, which is what Arrow compares many of at once."""
    parts = [
        pc.binary_join(rows[name], "\x1f")
        if pa.types.is_list(rows[name].type)
        # A list of one blank and an empty list must not look alike.
        else pc.fill_null(rows[name].cast(pa.string()), "-")
        for name in rows.column_names
    ]
    lengths = [pc.list_value_length(rows[n]).cast(pa.string()) for n in ("aliases", "titles")]
    return pc.binary_join_element_wise(*parts, *lengths, "\x1e").combine_chunks()
