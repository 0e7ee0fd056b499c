"""Printed bylines and credits into people and agencies."""

from __future__ import annotations

import re

import pytest

from flows.normalise.names import Byline, parse_byline, parse_credit, reporters
from schemas import contract


@pytest.mark.parametrize(
    "joint",
    [" and ", " & ", ", ", ", and ", "; ", " AND ", " | ", ",", " , ", "/", " / ", "、", "，"],
)
def test_every_joint_parts_two_names(joint: str):
    assert parse_byline(f"By Ann Lee{joint}Bo Ek").people == ("Ann Lee", "Bo Ek")


@pytest.mark.parametrize(
    "lead",
    ["By ", "BY ", "by: ", "Posted by ", "Submitted by ", "Story by ", "Written by ", "By  by ",
     "Reported by: ", "Additional reporting by ", ""],
)  # fmt: skip
def test_a_lead_in_is_no_part_of_the_name(lead: str):
    assert parse_byline(f"{lead}Abby Byrd").people == ("Abby Byrd",)


@pytest.mark.parametrize("name", ["Abby Byrd", "Byron Bywater", "Andy Anders", "Inga Ingold"])
def test_a_name_that_begins_like_a_lead_in_or_a_joint_survives(name: str):
    assert parse_byline(f"By {name}").people == (name,)


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        pytest.param("BY ANN LEE AND BO EK", ("Ann Lee", "Bo Ek"), id="two"),
        pytest.param("By JAN VAN DER BERG", ("Jan van der Berg",), id="a particle inside"),
        pytest.param("By VAN DER BERG", ("Van der Berg",), id="a particle first"),
        pytest.param("By ANN McKAY and ROB DeWITT", ("Ann McKay", "Rob DeWitt"), id="Mc and De"),
        pytest.param("By ANN MCKAY", ("Ann McKay",), id="Mc in capitals"),
        pytest.param("By SEAN O'DAY-ROE", ("Sean O'Day-Roe",), id="an apostrophe and a hyphen"),
        pytest.param("By J.R. ROE", ("J.R. Roe",), id="initials"),
        pytest.param("By TOM ROE III", ("Tom Roe III",), id="a numeral"),
        pytest.param("By ZOË ÅBERG", ("Zoë Åberg",), id="accents"),
        pytest.param("By Ludwig van Dam", ("Ludwig van Dam",), id="cased already"),
        pytest.param("By Ann DOBBS", ("Ann Dobbs",), id="only the surname in capitals"),
        pytest.param("By DOBBS An", ("Dobbs An",), id="a surname first stays first"),
    ],
)
def test_capitals_are_cased_as_people_write_their_names(printed: str, people: tuple[str, ...]):
    assert parse_byline(printed).people == people


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("By Ann Lee, Jr. and Bo Ek", ("Ann Lee Jr.", "Bo Ek")),
        ("By Ann Lee, Jr", ("Ann Lee Jr.",)),
        ("By Ann Lee, III", ("Ann Lee III",)),
        ("By Ann Lee, PhD, Bo Ek, MD", ("Ann Lee PhD", "Bo Ek MD")),
        ("By Ann Lee Jr.", ("Ann Lee Jr.",)),
        ("By Ann J. Lee and Bo K.", ("Ann J. Lee", "Bo K.")),
    ],
)
def test_a_suffix_belongs_to_the_name_before_it(printed: str, people: tuple[str, ...]):
    assert parse_byline(printed).people == people


@pytest.mark.parametrize(
    "printed",
    [
        "By Ann Lee, Political Correspondent",
        "By Ann Lee, Chief Editor, and Staff Reporters",
        "By Ann Lee - Analysis",
        "By Ann Lee in Port Almery",
        "By Ann Lee in Port Almery, Wessany",
        "By Ann Lee in Port Almery, New Wessany",
        "By Ann Lee ann.lee@courier.example",
        "By ann.lee@courier.example Ann Lee",
        "By Ann Lee (ann.lee@courier.example)",
        "By Ann Lee, the Almery newsroom",
        "( Ann Lee )",
        "By Ann Lee.",
        "By Ann Lee and",
    ],
)
def test_roles_places_addresses_and_brackets_are_no_names(printed: str):
    assert parse_byline(printed) == Byline(("Ann Lee",), ())


