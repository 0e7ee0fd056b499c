"""One step that publishes all datasets at once: what the next snapshot is, and who makes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flows.lake.faults import told_plainly
from flows.lake.guides import write_guides
from flows.lake.layout import SNAPSHOT_DATASETS
from flows.lake.makers import maker_id, maker_of
from flows.lake.snapshot import DataFile, Snapshot
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.lake.changes import Changes
    from flows.lake.home import Home
    from flows.lake.staging import Staging


@dataclass(frozen=True, slots=True)
class Made:
    """What a commit's rows are made with; `reference` is name -> version (tagger, profile:...)."""

    code_version: str
    reference: Mapping[str, str] = field(default_factory=dict)


def commit(
    home: Home, parent: Snapshot | None, staging: Staging, changes: Changes, made: Made
) -> Snapshot:
    """Publish `changes` on top of `parent` as the next snapshot.

    Raises SnapshotTaken where another run was first, LakeUnusable where the medium refuses; the
    lake is then as it was.
    """
    if not changes:
        raise ValueError("there is nothing to publish")
    if changes.parent != (None if parent is None else parent.number):
        raise ValueError("the changes were made for another parent")
    snapshot = next_snapshot(home, parent, changes, made)
    with told_plainly(home.address, "write to"):
        snapshot = write_guides(snapshot, staging.built)
        home.publish(snapshot, parent, staging.built)
    return snapshot


def publish_copy(home: Home, wanted: Snapshot, newest: Snapshot, staging: Staging) -> Snapshot:
    """Publish the content of an earlier snapshot as the next one; no data is written for it."""
    snapshot = replace(wanted, number=newest.number + 1, parent=newest.number)
    with told_plainly(home.address, "write to"):
        snapshot = write_guides(snapshot, staging.built)
        home.publish(snapshot, wanted, staging.built)
    return snapshot


def next_snapshot(home: Home, parent: Snapshot | None, changes: Changes, made: Made) -> Snapshot:
    """The snapshot that `commit` would publish, as its manifest describes it."""
    number = 1 if parent is None else parent.number + 1
    datasets = SNAPSHOT_DATASETS if parent is None else parent.datasets
    maker = maker_of(made.code_version, datasets, made.reference)
    name = maker_id(maker)
    listing = {dataset: _listing(dataset, parent, changes, name) for dataset in datasets}
    used = {each for files in listing.values() for file in files for each in file.made_by}
    makers = {**({} if parent is None else parent.makers), name: maker}
    return Snapshot(
        number=number,
        home=home,
        parent=None if parent is None else parent.number,
        code_version=made.code_version,
        contracts=_contracts(datasets, parent, changes),
        listing=listing,
        makers={each: makers[each] for each in sorted(used)},
        layout=changes.layout,
    )


def _contracts(
    datasets: Iterable[str], parent: Snapshot | None, changes: Changes
) -> Mapping[str, str]:
    if parent is not None and changes.is_relaid:
        return parent.contracts
    return {dataset: contract(dataset).version for dataset in datasets}


def _listing(
    dataset: str, parent: Snapshot | None, changes: Changes, maker: str
) -> tuple[DataFile, ...]:
    """Files by partition; inside one as they were, then what is new."""
    kept = () if parent is None else parent.files(dataset)
    known = set(kept)
    gone = {partition for name, partition in changes.replaced if name == dataset}
    files = [file for file in kept if file.partition not in gone]
    for (name, _), replacing in changes.replaced.items():
        files.extend(replacing if name == dataset else ())
    files.extend(changes.appended.get(dataset, ()))
    made_before = changes.is_relaid
    stamped = [f if made_before or f in known else _stamped(f, maker) for f in files]
    return tuple(sorted(stamped, key=lambda file: file.partition or ""))


def _stamped(file: DataFile, maker: str) -> DataFile:
    return replace(file, made_by=tuple(sorted({*file.made_by, maker})))
