"""Sub-heads: paragraphs of a kind of their own, in which nobody speaks."""

from __future__ import annotations

import pytest

from flows.batch.article import Article, read_article
from flows.batch.quotations import MARKS, Finder, find_in
from flows.receive.documents import Decoded

LONG = "The ferries will sail from May, the harbour office said, and tickets stay as cheap as now."
TITLE = "Ferries to link Almery and Karst"


def article_of(*paragraphs: str) -> Article:
    text = "\n\n".join([TITLE, *paragraphs])
    article = read_article(Decoded(text, "utf-8", {}))
    assert isinstance(article, Article), article
    return article


def subheads_of(*paragraphs: str) -> list[str]:
    article = article_of(*paragraphs)
    return [article.text.text.value[start:end] for _, start, end in article.subheads]


@pytest.mark.parametrize(
    "line",
    [
        "Cheap as ever",
        "'Not a swap'",
        "WHO PAYS?",
        "Why is it so cheap?",
        "2. The price",
        "票价不变",
    ],
)
def test_a_short_line_that_ends_no_sentence_above_a_longer_one_is_a_sub_head(line: str):
    assert subheads_of(LONG, line, LONG) == [line]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("It rained.", "it ends as a sentence does"),
        ("Tickets are:", "a colon announces what follows"),
        ('"We are glad"', "it is a quotation from mark to mark"),
        ("Q: Will they sail?", "it is a question of an interview"),
        ("Mr. Bo Ek", "it is half of a sentence that a link broke"),
        ("The office is at", "it is half of a sentence that a link broke"),
        ("But who would pay for that?", "it is a question of the text's own"),
        ("https://almery.example", "it is an address"),
        ("12:33", "it is a time"),
        ("in lower case", "a title begins with a capital"),
    ],
)
def test_a_short_line_that_is_something_else_is_no_sub_head(line: str, reason: str):
    assert subheads_of(LONG, line, LONG) == [], reason


def test_short_lines_together_are_a_list_and_no_sub_heads():
    assert subheads_of(LONG, "Almery", "Karst", "Halvern", LONG) == []


def test_neither_the_first_nor_the_last_paragraph_is_a_sub_head():
    assert subheads_of("Cheap as ever", LONG, LONG, "Cheap as ever") == []


def test_a_line_before_the_rest_of_a_sentence_is_no_sub_head():
    assert subheads_of(LONG, "Port Almery", "expressed its thanks to all who had waited " * 3) == []


def test_a_sub_head_stays_in_the_text_and_is_found_there_and_in_the_document_again():
    document = f"{TITLE}\n\n{LONG}\n\n  ‘Cheap as ever’\n\n{LONG}"
    article = read_article(Decoded(document, "utf-8", {}))
    assert isinstance(article, Article)
    ((number, start, end),) = article.subheads
    text = article.text.text
    assert text.value.split("\n\n")[number] == text.value[start:end] == "'Cheap as ever'"
    raw_start, raw_end = text.raw_span(start, end)
    assert document[raw_start:raw_end] == "‘Cheap as ever’"


def test_no_quotation_is_found_in_a_sub_head_and_those_around_it_stay():
    said = (
        '"We are glad of it," said Bo Ek, and went on to the ferry that was waiting for him and us.'
    )
    article = article_of(said, 'Ek "glad of it" again', said)
    (found,) = find_in([article], Finder(MARKS))
    assert [each.paragraph for each in found] == [0, 2]
    assert [each.text for each in found] == ["We are glad of it"] * 2
