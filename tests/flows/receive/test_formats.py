"""Pages, newswire, tables, JSON files, Markdown, Parquet: what is read and what set aside."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from flows.receive import Decoded, FieldMapping, RawDocument, Rejection, decode, documents, scan

if TYPE_CHECKING:
    from pathlib import Path

PARAGRAPH = (
    "The ferries between Almery and Karst will sail again from May, the harbour office said on "
    "Monday, after a winter in which the pier was mended and the Gull was painted green. "
)
PAGE = f"""<!doctype html>
<html lang="en"><head><title>Ferries sail again | The Almery Gazette</title>
<meta property="og:site_name" content="The Almery Gazette">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
 {{"@type": "WebPage", "datePublished": "2020-01-01"}},
 {{"@type": "NewsArticle", "headline": "Ferries sail again", "datePublished":
 "2024-05-02T08:43:00+02:00", "author": [{{"@type": "Person", "name": "Ann Lee"}},
 {{"name": "Bo Ek"}}], "publisher": {{"name": "The Almery Gazette"}}}}]}}</script></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Ferries sail again</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH * 2}</p></article>
<footer>Subscribe to our newsletter</footer></body></html>"""


def read(
    path: Path, content: bytes, mapping: FieldMapping | None = None
) -> list[Decoded | Rejection]:
    return [decode(document) for document in received(path, content, mapping)]


def received(path: Path, content: bytes, mapping: FieldMapping | None = None) -> list[RawDocument]:
    path.write_bytes(content)
    return list(documents(scan([path]).files[0], mapping=mapping))


def fields_of(found: Decoded | Rejection) -> dict[str, str]:
    assert isinstance(found, Decoded), found
    return {name: found.text[start:end] for name, (start, end) in found.fields.items()}


def rule_of(found: Decoded | Rejection) -> tuple[str, str]:
    assert isinstance(found, Rejection), found
    return found.rules[0], found.message


@pytest.mark.parametrize("name", ["page.html", "page.htm", "wrong extension.txt"])
def test_a_page_is_read_by_its_own_metadata_and_its_article(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path / name, PAGE.encode())
    fields = fields_of(found)
    assert fields["headline"] == "Ferries sail again"
    assert fields["published"] == "2024-05-02T08:43:00+02:00"
    assert fields["byline"] == "Ann Lee, Bo Ek"
    assert fields["outlet"] == "The Almery Gazette"
    assert fields["text"].startswith("The ferries between Almery and Karst")
    assert "newsletter" not in fields["text"]


def test_a_page_that_never_closes_is_read_all_the_same(tmp_path: Path) -> None:
    cut = PAGE[: PAGE.index("</article>") - 4]
    assert "painted green" in fields_of(read(tmp_path / "a.html", cut.encode())[0])["text"]


def test_a_page_without_an_article_says_so(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.html", b"<html><body><div></div></body></html>")
    assert rule_of(found)[0] == "record.no_text"
    assert "the page holds no article" in rule_of(found)[1]


def test_a_page_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-2">').replace("Gull", "Łódź")
    (found,) = read(tmp_path / "a.html", page.encode("iso-8859-2"))
    assert isinstance(found, Decoded)
    assert "the Łódź was painted green" in found.text
    assert found.encoding == "iso8859-2"


SGML = """<DOC>
<DOCNO> APW20240502.0043 </DOCNO>
<DATE_TIME> 2024-05-02 08:43 </DATE_TIME>
<BODY>
<SLUG> BC-Ferries, 1st Ld </SLUG>
<HEADLINE>
Ferries sail again
</HEADLINE>
 &UR; By ANN LEE &QC;
 &UR; Associated Press Writer &QC;
