"""The guides of a snapshot in the lake: listed, verified, mended, and gone with their snapshot."""

from __future__ import annotations

from newsroom import Document, publish

from flows.lake import Lake
from flows.lake.history import collect, rollback
from flows.lake.verify import verify
from schemas.guides import GUIDES

FIRST = Document("Ferry sails", "The ferry sailed.", quotes=("It sails",))
SECOND = Document("Ferry stops", "The ferry stopped.")


def test_every_snapshot_lists_its_guides_with_size_and_hash(lake: Lake) -> None:
    _, committed = publish(lake, [FIRST])
    snapshot = lake.snapshot()
    assert snapshot is not None
    assert committed is not None
    assert [file.path for file in snapshot.guides] == sorted(GUIDES)
    assert snapshot.guides == committed.guides
    for file in snapshot.guides:
        assert (snapshot.path / file.path).stat().st_size == file.byte_count
    assert verify(lake).is_whole


def test_verify_names_a_guide_that_was_changed_and_takes_it_from_where_it_is_whole(
    lake: Lake,
) -> None:
    publish(lake, [FIRST])
    _, snapshot = publish(lake, [SECOND])
    assert snapshot is not None
    page, views = snapshot.path / "README.md", snapshot.path / "views.sql"
    page.write_bytes(page.read_bytes() + b"a note of somebody\n")
    views.unlink()
    found = {fault.path: fault.what for fault in verify(lake, repair=True).faults}
    assert set(found) == {str(page), str(views)}
    assert "bytes, not" in found[str(page)]
    # The views of both snapshots are the same; the page of this one, with its counts, is nowhere.
    assert views.is_file()
    assert [fault.path for fault in verify(lake).faults] == [str(page)]


def test_a_guide_that_did_not_change_is_the_same_file(lake: Lake) -> None:
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    first, second = lake.snapshot(1), lake.snapshot(2)
    assert first is not None
    assert second is not None
    assert (first.path / "views.sql").samefile(second.path / "views.sql")
    assert not (first.path / "README.md").samefile(second.path / "README.md")


def test_a_snapshot_without_guides_is_whole_as_before(lake: Lake) -> None:
    _, snapshot = publish(lake, [FIRST])
    assert snapshot is not None
    manifest = snapshot.path / "_snapshot.json"
    head, _, _ = manifest.read_text().partition(',\n "guides"')
    manifest.write_text(head + "\n}\n")
    for name in GUIDES:
        (snapshot.path / name).unlink()
    assert verify(lake).is_whole
    publish(lake, [SECOND])
    assert verify(lake).is_whole


def test_a_rollback_has_guides_of_its_own_and_collection_takes_the_old(lake: Lake) -> None:
    publish(lake, [FIRST])
    publish(lake, [SECOND])
    back = rollback(lake, 1)
    assert "Snapshot 3 of a Broadsheet lake" in (back.path / "README.md").read_text()
    assert collect(lake, keep=1, grace_hours=0).deleted == (1, 2)
    assert verify(lake).is_whole
    assert all((back.path / name).is_file() for name in GUIDES)
