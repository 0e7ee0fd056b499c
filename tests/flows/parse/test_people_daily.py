"""People's Daily Online: the seed's layout and its variants."""

from __future__ import annotations

from typing import Any

import pytest

DATE_LINE = " date 2024-01-02 Ferries to link Almery and Karst"
BODY = "The ferries will sail from May, the harbour office said on Monday.\n\nTickets are cheap."
FOOTER = "(Web editor: Ola Brandt, Mia Sund)"


def page(second_line: str | None, body: str = BODY, footer: str = FOOTER) -> str:
    return "\n\n".join(part for part in (DATE_LINE, second_line, body, footer) if part)


def test_the_seeds_layout_is_read_whole(read: Any):
    found = read(page("08:43, January 02, 2024 By Cato Dahl ( China Daily"))
    assert found.profile == "people_daily"
    assert found.fields == {
        "page_date": ("2024-01-02",),
        "headline": ("Ferries to link Almery and Karst",),
        "published": ("08:43, January 02, 2024",),
        "byline": ("Cato Dahl",),
        "agency": ("China Daily",),
        "editors": ("Ola Brandt, Mia Sund",),
    }
    assert found.paragraphs == tuple(BODY.split("\n\n"))
    assert found.captions == ()


@pytest.mark.parametrize(
    ("line", "published", "byline", "agency"),
    [
        pytest.param(
            "08:43, January 02, 2024 By Cato Dahl (China Daily)",
            "08:43, January 02, 2024", "Cato Dahl", "China Daily", id="bracket closed",
        ),
        pytest.param(
            "(Xinhua) 09:12, January 05, 2024",
            "09:12, January 05, 2024", None, "Xinhua", id="source first",
        ),
        pytest.param(
            "By Cato Dahl and Bo Ek (People's Daily) 09:12, January 05, 2024",
            "09:12, January 05, 2024", "Cato Dahl and Bo Ek", "People's Daily", id="byline first",
        ),
        pytest.param(
            "08:43, January 02, 2024 ( Xinhua",
            "08:43, January 02, 2024", None, "Xinhua", id="no byline",
        ),
        pytest.param(
            "08:43, January 02, 2024 By Cato Dahl",
            "08:43, January 02, 2024", "Cato Dahl", None, id="no source",
        ),
        pytest.param(
            "08:43, January 02, 2024 ", "08:43, January 02, 2024", None, None, id="the time only",
        ),
        pytest.param(
            "8:43, Sept. 2, 2024", "8:43, Sept. 2, 2024", None, None, id="a short month",
        ),
    ],
)  # fmt: skip
def test_every_variant_of_the_second_line_is_read(
    read: Any, line: str, published: str, byline: str | None, agency: str | None
):
    found = read(page(line))
    assert found.profile == "people_daily"
    assert found.first("published") == published
    assert found.first("byline") == byline
    assert found.first("agency") == agency
    assert found.paragraphs[0].startswith("The ferries will sail")


def test_a_page_with_a_date_line_only_has_a_day_and_a_body(read: Any):
    found = read(page(None))
    assert found.profile == "people_daily"
    assert found.first("page_date") == "2024-01-02"
    assert found.first("published") is None
    assert found.paragraphs == tuple(BODY.split("\n\n"))


def test_a_date_line_without_a_title_gives_no_headline(read: Any):
    found = read(page(None).replace(" Ferries to link Almery and Karst", ""))
    assert found.profile == "people_daily"
    assert found.first("headline") is None


@pytest.mark.parametrize(
    "footer",
    [
        "(Web editor: Ola Brandt, Mia Sund)",
        "(Web Editor:Ola Brandt, Mia Sund",
        "(Web editors: Ola Brandt, Mia Sund)",
        "(编辑：Ola Brandt, Mia Sund)",
        "（责任编辑：Ola Brandt, Mia Sund）",
        "【责任编辑：Ola Brandt, Mia Sund】",
    ],
)
def test_the_footer_names_the_editors_and_is_no_paragraph(read: Any, footer: str):
    found = read(page(None, footer=footer))
    assert found.fields["editors"] == ("Ola Brandt, Mia Sund",)
    assert found.paragraphs[-1] == "Tickets are cheap."


