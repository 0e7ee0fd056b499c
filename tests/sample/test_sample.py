"""data/sample against what an editor wrote down about it by hand, in expected.yaml."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.lake import read

Entry = dict[str, Any]
Row = dict[str, Any]
ENTRIES: list[Entry] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8")
)["documents"]
PLAIN = (
    "headline",
    "profile",
    "outlet_id",
    "agency_id",
    "author_names",
    "editor_names",
    "contributor_names",
    "dateline_place",
    "published_raw",
    "version_count",
)


def name_of(entry: Entry) -> str:
    return entry["source"] + (f" ({entry['member']})" if entry["member"] else "")


def those(*outcomes: str) -> pytest.MarkDecorator:
    chosen = [entry for entry in ENTRIES if entry["outcome"] in outcomes]
    return pytest.mark.parametrize("entry", chosen, ids=name_of)


class Published:
    """The sample's lake, looked up by where a document lay."""

    def __init__(self, lake: Path, sample: Path) -> None:
        self._sample = sample
        self.tables = {
            name: read(name, lake)
            for name in (
                "raw_documents",
                "articles",
                "quotes",
                "versions",
                "syndication",
                "quarantine",
            )
        }
        self.rows = {name: table.to_pylist() for name, table in self.tables.items()}
        self._articles = {row["article_id"]: row for row in self.rows["articles"]}

    def version(self, entry: Entry) -> Row | None:
        return self._at("versions", entry)

    def raw(self, entry: Entry) -> Row | None:
        return self._at("raw_documents", entry)

    def article(self, entry: Entry) -> Row:
        version = self.version(entry)
        assert version is not None, f"{name_of(entry)} was not received as an article"
        return self._articles[version["article_id"]]

    def quotes(self, entry: Entry) -> list[Row]:
        article_id = self.article(entry)["article_id"]
        return [row for row in self.rows["quotes"] if row["article_id"] == article_id]

    def _at(self, dataset: str, entry: Entry) -> Row | None:
        uri = (self._sample / entry["source"]).as_uri()
        member = None if entry["member"] is None else str(entry["member"])
        found = [
            row for row in self.rows[dataset] if (row["source_uri"], row["member"]) == (uri, member)
        ]
        assert len(found) <= 1
        return found[0] if found else None


@pytest.fixture(scope="session")
def published(sample_lake: Path, sample: Path) -> Published:
    return Published(sample_lake, sample)


def test_every_document_of_the_sample_is_written_down_and_none_besides(
    published: Published, sample: Path
) -> None:
    received = Counter(row["source_uri"] for row in published.rows["raw_documents"])
    # One file's bytes are another's: it is seen, and has no row of its own.
    again = (sample / "repeats/library-boat-again.txt").as_uri()
    expected = Counter((sample / entry["source"]).as_uri() for entry in ENTRIES)
    assert received + Counter([again]) == expected


@those("quarantined")
def test_a_broken_document_is_set_aside_by_the_rules_it_breaks(
    entry: Entry, published: Published
) -> None:
    raw = published.raw(entry)
    assert raw is not None
    rows = [
        row
        for row in published.rows["quarantine"]
        if row["document_sha256"] == raw["document_sha256"]
    ]
    assert [row["rules"] for row in rows] == [entry["rules"]]
    assert published.version(entry) is None


@those("merged")
def test_a_merged_document_is_a_version_of_the_published_one(
    entry: Entry, published: Published, sample: Path
) -> None:
    (into,) = (each for each in ENTRIES if each["source"] == entry["merged_into"])
    kept = published.version(into)
    assert kept is not None
    assert kept["is_current"]
    version = published.version(entry)
    if version is not None:
        assert version["article_id"] == kept["article_id"]
        assert not version["is_current"]
    else:
        raw = published.raw(into)
        assert raw is not None
        assert raw["content"] == (sample / entry["source"]).read_bytes()


