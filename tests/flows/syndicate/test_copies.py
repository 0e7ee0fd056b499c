from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from flows.syndicate.copies import Copy, canonical, syndication_rows
from flows.syndicate.signatures import SLOTS

DAY = dt.date(2024, 3, 1)


def copy(  # noqa: PLR0917
    name: str,
    day: dt.date | None = DAY,
    hour: float | None = None,
    outlet: str = "paper",
    agency: str | None = None,
    runs: int = 100,
) -> Copy:
    at = None
    if hour is not None and day is not None:
        at = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(hours=hour)
    return Copy(name, day, at, outlet, agency, runs, np.zeros(SLOTS, np.uint16))


LATER = DAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "others"),
    [
        (copy("b", DAY), [copy("a", LATER), copy("c", None)]),
        (copy("b", DAY, 8), [copy("a", DAY, 9), copy("c", DAY, 12, "wire", "wire")]),
        (copy("b", DAY, None, "wire", "wire"), [copy("a", DAY, 8, "paper", "wire")]),
        (copy("b", DAY, 8), [copy("a", DAY, None)]),
        (copy("a", DAY), [copy("b", DAY)]),
        # 1 March in one zone, but 29 February in UTC.
        (copy("b", DAY, -2), [copy("a", DAY, 1)]),
    ],
    ids=[
        "the earlier day, and undated last",
        "the earlier instant, though the agency comes later",
        "the agency credited, where its day is all that is known",
        "a stated time before none",
        "the lower id",
        "days count in UTC",
    ],
)
def test_the_canonical_copy_is(first, others):
    for seed in range(4):
        mixed = [first, *others]
        random.Random(seed).shuffle(mixed)
        assert canonical(mixed) is first


@pytest.mark.parametrize(
    ("source", "other", "basis"),
    [
        (copy("a", DAY, 8, "wire"), copy("b", DAY, 9, "paper", "wire"), "credited"),
        (copy("a", DAY, 8, "radio", "wire"), copy("b", LATER, 9, "paper", "wire"), "shared_agency"),
        (copy("a", DAY, 8), copy("b", DAY, 9), "earlier"),
        (copy("a", DAY), copy("b", LATER), "earlier"),
        (copy("a", DAY), copy("b", DAY), "undecided"),
        (copy("a", None), copy("b", None), "undecided"),
    ],
)
def test_what_says_who_came_first(source, other, basis):
    rows = {row["article_id"]: row for row in syndication_rows([other, source])}
    assert rows["a"]["is_canonical"]
    assert rows["a"]["basis"] is None
    assert rows["b"]["basis"] == basis


def test_a_cut_has_all_of_its_text_in_the_canonical_copy_which_has_the_rest_alone():
    slots = np.arange(SLOTS, dtype=np.uint16)
    half = np.where(np.arange(SLOTS) < SLOTS // 2, slots, slots + 1000).astype(np.uint16)
    whole = Copy("a", DAY, None, "wire", None, 200, slots)
    cut = Copy("b", LATER, None, "paper", None, 100, half)
    first, second = syndication_rows([whole, cut])
    assert (first["similarity"], first["share_of_text"], first["share_of_canonical"]) == (1, 1, 1)
    assert second["similarity"] == 0.5
    assert second["share_of_text"] == 1
    assert second["share_of_canonical"] == 0.5
    assert {first["syndication_id"], second["syndication_id"]} == {first["syndication_id"]}
