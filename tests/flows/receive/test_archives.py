"""What holds for every archive: each member a document, nothing leads out or blows up."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.receive import Decoded, FieldMapping, Limits, RawDocument, decode, documents, scan
from flows.receive.documents import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
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


PACKERS: dict[str, Callable[..., bytes]] = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda *members: gzip.compress(tarred(*members)),
    "a.tgz": lambda *members: gzip.compress(tarred(*members)),
    "a.tar.bz2": lambda *members: bz2.compress(tarred(*members)),
    "a.tar.xz": lambda *members: lzma.compress(tarred(*members)),
}


@pytest.mark.parametrize("name", PACKERS)
def test_each_member_is_a_document_in_its_order(tmp_path: Path, name: str) -> None:
    content = PACKERS[name](
        ("mon/b.txt", STORY), ("a", b"Sun."), ("c.txt.gz", gzip.compress(STORY))
    )
    found = read(tmp_path / name, content)
    assert [(each.member, each.content) for each in found] == [
        ("mon/b.txt", STORY),
        ("a", b"Sun."),
        ("c.txt.gz", STORY),
    ]
    assert rules(found) == [None, None, None]
    assert {each.source_uri for each in found} == {(tmp_path / name).as_uri()}
    assert found[0].sha256 == sha256_of(STORY)


@pytest.mark.parametrize("name", PACKERS)
def test_records_in_an_archive_are_read_line_by_line(tmp_path: Path, name: str) -> None:
    lines = b'{"text": "a"}\n\n{"text": "b"}'
    packed = (("x.jsonl", lines), ("y.jsonl.gz", gzip.compress(lines)))
    found = read(tmp_path / name, PACKERS[name](*packed))
    members = ["x.jsonl, line 1", "x.jsonl, line 3", "y.jsonl.gz, line 1", "y.jsonl.gz, line 3"]
    assert [each.member for each in found] == members
    assert all(isinstance(decode(each), Decoded) for each in found)


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize(
    "escape", ["../up.txt", "a/../../up.txt", "/etc/up.txt", "C:up.txt", "a\\..\\up.txt", ".."]
)
def test_a_path_out_of_the_archive_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, name: str, escape: str
) -> None:
    found = read(tmp_path / name, PACKERS[name]((escape, STORY), ("b.txt", STORY)))
    assert rules(found) == ["archive.escape", None]
    assert found[0].content == STORY
    assert "leads out of the archive" in message(found[0])
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", PACKERS)
def test_hidden_members_and_folders_are_skipped(tmp_path: Path, name: str) -> None:
    members = [(each, STORY) for each in ("__MACOSX/._a.txt", ".DS_Store", "./a.txt", ".git/b.txt")]
    assert [each.member for each in read(tmp_path / name, PACKERS[name](*members))] == ["./a.txt"]


@pytest.mark.parametrize("name", PACKERS)
def test_other_formats_and_archives_inside_are_unsupported_with_their_bytes(
    tmp_path: Path, name: str
) -> None:
    inner = zipped(("a.txt", STORY))
    found = read(
        tmp_path / name, PACKERS[name](("a.pdf", b"%PDF"), ("b.zip", inner), ("c.TGZ", b""))
    )
    assert rules(found) == ["document.unsupported"] * 3
    assert ".pdf files are not read; give the articles as .txt" in message(found[0])
    assert "an archive inside an archive is not read" in message(found[1])
    assert [each.content for each in found] == [b"%PDF", inner, b""]


@pytest.mark.parametrize("name", PACKERS)
def test_a_name_with_control_characters_is_escaped(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path / name, PACKERS[name](("a\n\x1b[31m.pdf", STORY)))
    assert found.member == "a\\n\\x1b[31m.pdf"
    message(found)


@pytest.mark.parametrize("name", PACKERS)
def test_a_name_given_twice_is_two_documents(tmp_path: Path, name: str) -> None:
    with pytest.warns(UserWarning, match="Duplicate name") if name == "a.zip" else nullcontext():
        content = PACKERS[name](
            ("a.txt", b"1"), ("a.txt", b"2"), ("a.txt#2", b"3"), ("a.txt", b"4")
        )
    found = read(tmp_path / name, content)
    assert [each.content for each in found] == [b"1", b"2", b"3", b"4"]
    assert len({each.member for each in found}) == 4
    assert found[1].member == "a.txt#2"


@pytest.mark.parametrize("name", PACKERS)
def test_an_archive_without_documents_says_so(tmp_path: Path, name: str) -> None:
    content = PACKERS[name]((".hidden", STORY))
    (found,) = read(tmp_path / name, content)
    assert rules([found]) == ["document.empty"]
    assert found.content == content


@pytest.mark.parametrize("name", [*PACKERS, "a.txt.gz", "a.txt", "a.jsonl"])
def test_an_empty_file_is_empty_whatever_its_name(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path / name, b"")
    assert rules([found]) == ["document.empty"]


@pytest.mark.parametrize("name", PACKERS)
def test_too_many_members_stop_the_archive(tmp_path: Path, name: str) -> None:
    content = PACKERS[name](*((f"{n}.txt", b"%d" % n) for n in range(12)))
    found = read(tmp_path / name, content, Limits(archive_members=10))
    assert rules(found)[-1] == "archive.members"
    assert "more than 10 members; split it" in message(found[-1])
    assert (found[-1].member, found[-1].content) == (None, content)
    assert len(found) == (1 if name == "a.zip" else 11)


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_by_size_stops_the_archive_and_is_kept_as_it_is_packed(
    tmp_path: Path, name: str
) -> None:
    content = PACKERS[name](("good.txt", STORY), ("zeros.txt", b"0" * 30_000))
    found = read(tmp_path / name, content, SMALL)
    assert rules(found)[-1] == "archive.bomb"
    expected = content if len(content) <= SMALL.kept_bytes else b""
    assert (found[-1].content, found[-1].sha256) == (expected, sha256_of(content))
    assert "as a bomb would; unpack it by hand" in message(found[-1])
    if name == "a.zip":
        assert len(found) == 1, "the directory says so before the first member is read"


@pytest.mark.parametrize("name", ["a.zip", "a.tgz", "a.tar.bz2"])
def test_a_bomb_by_ratio_stops_the_archive(tmp_path: Path, name: str) -> None:
    content = PACKERS[name](("zeros.txt", b"0" * 15_000))
    limits = Limits(document_bytes=1000, archive_ratio=20)
    found = read(tmp_path / name, content, limits)
    assert rules(found) == ["archive.bomb"]
    assert "20 times its packed size" in message(found[0])


@pytest.mark.parametrize("name", [*PACKERS, "a.txt.gz"])
def test_an_archive_cut_anywhere_is_set_aside_and_kept(tmp_path: Path, name: str) -> None:
    story = os.urandom(3000).hex().encode()
    whole = gzip.compress(story) if name == "a.txt.gz" else PACKERS[name](("a.txt", story))
    for share in (0.05, 0.3, 0.5):
        content = whole[: int(len(whole) * share)]
        found = read(tmp_path / name, content)
        assert rules(found)[-1] in ("document.truncated", "archive.damaged")
        assert found[-1].content == content
        assert all(each.content == story for each in found[:-1]), "no half of a text is handed on"


@settings(max_examples=150)
@given(st.sampled_from(sorted(PACKERS)), st.data())
def test_no_damage_to_an_archive_is_an_exception(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    content = bytearray(PACKERS[name](("a.txt", STORY * 3), ("b.jsonl", b'{"text": "x"}\n')))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    for document in read(tmp_path_factory.getbasetemp() / name, bytes(content)):
        decode(document)
