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


def test_verify_names_a_guide_that_was_changed_and_makes_it_anew(lake: Lake) -> None:
    _, snapshot = publish(lake, [FIRST])
    assert snapshot is not None
    page = snapshot.path / "README.md"
    before = page.read_bytes()
    page.write_bytes(before + b"a note of somebody\n")
    (snapshot.path / "views.sql").unlink()
    found = {fault.path: fault.what for fault in verify(lake).faults}
    assert set(found) == {str(page), str(snapshot.path / "views.sql")}
    assert "bytes, not" in found[str(page)]
    assert verify(lake, repair=True).is_whole
    assert page.read_bytes() == before
    assert verify(lake).faults == ()


def test_a_guide_of_other_contracts_is_not_forged(lake: Lake) -> None:
    _, snapshot = publish(lake, [FIRST])
    assert snapshot is not None
    manifest = snapshot.path / "_snapshot.json"
    (listed,) = [file for file in snapshot.guides if file.path == "README.md"]
    # As a snapshot that an earlier Broadsheet wrote, whose page nobody can write any more.
    manifest.write_text(manifest.read_text().replace(listed.sha256, "0" * 64))
    verdict = verify(lake, repair=True)
    assert not verdict.is_whole
    assert [fault.path for fault in verdict.faults] == [str(snapshot.path / "README.md")]


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
