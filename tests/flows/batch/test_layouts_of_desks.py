"""What wires, sites and studios put above and below a story, as fiction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.batch.reading import as_printed

PAGES = {
    "press_release": (
        """\
FOR IMMEDIATE RELEASE

Almery Ferries Announces First Quarter 2024 Results

ALMERY, Wessany, March 5, 2024 /PRNewswire/ -- Almery Ferries plc (AMX: FERY) today announced \
its results for the first quarter of 2024.

"We carried more people than ever," said Ann Lee, Chief Executive Officer.

About Almery Ferries
Almery Ferries plc links 14 islands.

Media Contact:
Bo Ek
press@almeryferries.example

SOURCE Almery Ferries plc
""",
        {
            "headline": "Almery Ferries Announces First Quarter 2024 Results",
            "authors": [],
            "place": "ALMERY, Wessany",
            "last": "links 14 islands.",
        },
    ),
    "update2": (
        """\
UPDATE 2-Ferry operator Almery cuts outlook as strikes bite

    * Sees full-year profit down 12 pct
    * Shares fall 4 pct
    * CEO says strikes cost 3 mln a week

 (Adds CEO comment, shares)

    By Ann Lee and Bo Ek
    ALMERY/KARST, March 5 (Reuters) - Ferry operator Almery cut its outlook on Tuesday as \
strikes kept ships in port.

    "We lose three million a week," Chief Executive Cy Dorn told Reuters.

 (Additional reporting by Dee Mott in Halvern; Writing by Ann Lee; Editing by Eve Poe)
""",
        {
            "headline": "UPDATE 2-Ferry operator Almery cuts outlook as strikes bite",
            "authors": ["Ann Lee", "Bo Ek"],
            "agency": "reuters",
            "place": "ALMERY/KARST",
            "editors": ["Eve Poe"],
            "last": "told Reuters.",
        },
    ),
    "reuters_new": (
        """\
Almery ferry operator cuts outlook as strikes bite
By Ann Lee and Bo Ek
March 5, 2024 9:12 AM GMT Updated 2 hours ago

Summary
Companies
Sees full-year profit down 12%
Shares fall 4%

ALMERY/KARST, March 5 (Reuters) - Ferry operator Almery cut its outlook on Tuesday as strikes \
kept ships in port.

"We lose three million a week," Chief Executive Cy Dorn told Reuters.

Reporting by Ann Lee in Almery and Bo Ek in Karst; Editing by Eve Poe and Fay Roe

Our Standards: The Thomson Reuters Trust Principles.
""",
        {
            "headline": "Almery ferry operator cuts outlook as strikes bite",
            "authors": ["Ann Lee", "Bo Ek"],
            "agency": "reuters",
            "place": "ALMERY/KARST",
            "date": "2024-03-05 09:12",
            "editors": ["Eve Poe", "Fay Roe"],
            "last": "told Reuters.",
        },
    ),
    "multi_dateline": (
        """\
Two harbours, one strike
By Ann Lee in Almery, Bo Ek in Karst and Cy Dorn in Halvern
5 March 2024

ALMERY, KARST and HALVERN — Ferries lay still in three harbours on Tuesday.

The unions said that talks would go on.
""",
        {
            "headline": "Two harbours, one strike",
            "authors": ["Ann Lee", "Bo Ek", "Cy Dorn"],
            "date": "2024-03-05 00:00",
            "last": "talks would go on.",
        },
    ),
    "tass": (
        """\
5 MAR, 12:33
Wessany to build icebreaking ferry - minister

The vessel is to enter service in 2027

ALMERY, March 5. /TASS/. Wessany will build an icebreaking ferry, Minister Bo Ek told \
reporters on Tuesday.

"It will sail in 2027," he said.
""",
        {
            "headline": "Wessany to build icebreaking ferry - minister",
            "agency": "tass",
            "place": "ALMERY",
            "authors": [],
            "last": "he said.",
        },
    ),
    "pti": (
        """\
Ferry service between Almery and Karst resumes after three days

PTI | Almery | Updated: 05-03-2024 18:22 IST | Created: 05-03-2024 18:22 IST

Almery, Mar 5 (PTI) Ferry services between Almery and Karst resumed on Tuesday after three \
days, officials said.

