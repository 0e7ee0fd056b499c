from __future__ import annotations

import pytest

from flows.quotes.wordpieces import WordPieces

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "gate", "##way", "##s", "zoe", "'", "-", "two"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Gateways", ["gate", "##way", "##s"]),
        ("Zoë", ["zoe"]),
        ("two-gate", ["two", "-", "gate"]),
        ("gate's", ["gate", "'", "[UNK]"]),
        ("bridge", ["[UNK]"]),
        ("gate" * 20, ["[UNK]"]),
    ],
)
def test_a_word_is_cut_into_the_longest_known_pieces(word: str, found: list[str]) -> None:
    pieces = WordPieces(VOCABULARY)
    assert [VOCABULARY[number] for number in pieces.of(word)] == found
    assert pieces.of(word) == pieces.of(word)
