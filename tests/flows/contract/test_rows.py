"""Rows that break a critical rule are set aside with its code; a warning only counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from flows.contract import ContractCheckFailed, TableOffContract, check_rows, check_table
from schemas import contract

RECEIVED = date(2024, 5, 2)


def judge(table, *, dataset="articles"):
    synthetic = {"_received_date": [RECEIVED] * table.num_rows} if dataset == "articles" else {}
    return check_rows(contract(dataset), table, synthetic)


BROKEN_ARTICLES = [
    ({"headline": None}, "headline.required"),
    ({"headline": " --- "}, "headline.pattern"),
    ({"headline": "Ferry\nsails"}, "headline.control_characters"),
    ({"headline": "Ferry\n"}, "headline.pattern"),
    ({"headline": "Ferry <b>sails</b>"}, "headline.markup"),
    ({"headline": '=HYPERLINK("x")'}, "headline.markup"),
    ({"headline": "F" * 501}, "headline.max_length"),
    ({"text": None}, "text.required"),
    ({"text": "x"}, "text.min_length"),
    ({"text": "a bell \x07 rings"}, "text.control_characters"),
    ({"text": "one\r\ntwo"}, "text.control_characters"),
    ({"article_id": "0123456789ABCDEF"}, "article_id.pattern"),
    ({"article_id": "0123456789abcdef\n"}, "article_id.pattern"),
    ({"outlet_id": "Harbour Gazette"}, "outlet_id.pattern"),
    ({"published_precision": "hour"}, "published_precision.valid_values"),
    ({"timezone": "CST"}, "timezone.pattern"),
    ({"timezone_origin": "guessed"}, "timezone_origin.valid_values"),
    ({"author_names": None}, "author_names.required"),
    ({"author_names": [None]}, "author_names.required"),
    ({"author_names": [""]}, "author_names.pattern"),
    ({"author_names": ["Ann Lee", "<b>Bob</b>"]}, "author_names.pattern"),
    ({"author_names": ['=HYPERLINK("http://x")']}, "author_names.pattern"),
    ({"author_names": ["@SUM(A1)"]}, "author_names.pattern"),
    ({"author_names": ["Ann\nLee"]}, "author_names.pattern"),
    ({"author_names": ["Ann\x00Lee"]}, "author_names.pattern"),
    ({"author_names": ["Ann\u2028Lee"]}, "author_names.pattern"),
    ({"author_names": ["\u202eeeL nnA"]}, "author_names.pattern"),
    ({"author_names": ["A" * 81]}, "author_names.pattern"),
    ({"editor_names": ["08:43, January 02"]}, "editor_names.pattern"),
    ({"contributor_names": ["ann@gazette.example"]}, "contributor_names.pattern"),
    ({"language": "english"}, "language.pattern"),
    ({"language_confidence": 1.5}, "language_confidence.range"),
    ({"word_count": 0}, "word_count.minimum"),
    ({"document_sha256": "ab"}, "document_sha256.pattern"),
    ({"version_count": 0}, "version_count.minimum"),
]


def test_each_broken_article_is_set_aside_with_the_code_of_its_rule(table):
    verdict = judge(table("articles", {}, *(change for change, _ in BROKEN_ARTICLES)))
    assert verdict.accepted.tolist() == [True] + [False] * len(BROKEN_ARTICLES)
    for row, (change, code) in enumerate(BROKEN_ARTICLES, start=1):
        assert code in verdict.broken[row], change
        assert f"{code}: " in verdict.messages[row]
    assert 0 not in verdict.broken


GOOD_NAMES = [
    "Mira O'Dell",
    "Jean-Luc d'Arcy Jr.",
    "李明",
    "Søren Ångström",
    "สมชาย ใจดี",
    "आदित्य राव",
    "محمد علي",
    "阿里木·买买提",
    "'t Hooft",
    "J.R.R. Vale",
    'Dwayne "Rock" Hill',
    "X",
]


def test_names_of_any_script_are_accepted(table):
    verdict = judge(table("articles", *({"author_names": [name]} for name in GOOD_NAMES)))
    refused = [GOOD_NAMES[row] for row in verdict.broken]
    assert refused == []
    assert judge(table("articles", {"author_names": GOOD_NAMES})).broken == {}


def test_a_row_lists_all_its_broken_rules_in_the_order_of_the_contract(table):
    verdict = judge(table("articles", {"text": "x", "headline": None, "language": "?"}))
    assert verdict.broken == {0: ("headline.required", "text.min_length", "language.pattern")}
    assert verdict.messages[0].startswith("headline.required: never null, but found headline null;")
    assert "text.min_length: at least 2 code points, but found text 'x'" in verdict.messages[0]


def test_a_warning_counts_and_does_not_set_aside(table):
    before = datetime(2024, 5, 1, tzinfo=UTC)
    verdict = judge(
        table(
            "articles",
            {},
            {"text": "“Curly” marks"},
            {"text": "lost \ufffd letter and “curly”"},
            {"text": "left &nbsp; over"},
            {"published_date": date(1599, 12, 31)},
            {"published_date": date(2024, 5, 4)},
            {"updated_at": before},
        )
    )
    assert verdict.accepted.all()
    assert verdict.broken == {}
    assert verdict.warnings == {
        "text.curly_marks": 2,
        "text.damaged_characters": 1,
        "text.markup": 1,
        "published_date.early": 1,
        "published_date.future": 1,
        "updated_at.before_published": 1,
    }


def test_a_day_ahead_is_today_somewhere_and_no_date_is_no_future(table):
    sound = table("articles", {"published_date": date(2024, 5, 3)}, {"published_date": None})
    assert judge(sound).accepted.all()


def test_nulls_pass_the_rules_of_a_column_that_may_be_null(table):
    nullable = [field.name for field in contract("articles").arrow if field.nullable]
    assert judge(table("articles", dict.fromkeys(nullable))).broken == {}


def test_each_broken_quotation_is_set_aside_with_the_code_of_its_rule(table):
    broken = [
        ({"text": ""}, "text.min_length"),
        ({"char_end": 26}, "char_end.after_start"),
        ({"raw_start": 9, "raw_end": 8}, "raw_end.after_start"),
        ({"cue_start": 40, "cue_end": 40}, "cue_end.after_start"),
        ({"kind": "quoted"}, "kind.valid_values"),
        ({"field": "caption"}, "field.valid_values"),
        ({"speaker_kind": "robot"}, "speaker_kind.valid_values"),
        ({"resolution": "guessed"}, "resolution.valid_values"),
        ({"confidence": -0.1}, "confidence.range"),
        ({"parts": None}, "parts.required"),
        ({"char_start": -1}, "char_start.minimum"),
    ]
    verdict = judge(table("quotes", *(change for change, _ in broken), {}), dataset="quotes")
    assert {row: codes[0] for row, codes in verdict.broken.items()} == {
        row: code for row, (_, code) in enumerate(broken)
    }
    assert verdict.accepted[-1]


def test_a_run_that_loses_a_document_breaks_its_balance(table):
    verdict = judge(table("runs", {}, {"seen": 11}, {"parameters": "{"}), dataset="runs")
    assert verdict.broken == {1: ("seen.balance",), 2: ("parameters.json",)}


def test_equal_keys_are_found_in_a_whole_table_and_not_row_by_row(table):
    twins = table("quotes", {}, {})
    assert check_rows(contract("quotes"), twins).broken == {}
    assert check_table(contract("quotes"), twins).broken == {
        0: ("quote_id.unique",),
        1: ("quote_id.unique",),
    }


def test_an_empty_table_is_accepted(table):
    verdict = judge(table("articles"))
    assert verdict.accepted.dtype == np.bool_
    assert verdict.accepted.tolist() == []


def test_rows_keep_their_numbers_in_a_table_of_several_chunks(table):
    chunks = pa.concat_tables(
        [table("articles", {}), table("articles", {}, {"author_names": ["<i>"]})]
    )
    assert judge(chunks).broken == {2: ("author_names.pattern",)}
    assert judge(chunks.slice(2)).broken == {0: ("author_names.pattern",)}


def test_a_table_off_its_contract_is_our_fault_and_raised(table):
    sound = table("articles", {})
    off = sound.drop_columns(["headline"]).append_column("title", pa.array(["x"]))
    off = off.set_column(off.schema.get_field_index("word_count"), "word_count", pa.array([9]))
    with pytest.raises(TableOffContract) as caught:
        judge(off)
    assert caught.value.differences == (
        "headline is missing",
        "title is not declared",
        "word_count is int64, not int32",
    )


def test_a_synthetic_column_that_is_not_given_is_an_error_and_not_a_skipped_rule(table):
    with pytest.raises(ContractCheckFailed, match=r"published_date\.future .*no _received_date"):
        check_rows(contract("articles"), table("articles", {}))
