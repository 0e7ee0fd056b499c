from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.normalise.marks import Mark, straighten
from flows.normalise.marks_glyphs import GLYPHS, PRIMES
from flows.normalise.text import Text

MARKS = "".join(glyph for glyph in (*GLYPHS, *PRIMES) if len(glyph) == 1)
ANY_MARKS = st.text(st.sampled_from(MARKS + " abS5.,:-\n说《》="), max_size=60)


def straight(raw: str) -> str:
    return straighten(Text(raw)).text.value


def roles(raw: str) -> list[tuple[str, str, str]]:
    return [(mark.printed, mark.side, mark.role) for mark in straighten(Text(raw)).marks]


def quotation_marks(raw: str) -> list[Mark]:
    return [mark for mark in straighten(Text(raw)).marks if mark.role == "quotation"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("“The tide is late,” she said.", '"The tide is late," she said.'),
        ("„Die Flut kommt spät“, sagte sie.", '"Die Flut kommt spät", sagte sie.'),
        ("„Przypływ się spóźnia”, mówiła.", '"Przypływ się spóźnia", mówiła.'),
        ("”Tidvattnet är sent”, sade hon.", '"Tidvattnet är sent", sade hon.'),
        ("»Flod kommer sent,« sagde hun.", '"Flod kommer sent," sagde hun.'),
        ("»Vuorovesi myöhästyy», hän sanoi.", '"Vuorovesi myöhästyy", hän sanoi.'),
        ("« La marée tarde », dit-elle.", '"La marée tarde", dit-elle.'),
        ("Sie sagte ‚später‘ und ›nie‹.", "Sie sagte 'später' und 'nie'."),
        ("``The tide is late,'' she said.", '"The tide is late," she said.'),
        ("‘‘The tide is late,’’ she said.", '"The tide is late," she said.'),
        ("''The tide is late,'' she said.", '"The tide is late," she said.'),
        (',,Die Flut kommt", sagte sie.', '"Die Flut kommt", sagte sie.'),
        ("她说：“潮水来晚了。”", '她说："潮水来晚了。"'),
        ("「潮は『遅い』と言う」", "\"潮は'遅い'と言う\""),
        ("〝潮〞與❝Flut❞和＂tide＂", '"潮"與"Flut"和"tide"'),
        ("d´accord, l’homme, rock ‘n’ roll", "d'accord, l'homme, rock 'n' roll"),
    ],
)
def test_every_kind_of_quotation_mark_becomes_a_straight_one(raw: str, expected: str) -> None:
    assert straight(raw) == expected


def test_titles_of_works_and_primes_stay_as_they_are_printed() -> None:
    assert straight("《潮》 is 6′4″ by 24″") == "《潮》 is 6′4″ by 24″"


@pytest.mark.parametrize(
    ("raw", "sides"),
    [
        ("“A,” she said.", ["open", "close"]),
        ("„A“, sagte sie.", ["open", "close"]),
        ("»A«, sagte sie.", ["open", "close"]),
        ("« A », dit-elle.", ["open", "close"]),
        ("”A”, sade hon.", ["open", "close"]),
        ('"A," she said, "b."', ["open", "close", "open", "close"]),
        ("\"She told me 'no,'\" he said.", ["open", "open", "close", "close"]),
        ('She said—"Never"—and left.', ["open", "close"]),
    ],
)
def test_the_side_of_a_mark_is_read_from_where_it_stands(raw: str, sides: list[str]) -> None:
    assert [mark.side for mark in quotation_marks(raw)] == sides


@pytest.mark.parametrize(
    "raw",
    [
        "the '90s and the ’70s",
        "rock 'n' roll",
        "They don’t and won't.",
        "the workers’ rights and the sailors' home",
        "l’homme d´accord",
        "'Tis late, 'em all",
        "O'Brien’s boat",
    ],
)
def test_an_apostrophe_is_no_quotation_mark(raw: str) -> None:
    assert {role for _, _, role in roles(raw)} == {"apostrophe"}


