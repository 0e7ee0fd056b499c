from __future__ import annotations

import pytest
from finding import passage
from hypothesis import given
from hypothesis import strategies as st

from flows.quotes.marks import pair, paragraphs
from flows.quotes.pieces import LONGEST, cut
from flows.quotes.tokens import QUOTE_STATES, SHAPES, Tokens, tokens


def words_of(raw: str) -> Tokens:
    told = passage(raw)
    (paragraph,) = paragraphs(told.text, told.marks)
    return tokens(told.text, paragraph, pair(told.text, paragraph))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("The U.S. envoy's plan, she said.", "The U.S. envoy 's plan , she said ."),
        ("It cost 1,250 crowns (£9).", "It cost 1 , 250 crowns ( £ 9 ) ."),
        ("“Don’t,” he said...", '" Don\'t , " he said ...'),
        ("Well-kept--or not", "Well-kept -- or not"),
        ("Zoë O’Hara", "Zoë O'Hara"),
    ],
)
def test_a_text_is_cut_into_words_and_marks(raw: str, words: str) -> None:
    assert " ".join(words_of(raw).words) == words


def test_a_word_knows_whether_it_stands_in_marks() -> None:
    told = words_of("He said “it holds” and left.")
    assert dict(zip(told.words, told.quote.tolist(), strict=True)) == {
        "He": 0, "said": 0, '"': 3, "it": 1, "holds": 1, "and": 0, "left": 0, ".": 0,
    }  # fmt: skip


def test_a_word_knows_whether_it_begins_a_sentence() -> None:
    told = words_of("It holds. “It does!” She left")
    first = [word for word, begins in zip(told.words, told.first, strict=True) if begins]
    assert first == ["It", '"', "It", '"', "She"]


@given(st.text(alphabet="ab C.,'\"“”’- 1é中", max_size=60))
def test_words_lie_in_order_and_cut_out_what_they_say(raw: str) -> None:
    told = passage(raw.replace("\n", " "))
    for paragraph in paragraphs(told.text, told.marks):
        found = tokens(told.text, paragraph, pair(told.text, paragraph))
        end = paragraph.start
        for at, word in enumerate(found.words):
            start, stop = int(found.starts[at]), int(found.ends[at])
            assert end <= start < stop
            assert told.text[start:stop] == word
            assert 0 <= found.quote[at] < QUOTE_STATES
            assert 0 <= found.shape[at] < SHAPES
            end = stop


def test_a_long_paragraph_is_cut_where_a_sentence_ends() -> None:
    sentence = "The gate was shut in the evening by two men. "
    whole = words_of(sentence * 60)
    parts = list(cut(whole))
    assert [word for part in parts for word in part.words] == list(whole.words)
    assert all(len(part) <= LONGEST and part.words[-1] == "." for part in parts)
    assert all(part.first[0] for part in parts)


def test_words_without_a_full_stop_are_cut_all_the_same() -> None:
    parts = list(cut(words_of("gate " * 1000)))
    assert [len(part) for part in parts] == [LONGEST] * 5 + [1000 - 5 * LONGEST]
