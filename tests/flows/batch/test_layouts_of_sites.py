"""Headers of sites that no profile was written for, as fiction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.batch.reading import as_printed

PAGES = {
    "wapo": (
        """\
Ferries return to Almery after a winter in dock
By Ann Lee
and
Bo Ek
March 5, 2024 at 6:00 a.m. EST

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Ferries return to Almery after a winter in dock",
            "authors": ["Ann Lee", "Bo Ek"],
            "date": "2024-03-05 06:00",
            "last": "the end of the summer.",
        },
    ),
    "npr": (
        """\
Ferries return to Almery
Updated March 5, 2024 5:12 PM ET
Originally published March 5, 2024 5:00 AM ET

Ann Lee

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Ferries return to Almery",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 05:00",
            "last": "the end of the summer.",
        },
    ),
    "politico": (
        """\
Islanders press Parliament on ferry levy
The vote is the closest in a decade.

By ANN LEE and BO EK

03/05/2024 05:00 AM EST

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Islanders press Parliament on ferry levy",
            "authors": ["Ann Lee", "Bo Ek"],
            "date": "2024-03-05 05:00",
            "tz": "America/New_York",
            "last": "the end of the summer.",
        },
    ),
    "abcnews": (
        """\
Ferries return to Almery after winter in dock

The ships had been idle since October

ByANN LEE Associated Press
March 5, 2024, 9:12 AM

ALMERY, Wess. -- The ferries of Almery will sail again from May after a winter in dock, the \
harbour office said on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Ann Lee"],
            "agency": "ap",
            "place": "ALMERY, Wess.",
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "cbs": (
        """\
Ferries return to Almery after winter in dock
By Ann Lee
Updated on: March 5, 2024 / 9:12 AM EST / CBS/AP

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "abc_au": (
        """\
Ferries return to Almery after winter in dock
By harbour reporter Ann Lee
Posted Tue 5 Mar 2024 at 9:12am
Tuesday 5 Mar 2024 at 9:12am, updated Tue 5 Mar 2024 at 11:00am

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "dawn": (
        """\
Ferries return to Almery after winter in dock
Ann Lee Published March 5, 2024 Updated March 5, 2024 09:12am

ALMERY: The ferries of Almery will sail again from May after a winter in dock, the harbour \
office said on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.

Published in Dawn, March 5th, 2024
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Ann Lee"],
            "place": "ALMERY",
            "date": "2024-03-05 00:00",
            "last": "the end of the summer.",
        },
    ),
    "koreaherald": (
        """\
Ferries return to Almery after winter in dock
By Lee An-na
Published : Mar 5, 2024 - 09:12:33
Updated : Mar 5, 2024 - 10:00:01

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.

(annalee@herald.example)
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Lee An-na"],
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "chinadaily_new": (
        """\
Ferries return to Almery after winter in dock
By ANN LEE in Almery | China Daily | Updated: 2024-03-05 09:12

The ferries of Almery will sail again from May after a winter in dock, the harbour office said \
on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.

annlee@chinadaily.com.cn
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "cna": (
        """\
Asia
Ferries return to Almery after winter in dock
Ferries return to Almery after winter in dock
A ferry enters the harbour of Almery on Mar 4, 2024. (File photo: CNA/Ann Lee)

05 Mar 2024 09:12AM (Updated: 05 Mar 2024 10:00AM)

ALMERY: The ferries of Almery will sail again from May after a winter in dock, the harbour \
office said on Tuesday.

Tickets will cost as much as before, and children travel free of charge until the end of the \
summer.

Source: Reuters/al(be)
""",
        {
            "headline": "Ferries return to Almery after winter in dock",
            "authors": [],
            "agency": "reuters",
            "place": "ALMERY",
            "date": "2024-03-05 09:12",
            "last": "the end of the summer.",
        },
    ),
    "repubblica": (
        """\
I traghetti tornano ad Almery dopo l'inverno

di Anna Lee
05 Marzo 2024 alle 09:12

ALMERY – I traghetti di Almery riprenderanno a navigare a maggio, ha detto martedì l'ufficio \
del porto.

I biglietti costeranno come prima, ha aggiunto.
""",
        {
            "headline": "I traghetti tornano ad Almery dopo l'inverno",
            "authors": ["Anna Lee"],
            "date": "2024-03-05 09:12",
            "place": "ALMERY",
            "last": "ha aggiunto.",
        },
    ),
    "zeit": (
        """\
Fähren fahren wieder nach Almery

Von Anna Lee und Bo Ek
5. März 2024, 9:12 Uhr Quelle: DIE ZEIT, dpa, al
Aktualisiert am 5. März 2024, 10:00 Uhr

Die Fähren von Almery fahren ab Mai wieder, teilte das Hafenamt am Dienstag mit.

Die Preise bleiben gleich.
""",
        {
            "headline": "Fähren fahren wieder nach Almery",
            "authors": ["Anna Lee", "Bo Ek"],
            "date": "2024-03-05 09:12",
            "last": "bleiben gleich.",
        },
    ),
}


@pytest.mark.parametrize(("text", "wanted"), PAGES.values(), ids=[*PAGES])
def test_what_stands_between_a_title_and_its_story_is_read_line_by_line(
    text: str, wanted: dict[str, Any]
):
    found = as_printed(text, wanted["last"])
    assert {key: found[key] for key in wanted} == wanted
