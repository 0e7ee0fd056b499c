"""A curated table with a mistake in it says so with file and line, when it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.normalise.lookups import LookupWrong
from flows.normalise.outlets import outlets
from flows.normalise.printed import calendar
from flows.normalise.zones import zones

OUTLETS = "outlet_id,name,kind,country,languages,timezone,aliases,domains\n"
POST = "harbour_post,Harbour Post,newspaper,GB,en,Europe/London,The Post,\n"


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        (OUTLETS.replace("timezone", "zone") + POST, 1, "there is no column timezone"),
        (OUTLETS + POST.replace("Europe/London", "Europe/Almery"), 2, "'Europe/Almery' is no time"),
        (OUTLETS + POST.replace("Europe/London", "../../etc"), 2, "'../../etc' is no time zone"),
        (OUTLETS + POST + POST, 3, "outlet_id 'harbour_post' is given twice"),
        (OUTLETS + POST.replace("harbour_post", "Harbour Post"), 2, "'Harbour Post' is no id"),
        (OUTLETS + ",x,newspaper,,,,,\n", 2, "it has no key"),
        (OUTLETS + "harbour_post,Harbour Post\n", 2, "more or fewer values than columns"),
        (OUTLETS + POST.replace("The Post", "The Post,x"), 2, "more or fewer values than columns"),
        (OUTLETS + POST.replace("Harbour", '"Harbour') + POST, 3, "cannot be read"),
    ],
)
def test_a_row_of_the_outlets_that_is_off_is_named(
    written: str, line: int, what: str, tmp_path: Path
) -> None:
    table = tmp_path / "outlets.csv"
    table.write_text(written, encoding="utf-8")
    with pytest.raises(LookupWrong) as caught:
        outlets(table)
    assert str(caught.value).startswith(f"{table}:{line}: {what}")
    assert caught.value.exit_code == 2


def test_a_table_that_is_not_utf8_is_a_clear_error(tmp_path: Path) -> None:
    table = tmp_path / "outlets.csv"
    table.write_bytes(OUTLETS.encode() + b"caf\xe9,Caf\xe9,newspaper,,,,,\n")
    with pytest.raises(LookupWrong, match="cannot be read"):
        outlets(table)


@pytest.mark.parametrize(
    ("row", "what"),
    [("XST,8,Asia/Shanghai,\n", "'8' is no offset"), ("XST,+08:00,,\n", "'' is no time zone")],
)
def test_a_zone_that_is_off_is_named(row: str, what: str, tmp_path: Path) -> None:
    table = tmp_path / "zones.csv"
    table.write_text("abbreviation,offset,timezone,note\n" + row, encoding="utf-8")
    with pytest.raises(LookupWrong, match=what):
        zones(table)


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        ("month,13,smarch\n", 2, "month 13 is no month or weekday"),
        ("era,1,heisei\n", 2, "era 1 is no month or weekday"),
        ("month,1,january\nmonth,1,januar\n", 3, "kind 'month', number '1' is given twice"),
    ],
)
def test_a_name_of_the_calendar_that_is_off_is_named(
    rows: str, line: int, what: str, tmp_path: Path
) -> None:
    table = tmp_path / "calendar.csv"
    table.write_text("kind,number,names\n" + rows, encoding="utf-8")
    with pytest.raises(LookupWrong) as caught:
        calendar(table)
    assert str(caught.value).startswith(f"{table}:{line}: {what}")
