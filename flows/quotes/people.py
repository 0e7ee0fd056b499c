"""One spelling for people who are written in several; add rows to schemas/lookups/people.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path


class PeopleError(ValueError):
    """A row of the table of people that cannot be used."""


def read_people(lines: list[str], source: str) -> Mapping[str, str]:
    """Alias -> name.

    >>> read_people(["alias,name", "Kim Jong Un,Kim Jong-un"], "people.csv")
    {'Kim Jong Un': 'Kim Jong-un'}
    """
    rows = csv.DictReader(lines)
    if rows.fieldnames != ["alias", "name"]:
        raise PeopleError(f"{source}, line 1: the columns must be alias,name")
    people: dict[str, str] = {}
    for row in rows:
        alias, name = row["alias"], row["name"]
        where = f"{source}, line {rows.line_num}"
        if not alias or not name:
            raise PeopleError(f"{where}: alias and name must both be given")
        if alias in people:
            raise PeopleError(f"{where}: the alias {alias} stands twice")
        people[alias] = name
    return people


@cache
def people() -> Mapping[str, str]:
    """The table that comes with the project."""
    path = Path(str(files("schemas").joinpath("lookups/people.csv")))
    return read_people(path.read_text(encoding="utf-8").splitlines(), str(path))