def test_an_address_parts_two_names():
    assert parse_byline("Ann Lee ann@courier.example Bo Ek").people == ("Ann Lee", "Bo Ek")


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        ("By REUTERS", Byline((), ("reuters",))),
        ("By Ann Lee | AP", Byline(("Ann Lee",), ("ap",))),
        ("By Ann Lee (Xinhua)", Byline(("Ann Lee",), ("xinhua",))),
        ("By Ann Lee, Bo Ek (China Daily", Byline(("Ann Lee", "Bo Ek"), ("china_daily",))),
        ("Ann Lee/Xinhua", Byline(("Ann Lee",), ("xinhua",))),
        ("By Ann Lee and The Associated Press", Byline(("Ann Lee",), ("ap",))),
        ("AP, AFP and Ann Lee", Byline(("Ann Lee",), ("ap", "afp"))),
    ],
)
def test_agencies_are_told_from_people(printed: str, byline: Byline):
    assert parse_byline(printed) == byline


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("记者王小明", ("王小明",)),
        ("新华社记者 王小明、李小红", ("王小明", "李小红")),
        ("王小明 李小红", ("王小明", "李小红")),
    ],
)
def test_chinese_names_are_read_without_their_lead_in(printed: str, people: tuple[str, ...]):
    assert parse_byline(printed).people == people


def test_a_name_printed_twice_is_one_author():
    assert parse_byline("By Ann Lee and ANN LEE").people == ("Ann Lee",)


@pytest.mark.parametrize("printed", ["", " ", "By", "By ", "and", ",,;", "()", "By Staff Writer"])
def test_nobody_named_is_nobody(printed: str):
    assert parse_byline(printed) == Byline((), ())


@pytest.mark.parametrize(
    "printed",
    [
        "<script>alert(1)</script>",
        "<b>Ann Lee</b>",
        '<a href="http://x.example/a">Ann</a>',
        "=SUM(A1:A9)",
        "+1234",
        "@SUM(1+1)",
        "=cmd|'/c calc'!A0",
        "Ann\x00Lee",
    ],
)
def test_markup_and_formulas_survive_for_the_contract_to_refuse(printed: str):
    (pattern,) = {
        rule.kwargs["regex"]
        for rule in contract("articles").rules
        if rule.code.startswith("author_names") and "regex" in rule.kwargs
    }
    people = parse_byline(f"By {printed}").people
    assert people == (printed,)
    assert not re.search(pattern, people[0])


@pytest.mark.parametrize(
    "printed",
    [
        "Ann Lee, @annlee, USA TODAY",
        "Ann Lee. Email: alee@courier.example, Twitter: @annlee",
        "Ann Lee. Follow Ann Lee on Twitter @annlee",
        "Ann Lee, Special for USA TODAY",
        "Ann Lee, Almery",
        "Ann Lee, New York",
        "ANN LEE Associated Press Writer",
        "Ann Lee. Ann Lee is harbour editor and the author of Ferries.",
        "byAnn Lee",
        "Von Ann Lee",
        "Ann Lee, ssi, dan",
        "Ann Lee // Almery Gazette Staff",
        "Almery Daily News, Ann Lee",
        "Ann Lee for Reuters",
        "Ann Lee, Product Manager",
    ],
)
def test_handles_places_newsrooms_and_notes_leave_the_one_author(printed: str):
    assert parse_byline(printed).people == ("Ann Lee",)


