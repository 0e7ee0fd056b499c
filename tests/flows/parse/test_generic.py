"""The generic profile: a title line and paragraphs, and what is no title."""

from __future__ import annotations

from typing import Any

import pytest

TITLE = "Ferries to link Almery and Karst"
BODY = "The ferries will sail from May, the harbour office said on Monday.\n\nTickets are cheap."


def test_a_title_line_and_paragraphs_are_enough(read: Any):
    found = read(f"{TITLE}\n\n{BODY}")
    assert found.profile == "generic"
    assert found.fields == {"headline": (TITLE,)}
    assert found.paragraphs == tuple(BODY.split("\n\n"))


@pytest.mark.parametrize(
    ("printed", "published", "zone"),
    [
        ("January 2, 2024", "January 2, 2024", None),
        ("Published: Jan. 2, 2024", "Published: Jan. 2, 2024", None),
        ("Posted on 2 January 2024", "Posted on 2 January 2024", None),
        ("Tuesday, January 2, 2024", "Tuesday, January 2, 2024", None),
        ("2024-01-02T08:43:10+08:00", "2024-01-02T08:43:10+08:00", None),
        ("2024-01-02 08:43", "2024-01-02 08:43", None),
        ("08/09/2024", "08/09/2024", None),
        ("July 23, 2012, 7:10 p.m. ET", "July 23, 2012, 7:10 p.m. ET", None),
        ("July 23, 2012 7:10 PM", "July 23, 2012 7:10 PM", None),
        ("24 July 2012 12:59 GMT", "24 July 2012 12:59 GMT", None),
        ("2024年1月2日", "2024年1月2日", None),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_day_is_read_above_and_below_the_title(
    read: Any, above: bool, printed: str, published: str, zone: str | None
):
    lines = [printed, TITLE] if above else [TITLE, printed]
    found = read("\n".join([*lines, "", BODY]))
    assert found.profile == "generic"
    assert found.first("headline") == TITLE
    assert (found.first("published"), found.first("zone")) == (published, zone)
    assert found.paragraphs[0].startswith("The ferries will sail")


def test_day_and_byline_are_read_in_either_order(read: Any):
    for lines in (["By Ann Lee", "January 2, 2024"], ["January 2, 2024", "BY Ann Lee"]):
        found = read("\n\n".join([TITLE, *lines, BODY]))
        assert found.first("byline") == "Ann Lee"
        assert found.first("published") == "January 2, 2024"
        assert found.paragraphs == tuple(BODY.split("\n\n"))


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(BODY, id="a paragraph"),
        pytest.param("“The ferries will sail from May.”", id="a sentence in marks"),
        pytest.param("A ferry at Almery. (Xinhua/Lu Bei)", id="a caption"),
        pytest.param("A ferry enters the harbour [Photo/Xinhua]", id="a caption in brackets"),
        pytest.param("Editor's note: this series follows the ferries", id="an editor's note"),
        pytest.param("Editor’s note", id="an editor's note, a curly mark"),
        pytest.param("KARST, May 3 (Xinhua) -- The ferries sail", id="a dateline"),
        pytest.param("Story highlights", id="a label"),
        pytest.param("A" * 251, id="a line longer than titles are"),
        pytest.param("The ferries are listed here:", id="a colon"),
        pytest.param("Updated Jan. 2 at 3:53 pm E.T.", id="an update that ends in initials"),
        pytest.param(
            "“Dear people of the islands, we of the harbour are bent on keeping all ferries in”",
            id="a long quotation and nothing else",
        ),
        pytest.param("2 JAN, 12:33", id="a day without its year"),
        pytest.param("The crew of the Gull —CONTRIBUTED", id="a caption with its dash"),
    ],
)
def test_what_is_no_title_is_not_read_as_one(read: Any, opening: str):
    assert read(f"{opening}\n\n{BODY}") is None


@pytest.mark.parametrize(
    "title",
    [
        "Will the ferries sail?",
        "They sail!",
        "Karst tells U.S.",
        "Ferries stay at home ...",
        "Almery Lines buys Karst Inc.",
        "“We sail,” says pilot",
        "渡轮复航",
        "Editor's choice: five ferries",
        "By the sea: a new ferry",
    ],
)
def test_a_title_may_end_in_many_ways(read: Any, title: str):
    found = read(f"{title}\n\n{BODY}")
    assert found.first("headline") == title


def test_a_title_alone_has_no_paragraphs(read: Any):
    assert read(TITLE).paragraphs == ()


@pytest.mark.parametrize("raw", ["", "\n \n"])
def test_nothing_fits_an_empty_text(read: Any, raw: str):
    assert read(raw) is None


@pytest.mark.parametrize(
    ("opening", "place", "day"),
    [
        ("ALMERY -- ", "ALMERY", None),
        ("NEW ALMERY, Jan. 8 - ", "NEW ALMERY", "Jan. 8"),
        ("KARST, Wess. — ", "KARST, Wess.", None),
    ],
)
def test_a_dateline_without_an_agency_is_read_on_the_first_paragraph_only(
    read: Any, opening: str, place: str, day: str | None
):
    found = read(f"{TITLE}\n\n{opening}They sail.\n\nTickets are cheap.")
    assert (found.first("dateline_place"), found.first("dateline_date")) == (place, day)
    assert found.paragraphs == ("They sail.", "Tickets are cheap.")
    later = read(f"{TITLE}\n\nThey sail.\n\n{opening}tickets are cheap.")
    assert later.first("dateline_place") is None


