"""Zip files, sound and hostile: a broken member does not stop the rest."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from flows.receive import FieldMapping, Limits, RawDocument, documents, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = b"Rain fell all day in the north."
SMALL = Limits(document_bytes=1000, kept_bytes=5000, archive_bytes=20_000, archive_ratio=20)


def read(path: Path, content: bytes, limits: Limits | None = None) -> list[RawDocument]:
    path.write_bytes(content)
    return list(documents(scan([path]).files[0], limits or Limits(), FieldMapping()))


def rules(found: list[RawDocument]) -> list[str | None]:
    return [None if each.problem is None else ",".join(each.problem.rules) for each in found]


def message(document: RawDocument) -> str:
    assert document.problem is not None
    assert document.problem.message.isprintable()
    return document.problem.message


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return buffer.getvalue()


def test_a_repetitive_page_is_no_bomb(tmp_path: Path) -> None:
    found = read(tmp_path / "a.zip", zipped(("a.txt", b"ha " * 100_000)))
    assert rules(found) == [None]


def test_a_packed_bomb_in_an_archive_counts_towards_the_archive(tmp_path: Path) -> None:
    members = [(f"{n}.txt.gz", gzip.compress(b"0" * 900)) for n in range(30)]
    found = read(tmp_path / "a.zip", zipped(*members, packing=zipfile.ZIP_STORED), SMALL)
    assert rules(found)[-1] == "archive.bomb"
    assert found[-1].member is None


def test_a_zip_whose_directory_overlaps_itself_is_a_bomb(tmp_path: Path) -> None:
    plain = zipped(("a.txt", b"0" * 4000))
    start = plain.index(b"PK\x01\x02")
    entry, end = plain[start:-22], plain[-22:]
    count = 10
    end = end[:8] + struct.pack("<HHL", count, count, len(entry) * count) + end[16:]
    found = read(tmp_path / "a.zip", plain[:start] + entry * count + end, SMALL)
    assert rules(found) == ["archive.bomb"]


def test_a_zip_that_lies_about_a_size_is_damaged_there_and_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", STORY * 40), ("b.txt", STORY)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<L", 10)
    found = read(tmp_path / "a.zip", bytes(content))
    assert rules(found) == ["archive.damaged", None]
    assert found[0].content.startswith(b"PK\x03\x04"), "its packed bytes are kept"


def test_a_member_with_a_wrong_checksum_is_damaged_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", STORY), ("b.txt", STORY), packing=zipfile.ZIP_STORED))
    content[content.index(STORY)] ^= 1
    found = read(tmp_path / "a.zip", bytes(content))
    assert rules(found) == ["archive.damaged", None]
    assert "Bad CRC-32" in message(found[0])
    assert found[0].content.endswith(STORY[1:])


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_garbage_in_a_packed_member_is_damage_whatever_the_method(
    tmp_path: Path, packing: int
) -> None:
    content = bytearray(zipped(("a.txt", STORY * 9), ("b.txt", STORY), packing=packing))
    at = content.index(b"a.txt") + 5
    content[at + 8 : at + 30] = b"\xff" * 22
    found = read(tmp_path / "a.zip", bytes(content))
    assert rules(found)[0] in ("archive.damaged", "document.truncated")
    assert rules(found)[1] is None


def test_an_unknown_packing_method_is_unsupported_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", STORY), ("b.txt", STORY)))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(mark) + offset
        content[at : at + 2] = struct.pack("<H", 9)
    found = read(tmp_path / "a.zip", bytes(content))
    assert rules(found) == ["document.unsupported", None]
    assert "pack it again with deflate" in message(found[0])


def test_an_encrypted_member_is_kept_as_it_lies_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", STORY), ("b.txt", STORY), packing=zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    found = read(tmp_path / "a.zip", bytes(content))
    assert rules(found) == ["archive.encrypted", None]
    assert found[0].content == bytes(content[: content.index(STORY) + len(STORY)])
    assert found[0].media_type == "application/octet-stream"


def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    (found,) = read(tmp_path / "a.zip", buffer.getvalue())
    assert (rules([found]), found.content) == (["archive.link"], b"/etc/passwd")


def test_zip_names_in_utf_8_without_its_flag_are_read_as_utf_8(tmp_path: Path) -> None:
    content = zipped(("éé.txt", STORY))
    assert content.count("éé".encode()) == 2
    plain = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[plain.index(mark) + offset] &= ~0x08
    assert read(tmp_path / "a.zip", bytes(plain))[0].member == "éé.txt"
    gbk = content.replace("éé".encode(), "新闻".encode("gb18030"))
    (found,) = read(tmp_path / "b.zip", gbk)
    assert rules([found]) == ["archive.damaged"], "flagged as UTF-8 and not UTF-8"
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain = bytearray(gbk) if mark == b"PK\x03\x04" else plain
        plain[plain.index(mark) + offset] &= ~0x08
    (found,) = read(tmp_path / "c.zip", bytes(plain))
    assert (rules([found]), found.content) == ([None], STORY)


def test_a_directory_of_a_zip_is_counted_before_it_is_believed(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + bytes(42)
    count = 70_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 5, 5, len(entry) * count, 0, 0)
    found = read(tmp_path / "a.zip", entry * count + end, Limits(archive_members=1000))
    assert rules(found) == ["archive.members"]


def test_members_are_read_only_when_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.txt", STORY), ("b.txt", STORY)))
    found: Iterator[RawDocument] = documents(scan([path]).files[0])
    assert next(found).member == "a.txt"