The weather has improved, they said. PTI ALE BEK ALE

(This story has not been edited by staff and is auto-generated from a syndicated feed.)
""",
        {
            "headline": "Ferry service between Almery and Karst resumes after three days",
            "agency": "pti",
            "place": "Almery",
            "authors": [],
            "last": "they said.",
        },
    ),
    "paywalled": (
        """\
The ferry that never sailed

Ann Lee
March 5, 2024

In the harbour of Karst lies a ship that has never left it.

This article is for subscribers only. Subscribe now to continue reading.

Already a subscriber? Log in
""",
        {
            "headline": "The ferry that never sailed",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 00:00",
            "last": "never left it.",
        },
    ),
    "mail": (
        """\
Ferry chaos as ALL crossings are cancelled: Thousands stranded in Karst
By ANN LEE FOR HARBOUR MAIL
PUBLISHED: 10:02, 5 March 2024 | UPDATED: 16:44, 5 March 2024
12 shares
45 View comments
Thousands of holidaymakers were stranded in Karst on Tuesday as all crossings were cancelled.
Families slept on the floor of the terminal.
""",
        {
            "headline": "Ferry chaos as ALL crossings are cancelled: Thousands stranded in Karst",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 10:02",
            "last": "floor of the terminal.",
        },
    ),
    "zh_people": (
        """\
阿尔梅里港渡轮复航
2024年03月05日08:43  来源：新华社

新华社阿尔梅里3月5日电（记者李安、王波）阿尔梅里港渡轮5日恢复航行。

港口发言人说：“我们欢迎旅客回来。”

(责编：张三、李四)
""",
        {
            "headline": "阿尔梅里港渡轮复航",
            "authors": ["李安", "王波"],
            "agency": "xinhua",
            "date": "2024-03-05 08:43",
            "editors": ["张三", "李四"],
            "last": '"我们欢迎旅客回来。"',
        },
    ),
    "japanese": (
        """\
アルメリ港のフェリー、3日ぶりに再開
2024年3月5日 18時22分

アルメリ港と島を結ぶフェリーが5日、3日ぶりに運航を再開した。

「ほっとした」と乗客は話した。
""",
        {
            "headline": "アルメリ港のフェリー、3日ぶりに再開",
            "date": "2024-03-05 18:22",
            "authors": [],
            "last": "乗客は話した。",
        },
    ),
    "independent": (
        """\
Voices
The ferry levy shows how little the mainland knows about islands
It is easy to tax a crossing that you never make, writes Ann Lee
Tuesday 05 March 2024 13:55
comments
I grew up on an island of 300 people and one shop.
We knew the captain by his first name.
""",
        {
            "headline": "The ferry levy shows how little the mainland knows about islands",
            "date": "2024-03-05 13:55",
            "last": "by his first name.",
        },
    ),
    "straitstimes": (
        """\
Ferry firm to hire 40 more crew ahead of festive season
Ann Lee
Transport Correspondent
UPDATED
5 Mar 2024, 10:33 PM SGT
PUBLISHED
5 Mar 2024, 5:00 AM SGT
ALMERY - A ferry firm will hire 40 more crew ahead of the festive season.
It carried 2 million people in 2023.
""",
        {
            "headline": "Ferry firm to hire 40 more crew ahead of festive season",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 05:00",
            "tz": "Asia/Singapore",
            "place": "ALMERY",
            "last": "people in 2023.",
        },
    ),
    "timesofindia": (
        """\
Ferry service resumes in Almery
TNN / Mar 5, 2024, 18:22 IST

ALMERY: Ferry services resumed on Tuesday after a gap of three days.

Officials said that the sea was calm.
""",
        {
            "headline": "Ferry service resumes in Almery",
            "authors": [],
            "date": "2024-03-05 18:22",
            "tz": None,
            "place": "ALMERY",
            "last": "sea was calm.",
        },
    ),
}


@pytest.mark.parametrize(("text", "wanted"), PAGES.values(), ids=[*PAGES])
def test_what_desks_put_around_a_story_is_no_part_of_it(text: str, wanted: dict[str, Any]):
    found = as_printed(text, wanted["last"])
    assert {key: found[key] for key in wanted} == wanted
