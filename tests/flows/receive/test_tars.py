"""Tar files, sound and hostile: read once, front to back."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from flows.receive import FieldMapping, Limits, RawDocument, documents, scan

if TYPE_CHECKING:
    from pathlib import Path

STORY = b"Rain fell all day in the north."


def read(path: Path, content: bytes, limits: Limits | None = None) -> list[RawDocument]:
    path.write_bytes(content)
    return list(documents(scan([path]).files[0], limits or Limits(), FieldMapping()))


def rules(found: list[RawDocument]) -> list[str | None]:
    return [None if each.problem is None else ",".join(each.problem.rules) for each in found]


def message(document: RawDocument) -> str:
    assert document.problem is not None
    assert document.problem.message.isprintable()
    return document.problem.message


def tarred(
    *members: tuple[str, bytes] | tarfile.TarInfo, pax: bool = True, mode: str = "w"
) -> bytes:
    buffer = io.BytesIO()
    form = tarfile.PAX_FORMAT if pax else tarfile.GNU_FORMAT
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return buffer.getvalue()


def link(kind: bytes, name: str, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_links_pipes_and_devices_in_a_tar_are_set_aside_with_their_headers(tmp_path: Path) -> None:
    content = tarred(
        link(tarfile.SYMTYPE, "a.txt", "/etc/passwd"),
        link(tarfile.LNKTYPE, "b.txt", "../\x1b[31m"),
        link(tarfile.FIFOTYPE, "c.txt"),
        link(tarfile.CHRTYPE, "d.txt"),
        ("e.txt", STORY),
    )
    found = read(tmp_path / "a.tar", content)
    assert rules(found) == ["archive.link"] * 4 + [None]
    assert "it is a symbolic link to /etc/passwd" in message(found[0])
    assert "it is a hard link to ../\\x1b[31m" in message(found[1])
    assert all(len(each.content) == 512 for each in found[:4])


@pytest.mark.parametrize("pax", [True, False])
def test_long_and_foreign_names_in_a_tar_are_whole(tmp_path: Path, pax: bool) -> None:
    name = "/".join(["路" * 20] * 8) + "/新闻.txt"
    found = read(tmp_path / "a.tar", tarred((name, STORY), ("b.txt", STORY), pax=pax))
    assert [each.member for each in found] == [name, "b.txt"]


def test_a_tar_name_of_undecodable_bytes_is_printable(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.tar", tarred(("caf\udce9.txt", STORY), pax=False))
    assert found.member == "caf\\xe9.txt"


def test_a_tar_without_its_end_mark_is_truncated_after_what_it_holds(tmp_path: Path) -> None:
    content = tarred(("a.txt", STORY))[:1024]
    found = read(tmp_path / "a.tar", content)
    assert rules(found) == [None, "document.truncated"]
    assert "ends without its end mark" in message(found[1])


def test_two_tars_one_after_the_other_are_both_read(tmp_path: Path) -> None:
    found = read(tmp_path / "a.tar", tarred(("a.txt", b"1")) + tarred(("b.txt", b"2")))
    assert [each.content for each in found] == [b"1", b"2"]


def test_an_extended_header_of_many_bytes_is_not_read_into_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 40
    found = read(tmp_path / "a.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    assert rules(found) == ["archive.damaged"]
    assert "an extended header of 1,099,511,627,776 bytes" in message(found[0])


@pytest.mark.parametrize("records", [b"8 path=x\n", b"x", b"99999999999 a=b\n", b"12 size=-10\n"])
def test_a_broken_extended_header_is_damage(tmp_path: Path, records: bytes) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, len(records)
    content = info.tobuf() + records.ljust(512, b"\0") + tarred(("a.txt", STORY))
    found = read(tmp_path / "a.tar", content)
    assert rules(found) == ["archive.damaged"]
    assert "a broken extended header" in message(found[0])


def test_a_sparse_member_is_not_blown_up(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a.txt")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    found = read(tmp_path / "a.tar", info.tobuf() + bytes(1024))
    assert rules(found) == ["archive.damaged"]
    assert "a sparse file" in message(found[0])