@pytest.mark.parametrize("raw", ["5'10\" tall", "5’10” tall", "6′4″", 'a 24" screen', "24″ wide"])
def test_feet_and_inches_are_primes_and_on_neither_side(raw: str) -> None:
    assert {(side, role) for _, side, role in roles(raw)} == {("either", "prime")}


def test_inches_inside_a_quotation_leave_its_closing_mark_alone() -> None:
    found = roles('"It is a 24" screen," he said. "Nice."')
    assert [role for _, _, role in found] == [
        "quotation", "prime", "quotation", "quotation", "quotation",
    ]  # fmt: skip


def test_a_quotation_in_single_marks_is_told_from_the_possessive_inside_it() -> None:
    found = roles("'The workers' pay is late,' she said.")
    assert [(side, role) for _, side, role in found] == [
        ("open", "quotation"),
        ("either", "apostrophe"),
        ("close", "quotation"),
    ]


def test_an_elision_inside_a_quotation_does_not_open_another() -> None:
    found = roles("‘Get ‘em in the ‘90s,’ she said.")
    assert [role for _, _, role in found] == ["quotation", "apostrophe", "apostrophe", "quotation"]


def test_a_mark_knows_how_it_was_printed_and_on_what_level() -> None:
    double, single = quotation_marks("„Er sagte ‚nein‘“")[:2]
    assert (double.printed, double.level, single.printed, single.level) == (
        "„", "double", "‚", "single",
    )  # fmt: skip


def test_a_dropped_blank_belongs_to_its_guillemet_in_the_raw_document() -> None:
    text = straighten(Text("Oui, « mot » dit-il")).text
    assert text.value == 'Oui, "mot" dit-il'
    assert (text.raw_span(5, 6), text.raw_span(6, 9), text.raw_span(9, 10)) == (
        (5, 7), (7, 10), (10, 12),
    )  # fmt: skip


def test_a_text_without_marks_is_given_back_as_it_is() -> None:
    text = Text("No mark at all.")
    assert straighten(text).text is text


def test_a_hundred_thousand_marks_are_read_one_by_one() -> None:
    assert len(straighten(Text("“a” 'b' " * 25_000)).marks) == 100_000
    assert len(straighten(Text("'" * 100_001)).marks) > 0


@given(ANY_MARKS | st.text(max_size=60))
@example("« » “” '' ''' ``` ‚‚ ,,a ´´ 5'10''")
def test_any_marks_keep_their_place_and_the_way_back(raw: str) -> None:
    marked = straighten(Text(raw))
    value = marked.text.value
    assert [mark.position for mark in marked.marks] == sorted({m.position for m in marked.marks})
    for mark in marked.marks:
        assert value[mark.position] in "\"'" or mark.printed in PRIMES
        start, end = marked.text.raw_span(mark.position, mark.position + 1)
        assert raw[start:end].strip(" ") == mark.printed.strip(" ")
    kept = [index for index, character in enumerate(value) if character not in MARKS]
    assert [raw[slice(*marked.text.raw_span(i, i + 1))] for i in kept] == [value[i] for i in kept]


@given(ANY_MARKS)
def test_no_mark_is_left_that_is_not_straight(raw: str) -> None:
    assert not set(straight(raw)) & (set(MARKS) - set(PRIMES) - {'"', "'"})


@given(st.lists(st.sampled_from(["“a b”", "«\u0020c »", "‘d’", "it’s", "5′", ", ", ". ", "„e“"])))
def test_words_cut_out_of_the_raw_text_are_straightened_as_they_were_inside(
    pieces: list[str],
) -> None:
    raw = "x " + " ".join(pieces) + " y"
    text = straighten(Text(raw)).text
    start, end = 2, len(text.value) - 2
    first, last = text.raw_span(start, end)
    assert straight(raw[first:last]) == text.value[start:end]
