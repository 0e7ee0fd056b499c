"""JSON Lines: a line is a document, and its fields are found again in its text."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import WrongUsage
from flows.receive import (
    Decoded,
    FieldMapping,
    Limits,
    RawDocument,
    Rejection,
    decode,
    documents,
    scan,
)
from flows.receive.documents import sha256_of

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, content: bytes, limits: Limits | None = None) -> list[RawDocument]:
    path.write_bytes(content)
    return list(documents(scan([path]).files[0], limits or Limits(), FieldMapping()))


def record(line: str | bytes, mapping: FieldMapping | None = None) -> Decoded | Rejection:
    content = line if isinstance(line, bytes) else line.encode("utf-8")
    media_type = (mapping or FieldMapping()).media_type
    return decode(
        RawDocument("file:///a.jsonl", "line 12", content, media_type, sha256_of(content))
    )


def fields_of(found: Decoded | Rejection) -> dict[str, str]:
    assert isinstance(found, Decoded), found
    return {name: found.text[start:end] for name, (start, end) in found.fields.items()}


def test_each_line_is_a_document_with_its_exact_bytes(tmp_path: Path) -> None:
    content = b'{"title": "Rain", "body": "It rained."}\r\n\n  \n{"text":"Sun"}'
    found = read(tmp_path / "a.jsonl", content)
    assert [(each.member, each.content) for each in found] == [
        ("line 1", b'{"title": "Rain", "body": "It rained."}'),
        ("line 4", b'{"text":"Sun"}'),
    ]
    assert found[0].sha256 == sha256_of(found[0].content)
    assert FieldMapping.of_media_type(found[0].media_type) == FieldMapping()


@pytest.mark.parametrize("name", ["a.ndjson", "A.JSONL"])
def test_both_extensions_are_records(tmp_path: Path, name: str) -> None:
    assert read(tmp_path / name, b'{"text": "Sun"}\n')[0].member == "line 1"


def test_packed_records_are_read_line_by_line(tmp_path: Path) -> None:
    found = read(tmp_path / "a.jsonl.gz", gzip.compress(b'{"text": "Sun"}\n{"text": "Sea"}\n'))
    assert [each.member for each in found] == ["line 1", "line 2"]


def test_the_fields_are_put_together_in_one_order_and_found_again() -> None:
    found = record(
        '{"body": "It rained.", "url": "https://example.org/1", "lang": "en", "extra": [1, {}],'
        ' "source": {"name": "The Gazette"}, "authors": ["Ann Lee", "Bo Rey"],'
        ' "datePublished": "2024-01-02", "headline": "Rain"}'
    )
    assert isinstance(found, Decoded)
    assert list(fields_of(found).items()) == [
        ("headline", "Rain"),
        ("published", "2024-01-02"),
        ("byline", "Ann Lee, Bo Rey"),
        ("outlet", "The Gazette"),
        ("language", "en"),
        ("url", "https://example.org/1"),
        ("text", "It rained."),
    ]
    assert found.text == "\n\n".join(fields_of(found).values())


def test_paragraphs_in_a_list_are_parted_by_a_blank_line() -> None:
    assert fields_of(record('{"text": ["One.", null, "Two."]}')) == {"text": "One.\n\nTwo."}


def test_numbers_are_taken_as_printed_however_long() -> None:
    digits = "9" * 6000
    assert fields_of(record(f'{{"date": {digits}, "text": "x"}}'))["published"] == digits


def test_a_null_or_blank_field_is_absent() -> None:
    assert fields_of(record('{"title": null, "author": " ", "text": "x"}')) == {"text": "x"}


def test_the_users_mapping_wins_over_the_obvious_names() -> None:
    mapping = FieldMapping.parse(" headline = kicker , text=story=1 ")
    found = record('{"title": "no", "kicker": "Rain", "story=1": "Wet.", "text": "no"}', mapping)
    assert fields_of(found) == {"headline": "Rain", "text": "Wet."}


@pytest.mark.parametrize(
    ("line", "rule", "what"),
    [
        ('{"text": "x"', "record.malformed", "column 13: expecting ',' delimiter"),
        ("Rain fell.", "record.malformed", "column 1: expecting value"),
        ('["text"]', "record.malformed", "not an object"),
        ('"text"', "record.malformed", "not an object"),
        ('{"text": NaN}', "record.malformed", "NaN is not JSON"),
        ('{"text": "a", "text": "b"}', "record.malformed", 'the key "text" is given twice'),
        ('{"text": true}', "record.malformed", 'the key "text" holds true or false, not text'),
        ('{"text": {"html": "x"}}', "record.malformed", "holds an object without a name"),
        ("[" * 200_000, "record.malformed", "nested too deeply"),
        ('{"text": ' + "[" * 200_000, "record.malformed", "nested too deeply"),
        ('{"headline": "Rain"}', "record.no_text", "no text under text, body or the like"),
        ('{"text": "\\u200b"}', "record.no_text", "say where it is with --map text=KEY"),
        ('{"text": "a\\ud800b"}', "document.surrogate", "U+D800 at character 1"),
        ('{"text": "a\\u0000b"}', "document.nul", "a NUL at character 1"),
        ('{"text": "a\\u202eb"}', "document.bidi_override", "U+202E at character 1"),
        ('{"text": "a\x00bcdefghijklmnopqrstuvw"}', "record.malformed", "invalid control"),
    ],
)
def test_a_broken_record_says_where_and_why(line: str, rule: str, what: str) -> None:
    found = record(line)
    assert isinstance(found, Rejection)
    assert found.rules == (rule,)
    assert found.message.startswith("a.jsonl, line 12: ")
    assert what in found.message
    assert found.message.isprintable()


def test_a_key_given_twice_does_no_harm_where_it_is_not_read() -> None:
    assert fields_of(record('{"id": 1, "id": 2, "text": "x"}')) == {"text": "x"}


def test_many_keys_are_read_in_one_pass() -> None:
    line = "{" + ",".join(f'"k{n}": {n}' for n in range(50_000)) + ', "text": "x"}'
    assert fields_of(record(line)) == {"text": "x"}


def test_a_list_nested_in_a_list_too_deeply_is_malformed_and_not_a_crash() -> None:
    found = record('{"text": ' + "[" * 900 + '"x"' + "]" * 900 + "}")
    assert isinstance(found, Decoded | Rejection)


def test_a_line_that_is_not_utf_8_is_still_decoded() -> None:
    found = record('{"text": "It didn’t rain."}'.encode("cp1252"))
    assert isinstance(found, Decoded)
    assert (found.text, found.encoding) == ("It didn’t rain.", "windows-1252")


def test_a_broken_line_does_not_stop_the_rest(tmp_path: Path) -> None:
    found = [
        decode(each) for each in read(tmp_path / "a.jsonl", b'{"text":"a"}\n{"te\n{"text":"c"}')
    ]
    assert [isinstance(each, Decoded) for each in found] == [True, False, True]


def test_a_long_line_is_set_aside_and_a_longer_one_is_not_kept(tmp_path: Path) -> None:
    lines = [b'{"text": "%s"}' % (b"a" * count) for count in (1, 150, 900)]
    limits = Limits(document_bytes=100, kept_bytes=400)
    small, large, huge = read(tmp_path / "a.jsonl", b"\r\n".join(lines), limits)
    assert small.problem is None
    assert large.problem is not None
    assert large.problem.rules == ("document.size",)
    assert large.content == lines[1]
    assert huge.problem is not None
    assert huge.problem.rules == ("document.size",)
    assert (huge.content, huge.sha256) == (b"", sha256_of(lines[2]))


def test_the_hash_of_a_line_does_not_depend_on_how_it_ends(tmp_path: Path) -> None:
    limits = Limits(kept_bytes=10)
    hashes = {
        each.sha256
        for end in (b"", b"\n", b"\r\n")
        for each in read(tmp_path / "a.jsonl", b"x" * 1000 + end, limits)
    }
    assert hashes == {sha256_of(b"x" * 1000)}


def test_records_in_utf_16_are_refused_as_a_whole(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.jsonl", '{"text": "x"}\n'.encode("utf-16"))
    assert found.problem is not None
    assert found.problem.rules == ("document.unsupported",)
    assert "write JSON Lines in UTF-8" in found.problem.message


def test_a_file_of_blank_lines_is_blank(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.jsonl", b"\n \n")
    assert found.problem is not None
    assert found.problem.rules == ("document.blank",)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("headline", 'part "headline" names no key|"headline" names no key'),
        ("text=", '"text=" names no key'),
        ("title=headline", 'there is no field "title"'),
        ("text=a,text=b", 'the field "text" is named twice'),
    ],
)
def test_a_mapping_that_is_off_says_so(written: str, what: str) -> None:
    with pytest.raises(WrongUsage, match=what):
        FieldMapping.parse(written)


@given(st.lists(st.text(min_size=1), min_size=1).map(tuple))
def test_any_keys_survive_the_media_type(keys: tuple[str, ...]) -> None:
    mapping = FieldMapping(text=keys)
    assert mapping.media_type.isascii()
    assert FieldMapping.of_media_type(mapping.media_type) == mapping


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b'{"text": "a"}', b"\n", b"\r"])))
def test_any_bytes_are_lines_that_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    for document in read(path, b"\n".join(pieces)):
        assert isinstance(decode(document), Decoded | Rejection)
