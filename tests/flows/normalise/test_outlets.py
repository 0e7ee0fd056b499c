"""Outlets and agencies by the names that they print."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from flows.normalise.outlets import UNKNOWN, outlet_id_of, outlet_named, outlets
from flows.parse.profile import profiles


@pytest.mark.parametrize(
    ("printed", "outlet_id"),
    [
        ("China Daily", "china_daily"),
        ("CHINA DAILY", "china_daily"),
        ("  China \n Daily ", "china_daily"),
        ("People's Daily Online", "peoples_daily_online"),
        ("People’s Daily Online", "peoples_daily_online"),
        ("People's Daily", "peoples_daily"),
        ("The Associated Press", "ap"),
        ("Associated Press", "ap"),
        ("Xinhua News Agency", "xinhua"),
        ("XINHUA", "xinhua"),
        ("新华社", "xinhua"),
        ("Thomson Reuters", "reuters"),
    ],
)
def test_an_outlet_is_known_by_any_of_its_names(printed: str, outlet_id: str):
    outlet = outlet_named(printed)
    assert outlet is not None
    assert outlet.outlet_id == outlet_id
    assert outlet_id_of(printed) == outlet_id


@pytest.mark.parametrize("printed", ["Almery Gazette", "unknown", "Unknown outlet", "", "China"])
def test_a_name_that_is_not_curated_is_no_outlet(printed: str):
    assert outlet_named(printed) is None


@pytest.mark.parametrize(
    ("printed", "outlet_id"),
    [
        ("The Almery Gazette", "almery_gazette"),
        ("Pâté & Co.", "pate_co"),
        ("ALMERY   GAZETTE", "almery_gazette"),
        ("<b>Gazette</b>", "b_gazette_b"),
        ("???", UNKNOWN),
        ("", UNKNOWN),
        ("阿尔梅里日报", UNKNOWN),
        ("\udcff", UNKNOWN),
        ("x" * 500, "x" * 60),
    ],
)
def test_an_unknown_outlet_gets_an_id_made_of_its_name(printed: str, outlet_id: str):
    assert outlet_id_of(printed) == outlet_id


def test_no_two_outlets_go_by_one_name():
    for outlet in outlets().values():
        for name in (outlet.name, *outlet.aliases):
            named = outlet_named(name)
            assert outlet.outlet_id == UNKNOWN or named is outlet, name


def test_every_zone_of_an_outlet_exists():
    zones = {outlet.timezone for outlet in outlets().values() if outlet.timezone is not None}
    assert all(ZoneInfo(zone).key == zone for zone in zones)


def test_every_profile_names_a_curated_outlet():
    assert {profile.outlet for profile in profiles()} <= outlets().keys()
