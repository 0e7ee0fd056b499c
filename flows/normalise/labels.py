"""Printed dates with their labels: what is the publication and what an update."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

_LABEL = re.compile(
    r"(?i)\b(?:(?P<updated>(?:last )?(?:updated|modified|changed|edited)|aktualisiert|stand|"
    r"mise? à jour|modifiée?|actualizad[oa]|atualizad[oa]|aggiornato|обновлено|更新(?:时间|于)?)|"
    r"(?P<published>(?:first |originally )?(?:published|posted|created|issued|filed|added)|date|"
    r"veröffentlicht|erstellt|publiée?|publicad[oa]|pubblicato|опубликовано|发布(?:时间|于)?|发表于))"
    r"\b ?(?:on|at|:|：|-|–|am|le|el|em|il)?(?:(?<=\s)|\b|(?<=[:：–-]))[:： –-]*"
)


def parted(raw: str) -> tuple[str | None, str | None]:
    """A printed date that is labelled, as (published, updated), each without its label.

    A page that states an update alone dates by it: it is both.

    >>> parted("Published: Apr 20, 2022 05:03 PM Updated: Apr 20, 2022 04:55 PM")
    ('Apr 20, 2022 05:03 PM', 'Apr 20, 2022 04:55 PM')
    >>> parted("Updated: 2016-07-15 13:14"), parted("2 May 2024")
    (('2016-07-15 13:14', '2016-07-15 13:14'), ('2 May 2024', None))
    """
    labels = list(_LABEL.finditer(raw))
    before = raw[: labels[0].start()].strip(" |,-()") if labels else raw.strip()
    found: dict[str, str] = {"published": before} if before else {}
    for label, following in zip_longest(labels, labels[1:]):
        kind = "updated" if label.group("updated") else "published"
        value = raw[label.end() : following.start() if following else len(raw)].strip(" |,-()")
        if value and kind not in found:
            found[kind] = value
    updated = found.get("updated")
    published = found.get("published")
    if updated and published and not re.search("[0-9]{4}", updated):
        updated = f"{published} {updated}"  # 24 July 2012 Last updated at 12:59 ET
    return published or updated, updated


def parted_lines(raws: Sequence[str]) -> tuple[str | None, str | None]:
    """Several printed dates of one page, as (published, updated).

    The first that is a publication; only where none is, the first update.

    >>> parted_lines(["UPDATED 6 Mar 2024, 10:33", "PUBLISHED 5 Mar 2024, 05:00"])
    ('5 Mar 2024, 05:00', '6 Mar 2024, 10:33')
    """
    pairs = [parted(raw) for raw in raws]
    updated = next((update for _, update in pairs if update), None)
    # Where an update stands alone, it is given as both.
    published = next((day for day, update in pairs if day and day != update), None)
    return published or next((day for day, _ in pairs if day), None), updated
