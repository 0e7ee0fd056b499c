"""Staged shards and the parent snapshot become the files of the next snapshot."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.append import append, judged_again
from flows.lake.changes import Changes, Counts, Merged
from flows.lake.decide import KEY, Decision, decide
from flows.lake.derive import DERIVED, Place, derive
from flows.lake.faults import LakeConsistencyError, told_plainly
from flows.lake.layout import APPENDED, Layout, partition_values
from flows.lake.rewrite import Change, Workplace, rewrite
from flows.lake.rows import first_of_each, joint_key, places, starts
from flows.lake.shards import ROW, SHARD, staged_columns
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.lake.snapshot import DataFile, Snapshot
    from flows.lake.staging import Staging


def merge(
    snapshot: Snapshot | None,
    staging: Staging,
    layout: Layout | None = None,
    again: pa.Array | None = None,
) -> Merged:
    """Write into staging every file that the next snapshot has and its parent has not.

    A pure function of the parent's rows and the staged rows: neither the order nor the number of
    the shards shows. `again` are the hashes of documents that the lake has and that were read
    again: what it says of them goes, what is staged of them comes. Raises LakeConsistencyError
    before contradictory rows could be published, and StoriesGrew (see `decide`).
    """
    place = Workplace(snapshot, staging.shards(), staging.path, layout or Layout())
    with told_plainly(staging.path, "write to"):
        _start_afresh(place)
        decision = decide(snapshot, place.shards, again)
        replaced: dict[Place, tuple[DataFile, ...]] = {}
        if again is None:
            appended = {dataset: append(place, dataset) for dataset in APPENDED}
        else:
            appended = {"raw_documents": append(place, "raw_documents")}
            replaced = judged_again(place, again)
        for change in (_articles(decision), _versions(decision), _quotes(place, decision)):
            for partition, files in rewrite(place, change).items():
                replaced[change.dataset, partition] = files
        changed = _really_replaced(place, replaced)
        changed |= _really_replaced(place, derive(place, changed))
    changes = Changes(
        parent=None if snapshot is None else snapshot.number,
        replaced=changed,
        appended={dataset: files for dataset, files in appended.items() if files},
    )
    _check_quotes(place, replaced)
    return Merged(changes, _counts(decision))


def on_top_of(
    snapshot: Snapshot, staging: Staging, layout: Layout | None, merged: Merged
) -> Merged:
    """The same changes for a newer parent with which they do not conflict (see `writers`).

    Nothing is merged again but the speakers, who are one sum over everybody's partitions.
    """
    place = Workplace(snapshot, staging.shards(), staging.path, layout or Layout())
    folder = place.folder / "snapshot"
    with told_plainly(staging.path, "write to"):
        _take_back(folder, place.built)
        core = {at: files for at, files in merged.changes.replaced.items() if at[0] not in DERIVED}
        changed = core | _really_replaced(place, derive(place, core))
    return replace(
        merged, changes=replace(merged.changes, parent=snapshot.number, replaced=changed)
    )


def _take_back(folder: Path, built: Path) -> None:
    """Put the new files that a commit moved into its snapshot folder back to where they were made.

    What it linked from its parent comes along, and does no harm: the next commit takes what it
    lists, and the rest goes with the staging folder.
    """
    for file in sorted(folder.rglob("*.parquet")):
        target = built / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
    if folder.exists():
        shutil.rmtree(folder)


def _start_afresh(place: Workplace) -> None:
    """Clear what an earlier merge in this staging made, against an older parent."""
    for folder in (place.built, place.folder / "spill", place.folder / "snapshot"):
        if folder.exists():
            shutil.rmtree(folder)
    place.built.mkdir()


def _counts(decision: Decision) -> Counts:
    replaced = decision.replaced
    published = replaced.num_rows
    return Counts(
        candidates=decision.candidates,
        published=published,
        merged=decision.candidates - published,
        corrected=published - replaced["was_document"].null_count,
    )


def _partitions(*columns: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(sorted({value for c in columns for value in pc.unique(c).to_pylist() if value}))


def _articles(decision: Decision) -> Change:
    altered, replaced = decision.altered, decision.replaced

    def with_counts(rows: pa.Table) -> pa.Table:
        here = _about(altered, rows)
        where = places(rows["article_id"], here["article_id"])
        counts = here["version_count"].combine_chunks().take(where)
        return _with(rows, "version_count", pc.coalesce(counts, rows["version_count"]))

    return Change(
        dataset="articles",
        partitions=_partitions(altered["partition"], replaced["was_in"], _left(decision)),
        choice=decision.articles,
        leaving=_leaving(decision),
        mend=with_counts,
    )


def _versions(decision: Decision) -> Change:
    verdicts = decision.verdicts

    def with_current(rows: pa.Table) -> pa.Table:
        here = _about(verdicts, rows)
        where = places(rows["article_id"], here["article_id"])
        published = here["document_sha256"].combine_chunks().take(where)
        current = pc.equal(rows["document_sha256"], published)
        return _with(rows, "is_current", pc.coalesce(current, rows["is_current"]))

    return Change(
        dataset="versions",
        partitions=_partitions(
            decision.versions["partition"],
            decision.replaced["was_in"],
            decision.withdrawn["partition"],
        ),
        choice=decision.versions,
        leaving=pc.unique(decision.withdrawn["document_sha256"]),
        mend=with_current,
        leaving_by="document_sha256",
    )


def _left(decision: Decision) -> pa.ChunkedArray:
    """Partitions that articles leave because their document was read again."""
    return decision.withdrawn.filter(decision.withdrawn["is_current"])["partition"]


def _leaving(decision: Decision) -> pa.Array:
    """Stories whose published rows go: another document takes their place, or none."""
    withdrawn = decision.withdrawn.filter(decision.withdrawn["is_current"])
    both = [*decision.replaced["article_id"].chunks, *withdrawn["article_id"].chunks]
    return pc.unique(pa.chunked_array(both, pa.string()))


def _about(verdicts: pa.Table, rows: pa.Table) -> pa.Table:
    """Keep the verdicts on the stories of one file, which are few among those of a run."""
    stories = rows["article_id"].combine_chunks()
    return verdicts.filter(pc.is_in(verdicts["article_id"], value_set=stories))


def _with(rows: pa.Table, column: str, values: pa.ChunkedArray) -> pa.Table:
    position = rows.column_names.index(column)
    return rows.set_column(position, rows.schema.field(column), values)


def _quotes(place: Workplace, decision: Decision) -> Change:
    replaced = decision.replaced
    choice = _chosen_quotes(place, decision)
    was_in = replaced["was_in"]
    return Change(
        dataset="quotes",
        partitions=_partitions(choice["partition"], was_in, _left(decision)),
        choice=choice,
        leaving=_leaving(decision),
        mend=lambda rows: rows,
    )


def _chosen_quotes(place: Workplace, decision: Decision) -> pa.Table:
    """Find the quotes of the published documents: those staged beside the chosen article."""
    source = contract("quotes").partition_source
    assert source is not None
    staged = staged_columns(place.shards, "quotes", ["quote_id", *KEY, source])
    chosen = decision.articles
    where = places(joint_key(staged, KEY), joint_key(chosen, KEY))
    beside = pc.equal(chosen[SHARD].combine_chunks().take(where), staged[SHARD])
    quotes = staged.filter(pc.fill_null(beside, False))
    quotes = quotes.append_column("partition", partition_values("quotes", quotes))
    return _without_repeats(place, quotes)


def _without_repeats(place: Workplace, quotes: pa.Table) -> pa.Table:
    """Take the first of the quotes that identical bytes, twice in one shard, bring twice.

    Only there: a quotation that one document repeats is a defect, and is left for the check.
    """
    candidates = staged_columns(place.shards, "articles", KEY)
    order = [(SHARD, "ascending"), *((name, "ascending") for name in KEY)]
    candidates = candidates.take(pc.sort_indices(candidates, sort_keys=order))
    again = candidates.filter(pa.array(~starts(candidates, [SHARD, *KEY])))
    if not again.num_rows:
        return quotes
    repeated = pc.is_in(joint_key(quotes, KEY), value_set=joint_key(again, KEY).combine_chunks())
    firsts = first_of_each(quotes.filter(repeated), ["quote_id"], [(ROW, "ascending")])
    return pa.concat_tables([quotes.filter(pc.invert(repeated)), firsts])


def _really_replaced(
    place: Workplace, replaced: Mapping[Place, tuple[DataFile, ...]]
) -> dict[Place, tuple[DataFile, ...]]:
    """Drop what has not changed: a file with the bytes of a parent's is that file.

    Unless none of its rows stems from the parent: then it was made anew, and its manifest says so.
    """
    really = {}
    for (dataset, partition), files in replaced.items():
        parent = place.parent_files(dataset, partition)
        by_path = {(file.path, file.sha256): file for file in parent}
        kept = dataset in DERIVED
        now = tuple(
            by_path.get((file.path, file.sha256), file) if kept or file.made_by else file
            for file in files
        )
        if now != parent:
            really[dataset, partition] = now
    return really


def _check_quotes(place: Workplace, replaced: Mapping[Place, tuple[DataFile, ...]]) -> None:
    """Check that every quotation of a partition has its article in that partition."""
    for (dataset, partition), files in replaced.items():
        if dataset != "quotes" or not files:
            continue
        articles = replaced.get(("articles", partition))
        if articles is None:
            raise LakeConsistencyError(f"quotes of {partition} changed, but none of its articles")
        stories = place.built_stories("articles", articles)
        for file in files:
            quoted = place.built_stories("quotes", (file,))
            if not pc.all(pc.is_in(quoted, value_set=stories.combine_chunks())).as_py():
                raise LakeConsistencyError(f"quotes of {partition} have no article there")
