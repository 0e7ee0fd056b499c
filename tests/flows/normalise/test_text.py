"""A text with its way back: spans, slices, edits and joins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.text import Edit, Text, joined


def test_an_unchanged_text_leads_back_to_where_it_stood():
    text = Text("harbour", 40)
    assert text.raw_span(0, 7) == (40, 47)
    assert text.raw_span(3, 3) == (43, 43)


def test_a_shorter_replacement_leads_back_to_the_whole_of_what_it_replaced():
    text = Text("fish &amp; chips").edited([(5, 10, "&")])
    assert text.value == "fish & chips"
    assert text.raw_span(5, 6) == (5, 10)
    assert text.raw_span(7, 12) == (11, 16)


def test_each_character_of_a_longer_replacement_leads_back_to_all_of_what_it_replaced():
    text = Text("o\ufb03ce").edited([(1, 2, "ffi")])
    assert text.value == "office"
    assert [text.raw_span(at, at + 1) for at in (1, 2, 3)] == [(1, 2)] * 3
    assert text.raw_span(4, 6) == (2, 4)


def test_a_replacement_of_the_same_length_maps_character_by_character():
    text = Text("ab--cd", 10).edited([(2, 4, "xy")])
    assert text.raw_span(2, 3) == (12, 13)
    assert text.raw_span(3, 4) == (13, 14)


def test_what_was_dropped_inside_a_span_belongs_to_it_and_at_its_edges_does_not():
    text = Text("__ab__cd__").edited([(0, 2, ""), (4, 6, ""), (8, 10, "")])
    assert text.value == "abcd"
    assert text.raw_span(0, 4) == (2, 8)
    assert text.raw_span(0, 2) == (2, 4)
    assert text.raw_span(2, 4) == (6, 8)


def test_edits_at_both_ends_and_one_beside_the_other_are_taken():
    text = Text("abcd").edited([(0, 1, "AA"), (1, 2, ""), (3, 4, "D!")])
    assert text.value == "AAcD!"
    assert text.raw_span(0, 5) == (0, 4)
    assert text.raw_span(3, 5) == (3, 4)


def test_edits_of_an_edited_text_lead_back_to_the_raw_document():
    text = Text("a&amp;&amp;b").edited([(1, 6, "&"), (6, 11, "&")]).edited([(1, 3, "and")])
    assert text.value == "aandb"
    assert text.raw_span(1, 4) == (1, 11)
    assert text.raw_span(4, 5) == (11, 12)


def test_a_text_deleted_as_a_whole_is_empty_and_has_an_empty_span():
    text = Text("\u200b\u200b", 5).edited([(0, 2, "")])
    assert text.value == ""
    start, end = text.raw_span(0, 0)
    assert start == end


def test_the_empty_text_has_an_empty_span_where_it_stood():
    assert Text("", 7).raw_span(0, 0) == (7, 7)
    assert Text("").edited([]).value == ""


def test_no_edits_give_the_same_object_back():
    text = Text("harbour")
    assert text.edited([]) is text


@pytest.mark.parametrize(
    ("edits", "named"),
    [
        pytest.param([(0, 3, "x"), (2, 4, "y")], "2:4", id="overlapping"),
        pytest.param([(4, 5, "x"), (0, 1, "y")], "0:1", id="out of order"),
        pytest.param([(2, 1, "x")], "2:1", id="backwards"),
        pytest.param([(2, 2, "x")], "2:2", id="an insertion"),
        pytest.param([(5, 9, "x")], "5:9", id="beyond the end"),
        pytest.param([(-1, 2, "x")], "-1:2", id="before the start"),
    ],
)
def test_an_edit_that_leads_nowhere_is_refused_by_its_place(edits: list[Edit], named: str):
    with pytest.raises(ValueError, match=f"the edit {named} is empty, out of order or outside"):
        Text("harbour").edited(edits)


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (0, 8)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]):
    with pytest.raises(IndexError, match="is not inside a text of 7 code points"):
        Text("harbour").raw_span(*span)
    with pytest.raises(IndexError, match="is not inside a text of 7 code points"):
        Text("harbour").slice(*span)


def test_a_slice_keeps_its_way_back():
    text = Text("x&amp;yz", 100).edited([(1, 6, "&")]).slice(1, 3)
    assert text.value == "&y"
    assert text.raw_span(0, 1) == (101, 106)
    assert text.raw_span(1, 2) == (106, 107)


def test_an_empty_slice_of_an_edited_text_still_knows_where_it_stood():
    text = Text("x&amp;yz", 100).edited([(1, 6, "&")])
    assert text.slice(2, 2).raw_span(0, 0) == (106, 106)
    assert text.slice(4, 4).raw_span(0, 0) == (108, 108)


def test_a_string_of_the_same_length_keeps_the_places_and_another_is_refused():
    text = Text("x&amp;y").edited([(1, 6, "&")])
    assert text.same_length("X+Y").raw_span(1, 3) == (1, 7)
    assert text.same_length("x&y") is text
    with pytest.raises(ValueError, match="the strings differ in length"):
        text.same_length("xyz!")


def test_joined_pieces_lead_back_and_the_separator_stands_for_the_gap():
    whole = Text("One.  [advertisement]  Two.")
    text = joined([whole.slice(0, 4), whole.slice(23, 27)], "\n\n")
    assert text.value == "One.\n\nTwo."
    assert text.raw_span(0, 4) == (0, 4)
    assert text.raw_span(4, 6) == (4, 23)
    assert text.raw_span(6, 10) == (23, 27)


def test_one_piece_is_joined_to_itself_and_none_to_the_empty_text():
    piece = Text("One.", 3)
    assert joined([piece], " ") is piece
    assert joined([], " ").value == ""


def test_an_empty_piece_among_others_keeps_the_order_of_places():
    whole = Text("&amp; one, two").edited([(0, 5, "&")])
    text = joined([whole.slice(0, 1), whole.slice(2, 2), whole.slice(7, 10)], "|")
    assert text.value == "&||two"
    assert [text.raw_span(at, at + 1) for at in (1, 2)] == [(5, 6), (6, 11)]


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    raw = draw(st.text("abcdefgh", max_size=40))
    points = sorted(draw(st.sets(st.integers(0, len(raw)), max_size=12)))
    pairs = zip(points[::2], points[1::2], strict=False)
    return raw, [(a, b, draw(st.text("XYZ", max_size=4))) for a, b in pairs]


@given(edited_texts(), st.integers(0, 50))
def test_edits_give_what_replacing_by_hand_gives_and_every_place_is_inside_the_raw(
    case: tuple[str, list[Edit]], origin: int
):
    raw, edits = case
    by_hand = raw
    for start, end, new in reversed(edits):
        by_hand = by_hand[:start] + new + by_hand[end:]
    text = Text(raw, origin).edited(edits)
    assert text.value == by_hand
    spans = [text.raw_span(at, at + 1) for at in range(len(text))]
    assert all(origin <= a < b <= origin + len(raw) for a, b in spans)
    assert spans == sorted(spans)
    assert all(
        raw[a - origin : b - origin] == character
        for (a, b), character in zip(spans, text.value, strict=True)
        if character.islower()
    )


@given(edited_texts(), st.data())
def test_a_slice_leads_back_to_what_its_text_led_back_to(
    case: tuple[str, list[Edit]], data: st.DataObject
):
    raw, edits = case
    text = Text(raw).edited(edits)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cut = text.slice(start, end)
    assert cut.value == text.value[start:end]
    assert cut.raw_span(0, len(cut)) == text.raw_span(start, end)
