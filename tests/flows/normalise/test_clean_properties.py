"""What holds for every text that is cleaned, searched for by hypothesis."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.normalise.clean import clean
from flows.normalise.text import Text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
"""Lone surrogates too."""

PIECES = [
    *"aZé€ŠÂâ\u00a0\u00ad\u0301\u0327\u3099\u1112\u1161\u11ab\u09c7\u09be\u200c\u200d\u200b\ufeff",
    *"\r\n\t \x85\x93\x0b\u2028\x00\ufb03“”‘’«„—&;汉ی\u2764\ufe0f",
    "\r\n", "\n\n\n", "  ", "&amp;", "&amp;nbsp;", "&#8217;", "&AMP;", "&lt;", "&shy;", "&bogus;",
    "â€™", "Ã©", "Â ", "\u00e2\x80\x99", "word", "said.",
]  # fmt: skip
NEWS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
"""Texts made of what goes wrong in news, so that it also meets."""

INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e"
    "\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
BLANK = re.compile("[^\\S\n ]|  | \n|\n |\n\n\n")


@given(ANY_TEXT | NEWS)
def test_no_text_breaks_cleaning_and_every_place_is_in_order_and_inside(raw: str):
    text = clean(raw, 5)
    spans = [text.raw_span(at, at + 1) for at in range(len(text))]
    assert all(5 <= start < end <= 5 + len(raw) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)


@given(ANY_TEXT | NEWS)
def test_what_was_cleaned_is_composed_and_has_only_plain_blanks_and_nothing_invisible(raw: str):
    value = clean(raw).value
    assert unicodedata.is_normalized("NFC", value)
    assert not INVISIBLE.search(value)
    assert not BLANK.search(value)
    assert value == value.strip()


@given(ANY_TEXT | NEWS)
def test_cleaning_twice_is_cleaning_once(raw: str):
    once = clean(raw).value
    assert clean(once).value == once


def _parts_a_unit(text: Text, raw: str, at: int) -> bool:
    """Whether a passage that begins or ends at `at` would cut what is only read as one.

    That is an entity, a ligature or a composed character's letters, a joiner from what it joins
    to, and a run of mojibake, whose first bytes say how to read its others; entities may be
    among them.
    """
    if not len(text):
        return False
    right = text.raw_span(at, len(text))[0]
    left = text.raw_span(at - 1, at)[1] if at else right
    cuts_a_run = any(
        0 < cut < len(raw) and not re.search("[\x00-%'-:<-@\\[-`{-\x7f]", raw[cut - 1 : cut + 1])
        for cut in (left, right)
    )
    return left > right or cuts_a_run or text.value[at : at + 1] in ("\u200c", "\u200d")


@given(ANY_TEXT | NEWS, st.data())
@settings(max_examples=300)
def test_a_passage_cut_out_of_the_raw_text_is_cleaned_as_it_was_inside(
    raw: str, data: st.DataObject
):
    text = clean(raw)
    cuts = [at for at in range(len(text) + 1) if not _parts_a_unit(text, raw, at)]
    starts = [at for at in cuts if not text.value[at : at + 1].isspace()]
    assume(starts)
    start = data.draw(st.sampled_from(starts))
    ends = [at for at in cuts if at == start or (start < at and not text.value[at - 1].isspace())]
    end = data.draw(st.sampled_from(ends[::-1]))
    raw_start, raw_end = text.raw_span(start, end)
    assert clean(raw[raw_start:raw_end]).value == text.value[start:end]
