"""Sources at addresses: listed, read in any format, and every failure named."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from flows.errors import SourceNotFound
from flows.receive import Limits, check_sources, documents, scan
from flows.receive.remote import AddressHoldsSecret, SourceKindMissing, is_remote


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    """A store in memory, empty before and after."""
    found = fsspec.filesystem("memory")
    found.rm("/", recursive=True) if found.ls("/") else None
    yield found
    found.rm("/", recursive=True) if found.ls("/") else None


def test_an_address_is_listed_with_its_folders_and_without_hidden_files(
    store: fsspec.AbstractFileSystem,
) -> None:
    store.pipe({"/news/b.txt": b"Rain.", "/news/deep/a.txt.gz": b"", "/news/.hidden": b"x"})
    listing = scan(["memory://news"])
    assert [(file.uri, file.byte_count) for file in listing.files] == [
        ("memory:///news/b.txt", 5),
        ("memory:///news/deep/a.txt.gz", 0),
    ]
    assert listing.unread == ()


def test_a_file_at_an_address_is_read_as_a_local_one(store: fsspec.AbstractFileSystem) -> None:
    store.pipe({"/news/a.txt.gz": gzip.compress(b"Rain falls."), "/news/b.csv": b"text\nRain.\n"})
    found = [each for file in scan(["memory://news"]).files for each in documents(file)]
    assert [(each.source_uri, each.member, each.content) for each in found] == [
        ("memory:///news/a.txt.gz", None, b"Rain falls."),
        ("memory:///news/b.csv", "row 1", b"text\nRain."),
    ]


def test_what_is_not_there_is_not_found(store: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(SourceNotFound, match="memory://nowhere"):
        scan(["memory://nowhere/a.txt"])


def test_a_kind_of_address_that_nothing_reads_says_what_to_install() -> None:
    with pytest.raises((SourceKindMissing, SourceNotFound), match=r"nothing://x"):
        scan(["nothing://x/a.txt"])


def test_of_an_address_only_its_kind_is_looked_at_before_a_run(tmp_path: Path) -> None:
    assert check_sources(["memory://nowhere/a.txt", tmp_path], tmp_path / "lake") == [tmp_path]
    with pytest.raises((SourceKindMissing, SourceNotFound), match=r"nothing://x"):
        check_sources(["nothing://x/a.txt"])


def test_a_file_that_is_too_large_to_fetch_is_left_where_it_is(
    store: fsspec.AbstractFileSystem,
) -> None:
    store.pipe("/news/a.txt", b"a" * 100)
    (file,) = scan(["memory://news"]).files
    with pytest.raises(OSError, match="more than 50 bytes"):
        list(documents(file, Limits(archive_bytes=50)))


@pytest.mark.parametrize("source", ["news/a.txt", "/news", "C:/news", "a b://c", "file:///news"])
def test_a_path_is_no_address(source: str) -> None:
    assert not is_remote(source)


@pytest.mark.parametrize(
    ("address", "shown_as"),
    [
        ("https://ida:hush@h/news.zip", "https://…@h/news.zip"),
        ("zip://a.txt::https://ida:hush@h/b.zip", "zip://a.txt::https://…@h/b.zip"),
        ("https://h/a.txt?X-Amz-Signature=hush&b=1", "https://h/a.txt?…&b=1"),
        ("https://h/a.txt?b=1&token=hush", "https://h/a.txt?b=1&…"),
        ("https://hush@h/a.txt", "https://…@h/a.txt"),
        ("s3://ida:hu/sh+hush@press/a", "s3://…@press/a"),
    ],
)
def test_an_address_with_a_secret_in_it_is_refused_and_not_shown(
    address: str, shown_as: str
) -> None:
    with pytest.raises(AddressHoldsSecret) as caught:
        scan([address])
    assert shown_as in str(caught.value)
    assert "hush" not in str(caught.value)
