"""Layouts of papers and agencies that no profile was written for, as fiction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.batch.reading import as_printed

PAGES = {
    "ap_hosted": (
        """\
Almery council approves ferry levy after marathon session

By ANN LEE and BO EK
Associated Press

ALMERY, Wess. (AP) — The Almery council approved a levy on ferry tickets early Tuesday after a \
session of eleven hours.

The levy, which takes effect in May, will add 40 cents to each ticket.

"Nobody likes it, and everybody needs it," said Mayor Cy Dorn.

___

Lee reported from Almery and Ek from Karst. Associated Press writer Dee Mott in Halvern \
contributed to this report.

___

Follow AP's coverage of ferries at https://apnews.example/hub/ferries

Copyright 2024 The Associated Press. All rights reserved. This material may not be published, \
broadcast, rewritten or redistributed without permission.
""",
        {
            "headline": "Almery council approves ferry levy after marathon session",
            "authors": ["Ann Lee", "Bo Ek"],
            "agency": "ap",
            "place": "ALMERY, Wess.",
            "last": "said Mayor Cy Dorn.",
            "contributors": ["Dee Mott"],
        },
    ),
    "afp": (
        """\
Ferry fire kills three off Karst coast

KARST, March 5, 2024 (AFP) - A fire aboard a ferry off the coast of Karst killed three people \
on Tuesday, rescuers said.

The vessel was carrying 214 passengers.

"We saw smoke first, then flames," survivor Ann Lee told AFP.

al/be/cd
""",
        {
            "headline": "Ferry fire kills three off Karst coast",
            "agency": "afp",
            "place": "KARST",
            "authors": [],
            "last": "told AFP.",
        },
    ),
    "guardian": (
        """\
Ferry levy will hit the poorest, Almery charities warn

Exclusive: Plan to charge islanders for crossings described as 'tax on going home'

Ann Lee Transport correspondent

Tue 5 Mar 2024 06.00 GMT
Last modified on Tue 5 Mar 2024 12.41 GMT

Charities have warned that a levy on ferry tickets in Almery will fall hardest on islanders \
who have no other way home.

The levy, due in May, was passed by nine votes to eight.

Explore more on these topics
Ferries
Almery
news
""",
        {
            "headline": "Ferry levy will hit the poorest, Almery charities warn",
            "authors": ["Ann Lee"],
            "date": "2024-03-05 06:00",
            "tz": "Etc/GMT",
            "last": "nine votes to eight.",
        },
    ),
    "nyt": (
        """\
In a Harbour Town, the Ferry Is the Street

The vessels that link Almery to its islands are older than most of their passengers. A new \
levy would replace them.

By Ann Lee
Photographs by Bo Ek
Reporting from Almery, Wessany

March 5, 2024

At six in the morning the first ferry leaves, and half of the island is on it.

Nobody speaks until the second cup of coffee.

Ann Lee is a reporter on the Metro desk covering transport. More about Ann Lee

A version of this article appears in print on March 6, 2024, Section A, Page 12 of the New \
York edition with the headline: The Ferry Is the Street. Order Reprints | Today's Paper | \
Subscribe
""",
        {
            "headline": "In a Harbour Town, the Ferry Is the Street",
            "authors": ["Ann Lee"],
            "contributors": ["Bo Ek"],
            "date": "2024-03-05 00:00",
            "last": "second cup of coffee.",
        },
    ),
    "cnn": (
        """\
Ferry operator grounds fleet after engine failures
By Ann Lee and Bo Ek, CNN
4 minute read
Updated 10:15 AM EST, Tue March 5, 2024

(CNN) — The operator of Almery's ferries has grounded its fleet after three engine failures in \
a week.

"Safety comes first," the company said in a statement to CNN.

CNN's Cy Dorn and Dee Mott contributed to this report.
""",
        {
            "headline": "Ferry operator grounds fleet after engine failures",
            "authors": ["Ann Lee", "Bo Ek"],
            "date": "2024-03-05 10:15",
            "tz": "America/New_York",
            "contributors": ["Cy Dorn", "Dee Mott"],
            "last": "statement to CNN.",
        },
    ),
    "dpa": (
        """\
Fähren in Almery stehen still