@pytest.mark.parametrize(
    "printed",
    [
        "Reuters Staff", "By Agencies", "Gear Team", "AFP, KARST", "Redaktion almery.de", "kicker",
        "Our Own Correspondent", "ELECTIONS 2016", ", ,", "HK EDITION", "Special Report", "Almery",
        "Fox News Digital", "The Editorial Board", "Almery City Council", "admin", "By Staff",
    ],
)  # fmt: skip
def test_newsrooms_labels_and_single_words_are_nobody(printed: str):
    assert parse_byline(printed).people == ()


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        (
            "Ann Lee. Photos by Bo Ek",
            Byline(("Ann Lee",), (), ("Bo Ek",)),
        ),
        (
            "Von Ann Lee, translated by Bo Ek, edited by Cy Dorn",
            Byline(("Ann Lee",), (), ("Bo Ek",), ("Cy Dorn",)),
        ),
        (
            "By ANN LEE, Bo Ek and Cy Dorn contributed research.",
            Byline(("Ann Lee",), (), ("Bo Ek", "Cy Dorn")),
        ),
        (
            "By ANN LEE, Bo Ek contributed reporting from Port Almery.",
            Byline(("Ann Lee",), (), ("Bo Ek",)),
        ),
        ("记者 王小明 摄影：李小红", Byline(("王小明",), (), ("李小红",))),
    ],
)
def test_everyone_stands_in_the_place_that_the_byline_gives_them(printed: str, byline: Byline):
    assert parse_byline(printed) == byline


@pytest.mark.parametrize(
    "printed",
    [
        "by " * 100_000,
        "a" * 300_000,
        "a@" * 100_000,
        "(" * 300_000,
        ")" * 300_000 + "x",
        "Jr, " * 100_000,
        " -" * 100_000,
        " in" * 100_000,
        " (" * 100_000,
        "and " * 100_000,
        "Mc" * 100_000,
        "A " * 100_000,
        "reporting by " * 50_000,
        "; " * 100_000,
    ],
    ids=lambda printed: printed[:14].strip(),
)
def test_a_hostile_byline_of_any_length_is_read_in_one_pass(printed: str):
    assert len(" ".join(parse_byline(printed).people)) <= len(printed)
    assert len(" ".join(parse_credit(printed))) <= len(printed)


@pytest.mark.parametrize(
    ("credit", "people"),
    [
        ("Reporting by Ann Lee", ("Ann Lee",)),
        ("Reporting by: Ann Lee", ("Ann Lee",)),
        ("Reporting By Ann Lee ; Writing by  Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Reporting by Ann Lee in Almery, Bo Ek in Karst and Cy", ("Ann Lee", "Bo Ek")),
        ("Reporting by Ann Lee in Almery and Cy Dorn", ("Ann Lee", "Cy Dorn")),
        ("Reporting by Ann Lee in Almery, N.W., and by Bo Ek", ("Ann Lee", "Bo Ek")),
        ("With additional reporting by Ann Lee", ("Ann Lee",)),
        ("Ann Lee, with additional reporting by Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Reporting by Ann Lee, additional reporting by Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Reporting by Ann Lee/Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Reporting by the Almery newsroom and Reuters bureaux", ()),
        ("Intern Ann Lee contributed to this story.", ("Ann Lee",)),
        ("Xinhua reporters Ann Lee and Bo Ek also contributed to the story", ("Ann Lee", "Bo Ek")),
        ("Ann Lee, Bo Ek and Cy Dorn contributed", ("Ann Lee", "Bo Ek", "Cy Dorn")),
    ],
)  # fmt: skip
def test_a_credit_names_its_people_and_not_their_places(credit: str, people: tuple[str, ...]):
    assert parse_credit(credit) == people


def test_only_the_reporting_itself_makes_an_author():
    credit = "Reporting by Ann Lee and Bo Ek; Additional reporting by Cy Dorn, writing by Di Eng"
    assert reporters(credit) == ("Ann Lee", "Bo Ek")
    assert reporters("Writing by Di Eng") == ()


@pytest.mark.parametrize(
    "printed",
    [
        "Ann Lee Transport correspondent",
        "Ann Lee chief political correspondent",
        "ANN LEE FOR THE HARBOUR MAIL",
        "Ann Lee, special to the Almery Gazette",
        "CNN's Ann Lee",
        "Ann Lee (Almery, correspondance)",
    ],
)
def test_a_name_is_told_from_what_and_whom_its_bearer_writes_for(printed: str):
    assert parse_byline(printed).people == ("Ann Lee",)


def test_a_role_behind_words_that_are_no_given_name_names_nobody():
    assert parse_byline("European Investment Correspondent").people == ()


def test_who_contributed_is_named_without_the_agency_before_it():
    credit = "Associated Press writer Dee Mott in Halvern contributed to this report."
    assert parse_credit(credit) == ("Dee Mott",)
