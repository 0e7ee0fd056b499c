from __future__ import annotations

import hashlib

import pyarrow as pa

from flows.batch.known import KnownDocuments


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_nothing_is_known_in_an_empty_lake() -> None:
    known = KnownDocuments(())
    assert len(known) == 0
    assert sha256("ferry") not in known


def test_every_hash_of_every_chunk_is_known_and_no_other() -> None:
    there = [sha256(str(number)) for number in range(1000)]
    known = KnownDocuments([pa.array(there[:1]), pa.array([], pa.string()), pa.array(there[1:])])
    assert len(known) == 1000
    assert all(each in known for each in there)
    assert not any(sha256(str(number)) in known for number in range(1000, 2000))


def test_hashes_that_share_their_first_half_are_told_apart() -> None:
    start = "0123456789abcdef"
    known = KnownDocuments([pa.array([start + digit * 48 for digit in "09af"])])
    assert start + "a" * 48 in known
    assert start + "b" * 48 not in known


def test_the_smallest_and_the_greatest_hash_are_found() -> None:
    known = KnownDocuments([pa.array(["f" * 64, "0" * 64])])
    assert "f" * 64 in known
    assert "0" * 64 in known
    assert "8" + "0" * 63 not in known