Almery (dpa) - Wegen eines Streiks der Hafenarbeiter stehen die Fähren in Almery seit Dienstag \
still.

«Wir haben keine Wahl», sagte der Sprecher der Gewerkschaft, Bo Ek.

© dpa-infocom, dpa:240305-99-123456/3
""",
        {
            "headline": "Fähren in Almery stehen still",
            "agency": "dpa",
            "place": "Almery",
            "authors": [],
            "last": "Bo Ek.",
        },
    ),
    "yonhap": (
        """\
(LEAD) S. Wessany to expand ferry subsidies for islanders

(ATTN: UPDATES with remarks in last 3 paras)
By Lee An-na

ALMERY, March 5 (Yonhap) -- S. Wessany will expand ferry subsidies for islanders from May, the \
oceans ministry said Tuesday.

"The islands must not empty," Minister Ek Bo said.

annalee@yna.example
(END)
""",
        {
            "headline": "S. Wessany to expand ferry subsidies for islanders",
            "authors": ["Lee An-na"],
            "agency": "yonhap",
            "place": "ALMERY",
            "last": "Minister Ek Bo said.",
        },
    ),
    "thehindu": (
        """\
Ferry levy: High Court issues notice to Almery port trust

The bench asked the trust to explain within two weeks how the levy was worked out

Updated - March 05, 2024 10:32 pm IST - ALMERY

Ann Lee

The High Court on Tuesday issued notice to the port trust on a plea that challenges the ferry \
levy.

Counsel for the petitioner said that the levy was fixed without a hearing.

Published - March 05, 2024 08:10 pm IST

Read Comments
""",
        {
            "headline": "Ferry levy: High Court issues notice to Almery port trust",
            "tz": None,
            "last": "without a hearing.",
            "authors": ["Ann Lee"],
        },
    ),
    "scmp": (
        """\
Ferries / Almery
Almery ferry firm drops plan to link islands by hydrofoil

Company says costs have tripled since the plan was announced in 2021

Ann Lee in Karst and Bo Ek

Published: 6:00am, 5 Mar 2024
Updated: 8:15am, 5 Mar 2024

The firm that runs Almery's ferries has dropped its plan for hydrofoils, citing costs.

It will buy two ordinary vessels instead.
""",
        {
            "headline": "Almery ferry firm drops plan to link islands by hydrofoil",
            "authors": ["Ann Lee", "Bo Ek"],
            "date": "2024-03-05 06:00",
            "last": "ordinary vessels instead.",
        },
    ),
    "lemonde": (
        """\
A Almery, les ferrys restent à quai

La grève des marins, entamée lundi, paralyse les liaisons avec les îles.

Par Anne Lee (Almery, correspondance)
Publié le 05 mars 2024 à 06h00, modifié le 05 mars 2024 à 11h32

Temps de Lecture 3 min.

Aucun ferry n'a quitté le port d'Almery mardi 5 mars, au deuxième jour de la grève.

« Nous irons jusqu'au bout », a déclaré Bo Ek, délégué syndical.
""",
        {
            "headline": "A Almery, les ferrys restent à quai",
            "authors": ["Anne Lee"],
            "date": "2024-03-05 06:00",
            "last": "délégué syndical.",
        },
    ),
    "elpais": (
        """\
Los transbordadores de Almery, parados por la huelga

Los sindicatos piden que se retire el recorte de las pensiones

Ana Lee
Almery - 05 mar 2024 - 05:30 CET

El puerto de Almery amaneció este martes sin un solo barco en movimiento.

“No vamos a ceder”, aseguró Bo Ek, portavoz de los marineros.

Archivado En
Huelgas
""",
        {
            "headline": "Los transbordadores de Almery, parados por la huelga",
            "authors": ["Ana Lee"],
            "date": "2024-03-05 05:30",
            "last": "de los marineros.",
        },
    ),
}


@pytest.mark.parametrize(("text", "wanted"), PAGES.values(), ids=[*PAGES])
def test_headers_bodies_and_ends_are_told_apart_without_a_profile_of_their_own(
    text: str, wanted: dict[str, Any]
):
    found = as_printed(text, wanted["last"])
    assert {key: found[key] for key in wanted} == wanted
