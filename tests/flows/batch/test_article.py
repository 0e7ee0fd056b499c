"""What an article's header says, by all the evidence that a document gives."""

from __future__ import annotations

from datetime import date

import pytest

from flows.batch.article import Article, Unreadable, read_article
from flows.receive.documents import Decoded

BODY = (
    "The ferries will sail from May, the harbour office said on Monday, and tickets stay as cheap "
    "as they were.\n\nNobody in Karst was glad of it."
)


def read(text: str, name: str = "") -> Article:
    article = read_article(Decoded(text, "utf-8", {}), name)
    assert isinstance(article, Article), article
    return article


def test_a_line_that_the_files_name_repeats_is_the_title_though_it_ends_in_a_stop():
    text = f"Ferries to sail to Karst again.\n\n{BODY}"
    assert isinstance(read_article(Decoded(text, "utf-8", {}), "2.txt"), Unreadable)
    name = "gazette_2024-05-02_ferries-to-sail-to-karst-aga.txt"
    assert read(text, name).headline.text.value == "Ferries to sail to Karst again."


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("a.txt", None),
        ("gazette_2024-09-08.txt", date(2024, 9, 8)),
        ("20240809.txt", date(2024, 8, 9)),
    ],
)
def test_the_day_in_a_files_name_settles_an_order_and_is_no_day_of_its_own(
    name: str, day: date | None
):
    article = read(f"Ferries sail again\n\n08/09/2024\n\n{BODY}", name)
    assert article.published_date == day
    assert article.date_problem == (None if day else "ambiguous")
    assert article.published_raw == "08/09/2024"
    assert read(f"Ferries sail again\n\n{BODY}", name).published_date is None


def test_furniture_is_taken_out_and_counted_by_its_kind():
    furniture = "Share this article\n\nAdvertisement\n\nhttps://x.example/a"
    comments = "3 Comments\n\nAnn: I like ferries.\n\nBo: So do I."
    article = read(f"Ferries sail again\n\n{BODY}\n\n{furniture}\n\nThey fly.\n\n{comments}")
    assert article.text.text.value == f"{BODY}\n\nThey fly."
    assert article.removed == {"share": 1, "label": 1, "embed": 1, "comments": 3}


def test_a_drop_cap_a_link_and_a_ligature_are_put_together_again():
    broken = "T\nhe offi cers of the ferry to\nKarst\n, all of them, sail."
    article = read(f"Ferries sail again\n\n{broken}\n\nThey fly.")
    assert article.text.text.value.startswith("The officers of the ferry to")
    assert "Karst, all of them, sail." in article.text.text.value


@pytest.mark.parametrize(
    "opening",
    [
        "The ferries of Almery will sail again from May after a winter ashore",
        "Jakarta.",
        "A ferry at the pier of Almery (Photo by Bo Ek)",
        "Ann Lee / Almery Gazette",
        "Image copyright Bo Ek",
        "Ramallah, West Bank.",
    ],
)
def test_a_first_sentence_a_caption_and_a_place_are_no_titles(opening: str):
    found = read_article(Decoded(f"{opening}\n{BODY}", "utf-8", {}))
    assert isinstance(found, Unreadable), found.headline.text.value
    assert found.rejection.rules == ("headline.required",)


def test_a_text_that_begins_in_a_wrapped_paragraph_has_no_title():
    wrapped = (
        "aide to the harbour master of Almery has left for the West,\n"
        "telling tales of gulls and of tickets that were sold twice in\n"
        "the ferry's office. They sail.\n"
    )
    assert isinstance(read_article(Decoded(wrapped, "utf-8", {})), Unreadable)


def test_a_header_alone_is_no_article():
    found = read_article(Decoded("Ferries sail again\nBy Ann Lee\n2 May 2024", "utf-8", {}))
    assert isinstance(found, Unreadable)
    assert found.rejection.rules == ("text.required",)


def test_a_page_that_never_has_a_title_is_set_aside_and_not_held_against_its_profile():
    page = f"Boats at Karst. INQUIRER FILE PHOTO\n\n{BODY}\n\nFEATURED STORIES\n\n{BODY}"
    found = read_article(Decoded(page, "utf-8", {}))
    assert isinstance(found, Unreadable)
    assert found.rejection.rules == ("headline.required",)
    assert "inquirer" in found.rejection.message
    assert found.profile is None