<TEXT>
\t   KARST, Wess. (AP) _ The ferries will
sail from May.
\t   ``They sail,'' the office said.
</TEXT>
</BODY>
<TRAILER>
AP-NY-05-02-24 0843EDT
</TRAILER>
</DOC>
"""


def test_newswire_gives_title_day_zone_byline_and_paragraphs(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.sgml", SGML.encode())
    assert fields_of(found) == {
        "headline": "Ferries sail again",
        "published": "2024-05-02 08:43 EDT",
        "byline": "By ANN LEE",
        "outlet": "AP",
        "text": "KARST, Wess. (AP) _ The ferries will sail from May.\n\n"
        "``They sail,'' the office said.",
    }


def test_an_article_glued_to_the_next_one_is_two_documents(tmp_path: Path) -> None:
    glued = SGML + SGML.replace("Ferries sail", "Gulls fly").replace("</DOC>", "")
    found = read(tmp_path / "a.sgml", glued.encode())
    assert [fields_of(each)["headline"] for each in found] == [
        "Ferries sail again",
        "Gulls fly again",
    ]


def test_xml_hides_nothing_and_expands_nothing(tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        "<articles><article><title>Ferries &amp; gulls</title><text><![CDATA[They <b> sail]]> &x;"
        "</text></article></articles>"
    )
    fields = fields_of(read(tmp_path / "a.xml", bomb.encode())[0])
    assert fields["headline"] == "Ferries & gulls"
    assert fields["text"] == "They <b> sail &x;"


def test_a_text_that_was_taken_apart_is_put_together_again(tmp_path: Path) -> None:
    tokens = [
        '"',
        "Ferries",
        "sail",
        ",",
        '"',
        "he",
        "said",
        ",",
        '"',
        "ca",
        "n't",
        "they",
        "?",
        '"',
    ]
    lines = "\n".join(f"{token}\tX\t{token}" for token in tokens)
    xml = f'<text title="Ferries" dateCreated="2024-05-02">\n<p>\n{lines}\n</p>\n</text>'
    fields = fields_of(read(tmp_path / "a.xml", xml.encode())[0])
    assert fields["text"] == '"Ferries sail," he said, "can\'t they?"'
    assert fields["published"] == "2024-05-02"


def test_what_is_called_newswire_and_is_a_text_is_read_as_one(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.sgml", b"Ferries sail\n\nThey sail.")
    assert isinstance(found, Decoded)
    assert found.fields == {}


CSV = 'Article Title,Date,Reporter,Article Body\nFerries,2024-05-02,x,"They ""sail"".\nAnd fly."\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_of_a_table_is_a_document_with_its_header(tmp_path: Path, delimiter: str) -> None:
    content = CSV.replace(",", delimiter).encode()
    (document,) = received(tmp_path / "a.csv", content)
    assert (document.member, document.content) == ("row 1", content.rstrip(b"\n"))
    assert fields_of(decode(document)) == {
        "headline": "Ferries",
        "published": "2024-05-02",
        "text": 'They "sail".\nAnd fly.',
    }


def test_a_cell_may_be_longer_than_the_limit_that_python_starts_with(tmp_path: Path) -> None:
    long = "They sail. " * 20_000
    (found,) = read(tmp_path / "a.csv", f"title,text\nFerries,{long}\n".encode())
    assert len(fields_of(found)["text"]) == len(long)
    assert csv.field_size_limit() > len(long)


def test_columns_are_mapped_by_name(tmp_path: Path) -> None:
    mapping = FieldMapping.parse("text=words,headline=what")
    (found,) = read(tmp_path / "a.tsv", b"what\twords\nFerries\tThey sail.\n", mapping)
    assert fields_of(found) == {"headline": "Ferries", "text": "They sail."}


def test_a_time_in_a_column_of_its_own_belongs_to_the_day(tmp_path: Path) -> None:
    table = b"title,Submission Date,Submission Time,text\nFerries,20240502,910,They sail.\n"
    assert fields_of(read(tmp_path / "a.csv", table)[0])["published"] == "20240502 910"


def test_a_ragged_row_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    table = b"title,text\nFerries,They sail.\nGulls,They fly, too.\nSeals,They swim.\n"
    first, ragged, last = read(tmp_path / "a.csv", table)
    assert fields_of(first)["headline"] == "Ferries"
    assert rule_of(ragged)[0] == "record.malformed"
    assert "the row has 3 cells and the header 2; put marks around a cell" in rule_of(ragged)[1]
    assert fields_of(last)["headline"] == "Seals"


def test_a_table_with_a_wrong_header_is_set_aside_whole(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.csv", b"a,b\n1,2\n")
    assert rule_of(found)[0] == "record.no_text"
    assert (
        "no column of the table holds the text (it has a, b); say where it is with --map"
        in (rule_of(found)[1])
    )


def test_a_json_file_is_one_record_or_an_array_of_them(tmp_path: Path) -> None:
    record = '{"title": "Ferries",\n "text": "They sail."}'
    (one,) = received(tmp_path / "a.json", record.encode())
    assert (one.member, fields_of(decode(one))["headline"]) == (None, "Ferries")
    for wrapped in (
        f"[{record}, {record}]",
        f'{{"status": "ok", "articles": [{record},{record}]}}',
    ):
        found = received(tmp_path / "b.json", wrapped.encode())
        assert [each.member for each in found] == ["element 1", "element 2"]
        assert found[0].content == record.encode()


def test_a_broken_element_of_an_array_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    array = b'[{"text": "They sail."}, {"text": nothing}, {"text": "They fly."}]'
    first, broken, last = read(tmp_path / "a.json", array)
    assert fields_of(first)["text"] == "They sail."
    assert rule_of(broken)[0] == "record.malformed"
    assert "character 9: expecting value; mend the element" in rule_of(broken)[1]
    assert fields_of(last)["text"] == "They fly."


def test_one_broken_line_of_records_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    lines = b'{"text": "They sail."}\n{"text": \n{"text": "They fly."}\n'
    first, broken, last = read(tmp_path / "a.jsonl", lines)
    assert (fields_of(first)["text"], fields_of(last)["text"]) == ("They sail.", "They fly.")
    assert rule_of(broken)[0] == "record.malformed"


def parquet_of(**columns: list[object]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_a_row_of_parquet_is_a_document(tmp_path: Path) -> None:
    content = parquet_of(headline=["Ferries", "Gulls"], body=["They sail.", None], n=[1, 2])
    first, empty = received(tmp_path / "a.parquet", content)
    assert json.loads(first.content) == {"headline": "Ferries", "body": "They sail."}
    assert fields_of(decode(first)) == {"headline": "Ferries", "text": "They sail."}
    assert rule_of(decode(empty))[0] == "record.no_text"


def test_parquet_with_another_schema_and_what_is_none_say_so(tmp_path: Path) -> None:
    (other,) = read(tmp_path / "a.parquet", parquet_of(price=[1]))
    assert rule_of(other)[0] == "record.no_text"
    assert "no column of the file holds the text (it has price)" in rule_of(other)[1]
    (none,) = read(tmp_path / "b.parquet", b"Ferries sail")
    assert rule_of(none)[0] == "archive.damaged"


MARKDOWN = """---
title: Ferries sail again
date: 2024-05-02
author: [Ann Lee, Bo Ek]
---