@pytest.mark.parametrize(
    "paragraph",
    ["CO2 - a gas - was measured.", "They sail -- at last.", "NASA-funded ships sail.", "A - B."],
)
def test_a_dash_in_a_sentence_makes_no_dateline(read: Any, paragraph: str):
    found = read(f"{TITLE}\n\n{paragraph}")
    assert found.first("dateline_place") is None
    assert found.paragraphs == (paragraph,)


def test_a_hard_wrapped_text_has_its_paragraphs_whole(read: Any):
    wrapped = (
        "The ferries will sail from May, the harbour\noffice said on Monday, and the fares\n"
        "are to stay as they are.\n\nTickets are cheap and can be\nbought on board or at the\npier."
    )
    found = read(f"{TITLE}\n\n{wrapped}")
    assert found.paragraphs == tuple(wrapped.split("\n\n"))


def test_lines_that_are_paragraphs_stay_apart_with_and_without_blank_lines(read: Any):
    lines = (
        "The ferries will sail from May.",
        "Fares stay.",
        "Tickets are cheap.",
        "They rejoice.",
    )
    for glue in ("\n", "\n\n", "\n\n\n"):
        assert read(TITLE + "\n\n" + glue.join(lines)).paragraphs == lines


def test_a_list_of_long_lines_is_not_taken_for_a_wrapped_text(read: Any):
    lines = tuple(
        f"{number} ferries and " + "very many gulls " * 8 + "were seen" for number in range(5)
    )
    assert read(TITLE + "\n\n" + "\n".join(lines)).paragraphs == lines


@pytest.mark.parametrize(
    ("note", "corrects"),
    [
        ("Correction: the ferry is the Gull.", True),
        ("CORRECTED - The ferry is the Gull.", True),
        ("(This story has been corrected to name the ferry.)", True),
        ("An earlier version of this article named another ferry.", True),
        ("The court ordered a correction of the minutes.", False),
        ("The correctional office said nothing.", False),
    ],
)
def test_a_text_that_corrects_itself_is_told_from_one_about_corrections(
    read: Any, note: str, corrects: bool
):
    assert read(f"{TITLE}\n\n{BODY}\n\n{note}").is_correction is corrects


@pytest.mark.parametrize(
    ("first", "following"),
    [
        pytest.param("North Almery", ". The ferries of the harbour lie still.", id="a link"),
        pytest.param("In recent years the number of ferries rose by", "50 percent", id="a number"),
    ],
)
def test_the_first_half_of_a_sentence_broken_at_a_link_is_no_title(
    read: Any, first: str, following: str
):
    assert read(f"{first}\n{following}, as the office said a year ago.\n{BODY}") is None


def test_the_first_line_of_a_wrapped_wire_story_is_no_title(read: Any):
    wrapped = (
        "Thirty-one people are known to have been aboard the ferry of Captain\n"
        "Dorn, which brings those missing in the region to 57, the National\n"
        "Rescue Office said Saturday. Dorn himself"
    )
    assert read(wrapped) is None


def test_a_long_title_over_a_glued_standfirst_counts_where_the_header_goes_on(read: Any):
    title = "The ferry levy shows how little the mainland of Wessany knows about all of its islands"
    found = read(f"Voices\n{title}\nTaxing what one never uses is easy\n5 March 2024 13:55\n{BODY}")
    assert found.first("headline") == title
    assert found.first("published") == "5 March 2024 13:55"
    assert found.paragraphs[0] == "Taxing what one never uses is easy"


def test_a_page_that_mentions_the_bbc_is_not_the_bbcs(read: Any):
    assert read(f"{TITLE}\n\nThe BBC was told so.\n\n{BODY}").profile == "generic"
    assert read(f"{TITLE}\nBy Ann Lee, BBC News\n\n{BODY}").profile == "bbc"


def test_a_name_below_the_day_is_the_byline_and_one_without_a_day_is_a_sub_head(read: Any):
    assert read(f"{TITLE}\n\n2 January 2024\n\nAnn Lee\n\n{BODY}").first("byline") == "Ann Lee"
    assert read(f"{TITLE}\n\nAnn Lee\n\n{BODY}").first("byline") is None


def test_a_speakers_label_is_no_dateline_and_a_towns_is(read: Any):
    assert read(f"{TITLE}\n\nALMERY: {BODY}").first("dateline_place") == "ALMERY"
    labels = f"{TITLE}\n\nDOBBS: Good morning.\n\nMEYRICK: Good morning to you.\n\n{BODY}"
    assert read(labels).first("dateline_place") is None


def test_a_titled_page_with_a_newsletters_form_is_no_page_without_a_title(read: Any):
    found = read(f"{TITLE}\n\n{BODY}\n\nSubscribe to our newsletter\n\n{BODY}")
    assert (found.profile, found.first("headline")) == ("generic", TITLE)


def test_a_line_that_ends_a_short_story_makes_no_header_of_it(read: Any):
    found = read(f"{TITLE}\n\nBy Ann Lee\n\nALMERY: {BODY}\n\nBo Ek, March 5th, 2024")
    assert found.first("dateline_place") == "ALMERY"
    assert found.fields["byline"][0] == "Ann Lee"
    assert "published" not in found.fields
