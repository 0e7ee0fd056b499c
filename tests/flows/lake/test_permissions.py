"""Lakes that may not be read or written, and file systems that know no links."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from newsroom import Document, contents, publish

from flows.errors import LakeUnusable
from flows.lake import Lake, read
from flows.lake.durable import write_lock

FIRST = Document("harbour", "The harbour opens.", quotes=("It opens",))
SECOND = Document("bridge", "The bridge is closed.", day=None)


@contextmanager
def unprivileged():
    """Root may write anywhere: be nobody for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_lake_can_be_read_and_says_that_it_cannot_be_written():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        lake = Lake.create(Path(folder) / "lake")
        publish(lake, [FIRST])
        folders = [Path(top) for top, _, _ in os.walk(lake.path)]
        for path in (*folders, lake.path / ".lock"):
            path.chmod(0o555)
        try:
            with unprivileged():
                assert read("articles", lake.path).num_rows == 1
                with pytest.raises(LakeUnusable, match=r"cannot write to the lake.*Permission"):
                    publish(Lake.open(lake.path), [SECOND])
        finally:
            for path in folders:
                path.chmod(0o755)
        assert lake.snapshot().number == 1


def test_a_lake_that_may_not_be_read_says_so():
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder) / "lake")
        lake.path.chmod(0o000)
        try:
            with unprivileged(), pytest.raises(LakeUnusable, match=r"cannot read.*Permission"):
                Lake.open(lake.path)
        finally:
            lake.path.chmod(0o755)


@pytest.mark.parametrize("refusal", [errno.EPERM, errno.EMLINK, errno.EXDEV])
def test_where_files_cannot_be_linked_they_are_copied(lake, monkeypatch, refusal):
    _, before = publish(lake, [FIRST])

    def refuse(*arguments, **options):
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr(os, "link", refuse)
    _, after = publish(lake, [SECOND])
    kept = [file for file in after.files("articles") if file.partition == "2024-01"]
    assert kept == list(before.files("articles"))
    assert not (before.path / kept[0].path).samefile(after.path / kept[0].path)
    assert contents(after)["articles"][:1] == contents(before)["articles"]


def test_a_second_writer_waits_for_the_first_and_then_says_so(lake):
    with (
        write_lock(lake.path),
        pytest.raises(LakeUnusable, match="another process has been writing"),
        write_lock(lake.path, wait_seconds=0),
    ):
        pass
    publish(lake, [FIRST])
