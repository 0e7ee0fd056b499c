from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from flows.quotes.cues import cue_kinds, find_cues
from flows.quotes.mentions import mention_after, mention_before
from flows.quotes.speakers import Speaker, identify, word_kinds


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        (
            "Foreign Ministry spokesperson Ida Holm",
            Speaker("Ida Holm", True, "person", "Foreign Ministry spokesperson"),
        ),
        ("Prime Minister Per Ek", Speaker("Per Ek", True, "person", "Prime Minister")),
        ("Mr. Holm", Speaker("Holm", False, "person", None)),
        (
            "Ida Holm, the harbour's chief engineer",
            Speaker("Ida Holm", True, "person", "harbour's chief engineer"),
        ),
        ("Ida Holm, 66", Speaker("Ida Holm", True, "person", None)),
        ("the deputy mayor", Speaker(None, False, "person", "deputy mayor")),
        (
            "Ministry of Tides",
            Speaker("Ministry of Tides", True, "organisation", None),
        ),
        ("the ministry", Speaker(None, False, "organisation", None)),
        ("a new survey", Speaker(None, False, "document", None)),
        ("residents", Speaker(None, False, "group", None)),
        ("China", Speaker("China", True, "place", None)),
        ("officials and experts at the lock", Speaker(None, False, "group", None)),
        ("Holm Corp HLM.N", Speaker("Holm Corp", True, "organisation", None)),
        ("EKBY Ida Holm", Speaker("Ida Holm", True, "person", "EKBY")),
        ("Bill Holm", Speaker("Bill Holm", True, "person", None)),
        (
            "a spokesman for Mayor Ida Holm",
            Speaker(None, False, "person", "spokesman for Mayor Ida Holm"),
        ),
        ("one of the pilots", Speaker(None, False, "group", None)),
        ("the US", Speaker("US", True, "place", None)),
        ("she", Speaker(None, False, "person", None)),
        ("they", Speaker(None, False, "group", None)),
    ],
)
def test_a_mention_gives_name_kind_and_title(mention: str, expected: Speaker) -> None:
    found = identify(mention)
    assert (found.name, found.is_full, found.kind, found.title) == (
        expected.name, expected.is_full, expected.kind, expected.title,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "mention"),
    [
        ("In a statement on Friday, the deputy mayor ", "the deputy mayor"),
        ("But Ida Holm, who keeps the light, ", "Ida Holm, who keeps the light"),
        ("The tide came. But she later ", "she"),
        ("Ida Holm opened the lock and ", "Ida Holm"),
        ("In an interview the harbour office ", "the harbour office"),
    ],
)
def test_the_subject_is_found_before_its_cue(before: str, mention: str) -> None:
    start = before.rfind(". ") + 2 if ". " in before else 0
    span = mention_before(before, start, len(before))
    assert span is not None
    assert before[slice(*span)] == mention


def test_the_speaker_behind_a_cue_ends_where_the_occasion_begins() -> None:
    text = "said Ida Holm, a retired pilot, in a letter on Friday"
    span = mention_after(text, 4, len(text))
    assert span is not None
    assert text[slice(*span)] == "Ida Holm, a retired pilot"


def test_a_noun_that_looks_like_a_cue_is_none() -> None:
    text = "Their comments and the city's reports were late, she notes."
    assert [text[cue.start : cue.end] for cue in find_cues(text, 0, len(text))] == ["notes"]


def test_no_form_of_a_cue_is_listed_twice() -> None:
    with files("schemas").joinpath("lookups/cues.csv").open(encoding="utf-8") as rows:
        forms = [form for row in csv.DictReader(rows) for form in row["forms"].split("|")]
    assert len(forms) == len(set(forms)) == len(cue_kinds())


def test_no_word_has_two_kinds() -> None:
    with files("schemas").joinpath("lookups/speaker_words.csv").open(encoding="utf-8") as rows:
        words = [row["word"] for row in csv.DictReader(rows)]
    assert len(words) == len(set(words)) == len(word_kinds())
