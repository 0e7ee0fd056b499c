"""A decoded document made plain, class by class of what makes it odd."""

from __future__ import annotations

import unicodedata

import pytest

from flows.normalise.clean import clean, one_line

TILDE_E = "e\u0303"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("Ferry sails again\n\nIt left at noon, the pilot said.", id="a plain text"),
        pytest.param("", id="the empty text"),
        pytest.param("R&D costs rose; AT&T's did not & B&B stayed", id="ampersands"),
    ],
)
def test_a_text_that_needs_nothing_is_its_own_run_of_the_document(raw: str):
    text = clean(raw, 12)
    assert text.value is raw
    assert (text.origin, text.starts, text.ends) == (12, None, None)


def test_marks_dashes_and_accents_stay_as_printed():
    raw = "“Öl”, ‘so’ – «Straße» — „ja“ 「好」 ´ʼ′″…"
    assert clean(raw).value == raw


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        pytest.param("one\r\ntwo", "one\ntwo", id="CRLF"),
        pytest.param("one\rtwo", "one\ntwo", id="a lone CR"),
        pytest.param("one\r\n\r\ntwo", "one\n\ntwo", id="CRLF CRLF"),
        pytest.param("one\r\rtwo", "one\n\ntwo", id="CR CR"),
        pytest.param("one\n\rtwo", "one\n\ntwo", id="LF CR are two"),
        pytest.param("one\x85two", "one\ntwo", id="NEL"),
        pytest.param("one\u2028two", "one\ntwo", id="line separator"),
        pytest.param("one\u2029two", "one\ntwo", id="paragraph separator"),
        pytest.param("one\x0btwo\x0cthree", "one\ntwo\nthree", id="VT and FF"),
        pytest.param("one\n\n\n\n\ntwo", "one\n\ntwo", id="many blank lines are one"),
        pytest.param("one \n \n\t\n two", "one\n\ntwo", id="lines that hold blanks only"),
        pytest.param("\n\n one\n", "one", id="blank ends"),
    ],
)
def test_every_line_end_is_a_line_feed(raw: str, plain: str):
    assert clean(raw).value == plain


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        pytest.param("fish &amp; chips", "fish & chips", id="named"),
        pytest.param("Caf&eacute;", "Café", id="a letter"),
        pytest.param("Caf&Eacute;", "CafÉ", id="case means something"),
        pytest.param("a&NBSP;b &AMP; c", "a b & c", id="in capitals"),
        pytest.param("a&amp;nbsp;b", "a b", id="escaped twice"),
        pytest.param("&amp;amp;amp;amp;amp;lt;", "<", id="escaped six times"),
        pytest.param("&amp;#38;#038;lt;", "<", id="escaped by numbers too"),
        pytest.param("it&#8217;s &#x201C;so&#X201D;", "it’s “so”", id="numeric"),
        pytest.param("it&#146;s", "it’s", id="numeric, a place of cp1252"),
        pytest.param("a&#10;b&Tab;c&#1;d", "a b c d", id="controls become blanks"),
        pytest.param("so&shy;ft&#8203;ly", "softly", id="invisible ones"),
        pytest.param("e&#771;a", "\u1ebda", id="a combining mark, then composed"),
        pytest.param("a&#0;b&#xD800;c", "a\ufffdb\ufffdc", id="characters that cannot be"),
    ],
)
def test_an_entity_becomes_what_it_stands_for(raw: str, plain: str):
    assert clean(raw).value == plain


@pytest.mark.parametrize(
    "raw",
    ["&bogus;", "&notify;", "a=1&copy=2", "&amp", "&;", "&#;", "&#x;", "AT&T; no", "& amp;"],
)
def test_what_is_no_entity_stays(raw: str):
    assert clean(raw).value == raw


def test_an_entity_leads_back_to_all_its_characters():
    text = clean("fish &amp;amp; chips")
    assert text.value == "fish & chips"
    assert text.raw_span(5, 6) == (5, 14)
    assert text.raw_span(7, 12) == (15, 20)


def test_a_bogus_entity_that_was_escaped_is_unescaped_once():
    assert clean("&amp;bogus;").value == "&bogus;"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        pytest.param("Caf\u00c3\u00a9", "Café", id="UTF-8 read as Latin-1"),
        pytest.param("it\u00e2\u20ac\u2122s", "it’s", id="UTF-8 read as cp1252"),
        pytest.param("it\u00e2\x80\x99s", "it’s", id="the same with C1 controls"),
        pytest.param("\u00e2\u20ac\u0153so\u00e2\u20ac\u009d", "“so”", id="a closing mark"),
        pytest.param("a\u00c2\u00a0b", "a b", id="a no-break space"),
        pytest.param("He left.\u00c2 She stayed", "He left. She stayed", id="its second half lost"),
        pytest.param("\u00c3\u00a2\u00e2\u201a\u00ac\u00e2\u201e\u00a2", "’", id="twice"),
        pytest.param("море".encode().decode("cp1252"), "море", id="Cyrillic"),
        pytest.param("渔".encode().decode("latin-1"), "渔", id="Chinese"),
        pytest.param("\u0432\u0402\u045aso\u0432\u0402\u045c", "“so”", id="read as cp1251"),
    ],
)
def test_mojibake_is_undone(raw: str, plain: str):
    assert clean(raw).value == plain


