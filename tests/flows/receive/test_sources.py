"""What a scan lists, skips, and sets aside."""

from __future__ import annotations

import io
import os
import socket
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.cli import standard_input
from flows.errors import SourceNotFound, SourceUnreadable
from flows.receive import Listing, SourceInLake, SourceNotRegular, documents, scan

if TYPE_CHECKING:
    from collections.abc import Callable


def names(listing: Listing) -> list[str]:
    return [file.path.name for file in listing.files]


def as_nobody(check: Callable[[], None]) -> None:
    """Run a check in a child without root's rights; root may read everything."""
    if os.geteuid() != 0:
        check()
        return
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            check()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A folder that anybody may enter; pytest keeps its own to the user who runs it."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder == tmp_path or folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    return tmp_path


def test_folders_are_read_recursively_and_in_one_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c.txt"):
        (tmp_path / name).write_text("Rain fell.")
    assert names(scan([tmp_path])) == ["a.txt", "1.txt", "2.txt", "c.txt"]
    assert scan([tmp_path / "b", tmp_path]) == scan([str(tmp_path)])


def test_hidden_files_and_folders_are_skipped_but_a_named_one_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".DS_Store", ".git/a.txt", "b.txt"):
        (tmp_path / name).write_text("x")
    assert names(scan([tmp_path])) == ["b.txt"]
    assert names(scan([tmp_path / ".git"])) == ["a.txt"]


def test_the_lake_that_is_written_is_no_source(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for name in ("a.txt", "lake/snapshots/1/_snapshot.json", "lake/runs/1.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "again").symlink_to(lake)
    assert names(scan([tmp_path], lake)) == ["a.txt"]
    assert names(scan([tmp_path / "a.txt"], tmp_path / "no lake yet")) == ["a.txt"]
    for source in (lake, lake / "runs", lake / "runs" / "1.parquet", tmp_path / "again"):
        with pytest.raises(SourceInLake, match="lies in the lake"):
            scan([source], lake)


def test_a_loop_of_links_ends_and_lists_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "story.txt").write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert names(scan([tmp_path])) == ["story.txt"]


def test_a_link_to_nothing_and_a_link_to_itself_are_unread(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    gone, itself = scan([tmp_path]).unread
    assert "a link to nothing" in gone.reason
    assert "symbolic links" in itself.reason


def test_an_undecodable_file_name_becomes_a_percent_encoded_uri(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_text("Rain fell.")
    (file,) = scan([tmp_path]).files
    assert file.uri.endswith("/caf%E9.txt")
    assert [document.content for document in documents(file)] == [b"Rain fell."]


def test_pipes_sockets_and_devices_are_unread_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.txt"))
        (tmp_path / "device.txt").symlink_to("/dev/null")
        listing = scan([tmp_path])
    assert listing.files == ()
    reasons = {Path(unread.uri).name: unread.reason for unread in listing.unread}
    assert reasons == {
        "device.txt": "a device, not a file",
        "pipe.txt": "a named pipe, not a file",
        "socket.txt": "a socket, not a file",
    }


def test_a_named_pipe_is_refused_when_it_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceNotRegular, match="is a named pipe; name a file or a folder"):
        scan([tmp_path / "pipe"])


@pytest.mark.parametrize("name", ["missing", "", "a\0b", "x" * 300, "file.txt/below"])
def test_a_source_that_does_not_exist_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    source = f"{tmp_path}/{name}" if name else ""
    with pytest.raises(SourceNotFound, match="no such source") as raised:
        scan([source])
    assert "\n" not in str(raised.value)


def test_a_newline_in_a_missing_name_is_escaped(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match=r"red\\x1b\[31m\\nX"):
        scan([tmp_path / "red\x1b[31m\nX"])


def test_a_folder_and_a_file_without_read_permission_are_unread(landing: Path) -> None:
    (landing / "closed").mkdir(mode=0)
    (landing / "secret.txt").write_text("x")
    (landing / "secret.txt").chmod(0)
    (landing / "open.txt").write_text("x")

    def check() -> None:
        listing = scan([landing])
        assert names(listing) == ["open.txt"]
        assert [(Path(u.uri).name, u.reason) for u in listing.unread] == [
            ("closed", "no read permission"),
            ("secret.txt", "no read permission"),
        ]

    as_nobody(check)


def test_a_named_source_without_read_permission_is_an_error(landing: Path) -> None:
    (landing / "closed").mkdir(mode=0)
    (landing / "secret.txt").write_text("x")
    (landing / "secret.txt").chmod(0)

    def check() -> None:
        for name in ("closed", "secret.txt"):
            with pytest.raises(SourceUnreadable, match="no read permission"):
                scan([landing / name])

    as_nobody(check)


def test_a_file_that_loses_its_permission_after_the_scan_raises_os_error(landing: Path) -> None:
    (landing / "a.txt").write_text("x")

    def check() -> None:
        with pytest.raises(PermissionError):
            list(documents(file))

    (file,) = scan([landing]).files
    (landing / "a.txt").chmod(0)
    as_nobody(check)


def test_a_file_that_vanishes_after_the_scan_raises_os_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (file,) = scan([tmp_path]).files
    file.path.unlink()
    with pytest.raises(FileNotFoundError):
        list(documents(file))


def test_a_pipe_that_took_the_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (file,) = scan([tmp_path]).files
    file.path.unlink()
    os.mkfifo(file.path)
    with pytest.raises(OSError, match="not a regular file any more"):
        list(documents(file))


def test_the_same_bytes_from_standard_input_come_from_the_same_place_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = b"Ferries sail again\n\nThey sail from May."
    found = []
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        (file,) = scan([standard_input()]).files
        (document,) = documents(file)
        assert document.content == content
        found.append((document.source_uri, document.sha256))
    assert found == [(f"stdin:{document.sha256[:16]}.txt", document.sha256)] * 2