![The Gull](gull.png)

The **ferries** will [sail](https://x.example/a) from *May*.

## Fares

> They stay, the office said.
"""


def test_markdown_is_read_with_its_front_matter(tmp_path: Path) -> None:
    assert fields_of(read(tmp_path / "a.md", MARKDOWN.encode())[0]) == {
        "headline": "Ferries sail again",
        "published": "2024-05-02",
        "byline": "Ann Lee, Bo Ek",
        "text": "The Gull [Photo]\n\nThe ferries will sail from May.\n\nFares\n\n"
        "They stay, the office said.",
    }


def test_front_matter_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.md", b"---\ntitle: a: b\n---\nThey sail.")
    assert rule_of(found)[0] == "record.malformed"
    assert "line 2: the front matter is no YAML; mend it" in rule_of(found)[1]


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_every_format_may_be_packed(tmp_path: Path, suffix: str, pack: object) -> None:
    assert callable(pack)
    for name, content in (("a.csv", CSV), ("a.html", PAGE), ("a.sgml", SGML), ("a.md", MARKDOWN)):
        (found,) = read(tmp_path / f"{name}.{suffix}", pack(content.encode()))
        assert fields_of(found)["text"], name
    (cut,) = read(tmp_path / f"b.txt.{suffix}", pack(b"Ferries sail. " * 900)[:-9])
    assert rule_of(cut)[0] in ("document.truncated", "archive.damaged")


def test_a_zstandard_bomb_is_stopped(tmp_path: Path) -> None:
    bomb = zstandard.ZstdCompressor().compress(b"a" * 80_000_000)
    (found,) = read(tmp_path / "a.txt.zst", bomb)
    assert rule_of(found)[0] == "archive.bomb"


@pytest.mark.parametrize("opening", ["<html>", "<DOC>", "<text ", "---\n", "[", '{"a": '])
def test_a_hostile_beginning_of_any_length_is_read_in_one_pass(
    tmp_path: Path, opening: str
) -> None:
    for name in ("a.html", "a.sgml", "a.md", "a.json", "a.csv", "a.txt"):
        for found in read(tmp_path / name, (opening * 20_000).encode()):
            assert isinstance(found, Decoded | Rejection)