def test_each_character_of_mojibake_leads_back_to_its_own_bytes():
    text = clean("Caf\u00c3\u00a9\u00e2\u20ac\u2122s")
    assert text.value == "Café’s"
    assert [text.raw_span(at, at + 1) for at in (3, 4, 5)] == [(3, 5), (5, 8), (8, 9)]


def test_mojibake_beside_a_proper_letter_is_undone_and_leads_back_to_the_run():
    text = clean("caf\u00e9\u00e2\u20ac\u2122s")
    assert text.value == "café’s"
    assert text.raw_span(0, 6) == (0, 8)
    assert text.raw_span(5, 6) == (7, 8)


@pytest.mark.parametrize(
    "raw",
    ["São Paulo", "ÂNGELA", "Pâté", "naïveté", "Ærø", "Đà Nẵng", "côté", "Łódź", "Ñuñoa", "ÇA VA"],
)
def test_accents_that_belong_there_stay(raw: str):
    assert clean(raw).value == raw


def test_c1_controls_are_what_cp1252_has_in_their_place():
    text = clean("\x93so\x94 \x96 it\x92s \x80 5")
    assert text.value == "“so” – it’s € 5"
    assert text.raw_span(0, 4) == (0, 4)


@pytest.mark.parametrize(
    "blank",
    ["\t", "\xa0", "\u1680", "\u2002", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000", " \xa0 "],
)
def test_every_blank_is_a_plain_one_and_a_single_one(blank: str):
    text = clean(f"a{blank}b")
    assert text.value == "a b"
    assert text.raw_span(2, 3) == (1 + len(blank), 2 + len(blank))


@pytest.mark.parametrize(
    "invisible",
    [
        "\xad", "\u200b", "\ufeff", "\u2060", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066",
        "\u2069", "\u061c", "\u034f", "\u180e", "\x00", "\x07", "\x7f", "\x81", "\u3164", "\ufff9",
    ],
)  # fmt: skip
def test_nothing_invisible_stays(invisible: str):
    text = clean(f"{invisible}ca{invisible}fe{invisible}")
    assert text.value == "cafe"
    assert text.raw_span(0, 4) == (1, 6)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("می\u200cخواهم", id="Persian"),
        pytest.param("क्\u200dष", id="Devanagari"),
        pytest.param("\U0001f469\u200d\U0001f680", id="an astronaut"),
        pytest.param("\U0001f3f3\ufe0f\u200d\U0001f308", id="a flag"),
        pytest.param("\u2764\ufe0f\u200d\U0001f525", id="a heart on fire"),
    ],
)
def test_joiners_stay_where_they_mean_something(raw: str):
    assert clean(raw).value == raw


@pytest.mark.parametrize(
    "raw", ["a\u200cb", "“\u200da”", "a\u200b\u200db", "\u200dab", "汉\u200c字"]
)
def test_joiners_go_where_they_mean_nothing(raw: str):
    plain = raw.replace("\u200c", "").replace("\u200d", "").replace("\u200b", "")
    assert clean(raw).value == plain


def test_ligatures_are_their_letters_and_each_leads_back():
    text = clean("e\ufb03cient \ufb01sh")
    assert text.value == "efficient fish"
    assert text.raw_span(1, 4) == (1, 2)
    assert text.raw_span(10, 12) == (8, 9)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        pytest.param("Cafe\u0301", "Café", id="Latin"),
        pytest.param("\u1112\u1161\u11ab", "한", id="Hangul, three jamo"),
        pytest.param("\ud558\u11ab", "한", id="Hangul, a syllable and a jamo"),
        pytest.param("\u212b", "Å", id="a singleton"),
        pytest.param("a\u0323\u0307", "ạ\u0307", id="marks in order"),
        pytest.param("a\u0307\u0323", "ạ\u0307", id="marks out of order"),
        pytest.param("\u09c7\u09be", "\u09cb", id="Bengali, a mark of class 0"),
        pytest.param("\u1025\u102e", "\u1026", id="Burmese, a mark of class 0"),
        pytest.param("\u0915\u093c \u0958", "\u0915\u093c \u0915\u093c", id="excluded from NFC"),
    ],
)
def test_characters_are_composed(raw: str, plain: str):
    assert unicodedata.is_normalized("NFC", plain)
    assert clean(raw).value == plain


def test_a_composed_character_leads_back_to_its_parts():
    text = clean(f"Cafe\u0301s ol{TILDE_E}")
    assert text.value == "Cafés ol\u1ebd"
    assert text.raw_span(3, 4) == (3, 5)
    assert text.raw_span(4, 5) == (5, 6)
    assert text.raw_span(8, 9) == (9, 11)


def test_a_replacement_character_stays_since_it_says_that_something_was_lost():
    assert clean("caf\ufffd").value == "caf\ufffd"


@pytest.mark.parametrize("raw", [" ", "\n\r\n", "\u200b", "\ufeff\xa0\t", "&nbsp;&shy;"])
def test_a_text_of_nothing_to_see_is_empty(raw: str):
    text = clean(raw, 3)
    assert text.value == ""
    start, end = text.raw_span(0, 0)
    assert start == end


def test_an_origin_moves_every_place():
    text = clean("a&amp;b", 100)
    assert text.raw_span(0, 3) == (100, 107)


def test_a_wrapped_paragraph_is_put_on_one_line_place_for_place():
    text = clean("one\r\ntwo")
    assert one_line(text).value == "one two"
    assert one_line(text).raw_span(4, 7) == (5, 8)
    plain = clean("one two")
    assert one_line(plain) is plain
