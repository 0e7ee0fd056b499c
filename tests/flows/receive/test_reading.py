"""Single files: what they are taken for, packed or not, small or large."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from flows.receive import Decoded, FieldMapping, Limits, RawDocument, decode, documents, scan
from flows.receive.documents import sha256_of

if TYPE_CHECKING:
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


def test_a_packed_text_that_is_a_bomb_is_kept_packed(tmp_path: Path) -> None:
    content = gzip.compress(b"0" * 500_000)
    (found,) = read(tmp_path / "a.txt.gz", content, SMALL)
    assert (rules([found]), found.content) == (["archive.bomb"], content)
    assert found.media_type == "application/gzip"


def test_several_gzip_frames_and_zero_padding_are_one_text(tmp_path: Path) -> None:
    content = gzip.compress(b"Rain. ") + gzip.compress(b"Sun.") + bytes(700)
    (found,) = read(tmp_path / "a.txt.gz", content)
    assert (rules([found]), found.content) == ([None], b"Rain. Sun.")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (gzip.compress(STORY)[:-3], "document.truncated"),
        (gzip.compress(STORY)[:5], "document.truncated"),
        (gzip.compress(STORY)[:-8] + b"\0" * 8, "archive.damaged"),
        (gzip.compress(STORY) + b"garbage", "archive.damaged"),
        (STORY, "archive.damaged"),
    ],
)
def test_a_broken_gzip_is_kept_packed_alone_and_in_an_archive(
    tmp_path: Path, content: bytes, rule: str
) -> None:
    (alone,) = read(tmp_path / "a.txt.gz", content)
    inside, after = read(tmp_path / "a.zip", zipped(("a.txt.gz", content), ("b.txt", STORY)))
    for found in (alone, inside):
        assert (rules([found]), found.content) == ([rule], content)
        assert found.media_type == "application/gzip"
    assert rules([after]) == [None]


@pytest.mark.parametrize(("name", "magic"), [("a.zip", "zip"), ("a.gz", "gzip")])
def test_a_packed_file_named_txt_is_binary(tmp_path: Path, name: str, magic: str) -> None:
    content = zipped(("a.txt", STORY)) if name == "a.zip" else gzip.compress(STORY)
    (found,) = read(tmp_path / "a.txt", content)
    assert found.problem is None
    rejection = decode(found)
    assert not isinstance(rejection, Decoded)
    assert rejection.rules == ("document.binary",)
    assert f"it is a {magic} file" in rejection.message


def test_a_file_without_an_extension_is_a_text_and_others_are_unsupported(tmp_path: Path) -> None:
    for name in ("README", "Item No. 5", "08.43", "a.text", "A.TXT", "a.gz"):
        packed = gzip.compress(STORY) if name == "a.gz" else STORY
        assert rules(read(tmp_path / name, packed)) == [None], name
    for name in ("a.pdf", "a.docx.gz", "a.ann", "a.txt.bak", "a.rtf", "a.xls"):
        (found,) = read(tmp_path / name, STORY)
        assert (rules([found]), found.content) == (["document.unsupported"], STORY)
    assert ".pdf files are not read" in message(read(tmp_path / "a.pdf", b"{}")[0])


def test_a_large_document_is_set_aside_and_a_larger_one_is_not_kept(tmp_path: Path) -> None:
    limits = Limits(document_bytes=100, kept_bytes=300)
    (large,) = read(tmp_path / "a.txt", b"a" * 200, limits)
    assert (rules([large]), len(large.content)) == (["document.size"], 200)
    (huge,) = read(tmp_path / "a.txt", b"a" * 400, limits)
    assert (rules([huge]), huge.content) == (["document.size"], b"")
    assert huge.sha256 == sha256_of(b"a" * 400)
    assert "400 bytes, more than the 100 of a document, and too many to be kept" in message(huge)


def test_fifty_megabytes_on_one_line_are_set_aside(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.txt", b"a" * 50_000_000)
    assert (rules([found]), len(found.content)) == (["document.size"], 50_000_000)
