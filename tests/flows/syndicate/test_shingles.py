from __future__ import annotations

import random

import numpy as np
import pytest

from flows.syndicate import shingles as module
from flows.syndicate.shingles import shingles


def runs_of(text: str) -> list[int]:
    (found,) = shingles([text])
    return found.hashes.tolist()


def shared(text: str, other: str) -> int:
    return len(set(runs_of(text)) & set(runs_of(other)))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The mayor said: no bridge.", "the MAYOR said no (bridge)"),
        ("It won't reopen\n\nbefore May", "it won't   reopen before may"),
        ("Kosten: 5.000 Taler für Öl", "kosten 5.000 taler für öl"),
        ("港口今天早上重新开放。", "港口今天早上 重新开放"),
        ("ｎｉｇｈｔ ferry to Almery", "night ferry to Almery"),
    ],
)
def test_case_punctuation_and_blanks_do_not_count(text, other):
    assert runs_of(text) == runs_of(other) != []


def test_where_a_word_ends_counts():
    assert shared("ab cd ef", "abc d ef") == 0


def test_a_run_is_three_words_and_six_characters_where_there_are_no_blanks():
    assert len(runs_of("one two three four")) == 2
    assert len(runs_of("港口今天早上重新开放")) == 5
    assert runs_of("one two") == runs_of("") == []


def test_one_changed_word_spoils_three_runs():
    text = [f"word{number}" for number in range(20)]
    other = [*text[:9], "else", *text[10:]]
    assert shared(" ".join(text), " ".join(other)) == 18 - 3


def test_the_runs_of_a_text_are_the_same_beside_any_others():
    own = random.Random(1)
    texts = [
        " ".join(own.choices(["tide", "crane", "港", "no,"], k=own.randrange(30))) for _ in "x" * 60
    ]
    together = [each for part in shingles(texts) for each in part.hashes.tolist()]
    assert together == [each for text in texts for each in runs_of(text)]


def test_texts_in_many_chunks_keep_their_order_and_counts(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 50)
    texts = ["a b c a b c a b c", "", "one two three", "x " * 100, "", "y " * 50]
    parts = list(shingles(texts))
    assert len(parts) == 4
    assert np.concatenate([each.distinct for each in parts]).tolist() == [3, 0, 1, 1, 0, 1]


def test_no_hash_is_met_twice_by_chance():
    words = [f"w{number}" for number in range(60_000)]
    (found,) = shingles([" ".join(words)])
    assert len(set(found.hashes.tolist())) == len(found.hashes)


@pytest.mark.parametrize(
    "text", ["\ud800 lone \udfff half of a pair", "😀 a b c 😀", "\x00 a\x00b c d"]
)
def test_what_is_no_text_breaks_nothing(text):
    assert len(runs_of(text)) <= 6


def test_only_the_beginning_of_an_enormous_text_counts():
    text = " ".join(f"tide{number}" for number in range(module.MOST_CHARACTERS // 4))
    assert runs_of(text) == runs_of(text + " and then some more of it")
