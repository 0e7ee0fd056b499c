"""What must hold between the rows of a snapshot: keys that meet, counts, spans, hashes.

Each relation is read once and judged by all its conditions. Texts are joined within a partition,
in which an article and its quotations lie together; over the whole lake only keys are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows.health.findings import Finding, show
from flows.health.relations import PARTED, WHOLE, Relation
from flows.health.session import PLACE, Session
from schemas import contract


def across(session: Session) -> Iterator[Finding]:
    """What is broken between the datasets of the session's snapshot."""
    yield from _keys(session)
    for relation in WHOLE:
        yield from _judged(session, relation)
    yield from _parted(session)


def _parted(session: Session) -> Iterator[Finding]:
    """The partitioned relations; the same check in several partitions is one finding."""
    found: dict[str, Finding] = {}
    names = ("articles", "quotes")
    files = session.snapshot.files
    for partition in sorted({f.partition or "" for name in names for f in files(name)}):
        for name in names:
            chosen = session.snapshot.partition_files(name, partition)
            session.view(f"part_{name}", name, chosen)
        for relation in PARTED:
            for each in _judged(session, relation):
                before = found.get(each.code)
                found[each.code] = (
                    replace(before, count=before.count + each.count) if before else each
                )
    yield from found.values()


def _judged(session: Session, relation: Relation) -> Iterator[Finding]:
    """One question for all checks of a relation: count, an example and its file for each."""
    asked = ", ".join(
        f"count(*) filter (where {c.broken}), min(key) filter (where {c.broken}),"
        f" min_by({PLACE}, key) filter (where {c.broken})"
        for c in relation.checks
    )
    ((*answers,),) = session.rows(f"select {asked} from ({relation.sql})")
    for at, check in enumerate(relation.checks):
        count, key, file = answers[3 * at : 3 * at + 3]
        if count:
            look = show(relation.dataset, session.lake, **{relation.key: key})
            where = session.place(file or "") or relation.dataset
            yield Finding("broken", check.code, check.what, where, count, look)


def _keys(session: Session) -> Iterator[Finding]:
    """Keys that more than one row has, in whatever partitions and files they are."""
    for dataset in session.snapshot.datasets:
        key = contract(dataset).primary_key
        names = ", ".join(key)
        ((count, example, places),) = session.rows(
            f"select count(*), first(struct_pack({', '.join(key)})), first(places) from ("
            f" select {names}, list(distinct {PLACE}) as places from {dataset}"
            f" group by {names} having count(*) > 1 order by {names} limit all)"
        )
        if count:
            where = " and ".join(sorted(map(session.place, places))[:2])
            look = show(dataset, session.lake, **{name: str(example[name]) for name in key})
            what = f"keys of {dataset} that more than one row has"
            yield Finding("broken", f"{dataset}.unique", what, where, count, look)