@those("published")
def test_the_row_of_an_article_is_what_the_editor_expects(
    entry: Entry, published: Published
) -> None:
    article = published.article(entry)
    version = published.version(entry)
    assert version is not None
    text = article["text"]
    found = {name: article[name] for name in PLAIN} | {
        "encoding": article["encoding"],
        "language": article["language"],
        "published_at": _instant(article["published_at"]),
        "published_date": _day(article["published_date"]),
        "dateline_date": _day(article["dateline_date"]),
        "captions": len(article["captions"]),
        "paragraphs": text.count("\n\n") + 1,
        "is_correction": version["is_correction"],
    }
    assert {name: found[name] for name in found if name in entry} == {
        name: entry[name] for name in found if name in entry
    }
    assert text.startswith(entry["text_starts"])
    assert text.endswith(entry["text_ends"])
    assert version["is_current"]
    assert version["document_sha256"] == article["document_sha256"]


def _instant(value: Any) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


@those("published")
def test_every_direct_quotation_is_found_with_its_speaker_and_cue(
    entry: Entry, published: Published
) -> None:
    expected = entry["quotations"]
    rows = published.quotes(entry)
    missed = [each for each in expected if not any(_is(each, row) for row in rows)]
    known = [each for each in expected if "missed" in each]
    shown = [(row["text"], row["speaker_mention"], row["cue"], row["kind"]) for row in rows]
    assert missed == known, f"found {shown}"


def _is(expected: Entry, row: Row) -> bool:
    if _trimmed(row["text"]) != _trimmed(expected["text"]):
        return False
    if row["kind"] != "direct" or row["field"] != expected.get("field", "text"):
        return False
    if expected.get("continued"):
        return True  # Its speaker stands in an earlier paragraph.
    speaker = expected["speaker"] or ""
    if speaker.casefold() not in (row["speaker_mention"] or "").casefold():
        return False
    return expected["cue"] is None or expected["cue"] == row["cue"]


def _trimmed(text: str) -> str:
    return " … ".join(part.strip().rstrip(".,;。，") for part in text.split(" … "))


@those("published")
def test_words_in_marks_that_nobody_says_are_no_quotation(
    entry: Entry, published: Published
) -> None:
    quoted = {(row["field"], _trimmed(row["text"])) for row in published.quotes(entry)}
    mistaken = [
        words
        for field, key in (("text", "not_speech"), ("headline", "headline_not_speech"))
        for words in entry.get(key, ())
        if (field, _trimmed(words)) in quoted
    ]
    assert mistaken == list(entry.get("mistaken", ()))


@those("published")
def test_words_quoted_inside_a_statement_are_never_given_to_somebody_else(
    entry: Entry, published: Published
) -> None:
    for fragment in entry.get("fragments", ()):
        for row in published.quotes(entry):
            if _trimmed(row["text"]) == _trimmed(fragment["text"]) and row["kind"] == "direct":
                mention = row["speaker_mention"] or fragment["speaker"]
                assert fragment["speaker"].casefold() in mention.casefold()


def test_the_copies_of_one_story_come_out_and_nothing_else_is_taken_for_one(
    published: Published,
) -> None:
    by_source = {entry["source"]: entry for entry in ENTRIES}
    expected = {
        (
            published.article(entry)["article_id"],
            published.article(by_source[entry["copy_of"]])["article_id"],
            entry["copy_known_by"],
        )
        for entry in ENTRIES
        if "copy_of" in entry
    }
    rows = published.rows["syndication"]
    copies = [row for row in rows if not row["is_canonical"]]
    found = {(row["article_id"], row["canonical_article_id"], row["basis"]) for row in copies}
    assert found == expected
    assert {row["article_id"] for row in published.rows["articles"] if row["syndication_id"]} == {
        row["article_id"] for row in rows
    }


def test_the_sample_holds_a_document_of_every_kind_that_the_readme_promises() -> None:
    rules = {rule for entry in ENTRIES for rule in entry.get("rules", ())}
    assert len(ENTRIES) >= 40
    assert len(rules) >= 14
    encodings = {entry.get("encoding") for entry in ENTRIES} - {None}
    assert encodings >= {"utf-8", "utf-8-sig", "utf-16-le", "windows-1252", "gb18030", "big5"}
    assert {entry.get("profile") for entry in ENTRIES} >= {
        "people_daily",
        "xinhua",
        "reuters",
        "generic",
    }


def test_no_control_or_invisible_character_is_left_in_a_published_text(
    published: Published,
) -> None:
    odd = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u00ad\u200b\u2060\ufeff\u2018-\u201f]")
    for row in published.rows["articles"]:
        assert not odd.search(row["headline"] + row["text"]), row["source_uri"]
