"""Staged shards and the parent snapshot become the files of the next snapshot."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from flows.lake.append import append, judged_again
from flows.lake.changes import Changes, Merged
from flows.lake.decide import Again
from flows.lake.derive import DERIVED, Place, derive
from flows.lake.faults import LakeConsistencyError, told_plainly
from flows.lake.gather import Gathered
from flows.lake.layout import APPENDED, Layout
from flows.lake.rewrite import Workplace, rewrite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

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
    place = _workplace(snapshot, staging, layout)
    with told_plainly(staging.path, "write to"):
        _start_afresh(place)
        gathered = Gathered(place, Again.of(snapshot, again, place.layout))
        replaced: dict[Place, tuple[DataFile, ...]] = {}
        if again is None:
            appended = {dataset: append(place, dataset) for dataset in APPENDED}
        else:
            appended = {"raw_documents": append(place, "raw_documents")}
            replaced = judged_again(place, again)
        for change in gathered.changes():
            for partition, files in rewrite(place, change).items():
                replaced[change.dataset, partition] = files
        changed = _really_replaced(place, replaced)
        changed |= _really_replaced(place, derive(place, changed))
    changes = Changes(
        parent=None if snapshot is None else snapshot.number,
        replaced=changed,
        appended={dataset: files for dataset, files in appended.items() if files},
        layout=place.layout,
    )
    _check_quotes(place, replaced)
    return Merged(changes, gathered.counts)


def _workplace(snapshot: Snapshot | None, staging: Staging, layout: Layout | None) -> Workplace:
    """A lake is laid as it was: `layout` is for its first snapshot."""
    laid = (layout or Layout()) if snapshot is None else snapshot.layout
    return Workplace(snapshot, staging.shards(), staging.path, laid)


def on_top_of(
    snapshot: Snapshot, staging: Staging, layout: Layout | None, merged: Merged
) -> Merged:
    """The same changes for a newer parent with which they do not conflict (see `writers`).

    Nothing is merged again but the speakers, who are one sum over everybody's partitions.
    """
    place = _workplace(snapshot, staging, layout)
    folder = place.folder / "snapshot"
    with told_plainly(staging.path, "write to"):
        take_back(folder, place.built)
        core = {at: files for at, files in merged.changes.replaced.items() if at[0] not in DERIVED}
        changed = core | _really_replaced(place, derive(place, core))
    return replace(
        merged, changes=replace(merged.changes, parent=snapshot.number, replaced=changed)
    )


def take_back(folder: Path, built: Path) -> None:
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
    for folder in (place.built, *(place.folder / name for name in ("parts", "spill", "snapshot"))):
        if folder.exists():
            shutil.rmtree(folder)
    place.built.mkdir()


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
