from __future__ import annotations

from pathlib import Path

import pytest

from flows.quotes.people import (
    PeopleError,
    family_names,
    given_names,
    no_names,
    people,
    read_people,
)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["name,alias"], "line 1: the columns must be alias,name"),
        ([], "line 1: the columns must be alias,name"),
        (["alias,name", "Holm,"], "line 2: needs one alias and one name"),
        (["alias,name", "Holm,Ida Holm,Mayor"], "line 2: needs one alias and one name"),
        (["alias,name", "Holm,Ida Holm", "Holm,Ada Holm"], "line 3: Holm already means Ida Holm"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(lines: list[str], message: str) -> None:
    with pytest.raises(PeopleError, match=message):
        read_people(lines, "own.csv")


def test_a_users_table_goes_over_the_projects(tmp_path: Path) -> None:
    alias, name = next(iter(people().items()))
    own = tmp_path / "own.csv"
    own.write_text(f"alias,name\n{alias},Ida Holm\nHolm,Ida Holm\n", encoding="utf-8")
    assert (people(own)[alias], people(own)["Holm"]) == ("Ida Holm", "Ida Holm")
    assert people()[alias] == name


def test_a_table_that_is_not_there_or_not_utf_8_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match=r"cannot be read .*; check the path"):
        people(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("alias,name\nIda Hölm,Ida Holm\n".encode("latin-1"))
    with pytest.raises(PeopleError, match="is not UTF-8 at byte 16; save it as UTF-8"):
        people(tmp_path / "latin.csv")


def test_no_alias_leads_to_another_alias() -> None:
    assert not [name for name in people().values() if name in people()]


def test_the_tables_of_names_are_used_as_written() -> None:
    assert all(name[0].isupper() and name.isalpha() for name in [*given_names(), *family_names()])
    assert set(given_names().values()) == {"f", "m", None}
    assert set(family_names().values()) == {"zh", "ko", "vi"}
    assert all(word.islower() for word in no_names())