def test_a_footer_glued_to_the_last_paragraph_is_cut_off(read: Any):
    found = read(page(None, BODY + FOOTER, ""))
    assert found.fields["editors"] == ("Ola Brandt, Mia Sund",)
    assert found.paragraphs[-1] == "Tickets are cheap."


def test_a_page_without_a_footer_keeps_its_last_paragraph(read: Any):
    found = read(page(None, footer=""))
    assert "editors" not in found.fields
    assert found.paragraphs[-1] == "Tickets are cheap."


def test_captions_above_the_dateline_are_captions_and_the_dateline_is_no_text(read: Any):
    body = (
        "A ferry enters the harbour of Almery, May 4, 2024. (Xinhua/Lu Bei)\n\n"
        "Passengers wave from its deck\n\n"
        "ALMERY, Jan. 1 (Xinhua) -- The ferries will sail from May.\n\nTickets are cheap."
    )
    found = read(page("(Xinhua) 09:12, January 05, 2024", body))
    assert found.captions == tuple(body.split("\n\n")[:2])
    assert found.paragraphs == ("The ferries will sail from May.", "Tickets are cheap.")
    assert found.fields["dateline"] == ("ALMERY, Jan. 1 (Xinhua) --",)
    assert found.fields["dateline_place"] == ("ALMERY",)
    assert found.fields["dateline_date"] == ("Jan. 1",)
    assert found.fields["agency"] == ("Xinhua", "Xinhua")


@pytest.mark.parametrize(
    "caption",
    [
        "A ferry at Almery. (Xinhua/Lu Bei)",
        "A ferry at Almery. (Photo by Lu Bei/Xinhua)",
        "A ferry at Almery. (Photo: Lu Bei/GT)",
        "A ferry at Almery. [Photo/Xinhua]",
        "A ferry at Almery. [Photo provided to China Daily]",
        "A ferry at Almery. (People's Daily Online/Lu Bei)",
        "A ferry at Almery. (File photo)",
        "A ferry at Almery. LU BEI/CHINA DAILY",
        "A ferry at Almery. LU BEI/FOR CHINA DAILY",
        "This photo taken on May 4, 2024 shows a ferry at Almery.",
        "An aerial drone photo taken on May 4, 2024 shows a ferry at Almery.",
        "File photo shows a ferry at Almery.",
    ],
)
def test_a_caption_in_the_body_is_told_from_a_paragraph(read: Any, caption: str):
    found = read(page(None, f"The ferries will sail.\n\n{caption}\n\nTickets are cheap."))
    assert found.captions == (caption,)
    assert found.paragraphs == ("The ferries will sail.", "Tickets are cheap.")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The agency (Xinhua) was the first to report it.",
        "He sent a photo taken on May 4, as the picture shows.",
        "The rule covers pictures (and photos, too).",
        "The photo shows that “nobody was on board,” the pilot said.",
    ],
)
def test_a_paragraph_that_speaks_of_photos_stays(read: Any, paragraph: str):
    found = read(page(None, f"The ferries will sail.\n\n{paragraph}\n\nTickets are cheap."))
    assert paragraph in found.paragraphs


def test_on_a_page_of_pictures_the_captions_are_the_text_without_their_credits(read: Any):
    body = (
        "A ferry enters the harbour of Almery, May 4, 2024. (Xinhua/Lu Bei)\n\n"
        "Passengers wave from its deck. (Photo by Lu Bei/Xinhua)\n\n"
        "Gulls at Karst. LU BEI/FOR CHINA DAILY\n\n"
        "File photo shows a ferry at Almery."
    )
    found = read(page("08:43, January 02, 2024", body))
    assert found.captions == tuple(body.split("\n\n"))
    assert found.paragraphs == (
        "A ferry enters the harbour of Almery, May 4, 2024.",
        "Passengers wave from its deck.",
        "Gulls at Karst.",
        "File photo shows a ferry at Almery.",
    )


def test_a_page_that_corrects_an_earlier_one_says_so(read: Any):
    note = "Correction: An earlier report named the wrong harbour."
    assert read(page(None, f"{BODY}\n\n{note}")).is_correction
    assert not read(page(None)).is_correction
