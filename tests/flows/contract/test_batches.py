"""A batch that is not what it should be is refused as a whole."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from flows.contract import ContractCheckFailed, check_batch
from schemas import contract

DAY = date(2024, 5, 2)


def batch(*parts):
    """Return documents as (number, profile, day, accepted)."""
    rows = [
        {"profile": profile, "published_date": day, "_accepted": accepted}
        for number, profile, day, accepted in parts
        for _ in range(number)
    ]
    return pd.DataFrame(rows, columns=["profile", "published_date", "_accepted"])


def codes(*parts):
    return [
        (broken.code, broken.group, broken.observed)
        for broken in check_batch(contract("articles"), batch(*parts))
    ]


def test_a_sound_batch_breaks_nothing():
    assert codes((30, "reuters", DAY, 1), (10, "reuters", DAY, 0), (5, "generic", None, 1)) == []


def test_twenty_documents_without_one_article_are_refused():
    assert codes((20, None, None, 0)) == [("articles.row_count", None, 0.0)]


def test_a_small_batch_is_not_judged():
    assert codes((19, "reuters", None, 0)) == []
    assert codes() == []


def test_one_profile_that_fails_is_named_however_many_others_do_well():
    assert codes((500, "generic", DAY, 1), (5, "reuters", DAY, 1), (15, "reuters", DAY, 0)) == [
        ("articles.profile_accepted", "reuters", 0.25)
    ]


def test_days_missing_where_the_header_always_states_one_are_refused():
    found = codes((15, "people_daily", DAY, 1), (5, "people_daily", None, 1))
    assert found == [("published_date.known_share", "people_daily", 0.75)]
    assert codes((16, "people_daily", DAY, 1), (4, "people_daily", None, 1)) == []


def test_days_may_be_missing_in_other_profiles_and_in_what_was_set_aside():
    assert codes((40, "generic", None, 1)) == []
    assert codes((21, "reuters", DAY, 1), (20, "reuters", None, 0)) == []


def test_a_broken_rule_says_what_was_expected_and_what_was_found():
    (broken,) = check_batch(contract("articles"), batch((40, "generic", DAY, 0), (1, "x", DAY, 1)))
    assert str(broken) == (
        "articles.profile_accepted for generic: at least half of the documents that one profile "
        "reads become articles, where it reads 20 or more (observed 0)"
    )


def test_a_frame_without_a_column_of_a_rule_is_an_error():
    with pytest.raises(ContractCheckFailed, match=r"articles\.row_count .*no column _accepted"):
        check_batch(contract("articles"), batch((20, "x", DAY, 1)).drop(columns="_accepted"))
