"""Xinhua and Reuters copy: headers, datelines, credits."""

from __future__ import annotations

from typing import Any

import pytest

TITLE = "Ferries to link Almery and Karst"


def xinhua(opening: str, *before: str) -> str:
    return "\n\n".join([TITLE, *before, f"{opening}The ferries will sail.", "Tickets are cheap."])


@pytest.mark.parametrize(
    ("opening", "place", "day"),
    [
        ("ALMERY, June 28 (Xinhua) -- ", "ALMERY", "June 28"),
        ("ALMERY, Sept. 5 (Xinhua) — ", "ALMERY", "Sept. 5"),
        ("XI'AN, Feb. 2 (Xinhua) -- ", "XI'AN", "Feb. 2"),
        ("PORT ALMERY, May 3 (Xinhua) -- ", "PORT ALMERY", "May 3"),
        ("SAINT-AUBIN, May 3 (Xinhua) -- ", "SAINT-AUBIN", "May 3"),
        ("KARST, Wessany, May 3 (Xinhua) -- ", "KARST, Wessany", "May 3"),
        ("KARST, the Wessan Isles, May 3 (Xinhua) -- ", "KARST, the Wessan Isles", "May 3"),
        ("ALMERY/KARST, May 3 (Xinhua) -- ", "ALMERY/KARST", "May 3"),
        ("ALMERY/ PORT KARST, May 3 (Xinhua) -- ", "ALMERY/ PORT KARST", "May 3"),
        ("新华社阿美里11月17日电（记者王小明） ", "阿美里", "11月17日"),
    ],
)
def test_a_dateline_gives_place_and_day_and_is_no_text(
    read: Any, opening: str, place: str, day: str
):
    found = read(xinhua(opening))
    assert found.profile == "xinhua"
    assert found.first("headline") == TITLE
    assert found.first("dateline_place") == place
    assert found.first("dateline_date") == day
    assert found.paragraphs == ("The ferries will sail.", "Tickets are cheap.")


def test_a_chinese_dateline_names_the_reporter(read: Any):
    found = read(xinhua("新华社阿美里11月17日电（记者王小明） "))
    assert found.first("byline") == "王小明"
    assert found.first("agency") == "新华社"


@pytest.mark.parametrize(
    ("lines", "published", "byline"),
    [
        (["2024-06-28"], "2024-06-28", None),
        (["2024-06-28 16:49:05"], "2024-06-28 16:49:05", None),
        (["Source: Xinhua | 2024-06-28 16:49:05"], "2024-06-28 16:49:05", None),
        (["Updated: 2024-06-28 16:49"], "2024-06-28 16:49", None),
        (["May 4, 2024", "By Ann Lee"], "May 4, 2024", "Ann Lee"),
        (["By Ann Lee", "May 4, 2024"], "May 4, 2024", "Ann Lee"),
        ([], None, None),
    ],
)
def test_a_day_and_a_byline_may_stand_under_the_title_in_any_order(
    read: Any, lines: list[str], published: str | None, byline: str | None
):
    found = read(xinhua("ALMERY, June 28 (Xinhua) -- ", *lines))
    assert found.profile == "xinhua"
    assert (found.first("published"), found.first("byline")) == (published, byline)
    assert found.paragraphs[0] == "The ferries will sail."


def test_captions_may_stand_above_the_dateline(read: Any):
    found = read(xinhua("ALMERY, June 28 (Xinhua) -- ", "A ferry at Almery. (Xinhua/Lu Bei)"))
    assert found.profile == "xinhua"
    assert found.captions == ("A ferry at Almery. (Xinhua/Lu Bei)",)


def test_the_agencys_name_that_closes_the_text_is_no_text_and_no_caption(read: Any):
    found = read(
        f"{TITLE}\n\nALMERY, June 28 (Xinhua) -- They sail.\n\nTickets are cheap. (Xinhua)"
    )
    assert found.paragraphs[-1] == "Tickets are cheap."
    assert found.captions == ()


def reuters(byline: str, text: str, title: str = TITLE) -> str:
    url = "https://wire.example/article/idUSL0000000000000000"
    return f"-- {title}\n-- {byline}\n-- Mon Nov 6, 2006 9:45pm EST\n-- {url}\n\n \n\n {text}"


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        ("", None),
        ("By  Ann Lee", "Ann Lee"),
        ("By  Ann Lee  and  Bo Ek", "Ann Lee and Bo Ek"),
        ("By By Ann Lee", "By Ann Lee"),
        ("By  Ann Lee, Chief Correspondent", "Ann Lee, Chief Correspondent"),
        ("By Ann Lee - Analysis", "Ann Lee - Analysis"),
    ],
)
def test_a_reuters_header_is_read_with_any_byline(read: Any, printed: str, byline: str | None):
    found = read(
        reuters(printed, "ALMERY  (Reuters) - The ferries will sail. \n\n They are cheap.")
    )
    assert found.profile == "reuters"
    assert found.first("headline") == TITLE
    assert found.first("byline") == byline
    assert found.first("published") == "Mon Nov 6, 2006 9:45pm"
    assert found.first("zone") == "EST"
    assert found.first("url") == "https://wire.example/article/idUSL0000000000000000"
    assert found.first("dateline_place") == "ALMERY"
    assert found.paragraphs == ("The ferries will sail.", "They are cheap.")


