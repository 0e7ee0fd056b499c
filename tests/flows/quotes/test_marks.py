from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.marks import straighten
from flows.normalise.text import Text
from flows.quotes.marks import pair, paragraphs


def spans(raw: str) -> list[str]:
    marked = straighten(Text(raw))
    text = marked.text.value
    found = []
    continued = False
    for paragraph in paragraphs(text, marked.marks):
        pairs = pair(text, paragraph, continued=continued)
        found += [text[span.start : span.end] for span in pairs]
        continued = bool(pairs) and not pairs[-1].closed
    return found


def test_straight_and_curly_marks_pair_alike() -> None:
    assert spans('"Late," she said. "Too late."') == ["Late,", "Too late."]
    assert spans("“Late,” she said. “Too late.”") == ["Late,", "Too late."]


def test_a_quotation_in_a_quotation_is_part_of_it() -> None:
    assert spans("“He said ‘no’ twice,” she said.") == ["He said 'no' twice,"]
    assert spans('"He said "no" twice," she said.') == ['He said "no" twice,']


def test_single_marks_pair_outside_double_ones_only() -> None:
    assert spans("‘He said “no” twice,’ she wrote.") == ['He said "no" twice,']


def test_a_long_quotation_opens_on_every_paragraph_and_closes_once() -> None:
    assert spans("“First.\n\n“Second.\n\n“Third,” he said.") == ["First.", "Second.", "Third,"]


def test_a_long_quotation_that_no_mark_opens_again_goes_on() -> None:
    assert spans("He said: “First.\n\nSecond,” he said.") == ["First.", "Second,"]


def test_an_opening_mark_in_mid_sentence_that_nothing_closes_is_dropped() -> None:
    assert spans('The "big tide came.\n\nNobody spoke.') == []


def test_a_closing_mark_that_nothing_opens_is_dropped() -> None:
    assert spans('The big" tide came. "No," she said.') == ["No,"]


def test_a_quotation_that_opens_again_without_closing_goes_on_as_another() -> None:
    assert spans('He said: "First. "Second."') == ["First.", "Second."]


def test_marks_of_attribute_values_in_markup_hold_nothing() -> None:
    assert spans('<a href="tide.html">Tide</a>') == []


@given(st.text(st.sampled_from("“”\"'‘’«»„ aB.,:=\n"), max_size=80))
def test_spans_lie_in_one_paragraph_in_order_and_apart(raw: str) -> None:
    marked = straighten(Text(raw))
    text = marked.text.value
    taken = -1
    for paragraph in paragraphs(text, marked.marks):
        for span in pair(text, paragraph):
            assert paragraph.start <= span.start < span.end <= paragraph.end
            assert taken < span.start
            taken = span.end