def test_a_title_may_hold_two_hyphens_and_a_prefix(read: Any):
    found = read(reuters("", "(Reuters) - They sail.", "FACTBOX: Ferries -- what is known"))
    assert found.first("headline") == "FACTBOX: Ferries -- what is known"
    assert found.first("dateline_place") is None
    assert found.paragraphs == ("They sail.",)


def test_a_reuters_page_without_a_title_has_no_headline(read: Any):
    found = read("-- \n-- By Ann Lee\n-- Mon Nov 6, 2006 9:45pm EST\n\n(Reuters) - They sail.")
    assert found.profile == "reuters"
    assert found.first("headline") is None


def test_a_reuters_page_without_a_body_has_no_paragraphs(read: Any):
    found = read(reuters("", ""))
    assert found.profile == "reuters"
    assert found.paragraphs == ()


@pytest.mark.parametrize(
    ("opening", "place", "byline"),
    [
        ("NEW ALMERY  (Reuters) - ", "NEW ALMERY", None),
        ("ALMERY/KARST (Reuters) - ", "ALMERY/KARST", None),
        ("ALMERY/ NEW KARST (Reuters) - ", "ALMERY/ NEW KARST", None),
        ("KARST, Wessany (Reuters) - ", "KARST, Wessany", None),
        ("ALMERY Nov 29 (Reuters) - ", "ALMERY", None),
        ("By Ann Lee and Bo Ek ALMERY Nov 29 (Reuters) - ", "ALMERY", "Ann Lee and Bo Ek"),
        ("GEORGE, Wessany (AP) _ ", "GEORGE, Wessany", None),
    ],
)
def test_every_form_of_an_agencys_dateline_is_taken_out(
    read: Any, opening: str, place: str, byline: str | None
):
    found = read(reuters("", f"{opening}The ferries will sail."))
    assert found.first("dateline_place") == place
    assert found.first("byline") == byline
    assert found.paragraphs == ("The ferries will sail.",)


@pytest.mark.parametrize(
    ("credit", "contributors", "editors"),
    [
        (
            "(Reporting by  Ann Lee ; Editing by Bo Ek)",
            "Reporting by Ann Lee", "Bo Ek",
        ),
        (
            "(Reporting By Ann Lee, editing by Bo Ek)",
            "Reporting By Ann Lee", "Bo Ek",
        ),
        (
            "(Reporting by Ann Lee; Writing by Cy Dorn; Editing by Bo Ek and Di Eng )",
            "Reporting by Ann Lee; Writing by Cy Dorn", "Bo Ek and Di Eng",
        ),
        (
            "(additional reporting by Ann Lee, Editing by Bo Ek)",
            "additional reporting by Ann Lee", "Bo Ek",
        ),
        (
            "(With additional reporting by Ann Lee in Karst)",
            "With additional reporting by Ann Lee in Karst", None,
        ),
        ("(Reporting by: Ann Lee)", "Reporting by: Ann Lee", None),
        ("(Editing by Bo Ek)", None, "Bo Ek"),
        ("((Editing by Bo Ek))", None, "Bo Ek"),
        ("(Editing by Bo Ek).", None, "Bo Ek"),
        ("(Editing by Bo Ek", None, "Bo Ek"),
        ("(Editing by Bo Ek) ($1 = 0.87 crowns)", None, "Bo Ek"),
        ("(Editing by Bo Ek) (For more on ferries, click here )", None, "Bo Ek"),
        ("(Editing by Bo Ek) (ann.lee@wire.example; +1 555 0100)", None, "Bo Ek"),
        ("(Editing by Bo Ek; Reuters Messaging: ann.lee@wire.example)", None, "Bo Ek"),
        (
            "(Intern Ann Lee contributed to this story.)",
            "Intern Ann Lee contributed to this story.", None,
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("glue", [" ", "\n\n"])
def test_a_closing_credit_is_read_and_is_no_text(
    read: Any, glue: str, credit: str, contributors: str | None, editors: str | None
):
    found = read(reuters("", f"ALMERY (Reuters) - They sail.\n\nThey are cheap.{glue}{credit}"))
    assert found.first("contributors") == contributors
    assert found.first("editors") == editors
    assert found.paragraphs == ("They sail.", "They are cheap.")


@pytest.mark.parametrize(
    "ending",
    ["They pay by card (or cash).", "He was reporting by noon.", "The rate (now 3 per cent) rose."],
)
def test_an_ending_that_credits_nobody_stays(read: Any, ending: str):
    found = read(reuters("", f"ALMERY (Reuters) - They sail.\n\n{ending}"))
    assert found.paragraphs[-1] == ending


def test_a_dateline_on_a_line_of_its_own_in_a_wrapped_text_leaves_no_line_end_behind(read: Any):
    story = (
        "The ferries will sail from May, and the\nharbour office keeps their tickets as\ncheap as"
    )
    wrapped = f"ALMERY, May 3 (Xinhua) --\n{story} ever."
    found = read(f"{TITLE}\n\n{wrapped}")
    assert found.paragraphs == (f"{story} ever.",)


def test_a_dateline_is_looked_for_at_the_top_only(read: Any):
    later = "KARST (Reuters) - Another story begins here."
    story = "\n\n".join(["They sail."] * 8)
    found = read(reuters("", f"ALMERY (Reuters) - They sail.\n\n{story}\n\n{later}"))
    assert found.paragraphs[-1] == later
